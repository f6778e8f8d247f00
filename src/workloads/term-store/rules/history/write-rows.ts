/** Writes rows of the term store as they had been, in an order that the links between them allow, and checks the outcome. */
import { invariant } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { EntityType } from '#edm/define.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Tx, WriteContext } from '#edm/ports.ts'
import type { ChangedMembers } from '#edm/records/reading.ts'
import type { RewoundRow } from '#edm/records/rewind.ts'
import { mergedTerm } from '../../own-types.ts'
import { group, relation, set, store, term } from '../../types.ts'
import { stampOf } from '../author.ts'
import { checkName } from '../labels/group-names.ts'
import { defaultLabel, type LocalName, nameOf } from '../labels/labels.ts'
import { checkNames } from '../labels/set-names.ts'
import { checkSiblings } from '../labels/siblings.ts'
import { changeLanguages } from '../languages/language-change.ts'
import { languagesOf } from '../languages/languages.ts'
import { checkRole, checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import type { ChildrenOf } from '../verbs/verbs.ts'
import { checkOccurrences, settleSets } from './end-state.ts'
import { type RewoundRows, typeNamed } from './rewound-rows.ts'

type TermRow = RowOf<typeof term>
type RelationRow = RowOf<typeof relation>
type SetRow = RowOf<typeof set>

function isOf(type: EntityType): (row: RewoundRow) => boolean {
  return (row) => row.type === type.name
}

/** Parents before children. */
function topDown(rows: readonly RewoundRow[]): RewoundRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const ordered = new Set<RewoundRow>()
  const put = (row: RewoundRow): void => {
    if (ordered.has(row)) return
    const parent = byId.get(((row.was ?? row.now)?.['parentId'] as string | null) ?? '')
    if (parent !== undefined && parent !== row) put(parent)
    ordered.add(row)
  }
  for (const row of rows) put(row)
  return [...ordered]
}

/** Only administrators say in which sites a group is shown. */
function isElsewhere({ now, was }: RewoundRow): boolean {
  return ['scope', 'parentSiteId', 'siteCollectionId'].some((key) => (now?.[key] ?? null) !== (was?.[key] ?? null))
}

async function needRole(settings: TermStoreSettings, context: WriteContext, row: RewoundRow): Promise<void> {
  const { tx } = context
  for (const state of [row.now, row.was]) {
    if (state === undefined) continue
    const isThere = row.now !== undefined && row.was !== undefined
    if (row.type === store.name) await checkRole(settings, context, 'administrator', { storeId: row.id })
    else if (row.type === group.name)
      await checkRole(settings, context, isThere && !isElsewhere(row) ? 'manager' : 'administrator', {
        storeId: state['storeId'] as string,
        ...(isThere ? { groupId: row.id } : {}),
      })
    else if (row.type === set.name)
      await checkRole(settings, context, 'contributor', {
        storeId: state['storeId'] as string,
        groupId: state['parentGroupId'] as string,
      })
    else if (row.type !== mergedTerm.name && (await tx.get(set, state['setId'] as string)) !== undefined)
      await checkRoleInSet(settings, context, state['setId'] as string)
  }
}

/** For rows as the record tells them: who may not take them back does not learn what stands against it. */
export async function needRolesFor(
  settings: TermStoreSettings,
  context: WriteContext,
  changed: readonly ChangedMembers[],
): Promise<void> {
  const rows = changed.map(({ type, id, action, within, before, after }): RewoundRow => {
    const now = typeNamed(type)?.recorded?.within === undefined ? { id } : { id, setId: within }
    const isThere = action === 'update' || type === store.name
    return { type, id, now: isThere ? { ...now, ...after } : undefined, was: { ...now, ...before } }
  })
  const [only] = await context.tx.find(store, {}, 1)
  const known = new Set<string>()
  for (const row of rows) {
    const key = JSON.stringify([row.type, row.now?.['setId'] ?? row.id, row.was?.['setId']])
    if (known.has(key)) continue
    known.add(key)
    await needRole(settings, context, withContainers(row, only?.id ?? '', await context.tx.get(set, row.id)))
  }
}

/** The store and the group of a row, which its record names only where they have changed. */
function withContainers(row: RewoundRow, storeId: string, setRow: SetRow | undefined): RewoundRow {
  const parentGroupId = setRow?.parentGroupId
  const own = { storeId, ...(parentGroupId === undefined ? {} : { parentGroupId }) }
  return { ...row, now: row.now && { ...own, ...row.now }, was: row.was && { ...own, ...row.was } }
}

/** Of each set that has not been checked already: many rows are in one. */
async function needRoles(
  settings: TermStoreSettings,
  context: WriteContext,
  { added, changed, removed }: RewoundRows,
): Promise<void> {
  const known = new Set<string>()
  for (const row of [...added, ...changed.map((entry) => entry.row), ...removed]) {
    const key =
      row.type === term.name || row.type === relation.name
        ? `${row.now?.['setId']} ${row.was?.['setId']}`
        : `${row.type} ${row.id}`
    if (known.has(key)) continue
    known.add(key)
    await needRole(settings, context, row)
  }
}

async function insert(tx: Tx, { type, was }: RewoundRow): Promise<void> {
  const declared = typeNamed(type)
  invariant(declared !== undefined && was !== undefined, 'rows of the term store are written')
  await tx.insert(declared, was as never)
}

/** A change of languages is felt by all terms and sets, also by those made since, as when it is made (term-store.md §4.3). */
async function writeLanguages(context: WriteContext, { changed, since }: RewoundRows): Promise<void> {
  for (const { row } of changed) {
    if (row.type !== store.name) continue
    const [from, to] = [row.now, row.was].map((state) => languagesOf(state as RowOf<typeof store>))
    invariant(from !== undefined && to !== undefined, 'a changed row is there, and was')
    const known = since === undefined ? {} : { since }
    await changeLanguages(context.tx, { storeId: row.id, from, to, stamp: stampOf(context), ...known })
  }
}

/** Relations go first: only one of a term can be in a set. Rows that others link to come before these, and go after them. */
async function writeAll(context: WriteContext, { added, changed, removed }: RewoundRows): Promise<void> {
  const { tx } = context
  const stamp = stampOf(context)
  for (const { id } of removed.filter(isOf(relation))) await tx.remove(relation, id)
  for (const type of [group, set]) for (const row of added.filter(isOf(type))) await insert(tx, row)
  for (const row of topDown(added.filter(isOf(term)))) await insert(tx, row)
  for (const { row, patch } of changed) {
    const type = typeNamed(row.type)
    invariant(type !== undefined, 'rows of the term store are written')
    const stamped = row.type === term.name || row.type === group.name ? stamp : {}
    const author = row.type === set.name ? { lastModifiedBy: stamp.lastModifiedBy } : {}
    await tx.update(type, row.id, { ...patch, ...stamped, ...author } as never)
  }
  for (const type of [relation, mergedTerm]) for (const row of added.filter(isOf(type))) await insert(tx, row)
  for (const { id } of removed.filter(isOf(mergedTerm))) await tx.remove(mergedTerm, id)
  for (const { id } of topDown(removed.filter(isOf(term))).reverse()) await tx.remove(term, id)
  for (const type of [set, group]) for (const { id } of removed.filter(isOf(type))) await tx.remove(type, id)
}

/** Members of a term or a relation that say where it is, or what it shows. */
const placing: readonly string[] = ['setId', 'parentId', 'fromTermId', 'relationship']

async function writeCounts(tx: Tx, { added, removed }: RewoundRows): Promise<void> {
  const grown = (type: EntityType) => added.filter(isOf(type)).length - removed.filter(isOf(type)).length
  const amounts = { setCount: grown(set), termCount: grown(term) }
  if (amounts.setCount === 0 && amounts.termCount === 0) return
  const [only] = await tx.find(store, {}, 1)
  invariant(only !== undefined, 'a tenant with terms has a store')
  await tx.add(store, only.id, amounts)
}

/** Sets are seen where their group is. */
async function moveSets(tx: Tx, groupId: string): Promise<void> {
  const siteCollectionId = (await tx.get(group, groupId))?.siteCollectionId ?? null
  for (const row of await tx.find(set, { parentGroupId: groupId }))
    if (row.siteCollectionId !== siteCollectionId) await tx.update(set, row.id, { siteCollectionId })
}

/** What follows from other rows, which may have changed since: sort keys, and the site of a set. */
async function writeDerived(tx: Tx, { added, changed }: RewoundRows): Promise<void> {
  const [only] = await tx.find(store, {}, 1)
  invariant(only !== undefined, 'a tenant with terms has a store')
  const { defaultTag } = languagesOf(only)
  for (const { type, id } of [...added, ...changed.map(({ row }) => row)]) {
    if (type === group.name) await moveSets(tx, id)
    else if (type === term.name) {
      const row = (await tx.get(term, id)) as TermRow
      const sortKey = fold(defaultLabel(row.labels, defaultTag) ?? '')
      if (sortKey !== row.sortKey) await tx.update(term, id, { sortKey })
    } else if (type === set.name) {
      const row = (await tx.get(set, id)) as SetRow
      const sortKey = fold(nameOf(row.localizedNames, defaultTag) ?? '')
      const siteCollectionId = (await tx.get(group, row.parentGroupId))?.siteCollectionId ?? null
      if (sortKey !== row.sortKey || siteCollectionId !== row.siteCollectionId)
        await tx.update(set, id, { sortKey, siteCollectionId })
    }
  }
}

/** Places of a term: at home, and those of its relations. */
async function placesOf(tx: Tx, row: TermRow) {
  const shared = await tx.find(relation, { toTermId: row.id })
  return [row, ...shared.map(({ setId, fromTermId }) => ({ setId, parentId: fromTermId }))]
}

/** Throws if another term at the place has one of the default labels. */
async function checkLabels(tx: Tx, row: TermRow, defaultTag: string, at: ChildrenOf): Promise<void> {
  const home = await tx.get(set, at.setId)
  // At the root of Orphaned Terms, names may repeat.
  if (home?.systemRole === 'orphanedTerms' && at.parentId === null) return
  await checkSiblings(tx, { labels: row.labels, defaultTag, exceptId: row.id, targetOf: () => 'labels' }, at)
}

async function checkNameOf(tx: Tx, type: string, id: string, defaultTag: string, fresh: ReadonlySet<string>) {
  if (type === term.name) {
    const row = (await tx.get(term, id)) as TermRow
    if (!fresh.has(row.parentId ?? row.setId))
      for (const at of await placesOf(tx, row)) await checkLabels(tx, row, defaultTag, at)
  } else if (type === relation.name) {
    const { setId, fromTermId: parentId, toTermId } = (await tx.get(relation, id)) as RelationRow
    const to = await tx.get(term, toTermId)
    if (to !== undefined && !fresh.has(parentId ?? setId)) await checkLabels(tx, to, defaultTag, { setId, parentId })
  } else if (type === set.name) {
    const { parentGroupId, localizedNames } = (await tx.get(set, id)) as SetRow
    await checkNames(tx, parentGroupId, { names: localizedNames as LocalName[], sent: undefined, exceptId: id })
  } else if (type === group.name) {
    const row = await tx.get(group, id)
    if (row !== undefined) await checkName(tx, row.storeId, row.displayName as string, id)
  }
}

/** Rows that were added below others that were added too had no sibling with their label then, and have none now. */
async function checkNamesOf({ tx }: WriteContext, { added, changed }: RewoundRows): Promise<void> {
  const [only] = await tx.find(store, {}, 1)
  invariant(only !== undefined, 'a tenant with terms has a store')
  const fresh = new Set(added.map(({ id }) => id))
  for (const { type, id } of [...added, ...changed.map(({ row }) => row)])
    await checkNameOf(tx, type, id, only.defaultLanguageTag, fresh)
}

/** Where terms or relations came to be. */
function newPlaces({ added, changed }: RewoundRows) {
  const moved = changed.filter(({ patch }) => placing.some((key) => key in patch)).map(({ row }) => row)
  return [...added, ...moved].flatMap(({ type, was }) => {
    if (was === undefined || (type !== term.name && type !== relation.name)) return []
    return [
      { setId: was['setId'] as string, parentId: (was['parentId'] ?? was['fromTermId'] ?? null) as string | null },
    ]
  })
}

/** Checks roles, writes the rows, and checks the state in the end. Throws what a verb would throw for that state. */
export async function writeRows(settings: TermStoreSettings, context: WriteContext, rows: RewoundRows): Promise<void> {
  const { tx } = context
  await needRoles(settings, context, rows)
  await writeLanguages(context, rows)
  await writeAll(context, rows)
  await writeDerived(tx, rows)
  const places = newPlaces(rows)
  const isPlaced = places.length > 0 || rows.removed.length > 0
  if (isPlaced) await settleSets(tx, rows, settings)
  await writeCounts(tx, rows)
  await checkNamesOf(context, rows)
  await checkOccurrences(tx, places)
}
