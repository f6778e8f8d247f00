/**
 * Many clients call verbs of the taxonomy at once, on one file and on two nodes with one database, while servers are killed:
 * each verb has happened whole or not at all, and what was acknowledged is there and in the record of changes once.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { build, endAll } from '../built-server.ts'
import type { Ask } from '../ledger.ts'
import {
  chance,
  checkWhole,
  isLong,
  makePlace,
  type Opened,
  open,
  pause,
  seed,
  taxonomyAt,
  times,
} from './storm-kit.ts'
import { auditVerbs, startVerbs } from './verb-load.ts'

beforeAll(build, 60_000)
afterAll(endAll)
const timeout = isLong ? 3_600_000 : 120_000

it.for([
  ['sqlite', 1],
  ['postgres', 2],
] as const)(`a storm of verbs on %s, seed ${seed}`, { timeout }, async ([engine, count]) => {
  const places = [await makePlace(engine)]
  // Nodes have one database, and a folder each.
  for (let at = 1; at < count; at += 1) {
    const { location, remove } = await makePlace('sqlite')
    places.push({ ...(places[0] as (typeof places)[number]), location, remove })
  }
  const nodes: Opened[] = []
  for (const place of places) nodes.push(await open(place))
  const asking =
    (at: number): Ask =>
    (...asked) =>
      (nodes[at] as Opened).ask(...asked)
  const made = taxonomyAt(asking(0))
  const group = await made.group()
  const sets = [await made.set(group), await made.set(group)]
  const load = await startVerbs(
    Array.from({ length: 8 }, (_, at) => asking(at % count)),
    sets,
  )
  for (let kills = 0; kills < times(3, 40); kills += 1) {
    await load.reach(load.met.acknowledged + 60)
    await pause(chance(40))
    const at = kills % count
    await nodes[at]?.server.end('SIGKILL')
    nodes[at] = await open(places[at] as (typeof places)[number])
  }
  await load.reach(load.met.acknowledged + 60)
  await load.end()
  expect(load.met.faults).toEqual([])
  expect(load.met.withoutRetryAfter).toBe(0)
  for (let at = 0; at < count; at += 1) await auditVerbs(asking(at), load)
  for (const { server } of nodes) expect((await server.end('SIGTERM')).code).toBe(0)
  for (const place of places.slice(0, 1)) checkWhole('--location', place.location, ...place.flags)
  for (const place of places) await place.remove()
})
