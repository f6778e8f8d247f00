/** What becomes of the places of a term that is merged into another one: exchange.md §9.5. */
import { invariant } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { relation, term } from '../../../types.ts'
import { titleOfSet, titleOfTerm } from '../../labels/titles.ts'
import { lowerHeights, raiseHeights } from '../../places/height.ts'
import { keeperOf, naturalOrder, relist, tidyOrder, unlist, writeOrder } from '../../places/order.ts'
import { maxLevels, type Occurrence, rowsUnder } from '../../places/tree.ts'
import { relationId } from '../../relations/relation-id.ts'
import { conflicting } from '../checks.ts'
import { changeRelation } from '../move-rows.ts'
import { joinedProperties } from './merge-members.ts'

type TermRow = RowOf<typeof term>

/** A place of the term that goes, and that of the survivor in the same set. */
export interface PlaceOfBoth {
  readonly gone: Occurrence
  readonly survivor: Occurrence | undefined
  /** What the set holds below the term that goes. */
  readonly children: readonly Occurrence[]
}

async function localOf(tx: ReadTx, { kind, id }: Occurrence) {
  const row = kind === 'source' ? await tx.get(term, id) : await tx.get(relation, id)
  invariant(row !== undefined, 'a stored occurrence has its row')
  const { customSortOrder, isAvailableForTagging, localProperties } = row
  return { customSortOrder, isAvailableForTagging, localProperties }
}

/** Levels stay: the survivor stands where the term stood, or beside it. */
async function hangUnder(context: WriteContext, children: readonly Occurrence[], parentId: string): Promise<void> {
  for (const { kind, id } of children) {
    if (kind === 'source') await context.tx.update(term, id, { parentId })
    else await changeRelation(context, id, { fromTermId: parentId })
  }
}

/** The order of the children of both: the survivor's list, then the other's. */
async function joinOrders({ tx }: WriteContext, gone: Occurrence, survivor: Occurrence): Promise<void> {
  const [first, second] = [await keeperOf(tx, survivor), await keeperOf(tx, gone)]
  if (first === undefined || second === undefined || second.order.length === 0) return
  const held = { setId: survivor.setId, parentId: survivor.termId }
  const own = first.order.length > 0 ? first.order : await naturalOrder(tx, held, [])
  await writeOrder(tx, first, [...own, ...second.order])
}

/** Local properties are joined, the survivor's first. */
async function joinLocalProperties({ tx }: WriteContext, gone: Occurrence, survivor: Occurrence): Promise<void> {
  const [own, other] = [await localOf(tx, survivor), await localOf(tx, gone)]
  const localProperties = joinedProperties(own.localProperties, other.localProperties)
  if (localProperties.length === own.localProperties.length) return
  if (survivor.kind === 'source') await tx.update(term, survivor.id, { localProperties })
  else await tx.update(relation, survivor.id, { localProperties })
}

/** The place beside the survivor goes; what is below moves to the survivor. */
async function joinSibling(
  context: WriteContext,
  { gone, children }: PlaceOfBoth,
  survivor: Occurrence,
): Promise<void> {
  const { tx, effects } = context
  if (children.length > 0 && survivor.kind === 'pin')
    throw conflicting(
      `The term ${await titleOfTerm(tx, survivor.termId)} is pinned in the set ${await titleOfSet(tx, gone.setId)}, so that the children of the other cannot stand below it there.`,
      'into',
    )
  if (children.length > 0) await joinOrders(context, gone, survivor)
  await hangUnder(context, children, survivor.termId)
  await joinLocalProperties(context, gone, survivor)
  await unlist(tx, gone, [gone.termId])
  if (gone.kind === 'source') return
  await tx.remove(relation, gone.id)
  effects?.set(`${relation.name} ${gone.id}`, 'merge')
}

/** Check 5: the branch of the survivor fits where the term was pinned. */
async function checkPinFits(tx: ReadTx, pin: Occurrence, survivor: TermRow): Promise<void> {
  if (pin.level + survivor.height - 1 > maxLevels)
    throw conflicting(
      `The branch of the term ${await titleOfTerm(tx, survivor.id)} is too deep for its place in the set ${await titleOfSet(tx, pin.setId)}.`,
      'into',
    )
}

/** The survivor takes the place: a home becomes a reuse, a relation stays of its kind. */
async function takeOver(context: WriteContext, { gone, children }: PlaceOfBoth, survivor: TermRow): Promise<void> {
  const { tx, now } = context
  const { setId, parentId, level, height } = gone
  if (gone.kind === 'source') {
    await tx.insert(relation, {
      id: relationId(setId, parentId, survivor.id),
      relationship: 'reuse',
      setId,
      fromTermId: parentId,
      toTermId: survivor.id,
      createdDateTime: now,
      level,
      height,
      ...(await localOf(tx, gone)),
    })
  } else if (gone.kind === 'pin') {
    await checkPinFits(tx, gone, survivor)
    await changeRelation(context, gone.id, { toTermId: survivor.id, height: survivor.height })
  } else await changeRelation(context, gone.id, { toTermId: survivor.id })
  await hangUnder(context, children, survivor.id)
  await relist(tx, gone, gone.termId, survivor.id)
}

export async function placesOfBoth(
  tx: ReadTx,
  gone: readonly Occurrence[],
  survivor: readonly Occurrence[],
): Promise<PlaceOfBoth[]> {
  const others = new Map(survivor.map((row) => [row.setId, row]))
  const found: PlaceOfBoth[] = []
  for (const row of gone) {
    const children = row.kind === 'pin' ? [] : await rowsUnder(tx, row.setId, row.termId)
    found.push({ gone: row, survivor: others.get(row.setId), children })
  }
  return found
}

export async function joinPlaces(
  context: WriteContext,
  places: readonly PlaceOfBoth[],
  survivor: TermRow,
): Promise<void> {
  for (const place of places) {
    if (place.survivor === undefined) await takeOver(context, place, survivor)
    else await joinSibling(context, place, place.survivor)
  }
}

/** Check 7, and the heights of all that shows the places. */
export async function fitPlaces(
  { tx }: WriteContext,
  places: readonly PlaceOfBoth[],
  survivorId: string,
): Promise<void> {
  for (const { gone, survivor, children } of places) {
    const tallest = Math.max(0, ...children.map(({ height }) => height))
    if (survivor !== undefined && tallest > 0)
      await raiseHeights(tx, { setId: gone.setId, parentId: survivorId }, tallest, 'into')
  }
  const home = await tx.get(term, survivorId)
  invariant(home !== undefined, 'the survivor stays')
  for (const { gone, survivor } of places) {
    if (survivor === undefined && gone.kind === 'pin') {
      const id = relationId(gone.setId, gone.parentId, survivorId)
      await raiseHeights(tx, gone, home.height, 'into')
      await tidyOrder(tx, { ...gone, id, termId: survivorId }, home.setId)
    }
    await lowerHeights(tx, gone.setId, gone.parentId)
  }
}
