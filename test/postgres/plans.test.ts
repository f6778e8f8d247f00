/** Which way PostgreSQL takes while it knows nothing of the rows: right after a start, and where many came at once. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Actor } from '#edm/ports.ts'
import { notNull } from '#edm/query.ts'
import { postgresDialect } from '#store/postgres/dialect.ts'
import { queryLayoutOf } from '#store/query/dialect.ts'
import { rowAccess } from '#store/rows/row-access.ts'
import { models } from '#workloads/models.ts'
import { relation, set, term } from '#workloads/term-store/types.ts'
import { seededPostgres } from '../_support/database.ts'
import { labels, taxonomyWith } from '../_support/taxonomy.ts'

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

it('reads a page in custom order by the ids of the page, not all of the tenant', async () => {
  const unknown = await seededPostgres()
  const looking = new pg.Client({ connectionString: unknown.url })
  await looking.connect()
  await looking.query('alter table term_store_term set (autovacuum_enabled = false)')
  const parts = await openParts({ ...defaultConfig, database: undefined, databaseUrl: unknown.url })
  try {
    const actor: Actor = {
      kind: 'app',
      tenantId: wellKnown.contoso,
      appId: wellKnown.daemon,
      name: 'Plans',
      permissions: new Set(['TermStore.ReadWrite.All']),
    }
    const send = async (method: string, path: string, body?: unknown) => {
      const [at = '', query = ''] = path.split('?')
      const answer = await parts.handle({
        method,
        version: 'v1.0',
        path: `/termStore${at}`,
        query,
        headers: { 'content-type': 'application/json', prefer: 'relata.listing=natural' },
        body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
        origin: 'https://localhost',
        requestId: randomUUID(),
        clientRequestId: '',
        actor,
      })
      expect(answer.status).toBeLessThan(300)
      return JSON.parse(answer.body ?? 'null')
    }
    const made = taxonomyWith({
      create: async (path, body) => (await send('POST', path, body)).id,
      reference: (link, id) => ({ [link]: { id } }),
    })
    const home = await made.set(await made.group('Ordered'))
    const first = await made.term(home, 'first')
    const ids = Array.from({ length: 3_000 }, () => randomUUID())
    await parts.store.write(wellKnown.contoso, async (tx) => {
      const like = (await tx.get(term, first)) as RowOf<typeof term>
      for (const [at, id] of ids.entries())
        await tx.insert(term, { ...like, id, labels: labels(`Term ${at}`), sortKey: `term ${at}` })
      await tx.add(set, home, { termCount: ids.length })
    })
    await send('POST', `/sets/${home}/relata.order`, { ids })
    const pages = 15
    for (let at = 0; at < pages; at += 1) {
      const { value } = await send('GET', `/sets/${home}/children?$top=20`)
      expect(value.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 20))
    }
    await parts.close()
    const fetched = async () => {
      const text = `select idx_tup_fetch::int as rows from pg_stat_user_tables where relname = 'term_store_term'`
      return (await looking.query<{ rows: number }>(text)).rows[0]?.rows ?? 0
    }
    // Writes fetch each row once or twice.
    await expect.poll(fetched).toBeGreaterThan(pages * 20)
    expect(await fetched()).toBeLessThan(pages * 21 + 4 * ids.length)
  } finally {
    await looking.end()
    await unknown.drop()
  }
})
