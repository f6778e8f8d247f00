/** A process that saves a snapshot over another is killed at each thing it does to a file: one of the two is there, whole. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folderShelf } from '#app/upkeep/snapshot-folder.ts'
import { build, root } from './built-server.ts'

let folder: string

beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'relata-crash-snapshots-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const mostSteps = 60

/** Saves a snapshot with such rows, and is killed at a step. */
const save = (place: string, text: string, killAt: number) =>
  spawnSync(
    process.execPath,
    [
      '--import',
      join(root, 'test/crash/storms/kill-point.mjs'),
      join(root, 'test/crash/save-snapshot.mjs'),
      place,
      text,
    ],
    { encoding: 'utf8', env: { ...process.env, RELATA_KILL_AT: String(killAt), RELATA_KILL_IN: folder } },
  )

const textOf = async (place: string): Promise<string | undefined> => {
  const shelf = folderShelf(place)
  if ((await shelf.list()).length === 0) return undefined
  return Buffer.from((await shelf.load('kept')).image.rows).toString()
}

it.each([
  ['where there is none', undefined],
  ['over another', 'first'],
] as const)('saved %s', { timeout: 120_000, tags: ['slow'] }, async (_, before) => {
  const found = new Set<string | undefined>()
  let wasKilled = true
  for (let step = 1; wasKilled && step <= mostSteps; step += 1) {
    const place = join(folder, `${before ?? 'none'}-${step}`)
    if (before !== undefined) expect(save(place, before, mostSteps * 100).status).toBe(0)
    const { signal, status, stderr } = save(place, 'second', step)
    wasKilled = signal === 'SIGKILL'
    if (!wasKilled) expect(status, stderr).toBe(0)
    const text = await textOf(place)
    expect([before, 'second']).toContain(text)
    found.add(text)
    // The next one is not in the way of what is left, and leaves none of it.
    expect(save(place, 'third', mostSteps * 100).status).toBe(0)
    expect(await textOf(place)).toBe('third')
    expect(await readdir(join(place, 'kept'))).toHaveLength(2)
  }
  expect(wasKilled).toBe(false)
  expect(found).toEqual(new Set([before, 'second']))
})
