/**
 * Takes rows and all below them out of a set (term-store.md §3.5). Occurrences vanish. A source goes too, unless it
 * is still used elsewhere or stands below a term that is still pinned elsewhere: then it moves to Orphaned Terms,
 * below its parent if that moves along. An orphan goes with its last use.
 */
import { invariant } from '#base/errors.ts'
import type { ReadTx, Tx } from '#edm/ports.ts'
import { relation, set, store, term } from '../../types.ts'
import { lowerHeights, shrink } from './height.ts'
import { type Occurrence, rowIn, rowOfRelation, rowsUnder } from './tree.ts'

interface Node {
  readonly row: Occurrence
  readonly below: readonly Node[]
}

async function nodeOf(tx: ReadTx, row: Occurrence): Promise<Node> {
  if (row.kind === 'pin' || row.height === 1) return { row, below: [] }
  const below: Node[] = []
  for (const child of await rowsUnder(tx, row.setId, row.termId)) below.push(await nodeOf(tx, child))
  return { row, below }
}

interface Kept {
  readonly row: Occurrence
  readonly parentId: string | null
  readonly level: number
  readonly height: number
  readonly pins: readonly Occurrence[]
}

/** What becomes of each row; the lists have children before parents, except `kept`. */
interface Fate {
  readonly occurrences: Occurrence[]
  readonly gone: Occurrence[]
  readonly kept: Kept[]
}

interface Above {
  /** Whether a term above that moves along is still pinned elsewhere. */
  readonly pinned: boolean
  /** The parent when it moves along. */
  readonly kept: { readonly id: string; readonly level: number } | undefined
}

const adrift: Above = { pinned: false, kept: undefined }

/** Returns the height of what is kept of the node as a branch under its parent; 0 when it does not stay there. */
async function decide(tx: ReadTx, { row, below }: Node, above: Above, fate: Fate): Promise<number> {
  if (row.kind !== 'source') {
    for (const child of below) await decide(tx, child, adrift, fate)
    fate.occurrences.push(row)
    return 0
  }
  const uses = (await tx.find(relation, { toTermId: row.termId })).map(rowOfRelation)
  const pins = uses.filter(({ kind }) => kind === 'pin')
  const pinned = above.pinned || pins.length > 0
  if (uses.length === 0 && !pinned) {
    for (const child of below) await decide(tx, child, adrift, fate)
    fate.gone.push(row)
    return 0
  }
  const level = (above.kept?.level ?? 0) + 1
  const at = fate.kept.length
  let height = 1
  const held: Above = { pinned, kept: { id: row.termId, level } }
  for (const child of below) height = Math.max(height, 1 + (await decide(tx, child, held, fate)))
  fate.kept.splice(at, 0, { row, parentId: above.kept?.id ?? null, level, height, pins })
  return above.kept === undefined ? 0 : height
}

/** The set that takes in orphans. */
export async function orphanedTerms(tx: ReadTx, storeId: string): Promise<string> {
  const [found] = await tx.find(set, { storeId, systemRole: 'orphanedTerms' }, 1)
  invariant(found !== undefined, 'a store has its set of orphaned terms')
  return found.id
}

async function carryOut(tx: Tx, fate: Fate, fromSetId: string, orphansId: string): Promise<void> {
  for (const { id } of fate.occurrences) await tx.remove(relation, id)
  for (const { row, parentId, level, height } of fate.kept) {
    await tx.update(term, row.id, { setId: orphansId, parentId, level, height })
  }
  for (const { id } of fate.gone) await tx.remove(term, id)
  for (const { row, height, pins } of fate.kept) {
    if (height < row.height) for (const pin of pins) await shrink(tx, pin, height)
  }
  if (fromSetId !== orphansId && fate.kept.length > 0) await tx.add(set, orphansId, { termCount: fate.kept.length })
}

/** Orphans whose last use has just gone, or that were frozen below one that is no longer pinned. */
export async function settleOrphans(tx: Tx, storeId: string, termIds: Iterable<string>): Promise<void> {
  let orphansId: string | undefined
  for (const termId of new Set(termIds)) {
    const home = await tx.get(term, termId)
    if (home === undefined) continue
    orphansId ??= await orphanedTerms(tx, storeId)
    if (home.setId !== orphansId) continue
    let top = await rowIn(tx, orphansId, termId)
    while (top !== undefined && top.parentId !== null) top = await rowIn(tx, orphansId, top.parentId)
    invariant(top !== undefined, 'an orphan has a root')
    const fate: Fate = { occurrences: [], gone: [], kept: [] }
    await decide(tx, await nodeOf(tx, top), adrift, fate)
    await carryOut(tx, fate, orphansId, orphansId)
    await count(tx, storeId, orphansId, fate.gone.length, 0)
  }
}

async function count(tx: Tx, storeId: string, setId: string, gone: number, moved: number): Promise<void> {
  if (gone + moved > 0) await tx.add(set, setId, { termCount: -(gone + moved) })
  if (gone > 0) await tx.add(store, storeId, { termCount: -gone })
}

/** The rows, all of one set, and everything below them there, leave that set. */
export async function uproot(tx: Tx, storeId: string, setId: string, tops: readonly Occurrence[]): Promise<void> {
  const fate: Fate = { occurrences: [], gone: [], kept: [] }
  for (const top of tops) await decide(tx, await nodeOf(tx, top), adrift, fate)
  const orphansId = fate.kept.length > 0 ? await orphanedTerms(tx, storeId) : ''
  await carryOut(tx, fate, setId, orphansId)
  await count(tx, storeId, setId, fate.gone.length, fate.kept.length)
  for (const parentId of new Set(tops.map((top) => top.parentId))) await lowerHeights(tx, setId, parentId)
  await settleOrphans(
    tx,
    storeId,
    fate.occurrences.map(({ termId }) => termId),
  )
}
