/** A relation comes back where its place and its term still are (exchange.md §10.4). */
import { AppError } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import type { WriteContext } from '#edm/ports.ts'
import { relation, set, store, term } from '../../types.ts'
import { stampOf } from '../author.ts'
import { checkSiblings } from '../labels/siblings.ts'
import { checkDepth, raiseHeights } from '../places/height.ts'
import { branchOccursInAny, occursInAny } from '../places/overlap.ts'
import { affectedPlaces, findPlace } from '../places/tree.ts'
import { checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'

export type RelationRow = RowOf<typeof relation>

/** Undefined: it can stand there. */
async function obstacle(context: WriteContext, row: RelationRow, level: number): Promise<string | undefined> {
  const { tx } = context
  const { setId, fromTermId, toTermId, relationship } = row
  const source = await tx.get(term, toTermId)
  if (source === undefined) return 'The term is gone.'
  if (source.setId === setId || (await findPlace(tx, setId, toTermId)) !== undefined)
    return 'The term is in the set already.'
  const setIds = (await affectedPlaces(tx, setId, fromTermId)).map((shown) => shown.setId)
  const isPin = relationship === 'pin'
  if (await occursInAny(tx, toTermId, setIds)) return 'The term would be twice in a set that mirrors the place.'
  if (isPin && (await branchOccursInAny(tx, source, setIds)))
    return 'A term below it would be twice in a set, or below itself.'
  const storeRow = await tx.get(store, (await tx.get(set, setId))?.storeId ?? '')
  const compared = {
    labels: source.labels,
    defaultTag: storeRow?.defaultLanguageTag ?? '',
    exceptId: toTermId,
    targetOf: () => 'deletedItemId',
  }
  try {
    await checkSiblings(tx, compared, { setId, parentId: fromTermId })
    await checkDepth(tx, { setId, level }, isPin ? source.height : 1, 'deletedItemId')
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
  return undefined
}

/** Returns why the relation cannot come back; undefined: it is back. */
export async function restoreRelation(
  settings: TermStoreSettings,
  context: WriteContext,
  row: RelationRow,
): Promise<string | undefined> {
  const { tx } = context
  const { setId, fromTermId, toTermId } = row
  if ((await tx.get(set, setId)) === undefined) return 'The set is gone.'
  await checkRoleInSet(settings, context, setId)
  const place = fromTermId === null ? undefined : await findPlace(tx, setId, fromTermId)
  if (fromTermId !== null && place === undefined) return 'The term above it is gone.'
  if (place?.locked === true) return 'The term above it is pinned now.'
  const level = (place?.level ?? 0) + 1
  const reason = await obstacle(context, row, level)
  if (reason !== undefined) return reason
  const height = row.relationship === 'pin' ? ((await tx.get(term, toTermId))?.height ?? 1) : 1
  await tx.insert(relation, { ...row, level, height })
  await raiseHeights(tx, { setId, parentId: fromTermId }, height, 'deletedItemId')
  await tx.update(term, toTermId, stampOf(context))
  return undefined
}
