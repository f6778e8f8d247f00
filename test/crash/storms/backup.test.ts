/**
 * A backup is killed at each single step it does to a file, one run for each: the file is the one before or the one after,
 * whole. Restore is in ../steps.test.ts.
 */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '#store/sqlite/driver.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { build, endAll } from '../built-server.ts'
import { command, commandKilledAt, makePlace, open, type Place, seed, taxonomyAt } from './storm-kit.ts'

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
