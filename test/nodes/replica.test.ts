/**
 * Reads from a standby: they go there where it has what is known to be written, and nowhere else.
 * @module-tag slow
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Store } from '#edm/ports.ts'
import { equal, member, param } from '#edm/query.ts'
import { openStore } from '#store/store.ts'
import { here, queryOf, shapeOf, there } from '../store/fixture.ts'
import { libraryMigrations, libraryModels, shelf } from '../store/library.ts'
import { type Pair, sql, startPair } from './pair.ts'

let pair: Pair
const stores: Store[] = []
const opened = async (): Promise<Store> => {
  const store = await openStore({
    models: libraryModels,
    migrations: libraryMigrations,
    location: undefined,
    url: pair.primary.url,
    readUrl: pair.standby.url,
  })
  stores.push(store)
  return store
}
let one: Store
let other: Store
beforeAll(async () => {
  pair = await startPair()
  one = await opened()
  other = await opened()
  for (const id of [here, there]) {
    await one.addTenant(id)
    await one.write(id, (tx) => tx.insert(shelf, { id: 'a', displayName: 'first' }))
  }
}, 90_000)
afterAll(async () => {
  for (const store of stores) await store.close()
  await pair.close()
})

const nameIn = (store: Store, tenant: string) =>
  store.read(tenant, async (tx) => (await tx.get(shelf, 'a'))?.displayName)
/** By `rowBelow`, which asks the same server. */
const nameBelow = async (store: Store, tenant: string) => {
  const branches = [equal(member('id'), param('key'))]
  const find = await store.rowBelow(tenant, [], {
    prepared: store.prepare(queryOf(shelf, { branches, shape: shapeOf(shelf) })),
    bind: {},
  })
  return JSON.parse((await find('a')) ?? '{}').displayName
}
const rename = (store: Store, tenant: string, displayName: string) =>
  store.write(tenant, (tx) => tx.update(shelf, 'a', { displayName }))
const replay = (to: 'pause' | 'resume') => sql(pair.standby.url, `select pg_wal_replay_${to}()`)
/** Past this store, so that it cannot know. */
const renameBehind = (displayName: string) =>
  sql(pair.primary.url, `update lib_shelf set display_name = '${displayName}', display_name_fold = '${displayName}'`)
const patience = { timeout: 15_000, interval: 50 }

it('shows a writer what it wrote, each time', { timeout: 60_000 }, async () => {
  for (let turn = 0; turn < 100; turn += 1) {
    await rename(one, here, `turn ${turn}`)
    expect(await (turn % 2 === 0 ? nameIn : nameBelow)(one, here)).toBe(`turn ${turn}`)
  }
})

it('reads there what nobody is known to have written, and elsewhere what is not there yet', {
  timeout: 90_000,
}, async () => {
  // Both have seen everything: from now on they ask the standby.
  await renameBehind('before')
  await vi.waitFor(async () => expect(await nameIn(one, there)).toBe('before'), patience)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  await replay('pause')
  await vi.waitFor(
    async () =>
      expect(await sql(pair.standby.url, 'select pg_get_wal_replay_pause_state() as state')).toEqual([
        { state: 'paused' },
      ]),
    patience,
  )
  await renameBehind('behind')
  // This is how it is known where the rows came from.
  expect(await nameIn(one, there)).toBe('before')
  expect(await nameBelow(one, there)).toBe('before')
  await rename(one, here, 'written')
  expect(await nameIn(one, here)).toBe('written')
  expect(await nameBelow(one, here)).toBe('written')
  // The other process hears of it, and asks the primary as well.
  await vi.waitFor(async () => expect(await nameIn(other, here)).toBe('written'), { timeout: 3_000, interval: 10 })
  // A standby that has been behind for so long is not asked any more.
  await vi.waitFor(async () => expect(await nameIn(one, there)).toBe('behind'), patience)
  await replay('resume')
  await vi.waitFor(async () => expect(await nameIn(other, there)).toBe('behind'), patience)
})

it('goes on with the primary alone when the standby dies', { timeout: 60_000 }, async () => {
  await sql(pair.primary.url, `alter system set synchronous_standby_names = ''; select 1`).catch(() => undefined)
  await pair.standby.kill()
  for (const store of [one, other]) expect(await nameIn(store, there)).toBe('behind')
})
