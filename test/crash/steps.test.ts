/**
 * A restore and a first start that are killed before each change of the file system: there is the old database or the
 * restored one, never none, and no file that other users can read.
 * @module-tag slow
 */
import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tidyFolder } from '#app/trust/private-folder.ts'
import type { Store } from '#edm/ports.ts'
import { openStore, placeStore } from '#store/store.ts'
import { models } from '#workloads/models.ts'
import { rounds } from '../_support/run-size.ts'
import { compiledSource } from '../_support/source-program.ts'

const program = fileURLToPath(new URL('kill-at-step.ts', import.meta.url))
const old = '00000000-0000-4000-8000-00000000000a'
const restored = '00000000-0000-4000-8000-00000000000b'
const [database, log] = ['relata.db', 'relata.db-wal']

let folder = ''
/** A folder as a killed server leaves it: the tenant is in the log only. */
let worked = ''
let backup = ''

const open = (location: string): Promise<Store> => openStore({ models: Object.values(models), location })
const tenantsIn = async (location: string): Promise<readonly string[]> => {
  const store = await open(location)
  try {
    return (await store.tenants()).map(({ id }) => id)
  } finally {
    await store.close()
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-steps-'))
  worked = join(folder, 'worked')
  const store = await open(join(folder, 'source'))
  await store.addTenant(old)
  await mkdir(worked)
  for (const name of [database, log]) await copyFile(join(folder, 'source', name), join(worked, name))
  await store.close()
  const other = await open(join(folder, 'other'))
  await other.addTenant(restored)
  await other.close()
  backup = join(folder, 'other', database)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Whether the program has ended before it was killed. */
const isDone = (step: number, ...args: readonly string[]): boolean => {
  const { status, signal, stderr } = spawnSync(process.execPath, ['--conditions=source', program, `${step}`, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...compiledSource },
  })
  if (status !== 0 && signal !== 'SIGKILL') throw new Error(stderr)
  return status === 0
}

/** The database is made in these steps; keys and certificates after it. */
const closely = 12
/** Each step is tried by `npm run storm`, every other one where `CI` is set, else every third. */
const stride = process.env['RELATA_STORM'] === 'long' ? 1 : rounds(2, 3)

const isDraft = (name: string): boolean => /\.(?:part|new)(?:-\w+)?$/.test(name)

it('restore --replace leaves the old database or the restored one, whenever it is killed', {
  timeout: 180_000,
}, async () => {
  const seen = new Set<string>()
  for (let step = 0, done = false; !done; step += stride) {
    const location = join(folder, `restore-${step}`)
    await mkdir(location, { mode: 0o700 })
    for (const name of [database, log]) await copyFile(join(worked, name), join(location, name))
    await writeFile(join(location, 'keys.json'), '{}', { mode: 0o600 })
    done = isDone(step, 'restore', location, backup)
    const [tenant = ''] = await tenantsIn(location)
    seen.add(tenant)
    const kept = (await readdir(location)).find((name) => /\.\d{8}T\d{6}$/.test(name))
    if (tenant === restored) {
      const aside = join(folder, `kept-${step}`)
      await mkdir(aside)
      await copyFile(join(location, kept ?? ''), join(aside, database))
      expect(await tenantsIn(aside)).toEqual([old])
    } else expect(tenant).toBe(old)
    // Whoever repeats it succeeds, and the drafts of the first attempt are gone.
    expect(isDone(1_000, 'restore', location, backup)).toBe(true)
    expect(await tenantsIn(location)).toEqual([restored])
    expect((await readdir(location)).filter(isDraft)).toEqual([])
  }
  expect(seen).toEqual(new Set([old, restored]))
})

it('a restore into a folder that has lost its database is whole, or the next start refuses', {
  timeout: 180_000,
}, async () => {
  for (let step = 0, done = false; !done; step += stride) {
    const location = join(folder, `lost-${step}`)
    await mkdir(location, { mode: 0o700 })
    await copyFile(join(worked, log), join(location, log))
    await writeFile(join(location, 'page.key'), 'x', { mode: 0o600 })
    done = isDone(step, 'restore', location, backup)
    const found = await tenantsIn(location).catch((error: Error) => error.message)
    if (typeof found === 'string') expect(found).toContain('is missing, but there is')
    else expect(found).toEqual([restored])
  }
})

it('a first start that is killed leaves nothing that others can read or that stops the next', {
  timeout: 300_000,
}, async () => {
  let steps = 0
  for (let done = false; !done; steps += steps < closely ? stride : 5) {
    const location = join(folder, `start-${steps}`)
    done = isDone(steps, 'start', location)
    const names = await readdir(location).catch(() => [])
    for (const name of names) {
      const { mode } = await stat(join(location, name))
      expect(mode & 0o777, name).toBe(/^(?:ca|server)\.pem/.test(name) ? 0o644 : 0o600)
    }
    if (names.length > 0) expect((await stat(location)).mode & 0o777).toBe(0o700)
    await placeStore({ models: Object.values(models), location })
    expect(await tenantsIn(location)).toEqual([])
    const warnings: string[] = []
    tidyFolder(location, (text) => warnings.push(text))
    expect(warnings).toEqual([])
    expect((await readdir(location)).filter((name) => isDraft(name) || /\.\d+$/.test(name))).toEqual([])
  }
  // Fewer would mean that steps are not counted.
  expect(steps).toBeGreaterThan(15)
})
