/** Values the store's tests share: identifiers, shapes, a library with a shelf. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Bind, PageRow, Store } from '#edm/ports.ts'
import { constant, type Shape } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { book, libraryModels, loan, shelf } from './library.ts'

export const here = '11111111-1111-4111-8111-111111111111'
export const there = '22222222-2222-4222-8222-222222222222'

/** All tests of one describe share a store; each takes ids of its own. */
let used = 0
export const freshId = (name = 'x'): string => {
  used += 1
  return `${name}-${used}`
}

const model =
  libraryModels[0] ??
  (() => {
    throw new Error('no model')
  })()

export const viewOf = (type: EntityType) => model.view(type.name)

export const propsOf = (type: EntityType) =>
  Object.fromEntries([...viewOf(type).props.values()].map(({ name, prop }) => [name, prop]))

/** Every property of the type, then the given links. */
export const shapeOf = (type: EntityType, refs: readonly string[] = []): Shape => [
  ...[...viewOf(type).props.values()].map(({ name, prop }) => ({ kind: 'prop' as const, name, prop })),
  ...refs.map((name) => ({ kind: 'ref' as const, name, key: `${name}Id` })),
]

export const queryOf = (type: EntityType, more: Partial<RowQuery> = {}): RowQuery => ({
  type,
  branches: [constant(true)],
  order: [],
  shape: [],
  carry: [],
  ...more,
})

export const page = (store: Store, query: RowQuery, bind: Bind = {}, tenant = here): Promise<PageRow[]> =>
  store.read(tenant, (tx) => tx.query(store.prepare(query), bind))

export const idsOf = async (store: Store, query: RowQuery, bind: Bind = {}, tenant = here): Promise<string[]> =>
  (await page(store, query, bind, tenant)).map(({ row }) => row.id)

export const addShelf = (store: Store, tenant = here): Promise<string> =>
  store.write(tenant, async (tx) => (await tx.insert(shelf, { id: freshId('shelf') })).id)

export const addBook = (store: Store, draft: Partial<AnyRow> & { shelfId: string }, tenant = here): Promise<string> =>
  store.write(tenant, async (tx) => (await tx.insert(book, { id: freshId('book'), ...draft })).id)

export const addLoan = (
  store: Store,
  draft: Partial<AnyRow> & { shelfId: string; toBookId: string },
): Promise<string> =>
  store.write(here, async (tx) => (await tx.insert(loan, { id: freshId('loan'), kind: 'pin', ...draft })).id)
