/** Commands of an operator are killed at any moment: what they read is as it was, what they write is whole, old or absent. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { tokenFor } from '../../_support/server.ts'
import { build, endAll } from '../built-server.ts'
import { audit, type Entry, type Found, listRows } from '../ledger.ts'
import {
  auditAt,
  chance,
  checkWhole,
  command,
  commandKilled,
  commandKilledAt,
  type Engine,
  emptyPlace,
  engines,
  isLong,
  makePlace,
  open,
  type Place,
  seed,
  startLoad,
  taxonomyAt,
  times,
} from './storm-kit.ts'

beforeAll(build, 60_000)
afterAll(endAll)
const timeout = isLong ? 3_600_000 : 120_000

/** How long a command takes when nobody kills it. */
const timed = (...args: readonly string[]): number => {
  const began = performance.now()
  const { status, stderr } = command(...args)
  expect(status, stderr).toBe(0)
  return performance.now() - began
}

/**
 * Kills it somewhere between its first third, before which Node only loads, and its end; every other time, if told the
 * folder it writes to, at one of its first changes there.
 */
const killSomewhere = (took: number, folder: string | undefined, ...args: readonly string[]): Promise<void> => {
  if (folder === undefined || chance(2) === 0) return commandKilled({ after: took * (0.3 + chance(75) / 100) }, ...args)
  return commandKilled({ after: took * 5, change: { folder, number: 1 + chance(3) } }, ...args)
}

interface Worked {
  readonly place: Place
  readonly set: string
  readonly entries: readonly Entry[]
}

/** A database that clients have worked with, and that nobody has open. */
const worked = async (engine: Engine, writes: number): Promise<Worked> => {
  const place = await makePlace(engine)
  const { server, ask } = await open(place)
  const made = taxonomyAt(ask)
  const set = await made.set(await made.group())
  const load = startLoad(ask, set, 4, true)
  await load.reach(writes)
  await load.end()
  await server.end('SIGTERM')
  return { place, set, entries: load.entries }
}

const write = async ({ place, set }: Worked, writes: number): Promise<readonly Entry[]> => {
  const { server, ask } = await open(place)
  const load = startLoad(ask, set, 4, true)
  await load.reach(writes)
  await load.end()
  await server.end('SIGTERM')
  return load.entries
}

/** As a server shows it: everything of these, and of no others. */
const expectShown = async (place: Place, set: string, entries: readonly Entry[]): Promise<void> => {
  const { server, ask } = await open(place)
  await auditAt(ask, set, entries, true)
  expect((await server.end('SIGTERM')).code).toBe(0)
}

/** What was acknowledged; a copy, as an audit takes what it found for known. */
const copyOf = (entries: readonly Entry[]): Entry[] =>
  entries.map((entry) => ({ ...entry, now: entry.now && { text: entry.now.text }, open: [...entry.open] }))

describe('a restore that is killed', () => {
  it(`leaves the database that was there, or the one of the file, seed ${seed}`, { timeout }, async () => {
    const first = await worked('sqlite', 100)
    const { place, set } = first
    const file = join(place.location, 'copy.db')
    timed('backup', file, '--location', place.location)
    const old = copyOf(first.entries)
    const args = ['restore', file, '--replace', '--location', place.location]
    const took = timed(...args)
    let replaced = 0
    for (let round = 0; round < times(2, 60); round += 1) {
      const since = copyOf(await write(first, 20))
      await killSomewhere(took, place.location, ...args)
      checkWhole('--location', place.location)
      const { server, ask } = await open(place)
      const rows = await listRows(ask, set, 'storm', true)
      const isOld = !since.some(({ key }) => rows.has(key))
      const known = isOld ? old : [...old, ...since]
      const own = new Set(known.map(({ key }) => key))
      // Rows of earlier rounds that no restore has taken away.
      const these = new Map<string, readonly Found[]>([...rows].filter(([key]) => isOld || own.has(key)))
      const { lost, wrong } = audit(copyOf(known), these)
      expect({ lost, wrong }).toEqual({ lost: [], wrong: [] })
      if (isOld) replaced += 1
      expect((await server.end('SIGTERM')).code).toBe(0)
    }
    expect(command(...args).status).toBe(0)
    await expectShown(place, set, copyOf(old))
    expect(replaced).toBeLessThanOrEqual(times(2, 60))
    await place.remove()
  })
})

/** Some of the steps: one anywhere, the others among the last ones, when rows are written and committed. */
const someOf = (steps: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => (at === 0 ? 1 + chance(steps) : Math.max(1, steps - chance(40))))

describe.each(engines)('a copy to %s that is killed', (engine) => {
  it(`leaves nothing or everything, seed ${seed}`, { timeout }, async () => {
    const { place, set, entries } = await worked(engine === 'sqlite' ? 'postgres' : 'sqlite', 100)
    const from = place.url ?? place.location
    const whole = await emptyPlace(engine)
    const steps = await commandKilledAt(0, [whole.location], 'copy', from, whole.url ?? whole.location)
    await expectShown(whole, set, copyOf(entries))
    await whole.remove()
    for (const at of someOf(steps, times(2, 40))) {
      const target = await emptyPlace(engine)
      const to = target.url ?? target.location
      await commandKilledAt(at, [target.location], 'copy', from, to)
      const again = command('copy', from, to)
      // Refused only where everything is there already.
      if (again.status !== 0) expect(again.stderr).toMatch(/not empty/)
      checkWhole('--location', target.location, ...target.flags)
      await expectShown(target, set, copyOf(entries))
      await target.remove()
    }
    checkWhole('--location', place.location, ...place.flags)
    await place.remove()
  })
})

describe.each(engines)('a first start on %s that is killed', (engine) => {
  it(`leaves nothing, or a whole seed, seed ${seed}`, { timeout }, async () => {
    const first = await emptyPlace(engine)
    const start = (place: Place) => ['start', '--port', '0', '--silent', '--location', place.location, ...place.flags]
    const steps = await commandKilledAt(0, [first.location], ...start(first))
    await first.remove()
    for (const at of someOf(steps, times(2, 60))) {
      const place = await emptyPlace(engine)
      await commandKilledAt(at, [place.location], ...start(place))
      const { server, ask } = await open(place)
      const made = taxonomyAt(ask)
      const set = await made.set(await made.group())
      expect(await made.term(set)).toMatch(/^[0-9a-f-]{36}$/)
      // The last of the seeded tenants, with all it has.
      await tokenFor(server.http, wellKnown.northwind, wellKnown.daemon)
      expect((await server.end('SIGTERM')).code).toBe(0)
      checkWhole('--location', place.location, ...place.flags)
      await place.remove()
    }
  })
})
