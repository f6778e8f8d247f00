/**
 * Orders chosen by hand (exchange.md §9.6, docs/adr/0040): a list of ids on the row of the place whose children they are.
 * That row is the set for its root, the term for its home set, and the relation for any other set; a pin has an order of
 * its own for what it mirrors. A list names children only, and not necessarily all.
 */
import type { ReadTx, Tx } from '#edm/ports.ts'
import { relation, set, term } from '../../types.ts'
import { homeUnder, type Occurrence, pinsOf, rowIn, rowsUnder, sharedUnder } from './tree.ts'

/** The row that keeps the order of the children at a place. */
export interface OrderKeeper {
  readonly type: typeof set | typeof term | typeof relation
  readonly id: string
  readonly order: readonly string[]
}

interface Children {
  readonly setId: string
  readonly parentId: string | null
}

async function keeperIn(tx: ReadTx, type: OrderKeeper['type'], id: string): Promise<OrderKeeper | undefined> {
  const row = await tx.get(type, id)
  return row === undefined ? undefined : { type, id, order: row.customSortOrder }
}

export function keeperOf(tx: ReadTx, { kind, id }: Pick<Occurrence, 'kind' | 'id'>): Promise<OrderKeeper | undefined> {
  return keeperIn(tx, kind === 'source' ? term : relation, id)
}

/** Undefined: the set does not hold the parent. */
export async function keeperAt(tx: ReadTx, { setId, parentId }: Children): Promise<OrderKeeper | undefined> {
  if (parentId === null) return keeperIn(tx, set, setId)
  const row = await rowIn(tx, setId, parentId)
  return row === undefined ? undefined : keeperOf(tx, row)
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, at) => id === other[at])
}

/** Returns whether it is another one than before. */
export async function writeOrder(tx: Tx, keeper: OrderKeeper, order: readonly string[]): Promise<boolean> {
  if (isSame(keeper.order, order)) return false
  await tx.update(keeper.type, keeper.id, { customSortOrder: [...order] })
  return true
}

/** The rows that keep an order of the children there: the place itself, and the pins that mirror them. */
async function keepersOf(tx: ReadTx, { setId, parentId }: Children): Promise<OrderKeeper[]> {
  const row = parentId === null ? undefined : await rowIn(tx, setId, parentId)
  if (parentId !== null && row === undefined) return []
  const pins = row?.kind === 'source' ? await pinsOf(tx, row.termId) : []
  const found = [
    row === undefined ? await keeperIn(tx, set, setId) : await keeperOf(tx, row),
    ...(await Promise.all(pins.map((pin) => keeperOf(tx, pin)))),
  ]
  return found.filter((keeper) => keeper !== undefined)
}

/** Takes terms that are no longer children there out of its orders. */
export async function unlist(tx: Tx, at: Children, termIds: readonly string[]): Promise<void> {
  const gone = new Set(termIds)
  for (const keeper of await keepersOf(tx, at)) {
    if (keeper.order.some((id) => gone.has(id)))
      await writeOrder(
        tx,
        keeper,
        keeper.order.filter((id) => !gone.has(id)),
      )
  }
}

/** One term takes the place of another in the orders of the children there. */
export async function relist(tx: Tx, at: Children, from: string, to: string): Promise<void> {
  for (const keeper of await keepersOf(tx, at)) {
    const order = keeper.order.filter((id) => id !== to).map((id) => (id === from ? to : id))
    await writeOrder(tx, keeper, order)
  }
}

/** Keeps of an order what is still a child at the place. */
export async function tidyOrder(tx: Tx, row: Occurrence, childSetId: string): Promise<void> {
  const keeper = await keeperOf(tx, row)
  if (keeper === undefined || keeper.order.length === 0) return
  const children = new Set((await rowsUnder(tx, childSetId, row.termId)).map(({ termId }) => termId))
  await writeOrder(
    tx,
    keeper,
    keeper.order.filter((id) => children.has(id)),
  )
}

function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}

/** Sort keys of the children that a set holds under a parent, by id. */
async function sortKeysUnder(tx: ReadTx, { setId, parentId }: Children): Promise<Map<string, string>> {
  const own = await tx.find(term, homeUnder(setId, parentId))
  const found = new Map(own.map(({ id, sortKey }) => [id, sortKey]))
  const shared = (await sharedUnder(tx, setId, parentId)).map(({ toTermId }) => toTermId)
  for (const row of await Promise.all(shared.map((id) => tx.get(term, id))))
    if (row !== undefined) found.set(row.id, row.sortKey)
  return found
}

/** Ids of the children that a set holds under a parent: those in the order, then the others by folded default label and id. */
export async function naturalOrder(tx: ReadTx, held: Children, order: readonly string[]): Promise<string[]> {
  const children = await sortKeysUnder(tx, held)
  const listed = [...new Set(order)].filter((id) => children.has(id))
  for (const id of listed) children.delete(id)
  const others = [...children].sort(([one, key], [other, otherKey]) => byText(key, otherKey) || byText(one, other))
  return [...listed, ...others.map(([id]) => id)]
}
