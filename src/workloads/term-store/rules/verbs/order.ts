/** `relata.order`: exchange.md §9.6. The order of the children at one place. */
import type { WriteContext } from '#edm/ports.ts'
import { keeperAt, writeOrder } from '../places/order.ts'
import { rowsUnder } from '../places/tree.ts'
import { checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import { checkNoSystemSet, checkStored, needPlace, needSet } from './checks.ts'
import type { ChildrenOf } from './verbs.ts'

/** Ids of others than children are passed over, as SharePoint does, and named in the note; of an id that is there twice, the first counts. */
export async function orderChildren(
  settings: TermStoreSettings,
  context: WriteContext,
  { setId, parentId }: ChildrenOf,
  ids: readonly string[],
): Promise<void> {
  const { tx } = context
  const place = parentId === null ? undefined : await needPlace(tx, { setId, termId: parentId })
  const row = await needSet(tx, setId)
  await checkRoleInSet(settings, context, setId)
  // The root of a pin has an order of its own; what is below it follows its source.
  if (place !== undefined) await checkStored(tx, place)
  await checkNoSystemSet(tx, row)
  const held = await rowsUnder(tx, place?.childSetId ?? setId, parentId)
  const children = new Set(held.map(({ termId }) => termId))
  const keeper = await keeperAt(tx, { setId, parentId })
  const wanted = new Set(ids.map((id) => id.toLowerCase()))
  const order = [...wanted].filter((id) => children.has(id))
  const others = [...wanted].filter((id) => !children.has(id))
  if (others.length > 0) context.remark?.(`Passed over, as they are no children of this place: ${others.join(', ')}.`)
  if (keeper !== undefined) await writeOrder(tx, keeper, order)
}
