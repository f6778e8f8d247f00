/** Orders after rows were written as they had been: what is no child there by now is no longer named (exchange.md §10.4). */
import type { Tx } from '#edm/ports.ts'
import type { RewoundRow } from '#edm/records/rewind.ts'
import { relation, set, term } from '../../types.ts'
import { tidyOrder, unlist, writeOrder } from '../places/order.ts'
import type { Listed } from '../places/settle.ts'
import { rowIn, rowOfRelation, rowOfTerm, rowsUnder } from '../places/tree.ts'
import { listedBy, type RewoundRows } from './rewound-rows.ts'

async function unlistLeft(tx: Tx, rows: readonly RewoundRow[]): Promise<void> {
  const left = new Map<string, Listed[]>()
  // With its parent, the order that lists it is gone as well.
  const gone = new Set(rows.filter(({ was }) => was === undefined).map(({ id }) => id))
  for (const { type, now, was } of rows) {
    const [from, to] = [listedBy(type, now), listedBy(type, was)]
    if (from === undefined || (from.setId === to?.setId && from.parentId === to.parentId)) continue
    if (gone.has(from.parentId ?? from.setId)) continue
    const key = `${from.setId} ${from.parentId}`
    left.set(key, [...(left.get(key) ?? []), from])
  }
  for (const listed of left.values()) {
    const unlisted: string[] = []
    // It may be there by another row now: at home and not shared, or the other way round.
    for (const { setId, parentId, termId } of listed)
      if ((await rowIn(tx, setId, termId))?.parentId !== parentId) unlisted.push(termId)
    const [at] = listed
    if (at !== undefined && unlisted.length > 0) await unlist(tx, at, unlisted)
  }
}

async function tidy(tx: Tx, type: string, id: string): Promise<void> {
  if (type === set.name) {
    const row = await tx.get(set, id)
    const children = new Set((await rowsUnder(tx, id, null)).map(({ termId }) => termId))
    const order = row?.customSortOrder ?? []
    await writeOrder(
      tx,
      { type: set, id, order },
      order.filter((child) => children.has(child)),
    )
  } else if (type === term.name) {
    const row = await tx.get(term, id)
    if (row !== undefined) await tidyOrder(tx, rowOfTerm(row), row.setId)
  } else if (type === relation.name) {
    const row = await tx.get(relation, id)
    const home = row?.relationship === 'pin' ? (await tx.get(term, row.toTermId))?.setId : row?.setId
    if (row !== undefined && home !== undefined) await tidyOrder(tx, rowOfRelation(row), home)
  }
}

/** When everything is written, relations too. `more`: relations that are back beside the rows. */
export async function tidyOrders(
  tx: Tx,
  { added, changed, removed }: RewoundRows,
  more: readonly string[] = [],
): Promise<void> {
  const moved = changed.map(({ row }) => row)
  await unlistLeft(tx, [...moved, ...removed])
  for (const { type, id, was } of [...added, ...moved])
    if (((was?.['customSortOrder'] ?? []) as readonly string[]).length > 0) await tidy(tx, type, id)
  for (const id of more) await tidy(tx, relation.name, id)
}
