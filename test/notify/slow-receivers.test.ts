/** Receivers that answer slowly, with `--graph-throttling`: what is held back, what is dropped, and for how long (events.md §3.6). */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { delivery } from '#workloads/events/types.ts'
import { loopbackServer } from '../_support/loopback-server.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const { contoso } = wellKnown
const path = '/v1.0/subscriptions'
const second = 1_000
/** Nothing is tried again while a test looks, unless it moves the clock. */
const deliverySchedule = { graph: [0, 300 * second, 300 * second, 300 * second] }

interface Told {
  readonly path: string
  readonly body: { readonly value: readonly { readonly resource?: string; readonly lifecycleEvent?: string }[] }
}

/** Answers handshakes, and keeps silent where it is told of a group that `silentFor` names. */
const startSlowReceiver = async () => {
  const told: Told[] = []
  let silentFor: (resource: string) => boolean = () => false
  const { url, close } = await loopbackServer((request, response) => {
    const token = new URL(request.path, 'http://localhost').searchParams.get('validationToken')
    if (token !== null) {
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end(token)
      return
    }
    const body = JSON.parse(request.body.toString('utf8'))
    if (body.value.some(({ resource = '' }) => silentFor(resource))) return
    told.push({ path: request.path, body })
    response.writeHead(202).end()
  })
  return {
    url,
    told,
    close,
    keepSilent: (how: typeof silentFor) => {
      silentFor = how
    },
  }
}

let server: TestServer
let receiver: Awaited<ReturnType<typeof startSlowReceiver>>
let id: string
beforeAll(async () => {
  server = await startTestServer({ graphThrottling: true, deliverySchedule })
})
afterAll(() => server.close())
beforeEach(async () => {
  receiver = await startSlowReceiver()
  id = await subscribe(server)
})
afterEach(async () => {
  await server.send('DELETE', `${path}/${id}`)
  await receiver.close()
})

const subscribe = async (at: TestServer): Promise<string> => {
  const { now } = await at.clock()
  const made = await at.send('POST', path, {
    resource: 'groups',
    changeType: 'created',
    notificationUrl: `${receiver.url}/hook`,
    lifecycleNotificationUrl: `${receiver.url}/life`,
    expirationDateTime: new Date(Date.parse(now) + 86_400 * second).toISOString(),
  })
  expect(made.status, made.text).toBe(201)
  return made.body.id
}
/** Ids of so many new groups. */
const makeGroups = async (count: number, at = server): Promise<string[]> => {
  const ids: string[] = []
  for (let from = 0; from < count; from += 20) {
    const requests = Array.from({ length: Math.min(20, count - from) }, (_, index) => ({
      ...{ id: String(index), method: 'POST', url: '/groups', headers: { 'content-type': 'application/json' } },
      body: { displayName: `G${index}`, mailEnabled: false, mailNickname: `g${index}`, securityEnabled: true },
    }))
    const made = await at.send('POST', '/v1.0/$batch', { requests })
    for (const { status, body } of made.body.responses) {
      expect(status).toBe(201)
      ids.push(body.id)
    }
  }
  return ids
}
const rows = (at = server) => at.parts.store.read(contoso, (tx) => tx.find(delivery, { targetId: id }))
const rowOf = async (group: string) => (await rows()).find(({ subjectId }) => subjectId === group)
/** So many rows of this state. */
const settled = async (count: number, state: string, at = server): Promise<void> => {
  for (const limit = Date.now() + 30 * second; ; ) {
    const found = await rows(at)
    if (found.filter((row) => row.state === state).length >= count) return
    if (Date.now() > limit) throw new Error(`not there: ${found.map((row) => `${row.state} ${row.lastError}`).join()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
type DeliveryRow = Awaited<ReturnType<typeof rows>>[number]
const waitOf = ({ nextWorld, lastDateTime }: DeliveryRow) =>
  Date.parse(nextWorld ?? '') - Date.parse(lastDateTime ?? '')
const toldOf = (group: string) =>
  receiver.told.filter(({ body }) => body.value.some(({ resource }) => resource === `Groups/${group}`))

it('holds notifications back for ten minutes while a tenth of the answers is slow', async () => {
  await makeGroups(90)
  await settled(90, 'delivered')
  receiver.keepSilent(() => true)
  const slow = await makeGroups(10)
  await settled(10, 'waiting')
  receiver.keepSilent(() => false)
  const failed = (await rows()).filter(({ subjectId }) => slow.includes(subjectId))
  expect(new Set(failed.map(({ attempts, lastStatus }) => `${attempts} ${lastStatus}`))).toEqual(new Set(['1 null']))
  // Those that fail before there are a hundred are tried again as usual.
  expect(Math.max(...failed.map(waitOf))).toBe(600 * second)
  const [held = ''] = await makeGroups(1)
  await settled(11, 'waiting')
  const row = await rowOf(held)
  expect(row).toMatchObject({ attempts: 0, lastError: 'held back, as the receiver answers slowly' })
  expect(row && waitOf(row)).toBe(600 * second)
  expect(toldOf(held)).toEqual([])
  await server.clock({ advance: 'PT11M' })
  await settled(101, 'delivered')
  expect(toldOf(held)).toHaveLength(1)
  // What was counted is ten minutes old.
  const [next = ''] = await makeGroups(1)
  await settled(102, 'delivered')
  expect(await rowOf(next)).toMatchObject({ attempts: 1, lastError: null })
})

it('drops notifications while more are slow, tells the life cycle, and sends a redelivery all the same', async () => {
  receiver.keepSilent((resource) => resource !== '')
  await makeGroups(100)
  await settled(100, 'waiting')
  const [dropped = ''] = await makeGroups(1)
  await settled(1, 'dead')
  const row = await rowOf(dropped)
  expect(row).toMatchObject({ attempts: 0, lastError: 'dropped, as the receiver answers too slowly' })
  const isMissed = () => receiver.told.some(({ body }) => body.value[0]?.lifecycleEvent === 'missed')
  for (const limit = Date.now() + 10 * second; !isMissed(); ) {
    if (Date.now() > limit) throw new Error('nothing was told of what was missed')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  receiver.keepSilent(() => false)
  const address = `${server.http}/_relata/deliveries/${id}/${row?.sequence}/redeliver`
  expect((await fetch(address, { method: 'POST' })).status).toBe(202)
  await settled(1, 'delivered')
  expect(toldOf(dropped)).toHaveLength(1)
  await server.clock({ advance: 'PT11M' })
  await settled(101, 'delivered')
})

it('leaves slow receivers alone without it', async () => {
  const usual = await startTestServer({ deliverySchedule })
  try {
    const before = id
    id = await subscribe(usual)
    receiver.keepSilent(() => true)
    await makeGroups(100, usual)
    await settled(100, 'waiting', usual)
    receiver.keepSilent(() => false)
    await makeGroups(1, usual)
    await settled(1, 'delivered', usual)
    id = before
  } finally {
    await usual.close()
  }
})
