/** docs/upgrade.md: its commands, in its order, on a server that is upgraded to a version of tomorrow and taken back. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { openDatabase } from '#store/sqlite/driver.ts'
import { tokenFor } from '../_support/server.ts'
import { startSystemPostgres, systemPrograms } from '../_support/system-postgres.ts'
import { build, endAll, listAll, need, type Send, sender, startBuilt, TS } from '../crash/built-server.ts'
import { blocksIn, pageAt, typedIn } from './paste.ts'

let folder: string
beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'relata-upgrade-'))
})
afterAll(async () => {
  await endAll()
  await rm(folder, { recursive: true, force: true })
})

const onServer = async <T>(
  work: (send: Send, http: string) => Promise<T>,
  flags: readonly string[] = [],
): Promise<T> => {
  const server = await startBuilt(join(folder, '.relata'), undefined, flags)
  try {
    return await work(
      sender(server.http, await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon)),
      server.http,
    )
  } finally {
    expect((await server.end('SIGTERM')).code).toBe(0)
  }
}

const group = async (send: Send, displayName: string): Promise<void> => {
  need(201, await send('POST', `${TS}/groups`, { displayName }))
}
const groups = (send: Send, http: string): Promise<string[]> =>
  listAll<{ displayName: string }>(send, http, `${TS}/groups`).then((all) => all.map(({ displayName }) => displayName))

it('is done and undone by the commands of the page', { timeout: 60_000 }, async ({ skip }) => {
  if (process.platform === 'win32') skip('the commands are for a shell of the Bourne family')
  const page = pageAt('docs/upgrade.md')
  const [before = '', migrate = '', back = ''] = blocksIn(page, 'sh')
  const [refusal = ''] = blocksIn(page, 'text')
  await onServer(async (send) => {
    await group(send, 'Before the upgrade')
    expect(await typedIn(folder, before)).toMatch(/^wrote before-upgrade\.db: .*\n.*is up to date/)
    await group(send, 'After the backup')
  })
  expect(await typedIn(folder, migrate)).toMatch(/is up to date.*\nchecked 3 tenants: nothing is wrong\n$/)

  // A version of tomorrow has migrated it.
  const connection = openDatabase(join(folder, '.relata', 'relata.db'))
  connection.exec(`insert into "relata_migration" values (9999, 'of-tomorrow', 'x', '2099-01-01')`)
  connection.close()
  const newer = await readFile(join(folder, '.relata', 'relata.db'))
  const refused = await startBuilt(join(folder, '.relata')).catch((error: Error) => error.message)
  expect(refused).toBe(`the server ended with 1: ${refusal}`)
  expect(await readFile(join(folder, '.relata', 'relata.db'))).toEqual(newer)
  for (const command of ['backup late.db', 'migrate', 'check'])
    await expect(typedIn(folder, `relata ${command}`)).rejects.toThrow('newer version of Relata')

  const restored = await typedIn(folder, back)
  expect(restored).toMatch(
    /kept the database that was there as .*\nrestored .*\nchecked 3 tenants: nothing is wrong\n$/,
  )
  const kept = openDatabase(/there as (.*)\n/.exec(restored)?.[1] ?? '')
  expect(kept.prepare('select max("number") from "relata_migration"').get([])).toEqual([9999])
  kept.close()
  await onServer(async (send, http) => {
    const names = await groups(send, http)
    expect(names).toContain('Before the upgrade')
    expect(names).not.toContain('After the backup')
  })
})

it('is undone on PostgreSQL by the commands of the page', { timeout: 120_000 }, async ({ skip }) => {
  const programs = systemPrograms()
  if (programs === undefined) return skip('pg_dump is not installed: apt-get install postgresql')
  const [, , , dump = '', restore = ''] = blocksIn(pageAt('docs/upgrade.md'), 'sh')
  await chmod(folder, 0o755)
  const postgres = await startSystemPostgres(programs, join(folder, 'postgres'))
  const at = (url: string): string[] => ['--database-url', url]
  const [url, beforeUrl] = ['relata', 'relata_before'].map((name) => postgres.urlOf('relata', name)) as [string, string]
  const environment = {
    PATH: postgres.path,
    RELATA_DATABASE_URL: url,
    RELATA_BEFORE_URL: beforeUrl,
    POSTGRES_ADMIN_URL: postgres.adminUrl,
  }
  const admin = new pg.Client({ connectionString: postgres.adminUrl })
  try {
    await admin.connect()
    // The role of docs/postgresql.md, and no more rights than it has there.
    const [made = ''] = blocksIn(pageAt('docs/postgresql.md'), 'sql')
    for (const statement of made.split(';')) await admin.query(statement)
    const { rows } = await admin.query(
      `select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as "may" from pg_roles where rolname = 'relata'`,
    )
    expect(rows).toEqual([{ may: false }])
    await expect(typedIn(folder, 'relata backup x.db', environment)).rejects.toThrow('pg_dump')
    await onServer((send) => group(send, 'Before the upgrade'), at(url))
    await typedIn(folder, dump, environment)
    await onServer((send) => group(send, 'After the dump'), at(url))
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`insert into relata_migration values (9999, 'of-tomorrow', 'x', '2099-01-01')`)
    await client.end()
    await expect(onServer(async () => undefined, at(url))).rejects.toThrow('it was made by a newer one')
    await typedIn(folder, restore, environment)
    const names = await onServer(groups, at(beforeUrl))
    expect(names).toContain('Before the upgrade')
    expect(names).not.toContain('After the dump')
  } finally {
    await admin.end()
    postgres.stop()
  }
})
