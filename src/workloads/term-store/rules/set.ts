/** Sets: term-store.md §1.2, §3.5 (deletion), §4.2, §4.3. */

import { type Faults, invariant } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { PatchOf, RowOf } from '#edm/infer.ts'
import { type Behaviour, behaviour, type Located, type WriteContext } from '#edm/ports.ts'
import { group, set, store } from '../types.ts'
import { birthOf, stampOf } from './author.ts'
import { setThen } from './history/past.ts'
import { describeSet } from './labels/descriptions.ts'
import { type LocalName, nameOf, namesIn, propertiesIn } from './labels/labels.ts'
import { checkNames } from './labels/set-names.ts'
import { descriptionIn } from './labels/text.ts'
import { type Languages, languagesOf } from './languages/languages.ts'
import { removalOf, removeFromSet } from './places/remove-branch.ts'
import { rowsUnder } from './places/tree.ts'
import { denied, idOf, invalid, isVisible, missing } from './refusals.ts'
import { checkRole } from './roles/roles.ts'
import { getAllTerms } from './search/all-terms.ts'
import { annotateSets } from './search/annotations.ts'
import type { TermStoreSettings } from './settings.ts'
import { isGroupSeen, placeInGroup } from './verbs/containers/move-set.ts'
import { setOperations } from './verbs/containers/set-operations.ts'

function sortKeyOf(names: readonly LocalName[], defaultTag: string): string {
  return fold(nameOf(names, defaultTag) ?? '')
}

async function storeOf({ tx }: Pick<WriteContext, 'tx'>, id: string) {
  const found = await tx.get(store, id)
  invariant(found !== undefined, 'a set is in a store')
  return found
}

type Row = RowOf<typeof set>
type Patch = PatchOf<typeof set>

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

/** An empty list keeps the names, as recorded: term-store.md §1.3. */
function renamedIn(patch: Patch, languages: Languages, faults: Faults) {
  if (!('localizedNames' in patch)) return undefined
  if ((patch.localizedNames ?? []).length === 0) {
    if (!faults.has('localizedNames')) faults.ignore('localizedNames', 'A set keeps its names where none is sent.')
    return undefined
  }
  const localizedNames = namesIn(patch.localizedNames, languages, faults, 'update')
  return { localizedNames, sortKey: sortKeyOf(localizedNames, languages.defaultTag) }
}

/** The names in the body; undefined: the change has none. */
function sentIn(patch: Patch, isRenamed: boolean) {
  return isRenamed ? (patch.localizedNames ?? []) : undefined
}

/** The group that a change moves the set to; undefined: it stays. Graph moves no sets (term-store.md §8 O8). */
function movesIn({ strict }: WriteContext, before: Row, patch: Patch, faults: Faults): string | undefined {
  const groupId = patch.parentGroupId
  if (groupId === undefined || groupId === before.parentGroupId) return undefined
  if (groupId === null) faults.add('parentGroup', 'A set is in a group.')
  else if (strict) faults.ignore('parentGroup', 'Microsoft Graph does not move sets to another group.')
  return strict ? undefined : (groupId ?? undefined)
}

/** Sets do not have the instant of their last change. */
function birthOfSet(context: WriteContext) {
  const { lastModifiedDateTime: _, ...birth } = birthOf(context)
  return birth
}

function changeOfSet(context: WriteContext, patch: object) {
  return Object.keys(patch).length === 0 ? {} : { lastModifiedBy: stampOf(context).lastModifiedBy }
}

async function removeSet(settings: TermStoreSettings, context: WriteContext, row: Row): Promise<void> {
  const { tx } = context
  await checkRole(settings, context, 'contributor', { storeId: row.storeId, groupId: row.parentGroupId })
  if (row.systemRole !== null) throw denied('The sets of the system cannot be deleted.')
  const removal = removalOf(context, { storeId: row.storeId, setId: row.id })
  await removeFromSet(tx, removal, await rowsUnder(tx, row.id, null))
  await tx.remove(set, row.id)
  await tx.add(store, row.storeId, { setCount: -1 })
}

export function setBehaviour(settings: TermStoreSettings): Behaviour {
  return behaviour(set, {
    past: setThen,
    describe: describeSet,
    annotate: annotateSets,
    operations: { ...setOperations(settings), getAllTerms: { function: getAllTerms } },

    async beforeCreate(context, { from, nav, draft, faults }) {
      const { tx } = context
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
      const id = await idOf(context, draft.id, faults)
      faults.throwIfAny()
      invariant(parentGroupId !== undefined && description !== undefined, 'faults were thrown')
      const parent = await tx.get(group, parentGroupId)
      if (parent === undefined || !isVisible(parent.siteCollectionId, from))
        throw missing('Group', parentGroupId, 'parentGroup')
      if (parent.scope === 'system') throw denied('No sets can be created in the system group.')
      if (storeRow.setCount >= settings.limits.sets)
        throw invalid(`The store has its limit of ${settings.limits.sets} sets.`, nav)
      await checkNames(tx, parentGroupId, { names: localizedNames, sent: draft.localizedNames ?? [] })
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
          ...birthOfSet(context),
          siteCollectionId: parent.siteCollectionId,
          sortKey: sortKeyOf(localizedNames, languages.defaultTag),
        },
      }
    },

    async beforeUpdate(context, { at, before, patch, faults }) {
      const { tx } = context
      await checkRole(settings, context, 'contributor', { storeId: before.storeId, groupId: before.parentGroupId })
      if (before.systemRole !== null) throw denied('The sets of the system cannot be changed.')
      const languages = languagesOf(await storeOf({ tx }, before.storeId))
      const renaming = renamedIn(patch, languages, faults)
      const description = 'description' in patch ? descriptionIn(patch.description, 'description', faults) : undefined
      const properties = 'properties' in patch ? propertiesIn(patch.properties, faults) : undefined
      const moves = movesIn(context, before, patch, faults)
      faults.throwIfAny()
      if (moves !== undefined && !(await isGroupSeen({ tx }, moves, at))) throw missing('Group', moves, 'parentGroup')
      const moved = moves === undefined ? undefined : await placeInGroup(settings, context, before, moves)
      const names = renaming?.localizedNames ?? (before.localizedNames as readonly LocalName[])
      if (renaming !== undefined || moved !== undefined) {
        const sent = sentIn(patch, renaming !== undefined)
        await checkNames(tx, moves ?? before.parentGroupId, { names, sent, exceptId: before.id })
      }
      const { parentGroupId: _group, localizedNames: _names, ...others } = patch
      return {
        ...others,
        ...renaming,
        ...moved,
        ...(description === undefined ? {} : { description }),
        ...(properties === undefined ? {} : { properties }),
        ...changeOfSet(context, patch),
      }
    },

    remove: (context, { row }) => removeSet(settings, context, row),
  })
}
