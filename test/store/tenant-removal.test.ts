/** A tenant that is removed leaves no row in any table, is unknown to every process at once, and never comes back by its number. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import type { Store } from '#edm/ports.ts'
import { schemaOf } from '#store/schema/schema.ts'
import { openStore } from '#store/store.ts'
import { freshPostgres } from '../_support/database.ts'
import { sql } from '../nodes/pair.ts'
import { addBook, addShelf, here, idsOf, queryOf, there } from './fixture.ts'
import { book, libraryMigrations, libraryModels, loan, shelf } from './library.ts'

const common = { models: libraryModels, migrations: libraryMigrations, announced: [shelf.name] }
const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})

interface Database {
  open(tidies?: boolean): Promise<Store>
  /** Rows of one statement without values. */
  ask(text: string): Promise<readonly unknown[][]>
}

const onSqlite = async (): Promise<Database> => {
  const location = mkdtempSync(join(tmpdir(), 'relata-removal-'))
  closing.push(() => rmSync(location, { recursive: true, force: true }))
  return {
    open: (tidies = false) => openStore({ ...common, location, tidies }),
    ask: async (text) => {
      const database = new DatabaseSync(join(location, 'relata.db'))
      try {
        return database
          .prepare(text)
          .all()
          .map((row) => Object.values(row))
      } finally {
        database.close()
      }
    },
  }
}

const onPostgres = async (): Promise<Database> => {
  const url = await freshPostgres()
  return {
    open: (tidies = false) => openStore({ ...common, location: undefined, url, tidies }),
    ask: async (text) => (await sql(url, text)).map((row) => Object.values(row as object)),
  }
}

const tables = schemaOf(libraryModels).tables.filter(({ primaryKey }) => primaryKey[0] === 'tenant_no')

const countsIn = async ({ ask }: Database, tenantNo: number): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const [[count] = []] = await ask(`select count(*) from "${name}" where "tenant_no" = ${tenantNo}`)
    counts[name] = Number(count)
  }
  return counts
}

const none = Object.fromEntries(tables.map(({ name }) => [name, 0]))

/** Books that are below each other, more than one part of them. */
const fill = async (store: Store, tenant: string): Promise<void> => {
  const shelfId = await addShelf(store, tenant)
  let parentId: string | undefined
  for (let at = 0; at < 3; at++)
    parentId = await addBook(
      store,
      { shelfId, ...(parentId && { parentId }), titles: [{ name: 'A' }], tags: ['x'] },
      tenant,
    )
  await store.write(tenant, async (tx) => {
    for (let at = 0; at < 1_100; at++)
      await tx.insert(book, {
        id: `many-${at}`,
        shelfId,
        titles: [{ name: `${at}` }],
        ...(at > 0 && { parentId: `many-${at - 1}` }),
      } as never)
  })
  await store.write(tenant, (tx) => tx.insert(loan, { id: 'loan', shelfId, toBookId: 'many-7' }))
}

const opened = async (database: Database, tidies?: boolean): Promise<Store> => {
  const store = await database.open(tidies)
  closing.push(() => store.close())
  return store
}

for (const [name, fresh] of [
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgres],
] as const)
  describe(`the removal of a tenant on ${name}`, () => {
    it('takes the rows of every table, and of no other tenant', async () => {
      const database = await fresh()
      const store = await opened(database)
      for (const id of [here, there]) await store.addTenant(id)
      for (const id of [here, there]) await fill(store, id)
      const before = await countsIn(database, 2)
      expect(before).toMatchObject({ lib_book: 1_103, lib_shelf: 1, lib_book__titles: 1_103, lib_loan: 1 })
      expect(await countsIn(database, 1)).toEqual(before)
      await store.removeTenant(here)
      expect(await countsIn(database, 1)).toEqual(none)
      expect(await countsIn(database, 2)).toEqual(before)
      expect(await store.tenants()).toEqual([{ id: there }])
      await expect(store.removeTenant(here)).rejects.toMatchObject({ kind: 'precondition', reason: 'tenant' })
    })

    it('is known to other processes with their next request, and the number is not given again', async () => {
      const database = await fresh()
      const one = await opened(database)
      const other = await opened(database)
      await one.addTenant(there)
      await one.addTenant(here)
      await fill(one, here)
      // Known by its number from here on.
      expect(await idsOf(other, queryOf(shelf))).toHaveLength(1)
      await other.write(here, (tx) => tx.insert(shelf, { id: 'theirs' }))
      await one.removeTenant(here)
      await expect(other.write(here, (tx) => tx.insert(shelf, { id: 'late' }))).rejects.toMatchObject({
        reason: 'tenant',
      })
      expect(await countsIn(database, 2)).toEqual(none)
      await expect.poll(() => idsOf(other, queryOf(shelf)).catch((error) => error.reason)).toBe('tenant')
      await one.addTenant(here)
      expect(await idsOf(one, queryOf(shelf))).toEqual([])
      await one.write(here, (tx) => tx.insert(shelf, { id: 'again' }))
      expect(await countsIn(database, 2)).toEqual(none)
      expect((await countsIn(database, 3))['lib_shelf']).toBe(1)
      await expect.poll(() => idsOf(other, queryOf(shelf))).toEqual(['again'])
      await one.removeTenant(here)
      // Of the removed ones the highest number alone is kept.
      expect(await database.ask('select "no" from "tenancy" order by "no"')).toHaveLength(2)
    })

    it('goes on at the next opening, where it was interrupted', async () => {
      const database = await fresh()
      const store = await database.open()
      await store.addTenant(here)
      await fill(store, here)
      await store.close()
      // As a process leaves it that is killed after the first commit.
      await database.ask(`update "tenancy" set "id" = '!removing 1' where "no" = 1`)
      const next = await opened(database, true)
      expect(await next.tenants()).toEqual([])
      await expect.poll(() => countsIn(database, 1), { timeout: 10_000 }).toEqual(none)
    })
  })
