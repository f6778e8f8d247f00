/**
 * Whether sets show each term once, after a change: the last check of a verb that changes where terms occur (exchange.md
 * §9.2). Like `overlap.ts` it goes by pieces, so only relations and what is above them are read. A term is shown twice if
 * two rows of it are shown, or if one row is, by two pieces.
 */
import { AppError } from '#base/errors.ts'
import type { ReadTx } from '#edm/ports.ts'
import { relation } from '../../types.ts'
import { titleOfSet, titleOfTerm } from '../labels/titles.ts'
import { type CachedReads, cachedReads, claims, sharedBelow } from './overlap.ts'
import type { Occurrence } from './tree.ts'

/** What a set shows below one term, the head, or at all: null. */
type Head = string | null

async function isAbove(reads: CachedReads, setId: string, head: Head, termId: Head): Promise<boolean> {
  return head === null || (termId !== null && (await reads.lineOf(setId, termId)).includes(head))
}

/** What a set shows: the heads of pieces by the set that holds them, and the relations of each term. */
interface Pieces {
  readonly heads: Map<string, Head[]>
  readonly shown: Map<string, Occurrence>
}

/** The term of a piece that is shown already, by one of the same set. */
async function overlapOf(
  reads: CachedReads,
  { heads }: Pieces,
  setId: string,
  head: Head,
): Promise<string | undefined> {
  for (const other of heads.get(setId) ?? [])
    if ((await isAbove(reads, setId, other, head)) || (await isAbove(reads, setId, head, other)))
      return head ?? other ?? undefined
  return undefined
}

/** Reads what a set shows. Returns the first term that two relations or two pieces show. */
async function gatherPieces(reads: CachedReads, first: string, pieces: Pieces): Promise<string | undefined> {
  const { heads, shown } = pieces
  const waiting: { setId: string; head: Head }[] = [{ setId: first, head: null }]
  for (const { setId, head } of waiting) {
    const twice = await overlapOf(reads, pieces, setId, head)
    if (twice !== undefined) return twice
    heads.set(setId, [...(heads.get(setId) ?? []), head])
    const rows = head === null ? await reads.relationsOf(setId) : await sharedBelow(reads, setId, new Set([head]))
    for (const row of rows) {
      if (shown.has(row.termId)) return row.termId
      shown.set(row.termId, row)
      if (row.kind === 'pin') waiting.push({ setId: await reads.homeOf(row.termId), head: row.termId })
    }
  }
  return undefined
}

/** The term that the set shows twice. */
async function twiceIn(reads: CachedReads, setId: string): Promise<string | undefined> {
  const pieces: Pieces = { heads: new Map(), shown: new Map() }
  const twice = await gatherPieces(reads, setId, pieces)
  if (twice !== undefined) return twice
  for (const termId of pieces.shown.keys()) {
    const home = await reads.homeOf(termId)
    const above = (await reads.lineOf(home, termId)).slice(1)
    if ((pieces.heads.get(home) ?? []).some((head) => head === null || above.includes(head))) return termId
  }
  return undefined
}

/** Throws `conflict`, with the term and the set, if one of the sets shows a term twice. `target`: what the refusal names. */
export async function checkOnce(tx: ReadTx, setIds: Iterable<string>, target?: string): Promise<void> {
  for (const setId of new Set(setIds)) {
    // Terms of its own alone cannot be there twice.
    if (!(await tx.has(relation, { setId }))) continue
    const reads = cachedReads(tx)
    // The first hop gives the home of each shared term, so that thousands of relations need no look-up each.
    for (const { context, node, direct } of await tx.query(claims, { set: setId }))
      if (direct) reads.learnHome(node, context)
    const termId = await twiceIn(reads, setId)
    if (termId !== undefined) throw occursTwice(await titleOfTerm(tx, termId), await titleOfSet(tx, setId), target)
  }
}

export function occursTwice(termTitle: string, setTitle: string, target?: string): AppError {
  return new AppError(
    'conflict',
    `Terms can not be shared multiple times in the same term set: the term ${termTitle} would occur twice in the set ${setTitle}.`,
    { code: 'conflict', spec: 'exchange.md §9.3', ...(target === undefined ? {} : { target }) },
  )
}
