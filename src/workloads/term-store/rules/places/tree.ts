/**
 * Where terms stand: term-store.md §3.4 to §3.7. A physical row is a term row in its home set or a relation row;
 * everything else a set shows is mirrored by a pin. Places are found by walking up, never down, so that nothing
 * here costs more for a large branch.
 */
import type { Located, ReadTx } from '#edm/ports.ts'
import { notNull } from '#edm/query.ts'
import { levels } from '../../occurrences.ts'
import { relation, set, store, term } from '../../types.ts'

/** The index that lists a set by its levels knows no more of them. */
export const maxLevels = levels.length

/** One physical occurrence. */
export interface Row {
  readonly kind: 'source' | 'reuse' | 'pin'
  /** Id of the term row or of the relation row. */
  readonly id: string
  readonly setId: string
  readonly termId: string
  readonly parentId: string | null
  readonly level: number
  readonly height: number
}

interface TermFacts {
  readonly id: string
  readonly setId: string
  readonly parentId: string | null
  readonly level: number
  readonly height: number
}

interface RelationFacts {
  readonly id: string
  readonly relationship: string | null
  readonly setId: string
  readonly fromTermId: string | null
  readonly toTermId: string
  readonly level: number
  readonly height: number
}

export function rowOfTerm({ id, setId, parentId, level, height }: TermFacts): Row {
  return {
    kind: 'source',
    id,
    setId,
    termId: id,
    parentId,
    level,
    height,
  }
}

export function rowOfRelation({ id, relationship, setId, fromTermId, toTermId, level, height }: RelationFacts): Row {
  return {
    kind: relationship === 'pin' ? 'pin' : 'reuse',
    id,
    setId,
    termId: toTermId,
    parentId: fromTermId,
    level,
    height,
  }
}

/** The row that holds the term in the set, if the set itself holds it. */
export async function rowIn(tx: ReadTx, setId: string, termId: string): Promise<Row | undefined> {
  const home = await tx.get(term, termId)
  if (home?.setId === setId) return rowOfTerm(home)
  const [shared] = await tx.find(relation, { setId, toTermId: termId }, 1)
  return shared === undefined ? undefined : rowOfRelation(shared)
}

/** Keys of the terms a set has under a parent; those at its root are its first level. */
function homeUnder(setId: string, parentId: string | null) {
  return parentId === null ? { setId, level: 1 } : { setId, parentId }
}

/** Rows of terms shared there; at the root as their index has them, by what they are shared as. */
export function sharedUnder(tx: ReadTx, setId: string, fromTermId: string | null) {
  return tx.find(
    relation,
    fromTermId === null
      ? (['pin', 'reuse'] as const).map((relationship) => ({ setId, relationship, fromTermId }))
      : { setId, fromTermId },
  )
}

/** The rows of a set under a parent; at its root for null. */
export async function rowsUnder(tx: ReadTx, setId: string, parentId: string | null): Promise<Row[]> {
  return [
    ...(await tx.find(term, homeUnder(setId, parentId))).map(rowOfTerm),
    ...(await sharedUnder(tx, setId, parentId)).map(rowOfRelation),
  ]
}

export async function pinsOf(tx: ReadTx, termId: string): Promise<Row[]> {
  return (await tx.find(relation, { toTermId: termId, relationship: 'pin' })).map(rowOfRelation)
}

export interface Shown {
  readonly setId: string
  /** Level in that set of what stands under the parent. */
  readonly level: number
}

/** The row that holds a term, and all above it in that set, nearest first. */
async function lineage(tx: ReadTx, setId: string, termId: string | null): Promise<Row[]> {
  const line: Row[] = []
  for (let next = termId; next !== null; ) {
    const row = await rowIn(tx, setId, next)
    if (row === undefined) break
    line.push(row)
    next = row.parentId
  }
  return line
}

/**
 * The sets that show what the set holds under the parent: itself first, then each that mirrors it.
 * Grows with the number of pins above, not with any branch.
 */
export async function affectedPlaces(tx: ReadTx, setId: string, parentId: string | null): Promise<Shown[]> {
  if (parentId === null) return [{ setId, level: 1 }]
  const shown = new Map<string, Shown>()
  const waiting: { setId: string; parentId: string | null; level: number | undefined }[] = [
    { setId, parentId, level: undefined },
  ]
  for (const { level: known, ...at } of waiting) {
    if (shown.has(at.setId)) continue
    const line = await lineage(tx, at.setId, at.parentId)
    const level = known ?? (line[0]?.level ?? 0) + 1
    shown.set(at.setId, { setId: at.setId, level })
    // Pins are read in the home set: what stands under a reused term elsewhere is not mirrored.
    for (const row of line.filter(({ kind }) => kind === 'source')) {
      for (const pin of await pinsOf(tx, row.termId)) {
        waiting.push({ setId: pin.setId, parentId: pin.parentId, level: pin.level + level - row.level })
      }
    }
  }
  return [...shown.values()]
}

/** How a term stands in a set. */
export interface Place {
  readonly setId: string
  /** The set whose rows hold the term here: the set itself, or the one the mirror reads. */
  readonly holderId: string
  readonly kind: 'source' | 'reuse' | 'pin' | 'mirrored'
  /** A pinned term, or below one: its structure can be changed only in the set that owns it. */
  readonly locked: boolean
  /** The set in which its children are read. */
  readonly childSetId: string
  readonly level: number
  /** The physical row. */
  readonly row: Row
}

/** Below a pin, of the term itself or of one above it, as rows of other sets hold it. */
async function mirroredPlace(
  tx: ReadTx,
  setId: string,
  home: TermFacts,
  shared: readonly RelationFacts[],
): Promise<Place | undefined> {
  const rows = [...(home.parentId === null ? [] : [rowOfTerm(home)]), ...shared.map(rowOfRelation)]
  for (const row of rows) {
    const there = (await affectedPlaces(tx, row.setId, row.parentId)).find((shown) => shown.setId === setId)
    if (there === undefined) continue
    const childSetId = row.kind === 'pin' ? home.setId : row.setId
    return { setId, holderId: row.setId, kind: 'mirrored', locked: true, childSetId, level: there.level, row }
  }
  return undefined
}

/** In a set that is not the term's home. */
async function placeAway(tx: ReadTx, setId: string, home: TermFacts): Promise<Place | undefined> {
  const mirrors = await tx.has(relation, { setId, relationship: 'pin' })
  const own = { setId, toTermId: home.id }
  // What stands at the root of a set is below nothing, so no pin mirrors it there.
  const shared = await tx.find(relation, mirrors ? [own, { toTermId: home.id, fromTermId: notNull }] : own)
  const here = shared.find((row) => row.setId === setId)
  if (here === undefined) {
    const mayBeMirrored = mirrors && (home.parentId !== null || shared.length > 0)
    return mayBeMirrored ? mirroredPlace(tx, setId, home, shared) : undefined
  }
  const row = rowOfRelation(here)
  const pinned = row.kind === 'pin'
  const childSetId = pinned ? home.setId : setId
  return { setId, holderId: setId, kind: row.kind, locked: pinned, childSetId, level: row.level, row }
}

/** The place of the term in the set, physical or mirrored; undefined when it does not occur there. */
export async function findPlace(tx: ReadTx, setId: string, termId: string): Promise<Place | undefined> {
  const home = await tx.get(term, termId)
  if (home === undefined) return undefined
  if (home.setId !== setId) return placeAway(tx, setId, home)
  const row = rowOfTerm(home)
  return { setId, holderId: setId, kind: 'source', locked: false, childSetId: setId, level: row.level, row }
}

/** The set in whose view a path has reached a term: the nearest set or relation above, else the term's home. */
export function viewedSet(at: Located): string {
  for (let step: Located | undefined = at; step !== undefined; step = step.from) {
    if (step.type.name === set.name) return step.id
    if (step.type.name === relation.name) return step.row['setId'] as string
    if (step.type.name === store.name) break
  }
  return at.row['setId'] as string
}

/** The place of a term reached by a path; undefined when the path's set does not show it. */
export async function placeOf(tx: ReadTx, at: Located): Promise<Place | undefined> {
  const remembered = at.facts as Place | undefined
  return remembered ?? (await findPlace(tx, viewedSet(at), at.id))
}
