/**
 * A primary that hangs: its connections stay open, and nothing is answered on them. Once another server takes the writes,
 * nobody waits for the old one any more.
 * @module-tag slow
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Store } from '#edm/ports.ts'
import { openStore } from '#store/store.ts'
import { here } from '../store/fixture.ts'
import { libraryMigrations, libraryModels, shelf } from '../store/library.ts'
import { type Pair, startPair } from './pair.ts'

let pair: Pair
let store: Store
beforeAll(async () => {
  pair = await startPair()
  store = await openStore({
    models: libraryModels,
    migrations: libraryMigrations,
    location: undefined,
    url: pair.url,
    // As long as no test waits: what is answered is not answered because of it.
    answerMillis: 600_000,
    announced: [],
  })
  await store.addTenant(here)
  await store.write(here, (tx) => tx.insert(shelf, { id: 'a', displayName: 'before' }))
  // As a server has them, whose connection for notifications finds out that nobody answers.
  store.processes?.watch?.(() => undefined)
  await store.processes?.join?.()
}, 90_000)
afterAll(async () => {
  pair?.primary.goOn()
  await pair?.close()
  await store?.close()
})

const read = () => store.read(here, async (tx) => (await tx.get(shelf, 'a'))?.displayName)
const write = (id: string) =>
  store
    .write(here, (tx) => tx.insert(shelf, { id, displayName: id }))
    .then(
      () => 'written',
      () => 'refused',
    )

it('is left with all its statements when the standby takes its place', { timeout: 90_000 }, async () => {
  // Connections that are open, in both pools.
  expect(await Promise.all([read(), read(), read()])).toEqual(['before', 'before', 'before'])
  expect(await write('b')).toBe('written')
  pair.primary.pause()
  const reads = Promise.all([read(), read(), read()])
  const written = write('c')
  await pair.promote()
  // Read where they can be, as nothing was changed; a write may be told that nobody knows.
  expect(await reads).toEqual(['before', 'before', 'before'])
  expect(['written', 'refused']).toContain(await written)
  await vi.waitFor(async () => expect(await write(`later ${Date.now()}`)).toBe('written'), { timeout: 30_000 })
})
