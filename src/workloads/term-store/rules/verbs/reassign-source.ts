/**
 * `relata.reassignSource`: exchange.md §9.6. The home row of a term and one of its reuses swap places with their order,
 * availability and local properties. What is below stays where it is, in both sets.
 */
import { invariant } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { relation, set, term } from '../../types.ts'
import { stampOf } from '../author.ts'
import { titleOfSet, titleOfTerm } from '../labels/titles.ts'
import { rowsBelow } from '../places/branch.ts'
import { checkDepth, lowerHeights, raiseHeights } from '../places/height.ts'
import { checkOnce } from '../places/once.ts'
import { tidyOrder, unlist } from '../places/order.ts'
import { affectedPlaces, findPlace, type Occurrence, pinsOf, rowOfTerm, rowsUnder } from '../places/tree.ts'
import { invalid, missing } from '../refusals.ts'
import { relationId } from '../relations/relation-id.ts'
import { checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import { checkNoSystemSet, checkRoom, conflicting, needSet } from './checks.ts'
import type { NewSource } from './verbs.ts'

type TermRow = RowOf<typeof term>
type RelationRow = RowOf<typeof relation>
type SetRow = RowOf<typeof set>

async function reuseIn(tx: ReadTx, setId: string, toTermId: string): Promise<RelationRow | undefined> {
  const [found] = await tx.find(relation, { setId, toTermId }, 1)
  return found?.relationship === 'reuse' ? found : undefined
}

/** A pin shows the children of the home set, so another home would change what other sets show. */
async function checkNotPinned(tx: ReadTx, home: TermRow, reuse: RelationRow): Promise<void> {
  const [pin] = await pinsOf(tx, home.id)
  const shown = [
    ...(await affectedPlaces(tx, home.setId, home.parentId)),
    ...(await affectedPlaces(tx, reuse.setId, reuse.fromTermId)),
  ].map(({ setId }) => setId)
  const where = pin?.setId ?? shown.find((setId) => setId !== home.setId && setId !== reuse.setId)
  if (where !== undefined)
    throw conflicting(
      `The set ${await titleOfSet(tx, where)} mirrors the term ${await titleOfTerm(tx, home.id)}: unpin it first.`,
      'set',
    )
}

/** The members of a place, which swap with it. */
function localOf(row: Pick<TermRow, 'customSortOrder' | 'isAvailableForTagging' | 'localProperties'>) {
  const { customSortOrder, isAvailableForTagging, localProperties } = row
  return { customSortOrder, isAvailableForTagging, localProperties }
}

async function swap(context: WriteContext, home: TermRow, reuse: RelationRow): Promise<void> {
  const { tx, now, effects } = context
  await tx.remove(relation, reuse.id)
  await tx.update(term, home.id, {
    setId: reuse.setId,
    parentId: reuse.fromTermId,
    level: reuse.level,
    height: reuse.height,
    ...localOf(reuse),
    ...stampOf(context),
  })
  await tx.insert(relation, {
    id: relationId(home.setId, home.parentId, home.id),
    relationship: 'reuse',
    setId: home.setId,
    fromTermId: home.parentId,
    toTermId: home.id,
    createdDateTime: now,
    level: home.level,
    height: home.height,
    ...localOf(home),
  })
  effects?.set(`${relation.name} ${reuse.id}`, '')
}

async function countHomes(context: WriteContext, from: string, to: string, moved: number): Promise<void> {
  await context.tx.add(set, from, { termCount: -moved })
  await context.tx.add(set, to, { termCount: moved })
}

/** The term, and with its branch those below it that the set reuses as well. */
async function swapped(tx: ReadTx, home: TermRow, reuse: RelationRow, withBranch: boolean) {
  const pairs: [TermRow, RelationRow][] = [[home, reuse]]
  if (!withBranch) return pairs
  for (const { kind, termId } of await rowsBelow(tx, rowOfTerm(home))) {
    const other = kind === 'source' ? await reuseIn(tx, reuse.setId, termId) : undefined
    const row = other === undefined ? undefined : await tx.get(term, termId)
    if (other !== undefined && row !== undefined) pairs.push([row, other])
  }
  return pairs
}

async function reassignAtHome(
  settings: TermStoreSettings,
  context: WriteContext,
  { home, reuse, to }: { home: TermRow; reuse: RelationRow; to: SetRow },
  withBranch: boolean,
): Promise<void> {
  const { tx } = context
  const pairs = await swapped(tx, home, reuse, withBranch)
  for (const [row, other] of pairs) await checkNotPinned(tx, row, other)
  await checkRoom(tx, to, pairs.length, settings, 'set')
  for (const [row, other] of pairs) await swap(context, row, other)
  await countHomes(context, home.setId, to.id, pairs.length)
}

/**
 * What is below an orphan in the set of orphans. Where the new set shows a term too, its home row stays there, without a
 * parent; the others come along, since pins show them. Returns how many do.
 */
async function bringAlong(
  context: WriteContext,
  children: readonly Occurrence[],
  to: { readonly setId: string; readonly parentId: string; readonly level: number },
): Promise<number> {
  const { tx } = context
  let count = 0
  for (const child of children) {
    const below = await rowsUnder(tx, child.setId, child.termId)
    if ((await findPlace(tx, to.setId, child.termId)) !== undefined) {
      await tx.update(term, child.id, { parentId: null, level: 1 })
      await settleLevels(context, below, 2)
      continue
    }
    await tx.update(term, child.id, { setId: to.setId, parentId: to.parentId, level: to.level, height: 1 })
    count += 1 + (await bringAlong(context, below, { setId: to.setId, parentId: child.termId, level: to.level + 1 }))
    await tidyOrder(tx, { ...child, setId: to.setId }, to.setId)
    await raiseHeights(tx, to, 1, 'set')
    const row = await tx.get(term, child.id)
    if (row !== undefined) await fitPins(context, await pinsOf(tx, child.id), row)
  }
  return count
}

async function settleLevels(context: WriteContext, rows: readonly Occurrence[], level: number): Promise<void> {
  for (const row of rows) {
    await context.tx.update(term, row.id, { level })
    await settleLevels(context, await rowsUnder(context.tx, row.setId, row.termId), level + 1)
  }
}

/** An orphan comes home: the set of orphans keeps no place of it, and its pins mirror the new home. */
async function reassignOrphan(
  settings: TermStoreSettings,
  context: WriteContext,
  { home, reuse, to }: { home: TermRow; reuse: RelationRow; to: SetRow },
): Promise<void> {
  const { tx, effects } = context
  const pins = await pinsOf(tx, home.id)
  const children = await rowsUnder(tx, home.setId, home.id)
  await checkRoom(tx, to, 1 + (await rowsBelow(tx, rowOfTerm(home))).length, settings, 'set')
  await tx.remove(relation, reuse.id)
  effects?.set(`${relation.name} ${reuse.id}`, '')
  await tx.update(term, home.id, {
    setId: to.id,
    parentId: reuse.fromTermId,
    level: reuse.level,
    height: reuse.height,
    ...localOf(reuse),
    ...stampOf(context),
  })
  const brought = await bringAlong(context, children, { setId: to.id, parentId: home.id, level: reuse.level + 1 })
  await countHomes(context, home.setId, to.id, 1 + brought)
  const shown = await affectedPlaces(tx, to.id, home.id)
  await checkOnce(
    tx,
    shown.map(({ setId }) => setId),
    'set',
  )
  const row = await tx.get(term, home.id)
  invariant(row !== undefined, 'the term is there')
  await fitPins(context, pins, row)
  if (home.parentId === null) return
  await unlist(tx, home, [home.id])
  await lowerHeights(tx, home.setId, home.parentId)
}

/** Pins show the branch of the new home: its height, and in their orders only its children. */
async function fitPins({ tx }: WriteContext, pins: readonly Occurrence[], { setId, height }: TermRow): Promise<void> {
  for (const pin of pins) {
    await checkDepth(tx, pin, height, 'set')
    await tx.update(relation, pin.id, { height })
    await raiseHeights(tx, pin, height, 'set')
    await lowerHeights(tx, pin.setId, pin.parentId)
    await tidyOrder(tx, pin, setId)
  }
}

/** Makes a set that reuses a term its home. */
export async function reassignSource(
  settings: TermStoreSettings,
  context: WriteContext,
  termId: string,
  { setId, withBranch }: NewSource,
): Promise<void> {
  const { tx } = context
  const home = await tx.get(term, termId)
  if (home === undefined) throw missing('Term', termId)
  const [from, to] = [await needSet(tx, home.setId), await needSet(tx, setId, 'set')]
  const isOrphan = from.systemRole === 'orphanedTerms'
  // For an orphan, the right on the new set alone counts.
  if (!isOrphan) await checkRoleInSet(settings, context, from.id)
  await checkRoleInSet(settings, context, to.id)
  if (to.id === from.id) throw invalid('Cannot reassign the source Term to itself', 'set')
  if (!isOrphan) await checkNoSystemSet(tx, from)
  await checkNoSystemSet(tx, to, 'set')
  const reuse = await reuseIn(tx, to.id, termId)
  if (reuse === undefined) throw invalid(`The set ${await titleOfSet(tx, to.id)} does not reuse the term.`, 'set')
  if (isOrphan) await reassignOrphan(settings, context, { home, reuse, to })
  else await reassignAtHome(settings, context, { home, reuse, to }, withBranch)
}
