/** Which way PostgreSQL takes while it knows nothing of the rows: right after a start, and where many came at once. */
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { notNull } from '#edm/query.ts'
import { postgresDialect } from '#store/postgres/dialect.ts'
import { queryLayoutOf } from '#store/query/dialect.ts'
import { rowAccess } from '#store/rows/row-access.ts'
import { models } from '#workloads/models.ts'
import { relation } from '#workloads/term-store/types.ts'
import { seededPostgres } from '../_support/database.ts'

const access = rowAccess(queryLayoutOf(Object.values(models), postgresDialect).table(relation.name), postgresDialect)
let database: Awaited<ReturnType<typeof seededPostgres>>
let client: pg.Client

beforeAll(async () => {
  database = await seededPostgres()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  // Nothing looks at them, and nothing they refer to is there.
  await client.query('alter table term_store_relation set (autovacuum_enabled = false)')
  await client.query('set session_replication_role = replica')
  await client.query(`
    insert into term_store_relation (tenant_no, id, relationship, level, height, to_term_id, set_id)
    select 1, 'r' || n, 'pin', 1, 1, 't' || n, 's' || n % 10 from generate_series(1, 3000) as n`)
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

type Where = Readonly<Record<string, unknown>>

/** The indexes it would go by. */
const indexesFor = async (where: Where | readonly Where[]): Promise<string[]> => {
  const { text, values } = access.find(1, where, undefined)
  let last = 0
  const numbered = text.text.replace(/\+?\?/g, () => {
    last += 1
    return `$${last}`
  })
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${numbered}`, [...values])
  return rows.flatMap((row) => /using (\S+) on/.exec(row['QUERY PLAN'])?.[1] ?? [])
}

it('asks for a relation by its term, not by all of the set', async () => {
  const own = { setId: 's1', toTermId: 't1' }
  expect(await indexesFor(own)).toEqual(['i_term_store_relation__to_term_id_set_id'])
  const [first] = await indexesFor([own, { toTermId: 't1', fromTermId: notNull }])
  expect(first).toBe('i_term_store_relation__to_term_id_set_id')
})

it('goes by indexes in what writes ask, though plans were made while the table was small', async () => {
  const small = await seededPostgres()
  const looking = new pg.Client({ connectionString: small.url })
  await looking.connect()
  const scans = async () => {
    const text = `select seq_scan::int, idx_scan::int from pg_stat_user_tables where relname = 'term_store_relation'`
    return (await looking.query<{ seq_scan: number; idx_scan: number }>(text)).rows[0] ?? { seq_scan: -1, idx_scan: 0 }
  }
  try {
    // Now it is known to have a row or two.
    await looking.query('analyze term_store_relation')
    const before = await scans()
    const parts = await openParts({ ...defaultConfig, database: undefined, databaseUrl: small.url })
    const times = 12
    for (let at = 0; at < times; at++) {
      await parts.store.write(wellKnown.contoso, (tx) => tx.find(relation, { setId: 'none', toTermId: `t${at}` }))
    }
    await parts.close()
    // A connection tells what it did when it ends.
    await expect.poll(async () => (await scans()).idx_scan).toBeGreaterThanOrEqual(before.idx_scan + times)
    expect((await scans()).seq_scan).toBe(before.seq_scan)
  } finally {
    await looking.end()
    await small.drop()
  }
})
