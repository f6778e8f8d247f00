import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { digestOf } from '#worlds/manifest.ts'
import { packWorld, unpackWorld } from '#worlds/world-file.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { removeFolders, temporaryLocation } from './folders.ts'

let server: TestServer

const groups = '/v1.0/termStore/groups'

const control = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${server.http}/_relata/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) }
}

const exported = async (path = 'export'): Promise<Buffer> => {
  const answer = await fetch(`${server.http}/_relata/${path}`)
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}

const imported = (file: Uint8Array<ArrayBuffer>, query = '', headers: Record<string, string> = {}) =>
  fetch(`${server.http}/_relata/import${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body: file,
  })

const addGroup = (displayName: string) => server.send('POST', groups, { displayName })

const groupNames = async (headers: Record<string, string> = {}): Promise<readonly string[]> => {
  const { body } = await server.send('GET', groups, undefined, { headers })
  return body.value.map(({ displayName }: { displayName: string }) => displayName).sort()
}

/** All that a client of the term store sees. */
const wholeOf = async (): Promise<string> => {
  const { body } = await server.send('GET', `${groups}?$expand=sets`)
  return JSON.stringify(body.value)
}

afterAll(removeFolders)

describe.each([
  ['that keeps nothing', async () => ({ inMemory: true })],
  ['with a folder', async () => ({ inMemory: false, location: await temporaryLocation() })],
])('the snapshots of a server %s', (_, settings) => {
  beforeAll(async () => {
    server = await startTestServer(await settings())
  })
  afterAll(() => server.close())

  it('bring back rows and clock, as often as wanted', async () => {
    await addGroup('Kept')
    await server.clock({ freeze: true, set: '2031-05-05T00:00:00Z' })
    const before = await wholeOf()
    const saved = await control('POST', 'snapshots', { name: 'kept' })
    expect(saved.status).toBe(201)
    expect(saved.headers.get('location')).toBe(`${server.http}/_relata/snapshots/kept`)
    expect(saved.body).toMatchObject({
      format: 'relata-world/1',
      name: 'kept',
      world: 'default',
      clock: { now: '2031-05-05T00:00:00.000Z', held: Date.parse('2031-05-05T00:00:00Z') },
    })
    expect(saved.body.rows.term_store_group).toBeGreaterThan(0)
    for (const round of [1, 2]) {
      await addGroup(`Not kept ${round}`)
      await server.clock({ freeze: false, advance: 'P1Y' })
      expect((await control('POST', 'snapshots/kept/load')).status).toBe(204)
      expect(await wholeOf()).toBe(before)
      expect(await server.clock()).toMatchObject({ now: '2031-05-05T00:00:00.000Z', frozen: true })
    }
    expect((await addGroup('Afterwards')).status).toBe(201)
    await server.clock({ freeze: false })
  })

  it('are listed, shown and removed', async () => {
    await control('POST', 'snapshots', { name: 'b' })
    await control('POST', 'snapshots', { name: 'a.1' })
    const names = async () => (await control('GET', 'snapshots')).body.value.map(({ name }: { name: string }) => name)
    expect(await names()).toEqual(expect.arrayContaining(['a.1', 'b']))
    expect((await control('GET', 'snapshots/b')).body).toMatchObject({ name: 'b' })
    expect((await control('DELETE', 'snapshots/b')).status).toBe(204)
    expect(await names()).not.toContain('b')
    for (const call of [
      control('GET', 'snapshots/b'),
      control('DELETE', 'snapshots/b'),
      control('POST', 'snapshots/b/load'),
      control('POST', 'worlds', { from: 'b' }),
    ])
      expect((await call).status).toBe(404)
  })

  it('are replaced only where that is asked for', async () => {
    await control('POST', 'snapshots', { name: 'again' })
    await addGroup('Of the second time')
    expect((await control('POST', 'snapshots', { name: 'again' })).status).toBe(409)
    const atOnce = [1, 2, 3].map(() => control('POST', 'snapshots', { name: 'at-once' }))
    expect((await Promise.all(atOnce)).map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect((await control('POST', 'snapshots', { name: 'again', replace: true })).status).toBe(201)
    await control('POST', 'reset')
    expect(await groupNames()).not.toContain('Of the second time')
    await control('POST', 'snapshots/again/load')
    expect(await groupNames()).toContain('Of the second time')
  })

  it('begin worlds, which go back to them', async () => {
    await control('POST', 'reset')
    await addGroup('In the snapshot')
    await control('POST', 'snapshots', { name: 'start' })
    await control('POST', 'reset')
    const { body } = await control('POST', 'worlds', { from: 'start' })
    const inWorld = { 'relata-world': body.id }
    expect(await groupNames(inWorld)).toContain('In the snapshot')
    await server.send('POST', groups, { displayName: 'Only there' }, { headers: inWorld })
    expect((await control('POST', 'reset', {}, inWorld)).status).toBe(204)
    expect(await groupNames(inWorld)).toContain('In the snapshot')
    expect(await groupNames(inWorld)).not.toContain('Only there')
    expect(await groupNames()).not.toContain('In the snapshot')
  })

  it('are of the world that asks', async () => {
    const { body } = await control('POST', 'worlds')
    const inWorld = { 'relata-world': body.id }
    await server.send('POST', groups, { displayName: 'Of a world' }, { headers: inWorld })
    expect((await control('POST', 'snapshots', { name: 'of-a-world' }, inWorld)).body.world).toBe(body.id)
    await control('POST', 'reset', {}, inWorld)
    await control('POST', 'snapshots/of-a-world/load', {}, inWorld)
    expect(await groupNames(inWorld)).toContain('Of a world')
    expect(await groupNames()).not.toContain('Of a world')
  })

  it.each(['', ' ', 'A', '..', '.hidden', 'a/b', '../keys', 'con', 'con.txt', 'x'.repeat(65), 'ä', 'a.'])(
    'have no name %j',
    async (name) => {
      expect((await control('POST', 'snapshots', { name })).status).toBe(400)
      // An address with two full stops is another address.
      if (name.trim() === '' || name === '..') return
      const path = `snapshots/${encodeURIComponent(name)}`
      for (const call of [control('GET', path), control('DELETE', path), control('POST', `${path}/load`)])
        expect((await call).status).toBe(400)
    },
  )

  it('of the whole world travel as one file', async () => {
    await control('POST', 'reset')
    await addGroup('Travels')
    const before = await wholeOf()
    const file = await exported()
    const { status, stdout } = spawnSync('tar', ['-tzf', '-'], { input: file, encoding: 'utf8' })
    // Any program can look into it; where there is no tar, nothing is said.
    if (status !== null) expect(stdout.trim().split(/\r?\n/)).toEqual(['manifest.json', 'world.db'])
    await control('POST', 'reset')
    const answer = await imported(new Uint8Array(file))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ format: 'relata-world/1', world: 'default' })
    expect(await wholeOf()).toBe(before)
  })

  it('travel as well, and come in under another name', async () => {
    await control('POST', 'reset')
    await addGroup('In a file')
    await control('POST', 'snapshots', { name: 'out' })
    const file = await exported('export?snapshot=out')
    await control('POST', 'reset')
    expect((await imported(new Uint8Array(file), '?snapshot=in')).status).toBe(200)
    expect(await groupNames()).not.toContain('In a file')
    await control('POST', 'snapshots/in/load')
    expect(await groupNames()).toContain('In a file')
  })

  it('say of a file what is wrong with it', async () => {
    const file = await exported()
    const why = async (bytes: Uint8Array<ArrayBuffer>) => {
      const answer = await imported(bytes)
      return [answer.status, ((await answer.json()) as { error: { message: string } }).error.message]
    }
    const begin = 'The file is not a world that Relata has exported: '
    expect(await why(new Uint8Array(file.subarray(0, 2_000)))).toEqual([400, `${begin}it ends in the middle.`])
    expect(await why(new TextEncoder().encode('no archive'))).toEqual([
      400,
      `${begin}it is not compressed by gzip, or damaged.`,
    ])
    expect(await control('GET', 'export?snapshot=none')).toMatchObject({
      status: 404,
      body: { error: { target: 'snapshot' } },
    })
    for (const query of ['export?snapshots=a', 'export?snapshot=a&snapshot=b'])
      expect((await control('GET', query)).status).toBe(400)
  })

  it('take no file that was changed by hand into one that no world can be, and the world stays', async () => {
    const before = await wholeOf()
    const { manifest, image } = await unpackWorld(await exported(), 2 ** 31 - 1)
    const packed = async (facts: object, rows = image.rows) =>
      new Uint8Array(
        await packWorld({ ...manifest, bytes: rows.length, sha256: digestOf(rows), ...facts } as typeof manifest, rows),
      )
    const wrong = [
      { clock: { ...manifest.clock, held: 1e300 } },
      { clock: { ...manifest.clock, held: 1.5 } },
      { clock: { ...manifest.clock, ahead: -1e17 } },
      { createdDateTime: 'x"\r\nx: y' },
      { ids: { seed: -1, made: 0 } },
      { ids: { seed: 1, made: 0.5 } },
    ]
    for (const facts of wrong) expect((await imported(await packed(facts))).status).toBe(400)
    const archive = gunzipSync(await packed({}))
    // In place of a size: a reader that took it for a number would stay at the same entry for ever.
    archive.write('-0000002000', 124, 'latin1')
    archive.write('      ', 148, 'latin1')
    const sum = archive.subarray(0, 512).reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 0x20 : byte), 0)
    archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    expect((await imported(new Uint8Array(gzipSync(archive)))).status).toBe(400)
    expect(await wholeOf()).toBe(before)
  })

  it('take no rows that this version cannot use, and the world stays', async () => {
    const before = await wholeOf()
    const { manifest, image } = await unpackWorld(await exported(), 2 ** 31 - 1)
    const folder = await temporaryLocation()
    const changedBy = (statement: string): Uint8Array => {
      const file = join(folder, 'changed.db')
      writeFileSync(file, image.rows)
      const database = new DatabaseSync(file)
      database.exec(statement)
      database.close()
      return readFileSync(file)
    }
    const torn = Uint8Array.from(image.rows)
    torn.fill(0xff, torn.length >> 1)
    const wrong = [
      changedBy('pragma foreign_keys = off; drop table "term_store_relation"'),
      changedBy('alter table "site" rename column "id" to "key"'),
      torn,
    ]
    for (const rows of wrong) {
      const facts = { ...manifest, bytes: rows.length, sha256: digestOf(rows) }
      expect((await imported(new Uint8Array(await packWorld(facts, rows)))).status).toBe(409)
      expect((await imported(new Uint8Array(await packWorld(facts, rows)), '?snapshot=wrong')).status).toBe(409)
    }
    expect(await wholeOf()).toBe(before)
  })

  it('take no file that is none of theirs, and the world stays', async () => {
    const before = await wholeOf()
    const good = await exported()
    const cut = new Uint8Array(good.subarray(0, good.length - 2_000))
    const changed = new Uint8Array(good)
    changed[good.length >> 1] = (changed[good.length >> 1] ?? 0) ^ 0xff
    for (const file of [new Uint8Array([1, 2, 3]), cut, changed]) expect((await imported(file)).status).toBe(400)
    const typed = await imported(new Uint8Array(good), '', { 'content-type': 'text/plain' })
    expect(typed.status).toBe(415)
    const foreign = await imported(new Uint8Array(good), '', { origin: 'https://elsewhere.example' })
    expect(foreign.status).toBe(403)
    expect((await fetch(`${server.http}/_relata/import`, { method: 'POST' })).status).toBe(400)
    expect(await wholeOf()).toBe(before)
  })
})

describe('a folder of snapshots', () => {
  afterEach(() => server.close())

  it('is found by the next start, and by one in which a saving was ended in the middle', async () => {
    const location = await temporaryLocation()
    server = await startTestServer({ inMemory: false, location })
    await addGroup('Of the first start')
    await control('POST', 'snapshots', { name: 'first' })
    await control('POST', 'snapshots', { name: 'half' })
    await server.close()
    await rm(join(location, 'snapshots', 'half', 'manifest.json'))
    server = await startTestServer({ inMemory: false, location })
    const { body } = await control('GET', 'snapshots')
    expect(body.value.map(({ name }: { name: string }) => name)).toEqual(['first'])
    expect((await control('POST', 'snapshots/half/load')).status).toBe(404)
    await control('POST', 'reset')
    expect((await control('POST', 'snapshots/first/load')).status).toBe(204)
    expect(await groupNames()).toContain('Of the first start')
    expect((await control('POST', 'snapshots', { name: 'half' })).status).toBe(201)
  })

  it('says of rows that are not those of the manifest that they are not', async () => {
    const location = await temporaryLocation()
    server = await startTestServer({ inMemory: false, location })
    await control('POST', 'snapshots', { name: 'damaged' })
    const before = await wholeOf()
    const place = join(location, 'snapshots', 'damaged')
    const [rows] = (await readdir(place)).filter((name) => name.endsWith('.db'))
    await writeFile(join(place, rows ?? ''), 'something else')
    const { status, body } = await control('POST', 'snapshots/damaged/load')
    expect(status).toBe(409)
    expect(body.error.message).toContain('its rows are not those its manifest is of')
    expect(await wholeOf()).toBe(before)
  })
})

describe('a folder of snapshots that cannot be used', () => {
  it('is said to be so, and the world stays', async () => {
    const location = await temporaryLocation()
    await writeFile(join(location, 'snapshots'), 'a file')
    server = await startTestServer({ inMemory: false, location })
    for (const answer of [await control('POST', 'snapshots', { name: 'a' }), await control('GET', 'snapshots')]) {
      expect(answer.status).toBe(503)
      expect(answer.body.error.message).toContain('The folder of the snapshots cannot be used')
    }
    expect((await addGroup('All the same')).status).toBe(201)
    await server.close()
  })
})

describe('a world as a file', () => {
  it('goes to another server, whose keys stay', async () => {
    server = await startTestServer({ inMemory: true })
    await addGroup('From elsewhere')
    const file = new Uint8Array(await exported())
    await server.close()
    server = await startTestServer({ inMemory: false, location: await temporaryLocation() })
    const token = await server.token(wellKnown.contoso)
    expect((await imported(file)).status).toBe(200)
    const answer = await fetch(`${server.http}${groups}`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(200)
    expect(await groupNames()).toContain('From elsewhere')
    await addGroup('From a file')
    const back = new Uint8Array(await exported())
    await server.close()
    // And to the database of the first again, which may be another one.
    server = await startTestServer({ inMemory: true })
    expect((await imported(back)).status).toBe(200)
    expect(await groupNames()).toEqual(expect.arrayContaining(['From elsewhere', 'From a file']))
    expect((await addGroup('After the way back')).status).toBe(201)
    await server.close()
  })

  it('is no file of a registry', async () => {
    server = await startTestServer({ inMemory: true, registry: true, httpOnly: true })
    for (const [method, path] of [
      ['GET', 'snapshots'],
      ['POST', 'snapshots/a/load'],
      ['GET', 'export'],
      ['POST', 'import'],
      ['POST', 'reset'],
    ] as const)
      expect((await fetch(`${server.http}/_relata/${path}`, method === 'GET' ? {} : jsonPost({}))).status).toBe(404)
    await server.close()
  })
})
