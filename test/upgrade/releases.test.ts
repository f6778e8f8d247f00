/**
 * A database of each release, made by `scripts/release-database.js` when it was released, is upgraded by this version, on
 * both engines: it answers what the release answered, `relata check` finds nothing, and it can be written to.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { startServer } from '#app/compose.ts'
import { type Config, defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { bucketOf } from '#base/ids.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { cloudEventOf } from '#workloads/events/canonical.ts'
import { relata } from '../_support/command.ts'
import { freshPostgres } from '../_support/database.ts'
import { tokenFor } from '../_support/server.ts'
import { root } from '../crash/built-server.ts'

const releases = join(root, 'test/upgrade/releases')
const versions = readdirSync(releases)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))

interface Release {
  /** When it answered; later, other entries are due. */
  readonly at: string
  readonly ids: Readonly<Record<string, string>>
  /** By address. */
  readonly answers: Readonly<Record<string, unknown>>
}

const folder = mkdtempSync(join(tmpdir(), 'relata-releases-'))
chmodSync(folder, 0o700)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const releaseOf = (version: string): Release => JSON.parse(readFileSync(join(releases, `${version}.json`), 'utf8'))
const packed = (name: string): Buffer => gunzipSync(readFileSync(join(releases, name)))

/** A folder with the SQLite database of a release. */
const folderOf = (version: string, name: string): string => {
  const location = join(folder, name)
  mkdirSync(location, { mode: 0o700 })
  writeFileSync(join(location, 'relata.db'), packed(`${version}.sqlite.gz`), { mode: 0o600 })
  return location
}

/** The address of a schema with the rows of a release. */
const schemaOf = async (version: string): Promise<string> => {
  const url = await freshPostgres()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(packed(`${version}.postgres.sql.gz`).toString('utf8'))
  } finally {
    await client.end()
  }
  return url
}

/** In this process: a program for each of some two hundred commands takes longer than what they do. */
const run = async (...args: string[]): Promise<{ status: number; said: string }> => {
  const { status, stdout, stderr } = await relata(args)
  return { status, said: stdout + stderr }
}

/** Serves the database at the instant of the release. */
const served = async (place: Partial<Config>, { at }: Release) => {
  const clock = { now: () => new Date(at) }
  const config = { ...defaultConfig, location: join(folder, 'keys'), port: 0, silent: true, httpOnly: true, ...place }
  const server = await startServer(config, clock)
  const http = server.origin.replace('localhost', '127.0.0.1')
  const token = await tokenFor(http, wellKnown.contoso, wellKnown.daemon)
  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${http}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: JSON.parse((await answer.text()) || '{}') }
  }
  const events = () => server.parts.store.read(wellKnown.contoso, (tx) => tx.find(outboxEvent, {}))
  return { send, events, close: () => server.close() }
}

type Served = Awaited<ReturnType<typeof served>>

const readsAndWrites = async ({ send }: Served, { ids, answers }: Release): Promise<void> => {
  for (const [path, answer] of Object.entries(answers)) {
    const { status, body } = await send('GET', path)
    const { '@odata.context': _, '@odata.nextLink': __, ...rest } = body
    expect([path, status, rest]).toEqual([path, 200, answer])
  }
  const labels = [{ name: 'After the upgrade', languageTag: 'en-US', isDefault: true }]
  const below = `/v1.0/termStore/sets/${ids['set']}/terms/${ids['term']}/children`
  const made = await send('POST', below, { labels })
  expect(made.status).toBe(201)
  const renamed = await send('PATCH', `/v1.0/termStore/sets/${ids['set']}/terms/${made.body.id}`, {
    labels: [{ ...labels[0], name: 'Renamed' }],
  })
  expect(renamed.status).toBe(200)
  const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
  const { accessDetails } = (await send('GET', `${relationships}/${ids['active']}`)).body
  const created = await send('POST', relationships, { displayName: 'Next', duration: 'P30D', accessDetails })
  expect(created.status).toBe(201)
}

/**
 * Events that the release wrote have their places in the order of their ids, before those written since. Releases before
 * 0.5.0 kept no facts of them.
 */
const eventsAreInOrder = async ({ events }: Served, ofRelease: readonly { readonly id: string }[]): Promise<void> => {
  const rows = await events()
  const ids = new Set(ofRelease.map(({ id }) => id))
  const old = rows.filter(({ id }) => ids.has(id))
  expect(old.length).toBeGreaterThan(0)
  expect(rows.length).toBeGreaterThan(old.length)
  expect(rows.slice(0, old.length)).toEqual(old)
  expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, at) => at + 1))
  for (const row of old.filter(({ facts }) => facts === null)) {
    expect([row.orderingKey, row.bucket]).toEqual([row.subjectId, bucketOf(row.subjectId)])
    const { sequence, type } = cloudEventOf(row, wellKnown.contoso, 'https://relata.example')
    expect([Number(sequence), type.startsWith('relata.')]).toEqual([row.sequence, true])
  }
}

/** Starts, reads, writes, and starts once more: what was upgraded is not upgraded again. */
const isUpgraded = async (place: Partial<Config>, release: Release): Promise<void> => {
  const first = await served(place, release)
  const ofRelease = await first.events()
  await readsAndWrites(first, release)
    .then(() => eventsAreInOrder(first, ofRelease))
    .finally(first.close)
  const again = await served(place, release)
  const path = `/v1.0/termStore/sets/${release.ids['set']}/terms/${release.ids['term']}/children?$select=labels`
  const { body } = await again.send('GET', path).finally(again.close)
  expect(JSON.stringify(body)).toContain('Renamed')
}

it('has a database of each release for both engines', () => {
  expect(versions).toContain('0.3.0')
  for (const version of versions)
    for (const name of ['sqlite.gz', 'postgres.sql.gz'])
      expect(existsSync(join(releases, `${version}.${name}`)), `${version}.${name}`).toBe(true)
})

describe.each(versions)('the database of %s', (version) => {
  const release = releaseOf(version)

  it('goes on with this version on SQLite', async () => {
    const location = folderOf(version, `${version}-sqlite`)
    await isUpgraded({ location }, release)
    expect(await run('check', '--location', location)).toMatchObject({ status: 0 })
  })

  it('goes on with this version on PostgreSQL', async () => {
    const url = await schemaOf(version)
    await isUpgraded({ databaseUrl: url }, release)
    expect(await run('check', '--database-url', url)).toMatchObject({ status: 0 })
  })

  it('is upgraded by migrate, or what has to be done first is said', async () => {
    for (const [flag, place] of [
      ['--location', folderOf(version, `${version}-migrate`)],
      ['--database-url', await schemaOf(version)],
    ] as const) {
      const isOld = (await run('migrate', '--dry-run', flag, place)).said.includes('would run')
      const checked = await run('check', flag, place)
      const upgradesFirst = { status: 1, said: expect.stringContaining('tip: relata migrate') }
      expect(checked).toMatchObject(isOld ? upgradesFirst : { status: 0 })
      const newOne = ['--name', 'Litware', '--domain', 'litware.example']
      const onTenants = [['add', ...newOne], ['list'], ['update', 'contoso.example', '--name', 'New'], ['remove', 'x']]
      if (isOld) {
        for (const args of onTenants) expect(await run('tenant', ...args, flag, place)).toMatchObject(upgradesFirst)
        const source = join(folder, `${version}-source`)
        expect(await run('tenant', 'add', ...newOne, '--location', source)).toMatchObject({ status: 0 })
        expect(await run('copy', place, join(folder, 'never'))).toMatchObject(upgradesFirst)
        expect(await run('copy', source, place)).toMatchObject(upgradesFirst)
        expect((await run('migrate', '--dry-run', flag, place)).said).toContain('would run')
        rmSync(source, { recursive: true })
      }
      expect((await run('migrate', flag, place)).status).toBe(0)
      expect(await run('check', flag, place)).toMatchObject({ status: 0 })
    }
  })

  it('is restored, and copied from one engine to the other', async () => {
    const backup = join(folderOf(version, `${version}-backup`), 'relata.db')
    const location = join(folder, `${version}-restored`)
    expect(await run('restore', backup, '--location', location)).toMatchObject({ status: 0 })
    expect((await run('migrate', '--location', location)).status).toBe(0)
    const url = await freshPostgres()
    expect(await run('copy', location, url)).toMatchObject({ status: 0 })
    expect(await run('check', '--database-url', url)).toMatchObject({ status: 0 })
    const back = join(folder, `${version}-back`)
    expect(await run('copy', url, back)).toMatchObject({ status: 0 })
    await isUpgraded({ location: back }, release)
  })
})
