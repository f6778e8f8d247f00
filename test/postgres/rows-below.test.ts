/** Rows below others: one statement for those of a turn, which fails for nobody but whose value is at fault. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BoundQuery, RowBelow, Store } from '#edm/ports.ts'
import { equal, member, param } from '#edm/query.ts'
import { openStore } from '#store/store.ts'
import { freshPostgres } from '../_support/database.ts'
import { addBook, addShelf, here, queryOf, shapeOf, there } from '../store/fixture.ts'
import { book, libraryMigrations, libraryModels, shelf } from '../store/library.ts'

let store: Store
beforeAll(async () => {
  const url = await freshPostgres()
  store = await openStore({ models: libraryModels, migrations: libraryMigrations, location: undefined, url })
  for (const id of [here, there]) await store.addTenant(id)
})
afterAll(() => store.close())

const byKey = equal(member('id'), param('key'))
const onShelf = (id: string): BoundQuery => ({
  prepared: store.prepare(queryOf(shelf, { branches: [byKey] })),
  bind: { key: id },
})
const booksOf = (shelfId: string): BoundQuery => ({
  prepared: store.prepare(
    queryOf(book, {
      branches: [{ op: 'and', args: [equal(member('shelfId'), param('shelf')), byKey] }],
      shape: shapeOf(book),
    }),
  ),
  bind: { shelf: shelfId },
})
const findIn = (shelfId: string, tenant = here): Promise<RowBelow> =>
  store.rowBelow(tenant, [onShelf(shelfId)], booksOf(shelfId))
const idIn = (json: string | undefined): string | undefined => json && (JSON.parse(json) as { id: string }).id

it('gives the row as long as what is before it is there', async () => {
  const shelfId = await addShelf(store)
  const [one, elsewhere] = [await addBook(store, { shelfId }), await addBook(store, { shelfId: await addShelf(store) })]
  const find = await findIn(shelfId)
  expect(idIn(await find(one))).toBe(one)
  expect(await find(elsewhere)).toBeUndefined()
  expect(await (await findIn(shelfId, there))(one)).toBeUndefined()
  expect(await (await store.rowBelow(here, [onShelf('none')], booksOf(shelfId)))(one)).toBeUndefined()
  await store.write(here, (tx) => tx.remove(book, one))
  expect(await find(one)).toBeUndefined()
})

it('gives each of many its own row, from shelves and tenants of equal ids', async () => {
  const shelves = [await addShelf(store), await addShelf(store)]
  await store.write(there, async (tx) => {
    for (const id of shelves) await tx.insert(shelf, { id })
  })
  const asked: { find: RowBelow; id: string; note: string | undefined }[] = []
  for (const shelfId of shelves)
    for (const tenant of [here, there]) {
      const find = await findIn(shelfId, tenant)
      for (let at = 0; at < 40; at += 1) {
        const id = `${shelfId}-${at}`
        const note = `${tenant} ${id}`
        if (at % 4 !== 0) await store.write(tenant, (tx) => tx.insert(book, { id, shelfId, note }))
        asked.push({ find, id, note: at % 4 === 0 ? undefined : note })
      }
    }
  const notes = (await Promise.all(asked.map(({ find, id }) => find(id)))).map(
    (json) => json && (JSON.parse(json) as { note: string }).note,
  )
  expect(notes).toEqual(asked.map(({ note }) => note))
})

it('tells a fault to whom it belongs, and answers those beside it', async () => {
  const shelfId = await addShelf(store)
  const [one, two] = [await addBook(store, { shelfId }), await addBook(store, { shelfId })]
  const find = await findIn(shelfId)
  const [first, fault, second] = await Promise.allSettled([find(one), find('\u0000'), find(two)])
  expect([first, second].map((done) => done.status === 'fulfilled' && idIn(done.value))).toEqual([one, two])
  expect(fault).toMatchObject({ status: 'rejected', reason: { kind: 'invalid' } })
})

it('leads nowhere when the store is closed', async () => {
  const url = await freshPostgres()
  const closed = await openStore({ models: libraryModels, migrations: libraryMigrations, location: undefined, url })
  await closed.addTenant(here)
  const find = await closed.rowBelow(here, [], {
    prepared: closed.prepare(queryOf(shelf, { branches: [byKey] })),
    bind: {},
  })
  await closed.close()
  await expect(find?.('a')).rejects.toMatchObject({ kind: 'unavailable', reason: 'closed' })
})
