/** A receiver that fails while very much happens: lanes stop reading, and go on when little is left (events.md §6.2). */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { bucketOf } from '#base/ids.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { delivery } from '#workloads/events/types.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'

const { contoso } = wellKnown
const approved = 'granular-admin-relationship-approved'
const lanes = 8
const keysOfLane = 4
const ofKey = 600
const inAll = lanes * keysOfLane * ofKey
/** A lane reads pages of 256 while fewer than 400 events have no row. */
const readAhead = lanes * (400 + 256)
const patience = { timeout: 60_000, interval: 50 }

let server: TestServer
let receiver: WebhookReceiver
beforeAll(async () => {
  server = await startTestServer({ deliverySchedule: { own: [0, 60_000, 60_000, 60_000, 60_000, 60_000] } })
  receiver = await webhookReceiver()
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

const hook = async (path: string, more: object): Promise<string> => {
  const answer = await fetch(`${server.http}/_relata/webhooks`, jsonPost({ url: `${receiver.url}/${path}`, ...more }))
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}

interface Summary {
  readonly target: string
  readonly state: string
  readonly reason: string | null
  readonly waiting: number
  readonly behind: number
}

const summaryOf = async (id: string): Promise<Summary> => {
  const answer = await fetch(`${server.http}/_relata/deliveries/summary`)
  const { value } = (await answer.json()) as { value: Summary[] }
  const found = value.find(({ target }) => target === id)
  if (found === undefined) throw new Error(`no summary of ${id}`)
  return found
}

/** How many rows the target has that wait, that were delivered, and in all; of one lane, or of all. */
const countsOf = async (targetId: string, lane?: number) => {
  const states = ['waiting', 'behind', 'delivered', 'dead', 'skipped']
  const where = lane === undefined ? { targetId } : { targetId, lane }
  const counts = await server.parts.store.read(contoso, (tx) => tx.countEach(delivery, where, 'state', states))
  const [waiting = 0, behind = 0, delivered = 0] = states.map((state) => counts.get(state))
  return { stopped: waiting + behind, delivered, all: [...counts.values()].reduce((sum, one) => sum + one, 0) }
}

/** Keys by the lane that their events are in. */
const keys = (() => {
  const found = Array.from({ length: lanes }, (): string[] => [])
  for (let n = 0; found.some(({ length }) => length < keysOfLane); n += 1) {
    const key = `subject-${n}`
    const list = found[bucketOf(key) % lanes]
    if (list !== undefined && list.length < keysOfLane) list.push(key)
  }
  return found
})()

const fill = async (): Promise<void> => {
  for (let round = 0; round < ofKey; round += 50)
    await server.parts.store.write(contoso, async (tx) => {
      for (let n = round; n < round + 50; n += 1)
        for (const key of keys.flat())
          await tx.insert(outboxEvent, {
            id: server.parts.ids.mint(),
            eventName: approved,
            resourceName: 'GranularAdminRelationship',
            resourcePath: `/granularAdminRelationships/${key}`,
            subjectId: key,
            changedDateTime: '2026-01-06T10:00:00.000Z',
            orderingKey: key,
            bucket: bucketOf(key),
            facts: JSON.stringify({ changeType: 'updated', entity: 'relationship', after: { n } }),
          })
    })
}

it('stops reading above 10,000 that wait, goes on below 5,000, and loses nothing', {
  timeout: 180_000,
  tags: ['slow'],
}, async () => {
  let works: ReadonlySet<number> = new Set()
  const taken = new Map<string, number[]>()
  const laneOf = (subject: string): number => bucketOf(subject.split('/')[1] ?? '') % lanes
  receiver.answer(({ path, json }) => {
    if (path !== '/hook/bulk') return 202
    const events = json as { id: string; subject: string; data: { after: { n: number } } }[]
    if (events.some(({ subject }) => !works.has(laneOf(subject)))) return 500
    for (const { subject, data } of events) {
      const key = subject.split('/')[1] ?? ''
      taken.set(key, [...(taken.get(key) ?? []), data.after.n])
    }
    return 202
  })
  const id = await hook('bulk', { events: [approved], batch: true })
  const watcher = await hook('watch', { events: ['relata.target-backlogged'] })
  await fill()
  const told = await vi.waitFor(() => {
    const found = receiver.received.find(({ path }) => path === '/hook/watch')
    expect(found).toBeDefined()
    return found
  }, patience)
  expect(told?.json).toMatchObject({ type: 'relata.target-backlogged', subject: `deliveryTargets/${id}` })
  const stopped = await vi.waitFor(async () => {
    const summary = await summaryOf(id)
    expect(summary).toMatchObject({ state: 'active', reason: expect.stringMatching(/^More than 10000 events wait/) })
    const counts = await countsOf(id)
    // What it has read is tried once, and then no lane has anything without a row.
    expect(counts.stopped).toBeGreaterThan(10_000)
    expect(counts.stopped).toBe(summary.waiting + summary.behind)
    return counts
  }, patience)
  expect(stopped.stopped).toBeLessThanOrEqual(10_000 + readAhead)
  expect(stopped.stopped).toBeLessThan(inAll - 3_000)

  /** Another target is told of something, and that is written down together with all that lanes have read before. */
  const settled = async () => {
    const sent = await fetch(`${server.http}/_relata/webhooks/${watcher}/test`, jsonPost({}))
    const { id: eventId } = (await sent.json()) as { id: string }
    const rows = () => server.parts.store.read(contoso, (tx) => tx.find(delivery, { eventId }))
    await vi.waitFor(async () => expect(await rows()).toMatchObject([{ state: 'delivered' }]), patience)
    return countsOf(id)
  }
  const before = await settled()
  expect(before).toMatchObject({ delivered: 0 })
  expect(before.all).toBeLessThanOrEqual(10_000 + readAhead)

  // Three lanes of eight work again: more than 5,000 wait still, so nothing is read, in no lane.
  works = new Set([0, 1, 2])
  await server.clock({ advance: 'PT5M' })
  await vi.waitFor(async () => {
    for (const lane of works) expect((await countsOf(id, lane)).stopped).toBe(0)
  }, patience)
  expect((await countsOf(id)).stopped).toBeGreaterThan(5_000)
  expect((await settled()).all).toBe(before.all)

  // With five of eight fewer are left, and it reads on; with all of them nothing is missing.
  works = new Set([0, 1, 2, 3, 4])
  await server.clock({ advance: 'PT5M' })
  await vi.waitFor(async () => expect((await countsOf(id)).all).toBeGreaterThan(before.all), patience)
  works = new Set([0, 1, 2, 3, 4, 5, 6, 7])
  await server.clock({ advance: 'PT5M' })
  await vi.waitFor(async () => expect(await countsOf(id)).toMatchObject({ stopped: 0, delivered: inAll }), patience)
  expect(await summaryOf(id)).toMatchObject({ state: 'active', reason: null, waiting: 0, behind: 0 })
  const inOrder = Array.from({ length: ofKey }, (_, n) => n)
  expect([...taken.keys()].sort()).toEqual(keys.flat().sort())
  for (const [key, numbers] of taken) expect([key, numbers]).toEqual([key, inOrder])
})
