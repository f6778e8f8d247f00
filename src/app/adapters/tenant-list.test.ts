import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Verdict } from '#auth/verify/verify.ts'
import type { Store } from '#edm/ports.ts'
import { ofKnownTenants } from './known-tenants.ts'
import { tenantListOf } from './tenant-list.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const [one, two] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const

/** A store that another process writes to. */
const shared = async () => {
  const domains = new Map<string, string>([[one, 'one.example']])
  const written = { times: 0, lists: 0 }
  const store = {
    tenants: async () => {
      written.lists += 1
      return [...domains.keys()].map((id) => ({ id }))
    },
    read: async (id: string) => ({ id, displayName: id, defaultDomain: domains.get(id), verifiedDomains: [] }),
    processes: { foreignWrites: () => written.times },
  } as unknown as Store
  const list = tenantListOf(store)
  await list.refresh()
  const judged = (text: string | undefined): Verdict => ({
    actor: { kind: 'app', tenantId: text ?? '', permissions: new Set() },
  })
  const verify = ofKnownTenants(Object.assign(judged, { once: async (text: string) => judged(text) }), list)
  const byOthers = (id: string, domain: string | undefined): void => {
    if (domain === undefined) domains.delete(id)
    else domains.set(id, domain)
    written.times += 1
  }
  return { list, verify, byOthers, written }
}

const pass = (millis: number): void => {
  vi.setSystemTime(Date.now() + millis)
}

it('the next request after a second knows what another process has changed', async () => {
  const { list, verify, byOthers } = await shared()
  byOthers(one, 'renamed.example')
  pass(1_100)
  expect(await verify(one)).toHaveProperty('actor')
  expect([list.find('renamed.example')?.id, list.find('one.example')]).toEqual([one, undefined])
})

it('a lookup without a request is enough to find it out', async () => {
  const { list, byOthers } = await shared()
  byOthers(one, 'renamed.example')
  pass(1_100)
  expect(list.find('renamed.example')).toBeUndefined()
  await expect.poll(() => list.find('renamed.example')?.id).toBe(one)
})

it('the first request of an added tenant is not refused, however soon it comes, and one of a removed tenant is', async () => {
  const { verify, byOthers } = await shared()
  byOthers(two, 'two.example')
  expect(await verify(two)).toHaveProperty('actor')
  byOthers(two, undefined)
  pass(1_100)
  expect(await verify(two)).toHaveProperty('denial')
})

it('reads nothing where nobody has written', async () => {
  const { list, verify, written } = await shared()
  const { lists } = written
  pass(60_000)
  expect(await verify(one)).toHaveProperty('actor')
  expect([list.find('one.example')?.id, written.lists]).toEqual([one, lists])
})
