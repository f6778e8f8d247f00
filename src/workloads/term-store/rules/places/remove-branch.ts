/**
 * Removes occurrences and all below them from a set (term-store.md §3.5). Relations are deleted. A term whose home is
 * the set is deleted too, unless it is used in another set or is below a term that is pinned in another set: then it
 * moves to Orphaned Terms, below its parent if that moves as well. An orphan is deleted with its last use.
 */

import { invariant } from '#base/errors.ts'
import type { ReadTx, Tx, WriteContext } from '#edm/ports.ts'
import { notNull } from '#edm/query.ts'
import { relation, set, store, term } from '../../types.ts'
import { type ChangeStamp, stampOf } from '../author.ts'
import { lowerHeights, shrink } from './height.ts'
import { tidyOrder, unlist } from './order.ts'
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

/** What happens to each row. `relations` and `deleted` list children before parents, `kept` parents before children. */
interface Outcome {
  readonly relations: Occurrence[]
  readonly deleted: Occurrence[]
  readonly kept: Kept[]
}

interface Above {
  /** Whether a term above that is kept is still pinned in another set. */
  readonly pinned: boolean
  /** The parent, if it is kept. */
  readonly kept: { readonly id: string; readonly level: number } | undefined
}

const notKept: Above = { pinned: false, kept: undefined }

/** Returns the height of the branch that is kept under the node's parent; 0 if none is. */
async function decide(tx: ReadTx, { row, below }: Node, above: Above, outcome: Outcome): Promise<number> {
  if (row.kind !== 'source') {
    for (const child of below) await decide(tx, child, notKept, outcome)
    outcome.relations.push(row)
    return 0
  }
  const uses = (await tx.find(relation, { toTermId: row.termId })).map(rowOfRelation)
  const pins = uses.filter(({ kind }) => kind === 'pin')
  const pinned = above.pinned || pins.length > 0
  if (uses.length === 0 && !pinned) {
    for (const child of below) await decide(tx, child, notKept, outcome)
    outcome.deleted.push(row)
    return 0
  }
  const level = (above.kept?.level ?? 0) + 1
  const at = outcome.kept.length
  let height = 1
  const held: Above = { pinned, kept: { id: row.termId, level } }
  for (const child of below) height = Math.max(height, 1 + (await decide(tx, child, held, outcome)))
  outcome.kept.splice(at, 0, { row, parentId: above.kept?.id ?? null, level, height, pins })
  return above.kept === undefined ? 0 : height
}

/** The set that takes in orphans. */
export async function orphanedTerms(tx: ReadTx, storeId: string): Promise<string> {
  const [found] = await tx.find(set, { storeId, systemRole: 'orphanedTerms' }, 1)
  invariant(found !== undefined, 'a store has its set of orphaned terms')
  return found.id
}

/** No term is replaced by one that is gone. */
async function forgetSuccessors(tx: Tx, deleted: readonly Occurrence[]): Promise<void> {
  if (deleted.length === 0 || !(await tx.has(term, { replacedBy: notNull }))) return
  for (const { id } of deleted)
    for (const other of await tx.find(term, { replacedBy: id })) await tx.update(term, other.id, { replacedBy: null })
}

async function carryOut(
  tx: Tx,
  outcome: Outcome,
  { setId: fromSetId, stamp, effects }: Removal,
  orphansId: string,
): Promise<void> {
  for (const { id } of outcome.relations) await tx.remove(relation, id)
  for (const { row, parentId, level, height } of outcome.kept) {
    const moved = fromSetId === orphansId ? {} : stamp
    if (fromSetId !== orphansId) effects?.set(`${term.name} ${row.id}`, 'orphan')
    await tx.update(term, row.id, { setId: orphansId, parentId, level, height, ...moved })
  }
  await forgetSuccessors(tx, outcome.deleted)
  for (const { id } of outcome.deleted) await tx.remove(term, id)
  for (const { row, height, pins } of outcome.kept) {
    if (height < row.height) for (const pin of pins) await shrink(tx, pin, height)
    for (const one of [row, ...pins]) await tidyOrder(tx, one, orphansId)
  }
  if (fromSetId !== orphansId && outcome.kept.length > 0)
    await tx.add(set, orphansId, { termCount: outcome.kept.length })
}

/** What is removed from where. */
export interface Removal {
  readonly storeId: string
  readonly setId: string
  /** What the terms get that it changes. */
  readonly stamp: ChangeStamp
  /** For a dry run, which terms become orphans. */
  readonly effects?: WriteContext['effects']
}

export function removalOf(context: WriteContext, from: Pick<Removal, 'storeId' | 'setId'>): Removal {
  return { ...from, stamp: stampOf(context), effects: context.effects }
}

/** Terms count as changed when a relation to them goes, as they do when one is made (term-store.md §3.6 step 10). */
export async function touch(tx: Tx, termIds: Iterable<string>, stamp: ChangeStamp): Promise<void> {
  for (const id of new Set(termIds)) if ((await tx.get(term, id)) !== undefined) await tx.update(term, id, stamp)
}

/** Deletes those of the terms that are orphans and no longer used, and what is kept below them for that reason only. */
export async function removeUnusedOrphans(
  tx: Tx,
  { storeId, stamp, effects }: Pick<Removal, 'storeId' | 'stamp' | 'effects'>,
  termIds: Iterable<string>,
): Promise<void> {
  let orphansId: string | undefined
  for (const termId of new Set(termIds)) {
    const home = await tx.get(term, termId)
    if (home === undefined) continue
    orphansId ??= await orphanedTerms(tx, storeId)
    if (home.setId !== orphansId) continue
    let top = await rowIn(tx, orphansId, termId)
    while (top !== undefined && top.parentId !== null) top = await rowIn(tx, orphansId, top.parentId)
    invariant(top !== undefined, 'an orphan has a root')
    const outcome: Outcome = { relations: [], deleted: [], kept: [] }
    await decide(tx, await nodeOf(tx, top), notKept, outcome)
    await carryOut(tx, outcome, { storeId, setId: orphansId, stamp, effects }, orphansId)
    await count(tx, storeId, orphansId, outcome.deleted.length, 0)
  }
}

async function count(tx: Tx, storeId: string, setId: string, gone: number, moved: number): Promise<void> {
  if (gone + moved > 0) await tx.add(set, setId, { termCount: -(gone + moved) })
  if (gone > 0) await tx.add(store, storeId, { termCount: -gone })
}

/** Removes the rows, which all belong to the set, and everything below them there. */
export async function removeFromSet(tx: Tx, removal: Removal, tops: readonly Occurrence[]): Promise<void> {
  const { storeId, setId, stamp } = removal
  const outcome: Outcome = { relations: [], deleted: [], kept: [] }
  for (const top of tops) await decide(tx, await nodeOf(tx, top), notKept, outcome)
  const orphansId = outcome.kept.length > 0 ? await orphanedTerms(tx, storeId) : ''
  await carryOut(tx, outcome, removal, orphansId)
  await count(tx, storeId, setId, outcome.deleted.length, outcome.kept.length)
  for (const parentId of new Set(tops.map((top) => top.parentId))) {
    const children = tops.filter((top) => top.parentId === parentId)
    const ids = children.map(({ termId }) => termId)
    await unlist(tx, { setId, parentId }, ids)
    await lowerHeights(tx, setId, parentId)
  }
  const unshared = outcome.relations.map(({ termId }) => termId)
  await removeUnusedOrphans(tx, removal, unshared)
  await touch(tx, unshared, stamp)
}
