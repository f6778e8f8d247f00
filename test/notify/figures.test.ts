/** How far targets are and what became of each event: summary, list, one delivery, and metrics (events.md §6.6). */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { summaryOf as summaryIn } from '#app/deliveries/summary.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { bucketOf } from '#base/ids.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { delivery, deliveryTarget } from '#workloads/events/types.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'

const { contoso, fabrikam } = wellKnown
const approved = 'granular-admin-relationship-approved'
const hour = 3_600_000
const patience = { timeout: 20_000, interval: 20 }

let server: TestServer
let receiver: WebhookReceiver
let partner: ReturnType<typeof relationshipsOver>
beforeAll(async () => {
  const thrice = [0, hour, hour]
  server = await startTestServer({
    ...{ metrics: true, eventRetention: 7, auditRetention: 30 },
    deliverySchedule: { own: thrice, graph: thrice },
  })
  receiver = await webhookReceiver()
  partner = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
  // Lags are exact when time stands still.
  await server.clock({ freeze: true })
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
type Any = any
const ask = async (path: string, body?: unknown): Promise<Any> =>
  (await fetch(`${server.http}/_relata${path}`, body === undefined ? {} : jsonPost(body))).json()
const hook = async (name: string, more: object = {}): Promise<string> =>
  (await ask('/webhooks', { url: `${receiver.url}/${name}`, events: [approved], ...more })).id
const summaryOf = async (id: string): Promise<Any> =>
  (await ask('/deliveries/summary')).value.find(({ target }: { target: string }) => target === id)
const rowsOf = async (id: string): Promise<Any[]> => (await ask(`/deliveries?target=${id}`)).value
const pause = (id: string) =>
  fetch(`${server.http}/_relata/webhooks/${id}`, { ...jsonPost({ state: 'paused' }), method: 'PATCH' })
afterEach(async () => {
  for (const { id } of (await ask('/webhooks')).value)
    await fetch(`${server.http}/_relata/webhooks/${id}`, { method: 'DELETE' })
  receiver.answer(() => 202)
  receiver.clear()
})

/** What the page of metrics says of deliveries: name with labels → value; durations by their number only. */
const metrics = async (): Promise<Record<string, number>> => {
  const text = await (await fetch(`${server.http}/metrics`)).text()
  const lines = text.split('\n').filter((line) => /^relata_(delivery|lane)/.test(line) && !/_(bucket|sum)\{/.test(line))
  return Object.fromEntries(
    lines.map((line) => {
      const border = line.lastIndexOf(' ')
      return [line.slice(0, border), Number(line.slice(border + 1))]
    }),
  )
}

/** Each that waits is tried once more. */
const tryAgain = () => server.clock({ advance: 'PT2H' })

describe('metrics', { timeout: 60_000 }, () => {
  it('have attempts, durations, rows by state and lags of what has happened', async () => {
    const none = await metrics()
    expect(Object.keys(none)).not.toContain('relata_delivery_lag_events{kind="webhook"}')
    expect(none).toMatchObject({ 'relata_delivery_rows{state="waiting"}': 0, 'relata_delivery_rows{state="dead"}': 0 })

    receiver.answer(({ path }) => (path === '/hook/bad' ? 500 : 202))
    const good = await hook('good')
    const bad = await hook('bad', { events: ['granular-admin-relationship-*'] })
    const first = await partner.relationship('active')
    await partner.relationship('active')
    // Each was approved and activated, and the activation is behind the approval that fails.
    await vi.waitFor(async () => {
      expect(await metrics()).toMatchObject({
        'relata_delivery_attempts_total{kind="webhook",outcome="delivered"}': 2,
        'relata_delivery_attempts_total{kind="webhook",outcome="failed"}': 2,
        'relata_delivery_seconds_count{kind="webhook"}': 4,
        'relata_delivery_rows{state="waiting"}': 2,
        'relata_delivery_rows{state="behind"}': 2,
        'relata_delivery_rows{state="dead"}': 0,
        'relata_delivery_lag_events{kind="webhook"}': 0,
        'relata_delivery_lag_seconds{kind="webhook"}': 0,
      })
    }, patience)
    await vi.waitFor(async () => {
      await tryAgain()
      expect(await summaryOf(bad)).toMatchObject({ waiting: 0, behind: 0, dead: 4 })
    }, patience)
    await vi.waitFor(async () => {
      expect(await metrics()).toMatchObject({
        'relata_delivery_attempts_total{kind="webhook",outcome="failed"}': 12,
        'relata_delivery_rows{state="dead"}': 4,
        'relata_delivery_rows{state="waiting"}': 0,
      })
    }, patience)
    const ofLanes = await metrics()
    expect(ofLanes['relata_lane_turns_total{outcome="claimed"}']).toBeGreaterThanOrEqual(2)
    expect(ofLanes['relata_lane_turns_total{outcome="settled"}']).toBeGreaterThanOrEqual(2)
    expect(ofLanes).not.toHaveProperty(['relata_lane_turns_total{outcome="failed"}'])

    // Three more for who is told of nothing at the moment; the last one a minute later.
    await pause(good)
    await partner.relationship('active')
    await partner.relationship('active')
    await server.clock({ advance: 'PT1M' })
    await partner.relationship('active')
    await vi.waitFor(async () => {
      expect(await metrics()).toMatchObject({
        'relata_delivery_lag_events{kind="webhook"}': 3,
        'relata_delivery_lag_seconds{kind="webhook"}': 60,
      })
    }, patience)
    expect(JSON.stringify(await metrics())).not.toMatch(new RegExp(`/hook|127\\.0|${first}|${good}`))
  })
})

describe('a summary', { timeout: 60_000 }, () => {
  it('counts as dead what was not sent again, and once what died again', async () => {
    receiver.answer(() => 500)
    const id = await hook('bad')
    for (let n = 0; n < 3; n += 1) await partner.relationship('active')
    await vi.waitFor(async () => {
      await tryAgain()
      expect(await summaryOf(id)).toMatchObject({ dead: 3, lastError: 'HTTP 500' })
    }, patience)
    const [newest] = await rowsOf(id)
    receiver.answer(() => 202)
    await ask(`/deliveries/${id}/${newest.sequence}/redeliver`, {})
    await vi.waitFor(async () => expect(await summaryOf(id)).toMatchObject({ dead: 2, waiting: 0 }), patience)
    const states = (await rowsOf(id)).map(({ sequence, round, state }) => [sequence === newest.sequence, round, state])
    expect(states).toEqual([
      [true, 1, 'delivered'],
      [true, 0, 'redelivered'],
      [false, 0, 'dead'],
      [false, 0, 'dead'],
    ])
    expect((await ask(`/deliveries?target=${id}&state=dead`)).value).toHaveLength(2)
    expect((await ask(`/deliveries?target=${id}&state=redelivered`)).value).toHaveLength(1)

    // Both others again, and they die again.
    receiver.answer(() => 500)
    expect(await ask('/deliveries/replay', { target: id })).toEqual({ count: 2 })
    expect(await summaryOf(id)).toMatchObject({ dead: 0, waiting: 2 })
    await vi.waitFor(async () => {
      await tryAgain()
      expect(await summaryOf(id)).toMatchObject({ dead: 2, waiting: 0 })
    }, patience)
    receiver.answer(() => 202)
    expect(await ask('/deliveries/replay', { target: id })).toEqual({ count: 2 })
    await vi.waitFor(
      async () => expect(await summaryOf(id)).toMatchObject({ dead: 0, waiting: 0, lastError: null }),
      patience,
    )
    expect((await rowsOf(id)).filter(({ state }) => state === 'delivered')).toHaveLength(3)

    // Those that were sent again are kept as long as dead ones.
    const kept = async () => [...new Set((await rowsOf(id)).map(({ state }) => state))]
    await server.clock({ advance: 'P20D' })
    await server.parts.settle()
    expect(await kept()).toEqual(['redelivered'])
    await server.clock({ advance: 'P11D' })
    await server.parts.settle()
    expect(await kept()).toEqual([])
  })

  it('counts as lag what the target will get, as far as 2,000 events are read', async () => {
    const all = await hook('all', { events: ['granular-admin-relationship-*'] })
    const some = await hook('some')
    const others = await hook('others', { customers: [wellKnown.northwind] })
    for (const id of [all, some, others]) await pause(id)
    const { lagEvents } = await summaryOf(all)
    expect(lagEvents).toBe(0)
    await partner.relationship('active')
    await partner.relationship('active')
    const lags = async () => Promise.all([all, some, others].map(async (id) => (await summaryOf(id)).lagEvents))
    expect(await lags()).toEqual([4, 2, 0])
    const happen = (from: number, to: number) =>
      server.parts.store.write(contoso, async (tx) => {
        for (let n = from; n < to; n += 1)
          await tx.insert(outboxEvent, {
            id: server.parts.ids.mint(),
            eventName: 'granular-admin-access-assignment-updated',
            resourceName: 'GranularAdminAccessAssignment',
            resourcePath: `/assignments/${n}`,
            subjectId: String(n),
            changedDateTime: '2026-01-06T10:00:00.000Z',
            orderingKey: String(n),
            bucket: bucketOf(String(n)),
            customerId: fabrikam,
          })
      })
    await happen(0, 900)
    // Those that stand elsewhere in what is read for the first ones, and behind it.
    const late = await hook('late', { events: ['granular-admin-access-assignment-updated'] })
    await pause(late)
    await happen(900, 2_050)
    const last = await hook('last', { events: ['granular-admin-access-assignment-updated'] })
    await pause(last)
    await happen(2_050, 2_100)
    expect((await summaryOf(late)).lagEvents).toBe(1_200)
    expect((await summaryOf(last)).lagEvents).toBe(50)
    // Of those that are further behind each one counts: two relationships have made some events, too.
    const [first = 0, second = 0, third = 0] = await lags()
    expect([first - third, second - third]).toEqual([4, 2])
    expect(third).toBeGreaterThan(100)
    expect(third).toBeLessThan(130)
    // Who is told again is at the end at once, as there is nothing for it between.
    for (const id of [some, others]) await ask(`/webhooks/${id}/enable`, {})
    await vi.waitFor(async () => expect((await lags()).slice(1)).toEqual([0, 0]), patience)
  })

  it('asks the database as often for many targets as for few that are told of everything', async () => {
    const { store } = server.parts
    /** How often one summary does. */
    const asked = async () => {
      let count = 0
      const counting: typeof store = {
        ...{ prepare: store.prepare.bind(store), write: store.write.bind(store) },
        read: (tenantId: string, run: (tx: never) => Promise<unknown>) =>
          store.read(tenantId, (tx) => {
            const each = (name: 'get' | 'find' | 'countEach' | 'query') => [
              name,
              (...given: never[]) => {
                count += 1
                return (tx[name] as (...given: never[]) => unknown)(...given)
              },
            ]
            return run(Object.fromEntries((['get', 'find', 'countEach', 'query'] as const).map(each)) as never)
          }),
      } as never
      const told = await summaryIn(counting, contoso, Date.now())
      return { count, targets: told.length }
    }
    await hook('first')
    const few = await asked()
    for (const name of ['second', 'third', 'fourth']) await hook(name)
    const many = await asked()
    expect(many).toEqual({ count: few.count, targets: few.targets + 3 })
    expect(few.count).toBeGreaterThan(3)
  })

  it('says what a registration and a subscription are for, and counts for them what they want', async () => {
    receiver.answer(({ path }) => {
      const token = new URL(path, receiver.url).searchParams.get('validationToken')
      return token === null ? 202 : { status: 200, headers: { 'content-type': 'text/plain' }, body: token }
    })
    const watched = await partner.relationship('approvalPending')
    const resource = `tenantRelationships/delegatedAdminRelationships/${watched}`
    const now = Date.parse((await server.clock()).now)
    const made = await server.send('POST', '/v1.0/subscriptions', {
      ...{ resource, changeType: 'updated', notificationUrl: `${receiver.url}/graph` },
      lifecycleNotificationUrl: `${receiver.url}/life`,
      expirationDateTime: new Date(now + hour).toISOString(),
    })
    expect(made.status, made.text).toBe(201)
    const webhook = await hook('own', { events: [approved, 'relata.audit-*'] })
    expect(await summaryOf(webhook)).toMatchObject({
      ...{ events: [approved, 'relata.audit-*'], resource: null, changeType: null, lifeCycleOf: null },
    })
    const graph = await summaryOf(made.body.id)
    expect(graph).toMatchObject({ kind: 'graph', resource, changeType: 'updated', lifeCycleOf: null })
    const life = (await ask('/deliveries/summary')).value.find(({ url }: Any) => url.endsWith('/life'))
    expect(life).toMatchObject({ kind: 'graph', resource, changeType: null, lifeCycleOf: made.body.id })

    await server.parts.store.write(contoso, (tx) => tx.update(deliveryTarget, made.body.id, { state: 'paused' }))
    await server.parts.deliveries.changed(contoso)
    await partner.relationship('active')
    expect((await summaryOf(made.body.id)).lagEvents).toBe(0)
    await server.customer('approve', watched, { tenantId: fabrikam })
    expect((await summaryOf(made.body.id)).lagEvents).toBeGreaterThanOrEqual(1)
    await server.send('DELETE', `/v1.0/subscriptions/${made.body.id}`)
  })
})

describe('the list', { timeout: 60_000 }, () => {
  it('has each delivery once, whatever is tried, added and removed while it is read page by page', async () => {
    receiver.answer(() => 500)
    const id = await hook('pages')
    for (let n = 0; n < 6; n += 1) await partner.relationship('active')
    await vi.waitFor(async () => expect(await rowsOf(id)).toHaveLength(6), patience)
    const all = (await rowsOf(id)).map(({ sequence }) => sequence)
    expect(all).toEqual([...all].sort((one, other) => other - one))
    const seen: number[] = []
    let next: string | undefined = `${server.http}/_relata/deliveries?target=${id}&limit=2`
    for (let page = 0; next !== undefined; page += 1) {
      const { value, nextLink }: Any = await (await fetch(next)).json()
      seen.push(...value.map(({ sequence }: Any) => sequence))
      next = nextLink
      if (page === 0) {
        // All that wait are tried again, and would be at the beginning by the time of their last attempt.
        await tryAgain()
        await vi.waitFor(async () => {
          expect((await rowsOf(id)).every(({ attempts }) => attempts === 2)).toBe(true)
        }, patience)
        await partner.relationship('active')
        await vi.waitFor(async () => expect(await rowsOf(id)).toHaveLength(7), patience)
        const [shown] = await server.parts.store.read(contoso, (tx) =>
          tx.find(delivery, { targetId: id, sequence: all[0] as number }),
        )
        await server.parts.store.write(contoso, (tx) => tx.remove(delivery, shown?.id ?? ''))
      }
    }
    expect(seen).toEqual(all)
    for (const after of ['100', 'bm90aGluZw', 'W10', 'WyJhIiwxLCJiIiwyXQ']) {
      const refused = await fetch(`${server.http}/_relata/deliveries?after=${after}`)
      expect([after, refused.status, ((await refused.json()) as Any).error.target]).toEqual([after, 400, 'after'])
    }
  })
})

describe('one delivery', { timeout: 60_000 }, () => {
  it('of a test is at the address that the test answers with, from when it is due', async () => {
    const held: (() => void)[] = []
    receiver.answer(() => new Promise((resolve) => held.push(() => resolve({ status: 500, body: 'no' }))))
    const id = await hook('tested')
    const other = await hook('other', { events: ['*'] })
    const answer = await fetch(`${server.http}/_relata/webhooks/${id}/test?tenant=contoso.example`, jsonPost({}))
    const test = (await answer.json()) as Any
    expect([answer.status, answer.headers.get('location')]).toEqual([202, test.delivery])
    expect(test.delivery).toMatch(new RegExp(`^${server.http}/_relata/deliveries/${id}/${test.sequence}\\?tenant=`))
    const show = async (): Promise<Any> => (await fetch(test.delivery)).json()
    await vi.waitFor(() => expect(held).toHaveLength(1), patience)
    const due = await show()
    expect(due).toMatchObject({ targetId: id, sequence: test.sequence, state: 'due', rounds: [] })
    expect(due.event).toMatchObject({ id: test.id, type: 'relata.webhook-test', data: { changeType: 'created' } })
    held[0]?.()
    await vi.waitFor(async () => expect((await show()).state).toBe('waiting'), patience)
    expect((await show()).rounds).toMatchObject([{ round: 0, attempts: 1, lastStatus: 500, answer: 'no' }])
    receiver.answer(() => 202)
    await tryAgain()
    await vi.waitFor(async () => expect((await show()).state).toBe('delivered'), patience)
    await ask(`/deliveries/${id}/${test.sequence}/redeliver`, {})
    await vi.waitFor(async () => {
      expect((await show()).rounds).toMatchObject([
        { round: 1, state: 'delivered' },
        { round: 0, state: 'delivered', attempts: 2 },
      ])
    }, patience)

    // It is nobody else's, and it is asked for by numbers that there are.
    const refused = async (path: string) => {
      const found = await fetch(`${server.http}/_relata/deliveries/${path}`)
      return [found.status, ((await found.json()) as Any).error.target]
    }
    expect(await refused(`${other}/${test.sequence}`)).toEqual([404, 'sequence'])
    expect(await refused(`${id}/${test.sequence + 1_000}`)).toEqual([404, 'sequence'])
    expect(await refused(`${id}/x`)).toEqual([404, 'sequence'])
    expect(await refused(`nobody/${test.sequence}`)).toEqual([404, 'target'])
    await fetch(`${server.http}/_relata/webhooks/${id}`, { method: 'DELETE' })
    expect((await show()).state).toBe('delivered')
  })
})
