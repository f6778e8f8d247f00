/**
 * Whether a branch can be added to a set without any term occurring there twice (term-store.md §3.6 steps 5 and 9).
 * A term that is its own ancestor through mirrors would occur twice too, so this is also the cycle check.
 * What a set shows consists of pieces: the rows that one set holds below one term, the head of the piece. Two pieces
 * of one set overlap if one head is above the other, so only relations are read, never the terms of a branch.
 */
import type { ReadTx } from '#edm/ports.ts'
import type { Closure } from '#edm/query.ts'
import { relation, set, term } from '../../types.ts'
import { findPlace, type Occurrence, rowIn, rowOfRelation } from './tree.ts'

/** From the id of a set: the terms it shares, in their home sets, and all terms above them there. */
export const claims: Closure = {
  name: 'claims',
  seeds: [{ type: set.name, where: { id: { param: 'set' } }, context: { key: 'id' }, node: { key: 'id' } }],
  steps: [
    {
      type: relation.name,
      where: { setId: { state: 'node' } },
      context: { through: 'toTermId', type: term.name, key: 'setId' },
      node: { key: 'toTermId' },
    },
    {
      type: term.name,
      where: { id: { state: 'node' }, setId: { state: 'context' } },
      context: 'context',
      node: { key: 'parentId' },
    },
    {
      type: relation.name,
      where: { toTermId: { state: 'node' }, setId: { state: 'context' } },
      context: 'context',
      node: { key: 'fromTermId' },
    },
  ],
}

/** Cached reads for one check: each row and each set's relations are read once. */
export interface CachedReads {
  relationsOf(setId: string): Promise<readonly Occurrence[]>
  homeOf(termId: string): Promise<string>
  learnHome(termId: string, setId: string): void
  /** The term and all above it in the set, nearest first. */
  lineOf(setId: string, termId: string | null): Promise<readonly string[]>
}

export function cachedReads(tx: ReadTx): CachedReads {
  const relations = new Map<string, readonly Occurrence[]>()
  const lines = new Map<string, readonly string[]>()
  const homes = new Map<string, string>()
  const lineOf = async (setId: string, termId: string | null): Promise<readonly string[]> => {
    if (termId === null) return []
    const known = lines.get(`${setId} ${termId}`)
    if (known !== undefined) return known
    const row = await rowIn(tx, setId, termId)
    const line = [termId, ...(await lineOf(setId, row?.parentId ?? null))]
    lines.set(`${setId} ${termId}`, line)
    return line
  }
  return {
    lineOf,
    async relationsOf(setId) {
      const known = relations.get(setId) ?? (await tx.find(relation, { setId })).map(rowOfRelation)
      relations.set(setId, known)
      return known
    },
    learnHome: (termId, setId) => {
      homes.set(termId, setId)
    },
    async homeOf(termId) {
      const known = homes.get(termId) ?? (await tx.get(term, termId))?.setId ?? ''
      homes.set(termId, known)
      return known
    },
  }
}

/** The heads of pieces, by set. */
type Heads = Map<string, Set<string>>

function addHead(heads: Heads, setId: string, termId: string): void {
  heads.set(setId, (heads.get(setId) ?? new Set()).add(termId))
}

/** The relation rows of the set below one of the heads. */
export async function sharedBelow(
  reads: CachedReads,
  setId: string,
  heads: ReadonlySet<string>,
): Promise<Occurrence[]> {
  const found: Occurrence[] = []
  for (const row of await reads.relationsOf(setId)) {
    const line = await reads.lineOf(setId, row.parentId)
    if (line.some((termId) => heads.has(termId))) found.push(row)
  }
  return found
}

/** The pieces below the given heads, those that their pins mirror included, and the relations in all of them. */
async function gather(reads: CachedReads, first: Heads): Promise<{ heads: Heads; shared: Occurrence[] }> {
  const heads: Heads = new Map()
  const shared = new Map<string, Occurrence>()
  let waiting = first
  while (waiting.size > 0) {
    const next: Heads = new Map()
    for (const [setId, added] of waiting) {
      for (const head of added) addHead(heads, setId, head)
      const fresh = (await sharedBelow(reads, setId, added)).filter(({ id }) => !shared.has(id))
      for (const row of fresh) {
        shared.set(row.id, row)
        if (row.kind === 'pin') addHead(next, await reads.homeOf(row.termId), row.termId)
      }
    }
    waiting = next
  }
  return { heads, shared: [...shared.values()] }
}

/** Whether any of the rows' terms has its source inside one of the pieces. */
async function anySourceIn(reads: CachedReads, rows: readonly Occurrence[], heads: Heads): Promise<boolean> {
  for (const { termId } of rows) {
    const home = await reads.homeOf(termId)
    const wanted = heads.get(home)
    if (wanted === undefined) continue
    if ((await reads.lineOf(home, termId)).some((above) => wanted.has(above))) return true
  }
  return false
}

/** The relations in the pieces that a set's pins mirror. A pin of a leaf mirrors nothing below. */
async function mirroredBy(reads: CachedReads, setId: string): Promise<Occurrence[]> {
  const heads: Heads = new Map()
  for (const row of await reads.relationsOf(setId)) {
    if (row.kind === 'pin' && row.height > 1) addHead(heads, await reads.homeOf(row.termId), row.termId)
  }
  return (await gather(reads, heads)).shared
}

/** Whether the term occurs already in one of the sets. */
export async function occursInAny(tx: ReadTx, termId: string, setIds: readonly string[]): Promise<boolean> {
  for (const setId of setIds) if ((await findPlace(tx, setId, termId)) !== undefined) return true
  return false
}

/** Whether anything of its branch in its home set, the term itself aside, occurs already in one of the sets. */
export async function branchOccursInAny(
  tx: ReadTx,
  branch: { readonly id: string; readonly setId: string; readonly height: number },
  setIds: readonly string[],
): Promise<boolean> {
  if (branch.height === 1) return false
  const reads = cachedReads(tx)
  const { heads, shared } = await gather(reads, new Map([[branch.setId, new Set([branch.id])]]))
  for (const setId of setIds) {
    for (const { termId } of shared) if (await occursInAny(tx, termId, [setId])) return true
    const claimed = await tx.query(claims, { set: setId })
    if (claimed.some(({ context, node }) => heads.get(context)?.has(node) === true)) return true
    // The first hop gives the home of each shared term, so that thousands of pins need no look-up each.
    for (const { context, node, direct } of claimed) if (direct) reads.learnHome(node, context)
    if (await anySourceIn(reads, await mirroredBy(reads, setId), heads)) return true
  }
  return false
}
