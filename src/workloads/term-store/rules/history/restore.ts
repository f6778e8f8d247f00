/** `relata.restore`: brings back what is in the recycle bin, as far as it still can be (exchange.md §10.4). */
import { AppError, invariant } from '#base/errors.ts'
import { localName } from '#edm/define.ts'
import type { AnyRow, RowOf } from '#edm/infer.ts'
import type { Located, Tx, WriteContext } from '#edm/ports.ts'
import type { ChangedMembers } from '#edm/records/reading.ts'
import { type RewoundRow, sameValue } from '#edm/records/rewind.ts'
import { mergedTerm } from '../../own-types.ts'
import { group, relation, set, store, term } from '../../types.ts'
import { titleOfSet } from '../labels/titles.ts'
import { findPlace } from '../places/tree.ts'
import { invalid, missing } from '../refusals.ts'
import { relationId } from '../relations/relation-id.ts'
import { checkRole, checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import { type BinItem, binItem } from './bin.ts'
import { changeToBe, recordIn } from './change-value.ts'
import { tidyOrders } from './orders.ts'
import { renamed } from './rename.ts'
import { type RelationRow, restoreRelation } from './restore-relation.ts'
import { type RewoundRows, typeNamed } from './rewound-rows.ts'
import { RecordSight } from './seen.ts'
import { writeRows } from './write-rows.ts'

const spec = 'exchange.md §10.4'

type TermRow = RowOf<typeof term>

export interface Restoring {
  readonly at: Located
  readonly deletedItemId: string
  readonly set?: string | undefined
  readonly parent?: string | undefined
  readonly onClash: 'refuse' | 'rename'
}

export interface LeftOut {
  readonly kind: string
  readonly id: string
  readonly reason: string
}

/** What the report tells beside the count. */
interface Report {
  readonly notes: string[]
  readonly notRestored: LeftOut[]
}

function refused(message: string, target: string): AppError {
  return new AppError('conflict', message, { code: 'conflict', target, spec })
}

function rowsOf(item: BinItem, type: { readonly name: string }, action: ChangedMembers['action']): ChangedMembers[] {
  return item.rows.filter((row) => row.type === type.name && row.action === action)
}

/** Throws if an id is in use, or stands for another term since. */
async function checkIds(tx: Tx, item: BinItem): Promise<void> {
  for (const { type, id, action } of item.rows) {
    const declared = typeNamed(type)
    if (action !== 'delete' || type === relation.name || declared === undefined) continue
    if ((await tx.get(declared, id)) !== undefined) throw refused(`The id ${id} is in use again.`, 'deletedItemId')
    if (type === term.name && (await tx.get(mergedTerm, id)) !== undefined)
      throw refused(`The term ${id} has been merged into another since.`, 'deletedItemId')
  }
}

/** Where terms and relations of the item go, if not to their own set and parent. */
interface Target {
  /** The set that they were in. */
  readonly from: string
  readonly setId: string
  /** Undefined: to their own parents. */
  readonly parentId: string | null | undefined
}

/** The set that held what was deleted; undefined: it is the set itself, or a group. */
function homeOf({ type, subject, rows }: BinItem): string | undefined {
  if (type === set.name || type === group.name) return undefined
  const top = rows.find((row) => row.id === subject && row.action !== 'create')
  const shared = rows.find((row) => row.type === relation.name && row.before['toTermId'] === subject)
  return (top?.before['setId'] ?? shared?.before['setId']) as string | undefined
}

async function targetOf(tx: Tx, item: BinItem, facts: Restoring): Promise<Target | undefined> {
  const from = homeOf(item)
  if (from === undefined) {
    if (facts.set !== undefined || facts.parent !== undefined)
      throw invalid('Only a term can be restored to another place.', facts.set === undefined ? 'parent' : 'set')
    return undefined
  }
  const setId = facts.set ?? from
  const found = await tx.get(set, setId)
  if (found === undefined && facts.set !== undefined) throw missing('Set', facts.set, 'set')
  if (found === undefined)
    throw refused(`The set ${from} is gone: restore it first, or name another set.`, 'deletedItemId')
  if (found.systemRole !== null && setId !== from)
    throw invalid(`The set ${await titleOfSet(tx, setId)} belongs to the system.`, 'set')
  if (facts.parent === undefined) return { from, setId, parentId: facts.set === undefined ? undefined : null }
  const place = await findPlace(tx, setId, facts.parent)
  if (place === undefined) throw missing('Term', facts.parent, 'parent')
  if (place.locked) throw invalid('Pinned terms can be changed only in the set that owns them.', 'parent')
  return { from, setId, parentId: facts.parent }
}

/** The parent that a row of the item gets; a note where it is gone. */
async function parentOf(
  tx: Tx,
  row: { readonly id: string; readonly setId: string; readonly parentId: string | null },
  back: ReadonlySet<string>,
  target: Target | undefined,
  notes: string[],
): Promise<string | null> {
  const { parentId } = row
  if (parentId !== null && back.has(parentId)) return parentId
  if (target?.parentId !== undefined) return target.parentId
  if (parentId === null) return null
  const place = await findPlace(tx, row.setId, parentId)
  if (place !== undefined && !place.locked) return parentId
  notes.push(`The parent ${parentId} of ${row.id} is gone: it is at the root of its set.`)
  return null
}

function added(type: { readonly name: string }, was: AnyRow): RewoundRow {
  return { type: type.name, id: was.id, now: undefined, was }
}

/** Id of a term to use in its place; null where that one is gone, or out of use itself. */
async function successorOf(tx: Tx, id: string | null, back: ReadonlySet<string>): Promise<string | null> {
  if (id === null || back.has(id)) return id
  const row = await tx.get(term, id)
  return row === undefined || row.isDeprecated ? null : id
}

async function termsToAdd(tx: Tx, item: BinItem, target: Target | undefined, notes: string[]): Promise<RewoundRow[]> {
  const gone = rowsOf(item, term, 'delete').map(({ id, before }) => ({ ...before, id }) as unknown as TermRow)
  const orphans = rowsOf(item, term, 'update').filter(({ after }) => 'setId' in after)
  const back = new Set([...gone, ...orphans].map(({ id }) => id))
  const rows: RewoundRow[] = []
  for (const row of gone) {
    const setId = row.setId === target?.from ? target.setId : row.setId
    const parentId = await parentOf(tx, { ...row, setId }, back, target, notes)
    const replacedBy = await successorOf(tx, row.replacedBy, back)
    if (replacedBy !== row.replacedBy)
      notes.push(
        `The term ${row.replacedBy}, which replaces ${row.id}, is gone or deprecated: nothing replaces it now.`,
      )
    rows.push(added(term, { ...row, setId, parentId, replacedBy }))
  }
  return rows
}

/** Terms that other sets still use were kept as orphans: they move home again. */
async function orphansToMove(tx: Tx, item: BinItem, target: Target | undefined, report: Report) {
  const moves: RewoundRows['changed'][number][] = []
  const back = new Set(rowsOf(item, term, 'delete').map(({ id }) => id))
  const orphans = rowsOf(item, term, 'update').filter(({ after }) => 'setId' in after)
  for (const { id } of orphans) back.add(id)
  for (const { id, before, after } of orphans) {
    const now = (await tx.get(term, id)) as TermRow | undefined
    if (now === undefined || now.setId !== after['setId']) {
      report.notRestored.push({ kind: 'term', id, reason: 'It has left the orphaned terms since.' })
      continue
    }
    const home = before['setId'] as string
    const setId = home === target?.from ? target.setId : home
    const own = (before['parentId'] !== undefined ? before['parentId'] : now.parentId) as string | null
    const parentId = await parentOf(tx, { id, setId, parentId: own }, back, target, report.notes)
    const patch = { setId, ...(parentId === now.parentId ? {} : { parentId }) }
    moves.push({ row: { type: term.name, id, now, was: { ...now, ...patch } }, patch })
  }
  return moves
}

/** Members of a row that stayed, as a report calls them. */
function membersNamed(type: string, id: string, members: readonly string[]): string {
  const row = `the ${localName(type)} ${id}`
  if (members.includes('customSortOrder')) return `The order of the children of ${row}`
  return members.includes('replacedBy') ? `What replaces ${row}` : `What was ${members.join(', ')} of ${row}`
}

/** Members of rows that stayed, such as the order of the parent: as they were, unless something else changed them. */
async function othersToChange(tx: Tx, item: BinItem, notes: string[]) {
  const changes: RewoundRows['changed'][number][] = []
  for (const { type, id, action, before, after } of item.rows) {
    const declared = typeNamed(type)
    if (action !== 'update' || 'setId' in after || declared === undefined) continue
    const now = (await tx.get(declared, id)) as AnyRow | undefined
    if (now === undefined) continue
    if (!Object.entries(after).every(([key, value]) => sameValue(now[key], value))) {
      notes.push(`${membersNamed(type, id, Object.keys(after))} was changed since, and stays as it is.`)
      continue
    }
    changes.push({ row: { type, id, now, was: { ...now, ...before } }, patch: before })
  }
  return changes
}

async function setsToAdd(tx: Tx, item: BinItem): Promise<RewoundRow[]> {
  const groups = rowsOf(item, group, 'delete').map(({ id, before }) => added(group, { ...before, id }))
  const sets = rowsOf(item, set, 'delete').map(({ id, before }) => added(set, { ...before, id, termCount: 0 }))
  for (const { was } of sets) {
    const groupId = was?.['parentGroupId'] as string
    const isThere = groups.some(({ id }) => id === groupId) || (await tx.get(group, groupId)) !== undefined
    if (!isThere) throw refused(`The group ${groupId} is gone: restore it first.`, 'deletedItemId')
  }
  return [...groups, ...sets]
}

/** For what leaves the set that it was in; of a set that is gone, its group counts, and without that the store. */
async function checkRoleAtHome(settings: TermStoreSettings, context: WriteContext, setId: string): Promise<void> {
  const { tx } = context
  if ((await tx.get(set, setId)) !== undefined) return checkRoleInSet(settings, context, setId)
  const [last] = await recordIn(context).entries(tx, { subject: setId }, undefined, 1)
  const [only] = await tx.find(store, {}, 1)
  invariant(only !== undefined, 'a tenant with a recycle bin has a store')
  const groupId = last?.row?.before['parentGroupId']
  const isThere = typeof groupId === 'string' && (await tx.get(group, groupId)) !== undefined
  const facts = { storeId: only.id, ...(isThere ? { groupId } : {}) }
  await checkRole(settings, context, isThere ? 'contributor' : 'administrator', facts)
}

/** Throws where the store could not hold so many terms. */
async function checkRoom(tx: Tx, count: number, { limits }: TermStoreSettings): Promise<void> {
  const [only] = await tx.find(store, {}, 1)
  invariant(only !== undefined, 'a tenant with a recycle bin has a store')
  if (count > 0 && only.termCount + count > limits.terms)
    throw invalid(`The store has its limit of ${limits.terms} terms.`, 'deletedItemId')
}

/** Relations after all terms are back, those of parents first; each where it still can be. Returns their ids. */
async function restoreRelations(
  settings: TermStoreSettings,
  context: WriteContext,
  item: BinItem,
  target: Target | undefined,
  report: Report,
): Promise<string[]> {
  const rows = rowsOf(item, relation, 'delete')
    .map(({ id, before }) => ({ ...before, id }) as unknown as RelationRow)
    .toSorted((a, b) => a.level - b.level)
  const restored: string[] = []
  for (const row of rows) {
    const isTop = item.subject === row.id || (item.subject === row.toTermId && row.setId === target?.from)
    const setId = row.setId === target?.from ? target.setId : row.setId
    const fromTermId = isTop && target?.parentId !== undefined ? target.parentId : row.fromTermId
    const moved = { ...row, setId, fromTermId, id: relationId(setId, fromTermId, row.toTermId) }
    const reason = await restoreRelation(settings, context, moved)
    if (reason === undefined) restored.push(moved.id)
    else report.notRestored.push({ kind: 'relation', id: row.id, reason })
  }
  return restored
}

export async function restore(settings: TermStoreSettings, context: WriteContext, facts: Restoring) {
  const { tx, notes } = context
  const item = await binItem(context, facts.at, facts.deletedItemId)
  await checkIds(tx, item)
  const target = await targetOf(tx, item, facts)
  if (target !== undefined && target.setId !== target.from) await checkRoleAtHome(settings, context, target.from)
  const report: Report = { notes: [], notRestored: [] }
  const terms = await termsToAdd(tx, item, target, report.notes)
  await checkRoom(tx, terms.length, settings)
  const rows: RewoundRows = {
    added: [...(await setsToAdd(tx, item)), ...terms],
    changed: [...(await orphansToMove(tx, item, target, report)), ...(await othersToChange(tx, item, report.notes))],
    removed: [],
  }
  const record = recordIn(context)
  await new RecordSight(tx, record, facts.at).check(rows)
  await writeRows(settings, context, facts.onClash === 'rename' ? await renamed(tx, rows, report.notes) : rows)
  const relations = await restoreRelations(settings, context, item, target, report)
  await tidyOrders(tx, rows, relations)
  const restored = rows.added.length + rows.changed.length + relations.length
  if (restored === 0)
    throw refused(
      `Nothing of it can be restored: ${report.notRestored[0]?.reason ?? 'nothing is left of it.'}`,
      'deletedItemId',
    )
  await record.unbin(tx, item.change.id)
  if (notes !== undefined) notes.undoes = facts.deletedItemId
  const { id: changeId } = await changeToBe(context, record)
  return { changeId: String(changeId), kind: localName(item.type), id: item.subject, restored, ...report }
}
