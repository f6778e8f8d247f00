/** A database that cannot answer: each answer says why and what helps, the log says so once, and the probes tell. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { openDatabase } from '#store/sqlite/driver.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer | undefined
let folder = ''
const cleaning: (() => void)[] = []
afterEach(async () => {
  await server?.close()
  server = undefined
  vi.restoreAllMocks()
  for (const clean of cleaning.splice(0).reverse()) clean()
})

/** What the server prints. */
const listen = (): (() => string[]) => {
  const spy = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  return () =>
    spy.mock.calls.flatMap(([text]) => String(text).split('\n')).filter((line) => / (error|warn) /.test(line))
}

const start = async (location = mkdtempSync(join(tmpdir(), 'relata-outage-'))): Promise<TestServer> => {
  folder = location
  cleaning.push(() => rmSync(location, { recursive: true, force: true }))
  server = await startTestServer({ location, inMemory: false, silent: false, logLevel: 'warn', metrics: true })
  return server
}

const probe = async (path: string) => {
  const answer = await fetch(`${server?.http}${path}`)
  return { status: answer.status, body: (await answer.json()) as { status: string; reason?: string; message?: string } }
}
const isUp = async (): Promise<string | undefined> => {
  const page = await (await fetch(`${server?.http}/metrics`)).text()
  return /^relata_store_up (\d)$/m.exec(page)?.[1]
}
const write = (made: TestServer) =>
  made.send('POST', '/v1.0/termStore/groups', { displayName: `Group ${Math.random()}`, description: 'x'.repeat(900) })

it('says that the disk is full, once in the log, until there is room again', async (test) => {
  const place = mkdtempSync(join(tmpdir(), 'relata-full-'))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', place]).status !== 0)
    return test.skip('a small file system cannot be mounted here')
  cleaning.push(() => {
    spawnSync('umount', ['-l', place])
    rmSync(place, { recursive: true, force: true })
  })
  const lines = listen()
  const made = await start(join(place, 'data'))
  expect((await write(made)).status).toBe(201)
  expect(await isUp()).toBe('1')
  const filler = join(place, 'filler')
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k'])
  let refused = await write(made)
  for (let n = 0; n < 200 && refused.status === 201; n++) refused = await write(made)
  expect(refused.status).toBe(503)
  expect(refused.body.error.message).toMatch(/^The disk of the database is full; nothing .* Free some space/)
  for (let n = 0; n < 3; n++) expect((await write(made)).status).toBe(503)
  // Reading goes on.
  expect((await made.send('GET', '/v1.0/termStore/groups')).status).toBe(200)
  const ready = await probe('/ready')
  expect(ready).toMatchObject({ status: 503, body: { status: 'unavailable', reason: 'full' } })
  expect(await probe('/health')).toMatchObject({
    status: 503,
    body: { status: 'unhealthy', database: { reason: 'full' } },
  })
  expect(await isUp()).toBe('0')
  expect(lines().filter((line) => /disk of the database is full/.test(line))).toHaveLength(1)
  rmSync(filler)
  await vi.waitFor(async () => expect((await probe('/ready')).status).toBe(200), { timeout: 10_000, interval: 100 })
  expect((await write(made)).status).toBe(201)
  expect(lines().filter((line) => /answers again, after/.test(line))).toHaveLength(1)
})

it('says that the file is damaged', async () => {
  const lines = listen()
  const made = await start()
  const file = join(folder, 'relata.db')
  await taxonomyOver(made.send).group()
  // The pages of the file itself, not the log: this is what bad sectors look like.
  const other = openDatabase(file)
  other.exec('pragma wal_checkpoint(truncate)')
  other.close()
  const { size } = statSync(file)
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(size - 8192, 0xa5), 0, size - 8192, 4096)
  closeSync(handle)
  const answer = await made.send('GET', '/v1.0/termStore/groups?$top=3&$orderby=displayName')
  expect(answer.status).toBe(503)
  expect(answer.body.error.message).toBe(
    'The database is damaged. Stop the server, run relata check, and restore a backup.',
  )
  expect(await probe('/ready')).toMatchObject({ status: 503, body: { reason: 'damaged' } })
  expect(lines().filter((line) => /is damaged/.test(line))).toHaveLength(1)
})

it('notices a file that is deleted or replaced while the server runs', async () => {
  const lines = listen()
  const made = await start()
  const file = join(folder, 'relata.db')
  rmSync(file)
  expect(await probe('/ready')).toMatchObject({ status: 503, body: { reason: 'deleted' } })
  const answer = await write(made)
  expect(answer.status).toBe(503)
  expect(answer.body.error.message).toMatch(/has been deleted .* restore a backup/)
  writeFileSync(file, 'another')
  expect((await write(made)).body.error.message).toMatch(/has been replaced .* Restart/)
  expect(lines().filter((line) => /has been deleted/.test(line))).toHaveLength(1)
})

it('says that it is busy, and stays ready, while another process holds the lock', async () => {
  const lines = listen()
  const made = await start()
  const other = openDatabase(join(folder, 'relata.db'))
  other.exec('begin immediate')
  const answer = await write(made)
  expect(answer.status).toBe(503)
  expect(answer.body.error.message).toBe('The database is busy. Try again.')
  expect((await probe('/ready')).status).toBe(200)
  other.close()
  expect((await write(made)).status).toBe(201)
  expect(lines()).toEqual([])
})
