/**
 * Where terms occur: term-store.md §3.4 to §3.7. An occurrence is a term in its home set or a relation; everything else
 * that a set shows is mirrored by a pin. Places are found by walking upwards only, so that the cost does not grow with
 * the size of a branch.
 */
import type { Located, ReadTx } from '#edm/ports.ts'
import { notNull } from '#edm/query.ts'
import { levels } from '../../occurrences.ts'
import { relation, set, store, term } from '../../types.ts'

/** The index that lists a set by level covers exactly these. */
export const maxLevels = levels.length

/** A stored occurrence: a term in its home set, or a relation (docs/adr/0002). */
export interface Occurrence {
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

export function rowOfTerm({ id, setId, parentId, level, height }: TermFacts): Occurrence {
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

export function rowOfRelation({
  id,
  relationship,
  setId,
  fromTermId,
  toTermId,
  level,
  height,
}: RelationFacts): Occurrence {
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

/** The stored occurrence of the term in the set; undefined if the set only mirrors it, or does not show it. */
export async function rowIn(tx: ReadTx, setId: string, termId: string): Promise<Occurrence | undefined> {
  const home = await tx.get(term, termId)
  if (home?.setId === setId) return rowOfTerm(home)
  const [shared] = await tx.find(relation, { setId, toTermId: termId }, 1)
  return shared === undefined ? undefined : rowOfRelation(shared)
}

/** Keys of the terms whose home is the set, under a parent. At the root they are those of level 1. */
export function homeUnder(setId: string, parentId: string | null) {
  return parentId === null ? { setId, level: 1 } : { setId, parentId }
}

/** Relations of the set under a parent. At the root they are looked up by relationship, because their index is. */
export function sharedUnder(tx: ReadTx, setId: string, fromTermId: string | null) {
  return tx.find(
    relation,
    fromTermId === null
      ? (['pin', 'reuse'] as const).map((relationship) => ({ setId, relationship, fromTermId }))
      : { setId, fromTermId },
  )
}

/** The stored occurrences of a set under a parent; null: at the root. */
export async function rowsUnder(tx: ReadTx, setId: string, parentId: string | null): Promise<Occurrence[]> {
  return [
    ...(await tx.find(term, homeUnder(setId, parentId))).map(rowOfTerm),
    ...(await sharedUnder(tx, setId, parentId)).map(rowOfRelation),
  ]
}

export async function pinsOf(tx: ReadTx, termId: string): Promise<Occurrence[]> {
  return (await tx.find(relation, { toTermId: termId, relationship: 'pin' })).map(rowOfRelation)
}

export interface Shown {
  readonly setId: string
  /** Level in that set of the rows under the parent. */
  readonly level: number
}

/** The stored occurrence of a term and all above it in that set, nearest first. */
async function lineage(tx: ReadTx, setId: string, termId: string | null): Promise<Occurrence[]> {
  const line: Occurrence[] = []
  for (let next = termId; next !== null; ) {
    const row = await rowIn(tx, setId, next)
    if (row === undefined) break
    line.push(row)
    next = row.parentId
  }
  return line
}

/**
 * The sets that show what the set holds under the parent: the set itself first, then each that mirrors it.
 * The cost grows with the number of pins above, not with the size of any branch.
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
    // A pin mirrors the home set: children that a reused term has in other sets are not mirrored.
    for (const row of line.filter(({ kind }) => kind === 'source')) {
      for (const pin of await pinsOf(tx, row.termId)) {
        waiting.push({ setId: pin.setId, parentId: pin.parentId, level: pin.level + level - row.level })
      }
    }
  }
  return [...shown.values()]
}

/** How a term occurs in a set. */
export interface TermPlace {
  readonly setId: string
  /** The set that holds the occurrence: the set itself, or the one that a pin mirrors. */
  readonly holderId: string
  readonly kind: 'source' | 'reuse' | 'pin' | 'mirrored'
  /** Pinned, or below a pinned term: its structure can be changed only in the set that holds it. */
  readonly locked: boolean
  /** The set in which its children are read. */
  readonly childSetId: string
  readonly level: number
  /** The stored occurrence. */
  readonly row: Occurrence
}

/** The place of a term that the set only mirrors, through a pin of the term or of one above it. */
async function mirroredPlace(
  tx: ReadTx,
  setId: string,
  home: TermFacts,
  shared: readonly RelationFacts[],
): Promise<TermPlace | undefined> {
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
async function placeAway(tx: ReadTx, setId: string, home: TermFacts): Promise<TermPlace | undefined> {
  const mirrors = await tx.has(relation, { setId, relationship: 'pin' })
  const own = { setId, toTermId: home.id }
  // A relation at the root of another set has no parent, so no pin can mirror it.
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

/** The place of the term in the set, stored or mirrored; undefined if it does not occur there. */
export async function findPlace(tx: ReadTx, setId: string, termId: string): Promise<TermPlace | undefined> {
  const home = await tx.get(term, termId)
  if (home === undefined) return undefined
  if (home.setId !== setId) return placeAway(tx, setId, home)
  const row = rowOfTerm(home)
  return { setId, holderId: setId, kind: 'source', locked: false, childSetId: setId, level: row.level, row }
}

/** The set that a path has passed to reach a term: that of the nearest set or relation above, else the term's home. */
export function viewedSet(at: Located): string {
  for (let step: Located | undefined = at; step !== undefined; step = step.from) {
    if (step.type.name === set.name) return step.id
    if (step.type.name === relation.name) return step.row['setId'] as string
    if (step.type.name === store.name) break
  }
  return at.row['setId'] as string
}

/** The place of a term reached by a path; undefined if the set of the path does not show it. */
export async function placeOf(tx: ReadTx, at: Located): Promise<TermPlace | undefined> {
  const remembered = at.facts as TermPlace | undefined
  return remembered ?? (await findPlace(tx, viewedSet(at), at.id))
}
