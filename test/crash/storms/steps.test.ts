/**
 * Backup and restore are killed at each single step they do to a file, one run for each: the file, or the database, is the
 * one before or the one after, whole.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '#store/sqlite/driver.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { build, endAll } from '../built-server.ts'
import { checkWhole, command, commandKilledAt, makePlace, open, type Place, seed, taxonomyAt } from './storm-kit.ts'

let place: Place
let backups = ''
beforeAll(async () => {
  await build()
  place = await makePlace('sqlite')
  backups = join(place.location, 'backups')
  mkdirSync(backups)
  await makeTerm()
}, 60_000)
afterAll(async () => {
  await endAll()
  await place.remove()
})

let terms = 0
/** One more term than before, so that one state can be told from another. */
const makeTerm = async (): Promise<void> => {
  const { server, ask } = await open(place)
  const made = taxonomyAt(ask)
  terms += 1
  await made.term(await made.set(await made.group(`Group ${terms}`)))
  expect((await server.end('SIGTERM')).code).toBe(0)
}

/** Number of terms in a database that is whole. */
const termsIn = (file: string): unknown => {
  const connection = openDatabase(file)
  try {
    connection.exec('pragma query_only = on')
    expect(connection.prepare('pragma integrity_check').all([])).toEqual([['ok']])
    return connection.prepare('select count(*) from term_store_term').all([])[0]?.[0]
  } finally {
    connection.close()
  }
}

it(`a backup is the one before or the one after, seed ${seed}`, { timeout: 300_000 }, async () => {
  const file = join(backups, 'copy.db')
  const args = ['backup', file, '--location', place.location]
  const old = join(backups, 'old.db')
  const source = databaseFile(place.location)
  expect(command('backup', old, '--location', place.location).status).toBe(0)
  const before = termsIn(old)
  await makeTerm()
  const after = termsIn(source)
  expect(after).not.toBe(before)
  const steps = await commandKilledAt(0, [backups], ...args)
  expect(steps).toBeGreaterThan(3)
  const seen = new Set<unknown>()
  for (let at = 1; at <= steps; at += 1) {
    copyFileSync(old, file)
    await commandKilledAt(at, [backups], ...args)
    const found = termsIn(file)
    expect([before, after], `step ${at} of ${steps}`).toContain(found)
    seen.add(found)
  }
  expect(seen.has(before)).toBe(true)
  expect(termsIn(source)).toBe(after)
  // What they have left goes with the next one.
  expect(command(...args).status).toBe(0)
  expect(readdirSync(backups).sort()).toEqual(['copy.db', 'old.db'])
})

it(`a restore leaves the database before or the one of the file, seed ${seed}`, { timeout: 300_000 }, async () => {
  const file = join(backups, 'old.db')
  const target = databaseFile(place.location)
  const args = ['restore', file, '--replace', '--location', place.location]
  const kept = join(backups, 'kept.db')
  copyFileSync(target, kept)
  const [before, after] = [termsIn(kept), termsIn(file)]
  const beside = () => readdirSync(place.location).filter((name) => /^relata\.db\.\d/.test(name))
  const putBack = (): void => {
    for (const log of ['-wal', '-shm']) rmSync(`${target}${log}`, { force: true })
    copyFileSync(kept, target)
    for (const name of beside()) rmSync(join(place.location, name))
  }
  const steps = await commandKilledAt(0, [place.location], ...args)
  expect(steps).toBeGreaterThan(3)
  for (let at = 1; at <= steps; at += 1) {
    putBack()
    await commandKilledAt(at, [place.location], ...args)
    expect(existsSync(target), `step ${at} of ${steps} leaves no database`).toBe(true)
    const found = termsIn(target)
    expect([before, after], `step ${at} of ${steps}`).toContain(found)
    // The one that was there is never lost.
    if (found === after) expect(beside().map((name) => termsIn(join(place.location, name)))).toContain(before)
  }
  expect(command(...args).status).toBe(0)
  expect(termsIn(target)).toBe(after)
  checkWhole('--location', place.location)
})
