/** Sets: term-store.md §1.2, §3.5 (deletion), §4.2, §4.3. */
import { type Faults, invariant } from '#base/errors.ts'
import { fold } from '#base/fold.ts'
import { type Behaviour, behaviour, type Located, type ReadTx, type WriteContext } from '#edm/ports.ts'
import { group, set, store } from '../types.ts'
import { type LocalName, nameOf, namesIn, propertiesIn } from './labels/labels.ts'
import { descriptionIn } from './labels/text.ts'
import { languagesOf } from './languages/languages.ts'
import { removeFromSet } from './places/remove-branch.ts'
import { rowsUnder } from './places/tree.ts'
import { denied, idOf, invalid, isVisible, missing, taken } from './refusals.ts'
import { checkRole } from './roles/roles.ts'
import type { TermStoreSettings } from './settings.ts'

async function checkNames(tx: ReadTx, groupId: string, names: readonly LocalName[], exceptId?: string): Promise<void> {
  const alike = names.map(({ name, languageTag }) => ({ name, languageTag }))
  for (const id of await tx.findByElement(set, 'localizedNames', alike)) {
    if (id !== exceptId && (await tx.get(set, id))?.parentGroupId === groupId) {
      throw taken('A term set already exists with the name specified.', 'localizedNames')
    }
  }
}

function sortKeyOf(names: readonly LocalName[], defaultTag: string): string {
  return fold(nameOf(names, defaultTag) ?? '')
}

async function storeOf({ tx }: Pick<WriteContext, 'tx'>, id: string) {
  const found = await tx.get(store, id)
  invariant(found !== undefined, 'a set is in a store')
  return found
}

function isGroup(from: Located): boolean {
  return from.type.name === group.name
}

/** The group that the address or the body names; undefined, with a fault, where neither does. */
function groupIdIn(from: Located, given: string | undefined, faults: Faults): string | undefined {
  const groupId = isGroup(from) ? from.id : given
  if (faults.has('parentGroup')) return groupId
  if (groupId === undefined)
    faults.add('parentGroup', "The group of the set is required: send 'parentGroup' with its 'id'.")
  else if (given !== undefined && given !== groupId)
    faults.add('parentGroup/id', "'parentGroup' differs from the group in the address.")
  return groupId
}

export function setBehaviour(settings: TermStoreSettings): Behaviour {
  return behaviour(set, {
    async beforeCreate(context, { from, draft, faults }) {
      const { tx, ids, now } = context
      invariant(from !== undefined, 'sets are below a store or a group')
      const parentGroupId = groupIdIn(from, draft.parentGroupId, faults)
      const storeRow = await storeOf({ tx }, isGroup(from) ? (from.row['storeId'] as string) : from.id)
      if (parentGroupId !== undefined) {
        await checkRole(settings, context, 'contributor', { storeId: storeRow.id, groupId: parentGroupId })
      }
      const languages = languagesOf(storeRow)
      const localizedNames = namesIn(draft.localizedNames, languages, faults, 'create')
      const description = descriptionIn(draft.description, 'description', faults)
      const properties = propertiesIn(draft.properties, faults)
      const id = await idOf(tx, ids, draft.id, faults)
      faults.throwIfAny()
      invariant(parentGroupId !== undefined && description !== undefined, 'faults were thrown')
      const parent = await tx.get(group, parentGroupId)
      if (parent === undefined || !isVisible(parent.siteCollectionId, from)) throw missing('Group', parentGroupId)
      if (parent.scope === 'system') throw denied('No sets can be created in the system group.')
      if (storeRow.setCount >= settings.limits.sets)
        throw invalid(`The store has its limit of ${settings.limits.sets} sets.`)
      await checkNames(tx, parentGroupId, localizedNames)
      await tx.add(store, storeRow.id, { setCount: 1 })
      return {
        row: {
          ...draft,
          id,
          localizedNames,
          description,
          properties,
          parentGroupId,
          storeId: storeRow.id,
          createdDateTime: now,
          siteCollectionId: parent.siteCollectionId,
          sortKey: sortKeyOf(localizedNames, languages.defaultTag),
        },
      }
    },

    // `parentGroup` is ignored: term-store.md §8 O8.
    async beforeUpdate(context, { before, patch, faults }) {
      const { tx } = context
      await checkRole(settings, context, 'contributor', { storeId: before.storeId, groupId: before.parentGroupId })
      if (before.systemRole !== null) throw denied('The sets of the system cannot be changed.')
      const languages = languagesOf(await storeOf({ tx }, before.storeId))
      // An empty list keeps the names, as recorded: term-store.md §1.3.
      const renamed = (patch.localizedNames ?? []).length > 0
      const localizedNames = renamed ? namesIn(patch.localizedNames, languages, faults, 'update') : []
      const description = 'description' in patch ? descriptionIn(patch.description, 'description', faults) : undefined
      const properties = 'properties' in patch ? propertiesIn(patch.properties, faults) : undefined
      faults.throwIfAny()
      if (renamed) await checkNames(tx, before.parentGroupId, localizedNames, before.id)
      const { parentGroupId: _group, localizedNames: _names, ...others } = patch
      return {
        ...others,
        ...(renamed ? { localizedNames, sortKey: sortKeyOf(localizedNames, languages.defaultTag) } : {}),
        ...(description === undefined ? {} : { description }),
        ...(properties === undefined ? {} : { properties }),
      }
    },

    async remove(context, { row }) {
      const { tx } = context
      await checkRole(settings, context, 'contributor', { storeId: row.storeId, groupId: row.parentGroupId })
      if (row.systemRole !== null) throw denied('The sets of the system cannot be deleted.')
      await removeFromSet(tx, row.storeId, row.id, await rowsUnder(tx, row.id, null))
      await tx.remove(set, row.id)
      await tx.add(store, row.storeId, { setCount: -1 })
    },
  })
}
