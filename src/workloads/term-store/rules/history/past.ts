/**
 * A set as it was: its terms and relations at a moment, the terms that it shared, and the sets that its pins mirrored
 * (exchange.md §10.2). What follows from other members, such as levels, is worked out anew.
 */
import { fold } from '#base/text/fold.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, RowOf } from '#edm/infer.ts'
import type { ReadContext, ReadTx } from '#edm/ports.ts'
import type { PastMoment, PastRow } from '#edm/records/reading.ts'
import { group as directoryGroup } from '../../../directory/people.ts'
import { site } from '../../../sites/types.ts'
import { group, relation, set, store, term } from '../../types.ts'
import { defaultLabel, nameOf } from '../labels/labels.ts'
import { recordIn } from './change-value.ts'
import { type RelationThen, type TermThen, Then } from './then.ts'

/** What is read of a set: all of it, or the row alone, as the home of a term that is shared. */
interface SetThen {
  readonly terms: Map<string, TermThen>
  readonly relations: readonly RelationThen[]
}

/** All sets that a set showed something of. */
async function setsShownBy(then: Then, setId: string): Promise<Map<string, SetThen>> {
  const sets = new Map<string, SetThen>()
  const shared: TermThen[] = []
  const waiting = [setId]
  for (const id of waiting) {
    if (sets.has(id)) continue
    const { terms, relations } = await then.set(id)
    sets.set(id, { terms: new Map(terms.map((row) => [row.id, row])), relations })
    for (const { toTermId, relationship } of relations) {
      const row = (await then.rowThere(term, toTermId)) as unknown as TermThen | undefined
      if (row === undefined) continue
      shared.push(row)
      if (relationship === 'pin') waiting.push(row.setId)
    }
  }
  for (const row of shared) {
    const home = sets.get(row.setId) ?? { terms: new Map<string, TermThen>(), relations: [] }
    sets.set(row.setId, home)
    // Where nothing else of its home is read, it is alone there.
    if (!home.terms.has(row.id)) home.terms.set(row.id, { ...row, parentId: null })
  }
  return sets
}

interface Placed {
  readonly termId: string
  readonly row: TermThen | RelationThen
  readonly type: EntityType
  readonly isPin: boolean
}

function occurrencesIn({ terms, relations }: SetThen): Map<string | null, Placed[]> {
  const below = new Map<string | null, Placed[]>()
  const put = (parentId: string | null, placed: Placed): void => {
    below.set(parentId, [...(below.get(parentId) ?? []), placed])
  }
  for (const row of terms.values()) put(row.parentId, { termId: row.id, row, type: term, isPin: false })
  for (const row of relations)
    put(row.fromTermId, { termId: row.toTermId, row, type: relation, isPin: row.relationship === 'pin' })
  return below
}

/** Rows with their levels and heights, parents before children. */
function placedRows(sets: ReadonlyMap<string, SetThen>, homeOf: (termId: string) => string | undefined): PastRow[] {
  const below = new Map([...sets].map(([id, held]) => [id, occurrencesIn(held)] as const))
  const heights = new Map<string, number>()
  const heightOf = (setId: string, termId: string): number => {
    const key = `${setId} ${termId}`
    const known = heights.get(key)
    if (known !== undefined) return known
    heights.set(key, 1)
    let height = 1
    for (const child of below.get(setId)?.get(termId) ?? []) {
      const at = child.isPin ? (homeOf(child.termId) ?? setId) : setId
      height = Math.max(height, 1 + heightOf(at, child.termId))
    }
    heights.set(key, height)
    return height
  }
  const found: PastRow[] = []
  const visit = (setId: string, { termId, row, type, isPin }: Placed, level: number): void => {
    const height = heightOf(isPin ? (homeOf(termId) ?? setId) : setId, termId)
    found.push({ type, row: { ...row, level, height } })
    if (!isPin) for (const child of below.get(setId)?.get(termId) ?? []) visit(setId, child, level + 1)
  }
  for (const [setId, held] of below) for (const top of held.get(null) ?? []) visit(setId, top, 1)
  return found
}

/** Stores, groups and sets, with what follows from other members. */
async function containersOf(
  { tx }: ReadContext,
  then: Then,
  setRows: readonly RowOf<typeof set>[],
  sets: ReadonlyMap<string, SetThen>,
): Promise<{ readonly rows: PastRow[]; readonly defaultTag: string }> {
  const [only] = await tx.find(store, {}, 1)
  const storeRow = only && ((await then.rowThere(store, only.id)) as unknown as RowOf<typeof store> | undefined)
  if (storeRow === undefined) return { rows: [], defaultTag: '' }
  const rows: PastRow[] = [{ type: store, row: { ...storeRow } }]
  const groups = new Map<string, RowOf<typeof group>>()
  for (const { parentGroupId } of setRows) {
    const row = groups.get(parentGroupId) ?? (await then.rowThere(group, parentGroupId))
    if (row !== undefined) groups.set(parentGroupId, row as unknown as RowOf<typeof group>)
  }
  for (const row of groups.values()) rows.push({ type: group, row: { ...row } })
  for (const row of setRows) {
    const termCount = sets.get(row.id)?.terms.size ?? 0
    const siteCollectionId = groups.get(row.parentGroupId)?.siteCollectionId ?? null
    const sortKey = fold(nameOf(row.localizedNames, storeRow.defaultLanguageTag) ?? '')
    rows.push({ type: set, row: { ...row, termCount, siteCollectionId, sortKey } })
  }
  return { rows, defaultTag: storeRow.defaultLanguageTag }
}

function withSortKey({ type, row }: PastRow, defaultTag: string): PastRow {
  if (type !== term) return { type, row }
  const sortKey = fold(defaultLabel((row as unknown as TermThen).labels, defaultTag) ?? '')
  return { type, row: { ...row, sortKey } as AnyRow }
}

/** Paths may lead through a site, and through the group that a site belongs to. */
async function sitesOf(tx: ReadTx): Promise<PastRow[]> {
  const rows: PastRow[] = []
  for (const row of await tx.find(site, {})) {
    const owner = row.groupId === null ? undefined : await tx.get(directoryGroup, row.groupId)
    if (owner !== undefined) rows.push({ type: directoryGroup, row: owner as AnyRow })
    rows.push({ type: site, row: row as AnyRow })
  }
  return rows
}

/** Terms after those that they are below, which may be shared from another set. */
function inOrder(rows: readonly PastRow[]): PastRow[] {
  const byId = new Map(rows.map((entry) => [entry.row.id, entry]))
  const ordered = new Set<PastRow>()
  const put = (entry: PastRow): void => {
    if (ordered.has(entry)) return
    const parent = byId.get((entry.row['parentId'] as string | null) ?? '')
    if (parent !== undefined) put(parent)
    ordered.add(entry)
  }
  for (const entry of rows) put(entry)
  return [...ordered]
}

/** All rows that a read of the set needs; none: it was not there. */
export async function setThen(context: ReadContext, setId: string, moment: PastMoment): Promise<readonly PastRow[]> {
  const { tx } = context
  const then = new Then(tx, recordIn(context), moment)
  const own = await then.row(set, setId, setId)
  const sites = await sitesOf(tx)
  const isYounger = own !== undefined && (own['createdDateTime'] as string) > moment.instant
  if (own === undefined || (isYounger && !(await wasRecorded(context, setId)))) {
    const { rows } = await containersOf(context, then, [], new Map())
    return [...sites, ...rows]
  }
  const sets = await setsShownBy(then, setId)
  const setRows: RowOf<typeof set>[] = []
  for (const id of sets.keys()) {
    const row = await then.rowThere(set, id)
    if (row !== undefined) setRows.push(row as unknown as RowOf<typeof set>)
  }
  const { rows, defaultTag } = await containersOf(context, then, setRows, sets)
  const homes = new Map(
    [...sets].flatMap(([id, { terms }]) => [...terms.keys()].map((termId) => [termId, id] as const)),
  )
  const placed = placedRows(sets, (termId) => homes.get(termId)).map((row) => withSortKey(row, defaultTag))
  const terms = inOrder(placed.filter(({ type }) => type === term))
  return [...sites, ...rows, ...terms, ...placed.filter(({ type }) => type !== term)]
}

async function wasRecorded(context: ReadContext, setId: string): Promise<boolean> {
  return (await recordIn(context).madeBy(context.tx, setId, setId)) !== undefined
}
