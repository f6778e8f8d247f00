/**
 * A commit that waits for its standby, and whose wait is cancelled: PostgreSQL says that it is done, with a warning that
 * the standby may not have it. It must not be acknowledged, as it is lost with the primary.
 * @module-tag slow
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Store } from '#edm/ports.ts'
import { openStore } from '#store/store.ts'
import { here } from '../store/fixture.ts'
import { libraryMigrations, libraryModels, shelf } from '../store/library.ts'
import { type Pair, sql, startPair } from './pair.ts'

let pair: Pair
let store: Store
beforeAll(async () => {
  pair = await startPair()
  store = await openStore({
    models: libraryModels,
    migrations: libraryMigrations,
    location: undefined,
    url: `${pair.primary.url}?application_name=unreplicated`,
  })
  await store.addTenant(here)
}, 90_000)
afterAll(async () => {
  await store?.close()
  await pair?.close()
})

const waiting = `from pg_stat_activity where application_name = 'unreplicated' and wait_event = 'SyncRep'`

it.each(['pg_cancel_backend', 'pg_terminate_backend'])(
  'is not acknowledged after %s',
  { timeout: 60_000 },
  async (end) => {
    pair.standby.pause()
    try {
      const written = store.write(here, (tx) => tx.insert(shelf, { id: end, displayName: end }))
      const outcome = written.then(
        () => 'acknowledged',
        (error: unknown) => error,
      )
      await vi.waitFor(
        async () => {
          const [found] = await sql<{ count: number }>(pair.primary.url, `select count(${end}(pid))::int ${waiting}`)
          expect(found?.count).toBe(1)
        },
        { timeout: 20_000, interval: 50 },
      )
      expect(await outcome).toMatchObject({ kind: 'unavailable', reason: 'commit' })
      // As it says, nobody knows: here it is there.
      expect(await sql(pair.primary.url, `select id from lib_shelf where id = '${end}'`)).toHaveLength(1)
    } finally {
      pair.standby.goOn()
    }
  },
)

it('and writes go on when the standby is back', async () => {
  await store.write(here, (tx) => tx.insert(shelf, { id: 'later', displayName: 'later' }))
  await vi.waitFor(
    async () => expect(await sql(pair.standby.url, `select id from lib_shelf where id = 'later'`)).toHaveLength(1),
    10_000,
  )
})
