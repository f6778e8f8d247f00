/**
 * A process that is killed while it seeds an empty database leaves it empty, or seeded whole.
 * @module-tag slow
 */
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { freshPostgres } from '../_support/database.ts'

const built = new URL('../../dist/bin/relata.js', import.meta.url)
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-seeding-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const startAndKill = async (location: string, environment: Record<string, string>, after: number): Promise<void> => {
  const child = fork(built, ['start', '--port', '0', '--silent', '--location', location], {
    // What a killed process leaves behind goes away with the folder.
    env: { ...process.env, TMPDIR: folder, ...environment },
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await sleep(after)
  child.kill('SIGKILL')
  await ended
}

const counts = async (facts: { database: string | undefined; databaseUrl?: string }): Promise<number[]> => {
  const parts = await openParts({ ...defaultConfig, databaseUrl: undefined, ...facts })
  try {
    const tenants = await parts.store.tenants()
    return tenants.map(() => 1)
  } finally {
    await parts.close()
  }
}

it('leaves nothing half done in a folder', { timeout: 60_000 }, async () => {
  for (const after of [150, 300, 450, 600]) {
    const location = join(folder, `file-${after}`)
    await startAndKill(location, {}, after)
    // Opening seeds where nothing was; a half seed would be taken for a whole one, and have too few tenants.
    expect(await counts({ database: location })).toHaveLength(3)
  }
})

it('nor on PostgreSQL, and two that start at once leave one seed', { timeout: 90_000 }, async () => {
  for (const after of [300, 600, 900]) {
    const url = await freshPostgres()
    await startAndKill(join(folder, `pg-${after}`), { RELATA_DATABASE_URL: url }, after)
    expect(await counts({ database: undefined, databaseUrl: url })).toHaveLength(3)
  }
  const url = await freshPostgres()
  const both = await Promise.all([1, 2, 3].map(() => counts({ database: undefined, databaseUrl: url })))
  expect(both.map((tenants) => tenants.length)).toEqual([3, 3, 3])
})
