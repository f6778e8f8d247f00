/** A receiver that takes nothing for five days is told of nothing more, until somebody enables it (events.md §6.2). */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { type Received, type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'

const approved = 'granular-admin-relationship-approved'
const hour = 3_600_000
const patience = { timeout: 10_000, interval: 20 }

let server: TestServer
let receiver: WebhookReceiver
beforeAll(async () => {
  const often = [0, ...Array.from({ length: 30 }, () => hour)]
  server = await startTestServer({ deliverySchedule: { own: often, graph: often, partnerCenter: often } })
  receiver = await webhookReceiver()
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
type Any = any
const ask = async (path: string, body?: unknown): Promise<Any> =>
  (await fetch(`${server.http}/_relata${path}`, body === undefined ? {} : jsonPost(body))).json()
const summaryOf = async (id: string): Promise<Any> =>
  (await ask('/deliveries/summary')).value.find(({ target }: { target: string }) => target === id)
const rowsOf = async (id: string): Promise<Any[]> => (await ask(`/deliveries?target=${id}`)).value
const told = (path: string): Received[] => receiver.received.filter((one) => one.path.startsWith(`/hook/${path}`))
const approve = (): Promise<string> =>
  relationshipsOver(server.send, (id, body) => server.customer('approve', id, body)).relationship('active')

/** Time goes by, and something that waits is tried once more. */
const tryAfter = async (id: string, duration: string): Promise<void> => {
  const before = told(id).length
  await server.clock({ advance: duration })
  await receiver.until(() => told(id).length > before)
}

afterEach(async () => {
  for (const { id } of (await ask('/webhooks')).value)
    await fetch(`${server.http}/_relata/webhooks/${id}`, { method: 'DELETE' })
  receiver.clear()
})

describe('a webhook that fails', () => {
  it('for five days without a success is disabled, which others are told of, and gets all of it when it is enabled', async () => {
    let status = 500
    receiver.answer(({ path }) => (path === '/hook/down' ? status : 202))
    const { id } = await ask('/webhooks', { url: `${receiver.url}/down`, events: [approved] })
    await ask('/webhooks', { url: `${receiver.url}/watch`, events: ['relata.target-disabled'] })
    await approve()
    await receiver.until(1)
    await tryAfter('down', 'P4D')
    await vi.waitFor(async () => expect(await rowsOf(id)).toMatchObject([{ attempts: 2, state: 'waiting' }]), patience)
    expect(await summaryOf(id)).toMatchObject({ state: 'active', failingSince: expect.any(String) })

    // One success, and the five days begin again.
    status = 202
    await tryAfter('down', 'PT2H')
    await vi.waitFor(
      async () => expect(await summaryOf(id)).toMatchObject({ failingSince: null, waiting: 0 }),
      patience,
    )
    status = 503
    await approve()
    await vi.waitFor(async () => expect(await summaryOf(id)).toMatchObject({ waiting: 1 }), patience)
    const { failingSince } = await summaryOf(id)
    await tryAfter('down', 'P4D')
    await vi.waitFor(async () => expect((await rowsOf(id))[0]).toMatchObject({ attempts: 2 }), patience)
    expect(await summaryOf(id)).toMatchObject({ state: 'active', failingSince })

    await tryAfter('down', 'P1DT1H')
    const disabled = { state: 'disabled', reason: 'Each attempt of five days has failed.', failingSince }
    await vi.waitFor(async () => expect(await summaryOf(id)).toMatchObject(disabled), patience)
    const [news] = (await receiver.until(() => told('watch').length > 0)).filter(({ path }) => path === '/hook/watch')
    expect(news?.json).toMatchObject({ type: 'relata.target-disabled', subject: `deliveryTargets/${id}` })
    expect(news?.json.data.after).toMatchObject({ kind: 'webhook', state: 'disabled', reason: disabled.reason })

    // Nothing is sent while it is off, and nothing of it is dead.
    const count = told('down').length
    await approve()
    await server.clock({ advance: 'P1D' })
    await ask('/webhooks', { url: `${receiver.url}/other`, events: [approved] })
    await approve()
    await receiver.until(() => told('other').length > 0)
    expect([told('down').length, (await summaryOf(id)).dead]).toEqual([count, 0])
    status = 202
    const enabled = await ask(`/webhooks/${id}/enable`, {})
    expect(enabled).toMatchObject({ state: 'active', reason: null, failingSince: null })
    await vi.waitFor(async () => {
      // The first one was delivered more than seven days ago by now, or is shown still.
      const rows = (await rowsOf(id)).filter(({ lastDateTime }) => lastDateTime > failingSince)
      expect(rows.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered'])
    }, patience)
  })

  it('is disabled once by several answers that come together, and a late success does not take away the reason', async () => {
    const held: ((status: number) => void)[] = []
    receiver.answer(({ path }) =>
      path === '/hook/held' ? new Promise((resolve) => held.push((status) => resolve({ status }))) : 202,
    )
    const { id } = await ask('/webhooks', { url: `${receiver.url}/held`, events: [approved] })
    await ask('/webhooks', { url: `${receiver.url}/watch`, events: ['relata.target-disabled'] })
    for (let n = 0; n < 3; n += 1) await approve()
    await vi.waitFor(() => expect(held).toHaveLength(3), patience)
    const reason = 'The receiver answered 410 Gone.'
    held[0]?.(410)
    await vi.waitFor(async () => expect(await summaryOf(id)).toMatchObject({ state: 'disabled', reason }), patience)
    held[1]?.(410)
    held[2]?.(202)
    await vi.waitFor(async () => {
      const states = (await rowsOf(id)).map(({ state, attempts }) => `${state} ${attempts}`)
      expect(states.sort()).toEqual(['delivered 1', 'waiting 1', 'waiting 1'])
    }, patience)
    expect(await summaryOf(id)).toMatchObject({ state: 'disabled', reason })
    // Whatever was told of it was told before this.
    const { id: watcher } = (await ask('/webhooks')).value.find(({ url }: { url: string }) => url.endsWith('/watch'))
    await ask(`/webhooks/${watcher}/test`, {})
    await receiver.until(() => told('watch').some(({ json }) => json.type === 'relata.webhook-test'))
    expect(told('watch').map(({ json }) => json.type)).toEqual(['relata.target-disabled', 'relata.webhook-test'])
  })
})
