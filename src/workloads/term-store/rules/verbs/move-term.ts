/**
 * `relata.move` of a term: exchange.md §9.3, whose checks have its numbers here. A term at home moves with its branch; a
 * shared one moves as it occurs in its set, and its home stays.
 */
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { relation, set, term } from '../../types.ts'
import { stampOf } from '../author.ts'
import { checkSiblings } from '../labels/siblings.ts'
import { titleOfSet, titleOfTerm } from '../labels/titles.ts'
import { rowsBelow } from '../places/branch.ts'
import { checkDepth, lowerHeights, raiseHeights } from '../places/height.ts'
import { checkOnce, occursTwice } from '../places/once.ts'
import { keeperAt, naturalOrder, unlist, writeOrder } from '../places/order.ts'
import { touch } from '../places/remove-branch.ts'
import { affectedPlaces, type Occurrence, rowIn } from '../places/tree.ts'
import { invalid, missing } from '../refusals.ts'
import { checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import { checkNoSystemSet, checkRoom, checkStored, levelAt, needPlace, needSet, storeOfSet } from './checks.ts'
import { changeRelation, rehang } from './move-rows.ts'
import type { Destination, TermAt } from './verbs.ts'

type SetRow = RowOf<typeof set>

/** Check 1: the new parent is not the term, and not below it. */
async function checkNotBelow(tx: ReadTx, row: Occurrence, { setId, parentId }: Destination): Promise<void> {
  if (parentId === row.termId) throw invalid('Cannot move a Term to itself.', 'parent')
  if (setId !== row.setId) return
  for (let next = parentId; next !== null; ) {
    if (next === row.termId) throw invalid('Cannot move a Term to its descendent Term objects.', 'parent')
    next = (await rowIn(tx, setId, next))?.parentId ?? null
  }
}

/** Check 2: no set of the system takes part, but that keywords may be moved out of theirs. */
async function checkSets(tx: ReadTx, from: SetRow, to: SetRow): Promise<void> {
  if (from.systemRole === 'orphanedTerms')
    throw invalid(
      'A term cannot be moved out of the set of orphaned terms: relata.reassignSource gives it a new home in a set that reuses it.',
    )
  if (from.systemRole !== 'keywords') await checkNoSystemSet(tx, from)
  await checkNoSystemSet(tx, to, from.id === to.id ? undefined : 'set')
}

/** Check 4: no sibling there has one of the term's default labels. */
async function checkLabels(tx: ReadTx, termId: string, at: Destination, to: SetRow): Promise<void> {
  const row = await tx.get(term, termId)
  const { languages } = await storeOfSet(tx, to)
  const compared = { labels: row?.labels ?? [], defaultTag: languages.defaultTag, exceptId: termId }
  await checkSiblings(tx, { ...compared, targetOf: () => (at.parentId === null ? 'set' : 'parent') }, at)
}

/** Check 3, as far as single rows tell: the set has a row of none of these terms. Mirrored ones are found at the end. */
async function checkAbsent(tx: ReadTx, rows: readonly Occurrence[], to: SetRow): Promise<void> {
  const shares = await tx.has(relation, { setId: to.id })
  for (const { kind, termId } of rows) {
    const isHome = kind !== 'source' && (await tx.get(term, termId))?.setId === to.id
    if (isHome || (shares && (await tx.has(relation, { setId: to.id, toTermId: termId }))))
      throw occursTwice(await titleOfTerm(tx, termId), await titleOfSet(tx, to.id), 'set')
  }
}

/** Rows of the branch in the old set, parents first, become rows of the new one. */
async function moveAcross(
  settings: TermStoreSettings,
  context: WriteContext,
  row: Occurrence,
  { to, parentId, level }: { to: SetRow; parentId: string | null; level: number },
): Promise<void> {
  const { tx } = context
  const stamp = stampOf(context)
  const rows = [row, ...(await rowsBelow(tx, row))]
  await checkAbsent(tx, rows, to)
  const homes = rows.filter(({ kind }) => kind === 'source').length
  // Check 7.
  await checkRoom(tx, to, homes, settings, 'set')
  const shared: string[] = []
  for (const one of rows) {
    const isTop = one === row
    const place = { setId: to.id, level: one.level + level - row.level }
    if (one.kind === 'source') {
      await tx.update(term, one.id, {
        ...place,
        ...(isTop ? { parentId, isKeyword: false, ...stamp } : {}),
      })
    } else {
      await changeRelation(context, one.id, { ...place, fromTermId: isTop ? parentId : one.parentId })
      shared.push(one.termId)
    }
  }
  if (homes > 0) {
    await tx.add(set, row.setId, { termCount: -homes })
    await tx.add(set, to.id, { termCount: homes })
  }
  await touch(tx, shared, stamp)
}

async function moveWithin(
  context: WriteContext,
  row: Occurrence,
  at: { parentId: string | null; level: number },
): Promise<void> {
  await rehang(context, row, at)
  await context.tx.update(term, row.termId, stampOf(context))
}

/** The sibling that the destination names has to be there. */
async function checkSibling(tx: ReadTx, { setId, parentId, before, after }: Destination, termId: string) {
  if (before !== undefined && after !== undefined)
    throw invalid("Send one of 'before' and 'after', and not both.", 'after')
  const [name, id] = before === undefined ? (['after', after] as const) : (['before', before] as const)
  if (id === undefined) return
  if (id === termId) throw invalid('A term cannot be put beside itself.', name)
  const row = await rowIn(tx, setId, id)
  if (row === undefined && (await tx.get(term, id)) === undefined) throw missing('Term', id, name)
  if (row === undefined || row.parentId !== parentId)
    throw invalid(`The term ${await titleOfTerm(tx, id)} is not a child of the new place.`, name)
}

/** Stores the whole order of the new place, with the term where it is wanted. */
async function putInOrder(context: WriteContext, termId: string, to: Destination): Promise<boolean> {
  const { tx } = context
  const sibling = to.before ?? to.after
  const keeper = sibling === undefined ? undefined : await keeperAt(tx, to)
  if (sibling === undefined || keeper === undefined) return false
  const order = (await naturalOrder(tx, to, keeper.order)).filter((id) => id !== termId)
  order.splice(order.indexOf(sibling) + (to.before === undefined ? 1 : 0), 0, termId)
  return writeOrder(tx, keeper, order)
}

/** Moves a term as it occurs in a set. Throws the refusals of the table; nothing is written where it stands there already. */
export async function moveTerm(
  settings: TermStoreSettings,
  context: WriteContext,
  at: TermAt,
  to: Destination,
): Promise<void> {
  const { tx } = context
  const place = await needPlace(tx, at)
  const { row } = place
  const [from, target] = [await needSet(tx, at.setId), await needSet(tx, to.setId, 'set')]
  await checkRoleInSet(settings, context, from.id)
  if (target.id !== from.id) await checkRoleInSet(settings, context, target.id)
  await checkStored(tx, place)
  await checkSets(tx, from, target)
  await checkNotBelow(tx, row, to)
  const level = await levelAt(tx, to, 'parent')
  await checkSibling(tx, to, row.termId)
  const { parentId } = to
  if (to.setId !== row.setId || parentId !== row.parentId) {
    await checkLabels(tx, row.termId, to, target)
    // Check 5 for the set itself; the sets that mirror the place are checked where their heights grow.
    await checkDepth(tx, { setId: target.id, level }, row.height, 'parent')
    await unlist(tx, row, [row.termId])
    if (target.id === row.setId) await moveWithin(context, row, { parentId, level })
    else await moveAcross(settings, context, row, { to: target, parentId, level })
    // Checks 3 and 6. Within a set it shows the same terms as before, so only those that mirror the place are looked at.
    const shown = (await affectedPlaces(tx, target.id, parentId)).map(({ setId }) => setId)
    await checkOnce(
      tx,
      shown.filter((setId) => setId !== row.setId || target.id !== row.setId),
      parentId === null ? 'set' : 'parent',
    )
    await raiseHeights(tx, { setId: target.id, parentId }, row.height, 'parent')
    await lowerHeights(tx, row.setId, row.parentId)
  }
  await putInOrder(context, row.termId, to)
}
