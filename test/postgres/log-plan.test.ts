/** Which way PostgreSQL takes for the log of the directory: its cost follows the page, not the record of changes. */
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { constant, member } from '#edm/query.ts'
import { changeId } from '#edm/records/recording.ts'
import { postgresDialect } from '#store/postgres/dialect.ts'
import { queryLayoutOf } from '#store/query/dialect.ts'
import { rowsQuery } from '#store/query/select.ts'
import { valuesOf } from '#store/query/sql.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { models } from '#workloads/models.ts'
import { freshPostgres } from '../_support/database.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const writes = 20_000

let server: TestServer
let client: pg.Client
beforeAll(async () => {
  const databaseUrl = await freshPostgres()
  server = await startTestServer({ inMemory: false, databaseUrl })
  client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `insert into relata_recorded_row (tenant_no, id, type, subject, within, changed_date_time, verb, origin, count)
     select 1, lpad(n::text, 10, '0'), 'microsoft.graph.termStore.term', 's' || n, 'w', '2026-01-01T' || lpad(n::text, 10, '0'),
       'create', '{}', 1 from generate_series(1000, ${writes}) as n`,
  )
  await client.query('analyze relata_recorded_row')
})
afterAll(async () => {
  await client.end()
  await server.close()
})

it.each([false, true])('reads no more of the record than a page (going on: %s)', async (after) => {
  const query = {
    type: directoryAudit,
    branches: [constant(true)],
    drawn: true,
    order: ['activityDateTime', 'id'].map((key) => ({ by: member(key), descending: true })),
    after,
    limit: true,
    shape: ['category', 'targetResources'].map(
      (name) => ({ kind: 'prop', name, prop: directoryAudit.props.category }) as const,
    ),
    carry: [],
  }
  const { text, slots } = rowsQuery(queryLayoutOf(Object.values(models), postgresDialect), query, [], () => false)
  const half = `2026-01-01T${changeId(writes / 2)}`
  const values = valuesOf(slots, 1, { limit: 20, after: [half, '~'] })
  let at = 0
  const numbered = text.replaceAll('+?', () => `$${++at}`)
  const { rows } = await client.query(`explain (analyze, costs off, timing off) ${numbered}`, values)
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  const scan =
    /Index (?:Only )?Scan Backward using i_relata_recorded_row__changed\S* on relata_recorded_row r \(.*rows=([\d.]+)/
  expect(Number(scan.exec(plan)?.[1] ?? plan)).toBeLessThanOrEqual(20)
  expect(plan).not.toMatch(/Seq Scan on relata_recorded_row/)
})
