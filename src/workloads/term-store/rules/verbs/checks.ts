/** What several verbs check in the same way (exchange.md §9.2, "common refusals"). */
import { AppError, invariant } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import { set, store } from '../../types.ts'
import { titleOfSet, titleOfTerm } from '../labels/titles.ts'
import { languagesOf } from '../languages/languages.ts'
import { findPlace, type TermPlace } from '../places/tree.ts'
import { invalid, missing } from '../refusals.ts'
import type { TermStoreSettings } from '../settings.ts'
import type { ChildrenOf, TermAt } from './verbs.ts'

export function conflicting(message: string, target?: string): AppError {
  return new AppError('conflict', message, {
    code: 'conflict',
    spec: 'exchange.md §9',
    ...(target === undefined ? {} : { target }),
  })
}

export async function needPlace(tx: ReadTx, { setId, termId }: TermAt, target?: string): Promise<TermPlace> {
  const place = await findPlace(tx, setId, termId)
  if (place === undefined) throw missing('Term', termId, target)
  return place
}

async function pinnedText(tx: ReadTx, ownerId: string, termId: string): Promise<string> {
  return `pinned terms can be changed only in the set that owns them: ${await titleOfSet(tx, ownerId)}, for the term ${await titleOfTerm(tx, termId)}.`
}

/** Throws if the set only mirrors the term. */
export async function checkStored(tx: ReadTx, place: TermPlace, target?: string): Promise<void> {
  if (place.kind === 'mirrored')
    throw invalid(
      `The term is below a pinned term, and ${await pinnedText(tx, place.holderId, place.row.termId)}`,
      target,
    )
}

/** Throws if nothing can be below the term in that set: it is pinned there, or below a pinned term. */
export async function checkUnlocked(tx: ReadTx, place: TermPlace, target?: string): Promise<void> {
  if (place.locked)
    throw invalid(`Nothing can be added there, as ${await pinnedText(tx, place.childSetId, place.row.termId)}`, target)
}

export async function needSet(tx: ReadTx, setId: string, target?: string): Promise<RowOf<typeof set>> {
  const row = await tx.get(set, setId)
  if (row === undefined) throw missing('Set', setId, target)
  return row
}

export async function storeOfSet(tx: ReadTx, { storeId }: Pick<RowOf<typeof set>, 'storeId'>) {
  const row = await tx.get(store, storeId)
  invariant(row !== undefined, 'a set is in a store')
  return { row, languages: languagesOf(row) }
}

/** Throws `invalid` for the sets of the system, into which nothing is moved, copied or shared. */
export async function checkNoSystemSet(tx: ReadTx, row: RowOf<typeof set>, target?: string): Promise<void> {
  if (row.systemRole !== null) throw invalid(`The set ${await titleOfSet(tx, row.id)} belongs to the system.`, target)
}

/** Throws `invalid` if the set would hold more terms than it can. */
export async function checkRoom(
  tx: ReadTx,
  row: RowOf<typeof set>,
  more: number,
  { limits }: TermStoreSettings,
  target?: string,
): Promise<void> {
  if (row.termCount + more > limits.termsPerSet)
    throw invalid(
      `The set ${await titleOfSet(tx, row.id)} has ${row.termCount} terms; with ${more} more it would exceed its limit of ${limits.termsPerSet} terms.`,
      target,
    )
}

/** Level of the terms at a place. Throws if nothing can be added there. `target`: what names the parent. */
export async function levelAt(tx: ReadTx, { setId, parentId }: ChildrenOf, target: string): Promise<number> {
  if (parentId === null) return 1
  const place = await needPlace(tx, { setId, termId: parentId }, target)
  await checkUnlocked(tx, place, target)
  return place.level + 1
}
