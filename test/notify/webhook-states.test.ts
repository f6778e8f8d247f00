/** What becomes of a webhook, and of what it was not told: paused, disabled, removed, repeated by hand (events.md §6.2, §6.4 to §6.6). */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { bucketOf } from '#base/ids.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { deliveryTarget } from '#workloads/events/types.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'

const { contoso, fabrikam, northwind } = wellKnown
let server: TestServer
let receiver: WebhookReceiver
let partner: ReturnType<typeof relationshipsOver>
beforeAll(async () => {
  server = await startTestServer({ deliverySchedule: { own: [0, 50] }, eventRetention: 7 })
  receiver = await webhookReceiver()
  partner = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
type Any = any
const call = async (method: string, path: string, body?: unknown): Promise<Any> => {
  const init = body === undefined ? { method } : { ...jsonPost(body), method }
  const answer = await fetch(`${server.http}/_relata${path}`, init)
  const text = await answer.text()
  expect(answer.ok, text).toBe(true)
  return text === '' ? undefined : JSON.parse(text)
}
const made = async (path: string, more: object = {}): Promise<string> =>
  (await call('POST', '/webhooks', { url: `${receiver.url}/${path}`, events: ['test-*'], ...more })).id
afterEach(async () => {
  for (const { id } of (await call('GET', '/webhooks')).value) await call('DELETE', `/webhooks/${id}`)
  receiver.answer(() => 202)
  receiver.clear()
})

let events = 0
/** Commits an event for each of these keys, in this order. */
const happen = async (...keys: readonly string[]): Promise<void> => {
  await server.parts.store.write(contoso, async (tx) => {
    const { now } = await server.clock()
    for (const key of keys)
      await tx.insert(outboxEvent, {
        id: `state-${++events}`,
        eventName: 'test-told',
        resourceName: 'Test',
        resourcePath: `/tests/${key}`,
        subjectId: key,
        changedDateTime: now,
        orderingKey: key,
        bucket: bucketOf(key),
      })
  })
  await server.parts.deliveries.changed(contoso)
}
const toldAt = (path: string) => receiver.received.filter(({ path: at }) => at === `/hook/${path}`)
const keysAt = (path: string): string[] => toldAt(path).map(({ json }) => json.subject.replace('tests/', ''))
const rowsOf = async (target: string): Promise<Any[]> => (await call('GET', `/deliveries?target=${target}`)).value
const until = async (target: string, isRight: (rows: readonly Any[]) => boolean): Promise<readonly Any[]> => {
  let rows: Any[] = []
  await expect
    .poll(
      async () => {
        rows = await rowsOf(target)
        return isRight(rows)
      },
      { timeout: 10_000 },
    )
    .toBe(true)
  return rows
}
const inState = (rows: readonly Any[], state: string): number => rows.filter((row) => row.state === state).length

it('is told of the customers that it names alone', async () => {
  const events = ['granular-admin-*-approved']
  await made('one', { events, customers: [northwind] })
  await made('all', { events })
  await partner.relationship('active')
  await partner.relationship('active', { customer: { tenantId: northwind } })
  await receiver.until(() => toldAt('one').length === 1 && toldAt('all').length === 2)
  expect(
    toldAt('all')
      .map(({ json }) => json.customerid)
      .sort(),
  ).toEqual([fabrikam, northwind].sort())
  expect(toldAt('one').map(({ json }) => json.customerid)).toEqual([northwind])
})

it('is told of nothing while somebody has paused it, and then goes on where it stood', async () => {
  const id = await made('paused')
  const other = await made('other')
  expect(await call('PATCH', `/webhooks/${id}`, { state: 'paused' })).toMatchObject({ state: 'paused' })
  await happen('a', 'b')
  await until(other, (rows) => inState(rows, 'delivered') === 2)
  expect(toldAt('paused')).toEqual([])
  expect(await call('POST', `/webhooks/${id}/enable`)).toMatchObject({ state: 'active', reason: null })
  await until(id, (rows) => inState(rows, 'delivered') === 2)
})

it('is told again though the clock of the rows stands still', async () => {
  await server.clock({ freeze: true })
  try {
    receiver.answer((_, count) => (count === 1 ? 500 : 202))
    const id = await made('frozen')
    await happen('frozen')
    const [row] = await until(id, (rows) => inState(rows, 'delivered') === 1)
    expect([row.attempts, row.firstDateTime]).toEqual([2, row.lastDateTime])
  } finally {
    await server.clock({ freeze: false })
  }
})

it('gets eight requests at a time at most, and those of one key one after another', async () => {
  const open = new Set<string>()
  const together: string[][] = []
  let most = 0
  let release: () => void = () => undefined
  const full = new Promise<void>((resolve) => {
    release = resolve
  })
  receiver.answer(async ({ json }) => {
    const key = String(json.subject)
    together.push([...open].filter((one) => one === key))
    open.add(key)
    most = Math.max(most, open.size)
    if (open.size >= 8) release()
    await full
    // What would come beside them has come by the next turn of the loop.
    await new Promise(setImmediate)
    open.delete(key)
    return 202
  })
  const id = await made('many')
  const keys = Array.from({ length: 30 }, (_, at) => `key-${at}`)
  await happen(...keys, ...keys)
  await until(id, (rows) => inState(rows, 'delivered') === 60)
  expect(most).toBe(8)
  expect(together.flat()).toEqual([])
  for (const key of keys) expect(toldAt('many').filter(({ json }) => json.subject === `tests/${key}`)).toHaveLength(2)
})

it('is not told that it fails itself; others that ask for it are', async () => {
  receiver.answer(({ path }) => (path === '/hook/failing' ? 500 : 202))
  const id = await made('failing', { events: ['test-*', 'relata.delivery-dead', 'relata.target-*'] })
  await made('watching', { events: ['relata.delivery-dead', 'relata.target-*'] })
  await made('unasked')
  await happen('a')
  await until(id, (rows) => inState(rows, 'dead') === 1)
  receiver.answer(({ path }) => (path === '/hook/failing' ? 410 : 202))
  await happen('b')
  await receiver.until(() => toldAt('watching').length === 2)
  expect(toldAt('watching').map(({ json }) => [json.type, json.subject])).toEqual([
    ['relata.delivery-dead', `deliveryTargets/${id}`],
    ['relata.target-disabled', `deliveryTargets/${id}`],
  ])
  receiver.answer(() => 202)
  await call('POST', `/webhooks/${id}/enable`)
  await until(id, (rows) => inState(rows, 'delivered') === 1)
  expect(new Set([...toldAt('failing'), ...toldAt('unasked')].map(({ json }) => json.type))).toEqual(
    new Set(['relata.test-told']),
  )
})

it('is told again of all that is dead, in order and before what comes later (replay)', async () => {
  receiver.answer(() => 500)
  const id = await made('replayed')
  await happen('a', 'b', 'a')
  await until(id, (rows) => inState(rows, 'dead') === 3)
  receiver.clear()
  receiver.answer(() => 202)
  const range = { target: id, state: 'dead', from: '2020-01-01T00:00:00Z', to: '9999-01-01T00:00:00Z' }
  expect(await call('POST', '/deliveries/replay', { ...range, to: '2020-01-02T00:00:00Z' })).toEqual({ count: 0 })
  expect(await call('POST', '/deliveries/replay', range)).toEqual({ count: 3 })
  await happen('a')
  const rows = await until(id, (all) => inState(all, 'delivered') === 4)
  expect(keysAt('replayed').filter((key) => key === 'a')).toHaveLength(3)
  const told = toldAt('replayed').flatMap(({ json }) => (json.subject === 'tests/a' ? [Number(json.sequence)] : []))
  expect(told).toEqual(told.toSorted((one, other) => one - other))
  expect(rows.filter(({ round }) => round === 1)).toHaveLength(3)
  // Each of them has a later round, so nothing is left to be repeated.
  expect(await call('POST', '/deliveries/replay', range)).toEqual({ count: 0 })
})

it('that was off for too long goes on at the oldest event that is kept, and says how many it has missed', async () => {
  const id = await made('late')
  await call('PATCH', `/webhooks/${id}`, { state: 'paused' })
  await happen('a', 'b')
  await server.clock({ advance: 'P20D' })
  await server.parts.settle()
  const kept = async () =>
    (await server.parts.store.read(contoso, (tx) => tx.find(outboxEvent, {}))).filter(
      ({ eventName }) => eventName === 'test-told',
    ).length
  expect(await kept()).toBeGreaterThanOrEqual(2)
  await happen('c')
  await server.clock({ advance: 'P15D' })
  await server.parts.settle()
  await call('POST', `/webhooks/${id}/enable`)
  await until(id, (rows) => rows.some(({ subjectId }) => subjectId === 'c'))
  await expect.poll(async () => (await call('GET', `/webhooks/${id}`)).reason).toMatch(/^\d+ events were not kept/)
  expect(keysAt('late')).toEqual(['c'])
})

it('has rows of what was delivered for 7 days, and of what is dead for 30', async () => {
  receiver.answer(({ json }) => (json.subject === 'tests/dead' ? 500 : 202))
  const id = await made('kept')
  await happen('dead', 'good')
  await until(id, (rows) => inState(rows, 'dead') === 1 && inState(rows, 'delivered') === 1)
  const statesAfter = async (advance: string): Promise<string[]> => {
    await server.clock({ advance })
    await server.parts.settle()
    return (await rowsOf(id)).map(({ state }) => state)
  }
  expect((await statesAfter('P6D')).sort()).toEqual(['dead', 'delivered'])
  expect(await statesAfter('P2D')).toEqual(['dead'])
  expect(await statesAfter('P21D')).toEqual(['dead'])
  expect(await statesAfter('P2D')).toEqual([])
})

it('that is removed is kept for 30 days, with what it was told', async () => {
  const id = await made('removed')
  await happen('a')
  await until(id, (rows) => inState(rows, 'delivered') === 1)
  await call('DELETE', `/webhooks/${id}`)
  const row = () => server.parts.store.read(contoso, (tx) => tx.get(deliveryTarget, id))
  await server.clock({ advance: 'P29D' })
  await server.parts.settle()
  expect(await row()).toMatchObject({ state: 'removed' })
  await server.clock({ advance: 'P2D' })
  await server.parts.settle()
  expect([await row(), await rowsOf(id)]).toEqual([undefined, []])
})
