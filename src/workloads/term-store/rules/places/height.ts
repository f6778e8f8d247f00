/**
 * Keeps `height` correct on terms and relations, up to the root and through every pin, and with it the limit of seven
 * levels (term-store.md §3.6 step 8). Walks upwards only, and stops where nothing changes.
 */
import type { ReadTx, Tx } from '#edm/ports.ts'
import { relation, term } from '../../types.ts'
import { titleOfSet } from '../labels/titles.ts'
import { invalid } from '../refusals.ts'
import { maxLevels, type Occurrence, pinsOf, rowIn } from './tree.ts'

/** Throws `invalid` when a branch of that height does not fit at that level. `target`: what the refusal names. */
export async function checkDepth(
  tx: ReadTx,
  { setId, level }: Pick<Occurrence, 'setId' | 'level'>,
  height: number,
  target: string,
): Promise<void> {
  const deepest = level + height - 1
  if (deepest <= maxLevels) return
  throw invalid(
    `A set can have at most ${maxLevels} levels of terms, mirrored ones included; the set ${await titleOfSet(tx, setId)} would have ${deepest}.`,
    target,
  )
}

async function writeHeight(tx: Tx, row: Occurrence, height: number): Promise<void> {
  if (row.kind === 'source') await tx.update(term, row.id, { height })
  else await tx.update(relation, row.id, { height })
}

/** The parent of the row, and the pins of its term where the row is the source. */
async function above(tx: ReadTx, row: Occurrence): Promise<{ parent: Occurrence | undefined; pins: Occurrence[] }> {
  return {
    parent: row.parentId === null ? undefined : await rowIn(tx, row.setId, row.parentId),
    pins: row.kind === 'source' ? await pinsOf(tx, row.termId) : [],
  }
}

async function grow(tx: Tx, row: Occurrence, height: number, target: string): Promise<void> {
  if (row.height >= height) return
  await checkDepth(tx, row, height, target)
  await writeHeight(tx, row, height)
  const { parent, pins } = await above(tx, row)
  for (const pin of pins) await grow(tx, pin, height, target)
  if (parent !== undefined) await grow(tx, parent, height + 1, target)
}

/** Call after a branch of that height has been added under the parent. Throws `invalid` if a set becomes too deep. */
export async function raiseHeights(
  tx: Tx,
  { setId, parentId }: Pick<Occurrence, 'setId' | 'parentId'>,
  height: number,
  target: string,
): Promise<void> {
  const parent = parentId === null ? undefined : await rowIn(tx, setId, parentId)
  if (parent !== undefined) await grow(tx, parent, height + 1, target)
}

/** Height of the tallest row under the parent, known to be at most `most`; 0 when there is none. */
async function tallest(tx: ReadTx, setId: string, parentId: string, most: number): Promise<number> {
  for (let height = most; height > 0; height -= 1) {
    if (await tx.has(term, { setId, parentId, height })) return height
    if (await tx.has(relation, { setId, fromTermId: parentId, height })) return height
  }
  return 0
}

/** Writes the smaller height, and passes the change on to the pins of the term and to the parent. */
export async function shrink(tx: Tx, row: Occurrence, height: number): Promise<void> {
  if (row.height <= height) return
  await writeHeight(tx, row, height)
  await passOnShrink(tx, row, height)
}

async function passOnShrink(tx: Tx, row: Occurrence, height: number): Promise<void> {
  const { parent, pins } = await above(tx, row)
  for (const pin of pins) await shrink(tx, pin, height)
  if (parent !== undefined) await settle(tx, parent)
}

async function settle(tx: Tx, row: Occurrence): Promise<void> {
  if (row.kind === 'pin' || row.height === 1) return
  await shrink(tx, row, (await tallest(tx, row.setId, row.termId, row.height - 1)) + 1)
}

/** Call after something under the parent has been removed. */
export async function lowerHeights(tx: Tx, setId: string, parentId: string | null): Promise<void> {
  const parent = parentId === null ? undefined : await rowIn(tx, setId, parentId)
  if (parent !== undefined) await settle(tx, parent)
}
