/**
 * Somebody cancels statements of the server and ends its connections, at random, while clients write: nobody sees a 500,
 * nothing acknowledged is lost, and the server goes on.
 */
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { build, endAll } from '../built-server.ts'
import {
  auditAt,
  chance,
  checkWhole,
  expectPlain,
  isLong,
  makePlace,
  open,
  pause,
  seed,
  startLoad,
  taxonomyAt,
  times,
} from './storm-kit.ts'

beforeAll(build, 60_000)
afterAll(endAll)

it(`goes on when its statements are cancelled and its connections ended, seed ${seed}`, {
  timeout: isLong ? 3_600_000 : 120_000,
}, async () => {
  const place = await makePlace('postgres')
  const url = new URL(place.url ?? '')
  url.searchParams.set('application_name', `storm_${process.pid}`)
  const named = { ...place, flags: ['--database-url', url.href] }
  const { server, ask } = await open(named, '--gdap-request-latency', '1')
  const made = taxonomyAt(ask)
  const set = await made.set(await made.group())
  const other = new pg.Client({ connectionString: place.url ?? '' })
  await other.connect()
  const struck = { pg_cancel_backend: 0, pg_terminate_backend: 0 }
  const load = startLoad(ask, set, 10, true)
  await load.reach(50)
  const strike = async (): Promise<void> => {
    const kind = chance(4) === 0 ? 'pg_terminate_backend' : 'pg_cancel_backend'
    const { rows } = await other.query<{ done: boolean }>(
      `select ${kind}(pid) as done from pg_stat_activity
         where application_name = $1 and state <> 'idle' order by random() limit 1`,
      [`storm_${process.pid}`],
    )
    if (rows[0]?.done === true) struck[kind] += 1
  }
  const wanted = times(40, 3_000)
  const end = performance.now() + times(15_000, 1_800_000)
  while (struck.pg_cancel_backend + struck.pg_terminate_backend < wanted && performance.now() < end) {
    await strike()
    await pause(chance(30))
  }
  await load.reach(load.met.acknowledged + 50)
  await load.end()
  await other.end()
  expect(struck.pg_cancel_backend).toBeGreaterThan(5)
  expect(struck.pg_terminate_backend).toBeGreaterThan(0)
  expectPlain(load.met)
  expect(load.met.broken).toBe(0)
  await auditAt(ask, set, load.entries, true)
  expect((await server.end('SIGTERM')).code).toBe(0)
  checkWhole('--location', place.location, ...place.flags)
  await place.remove()
})
