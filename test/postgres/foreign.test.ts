/** A schema that another program uses, or that has lost Relata's table of migrations: refused, and nothing is made in it. */
import pg from 'pg'
import { expect, it } from 'vitest'
import { openStore } from '#store/store.ts'
import { models } from '#workloads/models.ts'
import { freshPostgres } from '../_support/database.ts'

const on = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
const tablesIn = (url: string): Promise<readonly string[]> =>
  on(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select tablename as name from pg_tables where schemaname = current_schema() order by 1',
    )
    return rows.map(({ name }) => name)
  })
const open = (url: string) => openStore({ models: Object.values(models), location: undefined, url })

it('that another program uses', async () => {
  const url = await freshPostgres()
  await on(url, (client) => client.query('create table customers (id int); create table orders (id int)'))
  await expect(open(url)).rejects.toThrow(
    /^the schema t_\w+ of this database is not one of Relata: it has other tables \(customers, orders\); nothing was changed\ntip: give Relata a database of its own/,
  )
  expect(await tablesIn(url)).toEqual(['customers', 'orders'])
})

it('that has lost its table of migrations', async () => {
  const url = await freshPostgres()
  await (await open(url)).close()
  const before = await tablesIn(url)
  await on(url, (client) => client.query('drop table relata_migration'))
  await expect(open(url)).rejects.toThrow('is not one of Relata')
  expect(await tablesIn(url)).toEqual(before.filter((name) => name !== 'relata_migration'))
})

it('with views only is taken, as clouds put some there', async () => {
  const url = await freshPostgres()
  await on(url, (client) => client.query('create view numbers as select 1 as one'))
  await (await open(url)).close()
  expect(await tablesIn(url)).toContain('relata_migration')
})
