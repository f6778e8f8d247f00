/** On the wire: what a request has started at PostgreSQL ends with it, when its time is over and when its client has gone. */
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { seededPostgres } from '../_support/database.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let url = ''
let set = ''
let watcher: pg.Client
let drop: () => Promise<void>

beforeAll(async () => {
  const database = await seededPostgres()
  url = database.url
  drop = database.drop
  server = await startTestServer({ databaseUrl: url, inMemory: false, requestTimeout: 2, databaseConnections: 4 })
  const taxonomy = taxonomyOver(server.send)
  set = await taxonomy.set(await taxonomy.group())
  const top = await taxonomy.term(set)
  for (let at = 0; at < 20; at++) await taxonomy.term({ set, term: top })
  watcher = new pg.Client({ connectionString: url })
  await watcher.connect()
  // Reading the labels of a term takes a moment: what a large store takes for very many.
  const columns = await watcher.query(
    `select column_name as name, data_type as type from information_schema.columns
      where table_schema = current_schema() and table_name = 'term_store_term' order by ordinal_position`,
  )
  const type = columns.rows.find(({ name }) => name === 'labels').type
  const names = columns.rows.map(({ name }) => (name === 'labels' ? 'slowly("labels") as "labels"' : `"${name}"`))
  await watcher.query(`create function slowly(${type}) returns ${type} language plpgsql stable as
      $$ begin perform pg_sleep(0.5); return $1; end $$;
    alter table term_store_term rename to slow_term;
    create view term_store_term as select ${names.join(', ')} from slow_term`)
})
afterAll(async () => {
  await server.close()
  await watcher.end()
  await drop()
})

const running = async (): Promise<number> => {
  const text = `select 1 from pg_stat_activity where datname = current_database() and application_name = 'relata'
    and state = 'active' and wait_event = 'PgSleep'`
  return (await watcher.query(text)).rows.length
}
const untilRunning = (count: number) =>
  vi.waitFor(async () => expect(await running()).toBe(count), { timeout: 10_000, interval: 20 })
/** Equal reads that come together are one statement, so each asks for another text. */
const search = (text = 'zzz') =>
  `/v1.0/termStore/sets/${set}/terms?$filter=${encodeURIComponent(`labels/any(l:contains(l/name,'${text}'))`)}`

it('ends it when the time of the request is over, and answers others meanwhile', async () => {
  const costly = Promise.all(Array.from({ length: 6 }, (_, at) => server.send('GET', search(`zzz${at}`))))
  await untilRunning(2)
  const quick = await server.send('GET', `/v1.0/termStore/sets/${set}`)
  expect(quick.status).toBe(200)
  for (const { status, body, headers } of await costly) {
    expect(status).toBe(503)
    expect(body.error.message).toMatch(/2 seconds|time limit/)
    expect(headers.get('retry-after')).toMatch(/^\d+$/)
  }
  await untilRunning(0)
})

it('ends it when the client has gone', async () => {
  const leaving = new AbortController()
  const headers = { authorization: `Bearer ${await server.token()}` }
  const asked = fetch(`${server.http}${search()}`, { headers, signal: leaving.signal }).catch(() => undefined)
  await untilRunning(1)
  const began = performance.now()
  leaving.abort()
  await asked
  await untilRunning(0)
  // Before its time is over.
  expect(performance.now() - began).toBeLessThan(1_500)
})

it('ends a write that waits for a row of somebody else, with 503 and nothing written', async () => {
  const groups = '/v1.0/termStore/groups'
  const { id } = (await server.send('POST', groups, { displayName: 'Before' })).body
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  await other.query('begin; select * from term_store_group for update')
  const answers = await Promise.all(
    ['One', 'Two'].map((displayName) => server.send('PATCH', `${groups}/${id}`, { displayName })),
  )
  for (const { status } of answers) expect(status).toBe(503)
  await other.query('rollback')
  await other.end()
  expect((await server.send('GET', `${groups}/${id}`)).body.displayName).toBe('Before')
  expect((await server.send('PATCH', `${groups}/${id}`, { displayName: 'Three' })).status).toBe(200)
  expect((await server.send('GET', `${groups}/${id}`)).body.displayName).toBe('Three')
})
