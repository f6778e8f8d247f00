/**
 * The state of sets after rows were written as they had been: their levels, heights and counts, and whether everything may
 * stand as it does (exchange.md §10.3). Whole sets are read, since what is taken back may be anything, unless that would be much for little.
 */
import type { Tx } from '#edm/ports.ts'
import { relation, set, term } from '../../types.ts'
import { titleOfSet } from '../labels/titles.ts'
import { checkOnce } from '../places/once.ts'
import { checkParent, nowhere, type PlaceChanges, settleFew, tooDeep, writeCount } from '../places/settle.ts'
import { affectedPlaces, maxLevels, type Occurrence, pinsOf, rowOfRelation, rowOfTerm } from '../places/tree.ts'
import type { TermStoreSettings } from '../settings.ts'
import { placeChanges, type RewoundRows } from './rewound-rows.ts'

/** What a set holds. */
interface HeldRows {
  readonly rows: readonly Occurrence[]
  /** By the term that they are. */
  readonly byTerm: ReadonlyMap<string, Occurrence>
  /** By parent; null: at the root. */
  readonly below: ReadonlyMap<string | null, readonly Occurrence[]>
}

async function heldBy(tx: Tx, setId: string): Promise<HeldRows> {
  const rows = [
    ...(await tx.find(term, { setId })).map(rowOfTerm),
    ...(await tx.find(relation, { setId })).map(rowOfRelation),
  ]
  const below = new Map<string | null, Occurrence[]>()
  for (const row of rows) {
    const list = below.get(row.parentId)
    if (list === undefined) below.set(row.parentId, [row])
    else list.push(row)
  }
  return { rows, byTerm: new Map(rows.map((row) => [row.termId, row])), below }
}

/** Throws if a row is below a term that the set does not hold, or only mirrors. */
async function checkParents(setId: string, tx: Tx, { rows, byTerm }: HeldRows): Promise<void> {
  for (const { parentId, termId } of rows) {
    if (parentId === null) continue
    await checkParent(tx, setId, termId, parentId, byTerm.get(parentId))
  }
}

interface Placed {
  readonly row: Occurrence
  readonly level: number
  readonly height: number
}

/** Level and height of each row. Throws where a set becomes too deep, or a row is below itself. */
async function placedIn(tx: Tx, setId: string, held: HeldRows): Promise<Placed[]> {
  const placed: Placed[] = []
  const place = async (row: Occurrence, level: number): Promise<number> => {
    if (level > maxLevels) throw await tooDeep(tx, setId)
    let height = 1
    if (row.kind === 'pin') height = (await tx.get(term, row.termId))?.height ?? 1
    else
      for (const child of held.below.get(row.termId) ?? [])
        height = Math.max(height, 1 + (await place(child, level + 1)))
    if (level + height - 1 > maxLevels) throw await tooDeep(tx, setId)
    placed.push({ row, level, height })
    return height
  }
  for (const row of held.below.get(null) ?? []) await place(row, 1)
  if (placed.length < held.rows.length)
    throw nowhere(`A term would be below itself in the set ${await titleOfSet(tx, setId)}.`)
  return placed
}

/** Writes levels, heights and the count of a set. Returns the ids of its terms whose height has changed. */
async function settle(tx: Tx, setId: string, settings: TermStoreSettings): Promise<string[]> {
  const setRow = await tx.get(set, setId)
  if (setRow === undefined) return []
  const held = await heldBy(tx, setId)
  await checkParents(setId, tx, held)
  const changed: string[] = []
  for (const { row, level, height } of await placedIn(tx, setId, held)) {
    if (row.level === level && row.height === height) continue
    if (row.kind === 'source') await tx.update(term, row.id, { level, height })
    else await tx.update(relation, row.id, { level, height })
    if (row.kind === 'source' && row.height !== height) changed.push(row.termId)
  }
  const after = held.rows.filter(({ kind }) => kind === 'source').length
  await writeCount(tx, setId, { before: setRow.termCount, after }, settings)
  return changed
}

/** Settles the sets, and those whose pins are taller or less tall for it. */
async function settleWhole(tx: Tx, setIds: Iterable<string>, settings: TermStoreSettings): Promise<void> {
  const waiting = new Set(setIds)
  for (const setId of waiting) {
    waiting.delete(setId)
    for (const termId of await settle(tx, setId, settings))
      for (const pin of await pinsOf(tx, termId)) waiting.add(pin.setId)
  }
}

/** Of so few rows each is looked up. */
const few = 50
/** A smaller set is read faster as a whole. */
const small = 200

/** Levels, heights and counts of all sets in which something has another place. */
export async function settleSets(tx: Tx, rows: RewoundRows, settings: TermStoreSettings): Promise<void> {
  const sets = placeChanges(rows)
  const fresh = new Set(rows.added.filter(({ type }) => type === set.name).map(({ id }) => id))
  const isFew = async ([setId, { placed, left }]: [string, PlaceChanges]): Promise<boolean> =>
    !fresh.has(setId) && placed.length + left.length <= few && ((await tx.get(set, setId))?.termCount ?? 0) > small
  for (const entry of sets) if (!(await isFew(entry))) return settleWhole(tx, sets.keys(), settings)
  await settleFew(tx, sets, settings)
}

/** `places`: where rows were added. Throws if a set that shows them has a term twice. */
export async function checkOccurrences(
  tx: Tx,
  places: Iterable<{ readonly setId: string; readonly parentId: string | null }>,
): Promise<void> {
  const setIds = new Set<string>()
  for (const { setId, parentId } of places)
    for (const shown of await affectedPlaces(tx, setId, parentId)) setIds.add(shown.setId)
  await checkOnce(tx, setIds)
}
