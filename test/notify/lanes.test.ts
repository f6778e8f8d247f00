/** Who works on a lane, what copies of a world have of targets, who may, and how long events are kept (events.md §6.3, §6.6). */
import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { run } from '#cli/program.ts'
import type { EntityType } from '#edm/define.ts'
import type { Store, Tx } from '#edm/ports.ts'
import { beyondQuery, LaneClaims } from '#notify/lanes/lane-claims.ts'
import type { OwnedLane } from '#notify/lanes/owned-lane.ts'
import { Settling } from '#notify/lanes/settling.ts'
import { targetsOn } from '#notify/targets.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { delivery, deliveryLane, deliveryTarget } from '#workloads/events/types.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { type Received, type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'

const { contoso } = wellKnown
const now = '2026-01-06T10:00:00.000Z'

let receiver: WebhookReceiver
beforeAll(async () => {
  receiver = await webhookReceiver()
})
afterAll(() => receiver.close())
afterEach(() => {
  receiver.answer(() => 202)
  receiver.clear()
})

const partnerOf = (server: TestServer) =>
  relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
const hook = async (server: TestServer, more: object = {}) => {
  const wish = { url: receiver.url, events: ['granular-admin-*'], ...more }
  const answer = await fetch(`${server.http}/_relata/webhooks`, jsonPost(wish))
  expect(answer.status).toBe(201)
  return (await answer.json()) as { id: string; secret: string }
}
const until = async (isThere: () => Promise<boolean>): Promise<void> => {
  for (const limit = Date.now() + 15_000; !(await isThere()); ) {
    if (Date.now() > limit) throw new Error('not there in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const rowsOf = (server: TestServer) => server.parts.store.read(contoso, (tx) => tx.find(delivery, {}))

describe('a lane', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ seed: 'default' })
  })
  afterAll(() => server.close())

  const processOn = (self: string, store: Store = server.parts.store) => {
    const held = new Map<string, OwnedLane>()
    const claims = new LaneClaims({
      ...{ store, tenantId: contoso, self, ended: new Set<string>() },
      beyond: beyondQuery(store),
      isHeld: (id) => held.has(id),
    })
    const facts = { store, tenantId: contoso, self, ids: server.parts.ids, now: () => new Date(now) }
    const kindOf = (): never => {
      throw new Error('no kind')
    }
    const settling = new Settling({ ...facts, kindOf, targetOf: () => undefined, wrote: () => undefined })
    return { claims, settling, held }
  }

  it('is another process’s only when its beat has stood still for 30 s, and its owner then writes nothing more', async () => {
    const { store } = server.parts
    // Nobody in this server works on it.
    const row = await store.write(contoso, (tx) =>
      targetsOn(store).add(tx, { id: 'still', kind: 'sink', url: 'x', events: [], lanes: 1 }, now),
    )
    const targets = new Map([[row.id, row]])
    const [one, other] = [processOn('one'), processOn('other')]
    const [lane] = await one.claims.claim(await one.claims.look(0), targets)
    if (lane === undefined) throw new Error('the lane was free')
    one.held.set(lane.id, lane)
    expect(await other.claims.look(0)).toEqual([])
    expect(await other.claims.look(29_999)).toEqual([])
    await one.settling.settle([lane], new Map())
    // It has been counted up: the wait begins again.
    expect(await other.claims.look(30_000)).toEqual([])
    expect(await other.claims.look(59_999)).toEqual([])
    const [taken] = await other.claims.claim(await other.claims.look(60_000), targets)
    expect(taken?.epoch).toBe(lane.epoch + 1)
    lane.queue.take([], 5)
    await one.settling.settle([lane], new Map())
    expect(lane.isLost).toBe(true)
    const [stored] = await store.read(contoso, (tx) => tx.find(deliveryLane, { targetId: 'still' }))
    expect(stored).toMatchObject({ owner: 'other', cursor: row.createdAfterSequence })
    if (taken !== undefined) await other.settling.settle([taken], new Map(), new Set([taken]))
    one.held.clear()
    expect((await one.claims.look(60_001)).map(({ owner }) => owner)).toEqual([null])
  })

  it('is read together with the others that are claimed, or that beat, as each round trip counts where there are thousands', async () => {
    const { store } = server.parts
    const lanes = 8
    const row = await store.write(contoso, (tx) =>
      targetsOn(store).add(tx, { id: 'many', kind: 'sink', url: 'x', events: [], lanes }, now),
    )
    /** Answers when all lanes have been asked for: whoever asks for one after another waits for ever. */
    const gated = (tx: Tx): Tx => {
      const asked: (() => void)[] = []
      const get = async (type: EntityType, id: string) => {
        await new Promise<void>((resolve) => {
          asked.push(resolve)
          if (asked.length === lanes) for (const go of asked) go()
        })
        return tx.get(type, id)
      }
      return Object.assign(Object.create(tx), { get }) as Tx
    }
    const { claims, settling } = processOn('many', {
      ...store,
      write: (tenantId, work, how) => store.write(tenantId, (tx) => work(gated(tx)), how),
    })
    const free = (await claims.look(0)).filter(({ targetId }) => targetId === row.id)
    const taken = await claims.claim(free, new Map([[row.id, row]]))
    expect(taken.map(({ epoch }) => epoch)).toEqual(Array(lanes).fill(1))
    await settling.settle(taken, new Map(), new Set(taken))
    const stored = await store.read(contoso, (tx) => tx.find(deliveryLane, { targetId: row.id }))
    expect(stored.map(({ beat, owner }) => [beat, owner])).toEqual(Array(lanes).fill([2, null]))
  })

  it('begins a request only while 16 of the 30 s since its beat are left', async () => {
    const { OwnedLane: Lane } = await import('#notify/lanes/owned-lane.ts')
    const { LaneQueue } = await import('#notify/lanes/lane-queue.ts')
    const queue = new LaneQueue({ targetId: 't', isSerial: false, cursor: 0, items: [], settled: [] })
    const lane = new Lane({ id: 't:0', lane: 0, targetId: 't', epoch: 1, beat: 1, queue, since: 1_000 })
    expect([lane.maySend(15_000), lane.maySend(15_001)]).toEqual([true, false])
  })
})

it('a server tells what was committed while nobody sent, at once after a clean end and after a crash', async () => {
  const location = await mkdtemp(join(tmpdir(), 'relata-lanes-'))
  try {
    const first = await startTestServer({ location, inMemory: false })
    receiver.answer(() => 500)
    await hook(first)
    await partnerOf(first).relationship('active')
    await until(async () => (await rowsOf(first)).some(({ state }) => state === 'waiting'))
    await first.close()
    receiver.answer(() => 202)
    receiver.clear()
    const second = await startTestServer({ location, inMemory: false, deliverySchedule: { own: [0, 1_000] } })
    await second.clock({ advance: 'PT1H' })
    await until(async () => (await rowsOf(second)).every(({ state }) => state === 'delivered'))
    expect((await rowsOf(second)).length).toBe(2)
    // As after a crash: somebody else's name is on each lane.
    await second.parts.store.write(contoso, async (tx) => {
      for (const { id } of await tx.find(deliveryLane, {}))
        await tx.update(deliveryLane, id, { owner: 'a process that was killed', epoch: 77 })
    })
    await second.close().catch(() => undefined)
    const third = await startTestServer({ location, inMemory: false })
    await partnerOf(third).relationship('active')
    await until(async () => (await rowsOf(third)).length === 4)
    const found: unknown[] = []
    await checkStore(third.parts.store, {}, (finding) => found.push(finding))
    expect(found).toEqual([])
    await third.close()
  } finally {
    await rm(location, { recursive: true, force: true })
  }
})

it('a backup has targets with their secrets, and whoever restores it goes on with what waits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'relata-lanes-'))
  const [place, restored, file] = ['place', 'restored', 'copy.db'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  const deliverySchedule = { own: [0, 3_600_000, 3_600_000] }
  const first = await startTestServer({ location: place, inMemory: false, deliverySchedule })
  try {
    receiver.answer(() => 500)
    const { id, secret } = await hook(first, { events: ['granular-admin-relationship-approved'] })
    const subject = await partnerOf(first).relationship('active')
    await until(async () => (await rowsOf(first)).some(({ state }) => state === 'waiting'))
    // Of a server that runs: its name is on the lanes.
    expect(await run(['backup', file, '-l', place], {})).toBe(0)
    receiver.answer(() => 202)
    await first.clock({ advance: 'PT2H' })
    await until(async () => (await rowsOf(first)).every(({ state }) => state === 'delivered'))
    await first.close()
    receiver.clear()

    expect(await run(['restore', file, '-l', restored], {})).toBe(0)
    expect(await run(['check', '-l', restored], {})).toBe(0)
    const second = await startTestServer({ location: restored, inMemory: false, deliverySchedule })
    try {
      const [row] = await rowsOf(second)
      expect(row).toMatchObject({ targetId: id, state: 'waiting', attempts: 1 })
      await second.clock({ advance: 'PT2H' })
      // At once, and not after the end of a lease; what was sent after the backup is sent again, with the same id.
      const [told] = await receiver.until(1)
      expect(told?.json).toMatchObject({ id: row?.eventId, subject: `granularAdminRelationships/${subject}` })
      const { headers, body } = told as Received
      const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
      const signature = createHmac('sha256', key).update(content).digest('base64')
      expect(headers).toMatchObject({ 'webhook-signature': `v1,${signature}`, 'relata-attempt': '2' })
      await until(async () => (await rowsOf(second)).every(({ state }) => state === 'delivered'))
    } finally {
      await second.close()
    }
  } finally {
    vi.restoreAllMocks()
    await first.close().catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
})

it('copies of a world have no targets, and no byte of a secret', async () => {
  const server = await startTestServer()
  try {
    const { secret } = await hook(server)
    await partnerOf(server).relationship('active')
    await receiver.until(2)
    const count = receiver.received.length
    const file = Buffer.from(await (await fetch(`${server.http}/_relata/export`)).arrayBuffer())
    const { gunzipSync } = await import('node:zlib')
    expect(gunzipSync(file).includes(secret)).toBe(false)
    expect(gunzipSync(file).includes(receiver.url)).toBe(false)
    const made = await fetch(`${server.http}/_relata/worlds`, jsonPost({ id: 'copy', from: 'default' }))
    expect(made.status).toBe(201)
    const listed = await fetch(`${server.http}/_relata/webhooks`, { headers: { 'relata-world': 'copy' } })
    expect(await listed.json()).toEqual({ value: [] })
    expect(receiver.received.length).toBe(count)
    expect(((await (await fetch(`${server.http}/_relata/webhooks`)).json()) as { value: unknown[] }).value.length).toBe(
      1,
    )
    expect((await fetch(`${server.http}/_relata/reset`, jsonPost({}))).status).toBe(204)
    expect(await (await fetch(`${server.http}/_relata/webhooks`)).json()).toEqual({ value: [] })
  } finally {
    await server.close()
  }
})

it('events stay while a target has not been told of them, and rows for their time', async () => {
  const server = await startTestServer({
    eventRetention: 7,
    auditRetention: 30,
    deliverySchedule: { own: [0, 5_000, 604_800_000, 604_800_000] },
  })
  try {
    receiver.answer(() => 500)
    const { id } = await hook(server)
    await partnerOf(server).relationship('active')
    await until(async () => (await rowsOf(server)).some(({ state }) => state === 'waiting'))
    const sequences = async () =>
      (await server.parts.store.read(contoso, (tx) => tx.find(outboxEvent, {}))).map(({ sequence }) => sequence)
    const [waiting] = (await rowsOf(server)).filter(({ state }) => state === 'waiting')
    await server.clock({ advance: 'P3D' })
    await until(async () => (await rowsOf(server)).some(({ attempts }) => attempts === 2))
    await server.parts.store.write(contoso, (tx) => tx.update(deliveryTarget, id, { state: 'paused' }))
    await server.parts.deliveries.changed(contoso)
    await server.clock({ advance: 'P5D' })
    await server.parts.settle()
    expect(await sequences()).toContain(waiting?.sequence)
    await server.clock({ advance: 'P40D' })
    await server.parts.settle()
    expect(await sequences()).not.toContain(waiting?.sequence)
  } finally {
    await server.close()
  }
})

it('in a registry a webhook needs the right to read what it names, and a public address', async () => {
  const server = await startTestServer({ registry: true })
  try {
    const post = async (wish: object) => server.send('POST', '/_relata/webhooks', wish)
    const open = { url: 'https://example.org/hook', events: ['granular-admin-*'] }
    const without = await fetch(`${server.http}/_relata/webhooks`, jsonPost(open))
    expect(without.status).toBe(401)
    for (const url of ['https://0x7f.1/', 'https://[::ffff:10.0.0.1]/', 'http://example.org/', 'https://localhost./']) {
      const { status, body } = await post({ ...open, url })
      expect([url, status, body.error.target]).toEqual([url, 400, 'url'])
    }
    const { status, body } = await post(open)
    expect([status, body.state]).toEqual([201, 'active'])
    const listed = await server.send('GET', '/_relata/webhooks')
    expect(listed.body.value.map(({ id }: { id: string }) => id)).toEqual([body.id])
    expect((await server.send('DELETE', `/_relata/webhooks/${body.id}`)).status).toBe(204)
  } finally {
    await server.close()
  }
})

it('a token that may read the taxonomy alone has webhooks for the taxonomy alone', async () => {
  const server = await startTestServer()
  try {
    const wish = { tenant: contoso, app: wellKnown.daemon, scopes: ['TermStore.Read.All'] }
    const { accessToken } = (await (await fetch(`${server.http}/_relata/tokens`, jsonPost(wish))).json()) as {
      accessToken: string
    }
    const as = { headers: { authorization: `Bearer ${accessToken}` } }
    const { id } = await hook(server)
    const post = (events: string[]) => server.send('POST', '/_relata/webhooks', { url: receiver.url, events }, as)
    for (const events of [['granular-admin-*'], ['*'], ['relata.taxonomy.*', 'relata.directory.user-created']]) {
      const { status, body } = await post(events)
      expect([events, status, body.error.innerError?.check ?? body.error.code]).toEqual([
        events,
        403,
        expect.anything(),
      ])
    }
    const { status, body } = await post(['relata.taxonomy.*'])
    expect(status).toBe(201)
    const listed = await server.send('GET', '/_relata/webhooks', undefined, as)
    expect(listed.body.value.map((one: { id: string }) => one.id)).toEqual([body.id])
    expect((await server.send('GET', `/_relata/webhooks/${id}`, undefined, as)).status).toBe(403)
    expect((await server.send('GET', '/_relata/webhooks?tenant=fabrikam.example', undefined, as)).status).toBe(403)
    const summary = await server.send('GET', '/_relata/deliveries/summary', undefined, as)
    expect(summary.body.value.map((one: { target: string }) => one.target)).toEqual([body.id])
  } finally {
    await server.close()
  }
})
