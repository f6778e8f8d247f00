/** Sets: term-store.md §1.2, §3.5 (deletion), §4.2, §4.3. */

import { type Faults, invariant } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { PatchOf, RowOf } from '#edm/infer.ts'
import {
  type Behaviour,
  behaviour,
  type Located,
  type ReadTx,
  type UpdateFacts,
  type WriteContext,
} from '#edm/ports.ts'
import { group, set, store } from '../types.ts'
import { birthOf, stampOf } from './author.ts'
import { type LocalName, nameOf, namesIn, propertiesIn } from './labels/labels.ts'
import { descriptionIn } from './labels/text.ts'
import { type Languages, languagesOf, sameTag } from './languages/languages.ts'
import { removeFromSet } from './places/remove-branch.ts'
import { rowsUnder } from './places/tree.ts'
import { denied, idOf, invalid, isVisible, missing, taken } from './refusals.ts'
import { checkRole } from './roles/roles.ts'
import type { TermStoreSettings } from './settings.ts'

interface Naming {
  readonly names: readonly LocalName[]
  /** As in the body; undefined: it has none, but another group. */
  readonly sent: readonly { readonly languageTag?: string | null }[] | undefined
  readonly exceptId?: string
}

/** Throws `conflict`, with the name and the group, if another set of the group has one of the names. */
export async function checkNames(tx: ReadTx, groupId: string, { names, sent, exceptId }: Naming): Promise<void> {
  const alike = (some: readonly LocalName[]) => some.map(({ name, languageTag }) => ({ name, languageTag }))
  const clashes = async (some: readonly LocalName[]): Promise<boolean> => {
    for (const id of await tx.findByElement(set, 'localizedNames', alike(some)))
      if (id !== exceptId && (await tx.get(set, id))?.parentGroupId === groupId) return true
    return false
  }
  if (!(await clashes(names))) return
  for (const entry of names) {
    if (!(await clashes([entry]))) continue
    const { name, languageTag } = entry
    const at = (sent ?? []).findIndex((given) => sameTag(given.languageTag ?? '', languageTag))
    const parent = await tx.get(group, groupId)
    throw taken(
      `A term set already exists with the name specified. The name is '${name}' in ${languageTag}; the group is '${parent?.displayName}' (${groupId}).`,
      sent === undefined ? 'parentGroup' : at < 0 ? 'localizedNames' : `localizedNames/${at}/name`,
    )
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

/** Throws if the set cannot move there; its terms and relations stay as they are (exchange.md §9.6). */
async function moveTo(
  settings: TermStoreSettings,
  context: WriteContext,
  { at, before }: Pick<UpdateFacts<typeof set>, 'at' | 'before'>,
  groupId: string,
) {
  const { tx } = context
  const to = await tx.get(group, groupId)
  if (to === undefined || !isVisible(to.siteCollectionId, at)) throw missing('Group', groupId, 'parentGroup')
  await checkRole(settings, context, 'contributor', { storeId: before.storeId, groupId })
  if (to.scope === 'system') throw denied('Moving a term set to the system group is not allowed.')
  return { parentGroupId: groupId, siteCollectionId: to.siteCollectionId }
}

/** Sets do not have the instant of their last change. */
function birthOfSet(context: WriteContext) {
  const { lastModifiedDateTime: _, ...birth } = birthOf(context)
  return birth
}

function changeOfSet(context: WriteContext, patch: object) {
  return Object.keys(patch).length === 0 ? {} : { lastModifiedBy: stampOf(context).lastModifiedBy }
}

export function setBehaviour(settings: TermStoreSettings): Behaviour {
  return behaviour(set, {
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
      const moved = moves === undefined ? undefined : await moveTo(settings, context, { at, before }, moves)
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

    async remove(context, { row }) {
      const { tx } = context
      await checkRole(settings, context, 'contributor', { storeId: row.storeId, groupId: row.parentGroupId })
      if (row.systemRole !== null) throw denied('The sets of the system cannot be deleted.')
      const removal = { storeId: row.storeId, setId: row.id, stamp: stampOf(context) }
      await removeFromSet(tx, removal, await rowsUnder(tx, row.id, null))
      await tx.remove(set, row.id)
      await tx.add(store, row.storeId, { setCount: -1 })
    },
  })
}
