/** A tenant that is removed takes its targets along, while deliveries of it wait and one is under way (events.md §6.2). */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { StoreError } from '#base/errors.ts'
import { delivery, deliveryLane, deliveryTarget } from '#workloads/events/types.ts'
import { jsonPost, startTestServer, type TestServer, tokenFor } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { type Received, type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'

const { contoso } = wellKnown
const litware = '0f3b1c52-0d0a-4c3e-9a55-0000000000aa'
const tenant = {
  id: litware,
  displayName: 'Litware',
  defaultDomain: 'litware.example',
  termStore: { languages: ['en-US'], defaultLanguage: 'en-US', administrators: ['app@sharepoint'] },
}
const patience = { timeout: 10_000, interval: 20 }

let server: TestServer
let receiver: WebhookReceiver
beforeAll(async () => {
  server = await startTestServer({ deliverySchedule: { own: [0, 3_600_000, 3_600_000] } })
  receiver = await webhookReceiver()
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

afterEach(() => vi.restoreAllMocks())

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
type Any = any
const ask = async (path: string, body?: unknown): Promise<Any> =>
  (await fetch(`${server.http}/_relata${path}`, body === undefined ? {} : jsonPost(body))).json()
const hook = async (name: string, of: string): Promise<string> =>
  (await ask(`/webhooks?tenant=${of}`, { url: `${receiver.url}/${name}`, events: ['relata.taxonomy.*'] })).id
const told = (name: string): readonly Received[] => receiver.received.filter(({ path }) => path === `/hook/${name}`)
/** With a new token: those from before a tenant was added are not taken. */
const group = async (of: string, name: string) => {
  const headers = { authorization: `Bearer ${await tokenFor(server.http, of, wellKnown.daemon)}` }
  return taxonomyOver((method, path, body) => server.send(method, path, body, { headers })).group(name)
}

it('is told of nothing more, and leaves no row behind', async () => {
  const held: (() => void)[] = []
  let log = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    log += text
    return true
  })
  receiver.answer(({ path }) => {
    if (path === '/hook/waits') return 500
    if (path === '/hook/held') return new Promise((resolve) => held.push(() => resolve({ status: 202 })))
    return 202
  })
  await ask('/tenants', tenant)
  await hook('stays', contoso)
  const waits = await hook('waits', litware)
  await hook('held', litware)
  await group(litware, 'One')
  await vi.waitFor(async () => {
    const { value } = await ask(`/deliveries?tenant=${litware}&target=${waits}`)
    expect(value).toMatchObject([{ state: 'waiting', attempts: 1 }])
    expect(held).toHaveLength(1)
  }, patience)

  const removed = await fetch(`${server.http}/_relata/tenants/${litware}`, {
    ...jsonPost({ confirm: tenant.displayName }),
    method: 'DELETE',
  })
  expect(removed.status).toBe(204)
  // The answer to a request that was under way comes when nobody can write it down any more.
  held[0]?.()
  const count = receiver.received.length
  await server.clock({ advance: 'P1D' })
  await group(contoso, 'Another')
  await receiver.until(() => told('stays').length === 1)
  expect(receiver.received.slice(count).map(({ path }) => path)).toEqual(['/hook/stays'])
  expect((await ask('/deliveries/summary')).value).toMatchObject([{ url: `${receiver.url}/stays`, dead: 0 }])
  expect((await ask(`/deliveries/summary?tenant=${litware}`)).error.target).toBe('tenant')
  await expect(server.parts.store.read(litware, (tx) => tx.find(deliveryTarget, {}))).rejects.toThrow(StoreError)
  const found: unknown[] = []
  await checkStore(server.parts.store, {}, (finding) => found.push(finding))
  expect(found).toEqual([])

  // Whoever comes with the same id begins with nothing.
  await ask('/tenants', tenant)
  await group(litware, 'Two')
  await server.clock({ advance: 'P1D' })
  const rows = await server.parts.store.read(litware, async (tx) => [
    ...(await tx.find(deliveryTarget, {})),
    ...(await tx.find(deliveryLane, {})),
    ...(await tx.find(delivery, {})),
  ])
  expect(rows).toEqual([])
  expect((await ask(`/webhooks?tenant=${litware}`)).value).toEqual([])
  const again = await hook('again', litware)
  await group(litware, 'Three')
  await receiver.until(() => told('again').length === 1)
  expect(told('again')[0]?.json).toMatchObject({ tenantid: litware, data: { after: { displayName: 'Three' } } })
  await vi.waitFor(async () => {
    const { value } = await ask(`/deliveries?tenant=${litware}`)
    expect(value).toMatchObject([{ targetId: again, state: 'delivered' }])
  }, patience)
  expect([told('waits').length, told('held').length]).toEqual([1, 1])
  expect(log).not.toMatch(/500 for request/)
})
