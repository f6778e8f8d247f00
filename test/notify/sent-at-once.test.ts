/** A delivery that waits is sent at once when somebody asks for it, where the target is told of anything (events.md §6.6). */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { relationshipsOver } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'

let server: TestServer
let receiver: WebhookReceiver
beforeAll(async () => {
  // No attempt is made again by itself while this runs.
  server = await startTestServer({ deliverySchedule: { own: [0, 86_400_000, 86_400_000] } })
  receiver = await webhookReceiver()
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})
beforeEach(() => receiver.clear())

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
type Any = any
const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Any }> => {
  const answer = await fetch(`${server.http}/_relata${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() }
}
const rowsOf = async (target: string): Promise<Any[]> => (await call('GET', `/deliveries?target=${target}`)).body.value
const statesOf = async (target: string): Promise<string[]> => (await rowsOf(target)).map(({ state }) => state).sort()

/** A webhook with an approval that has failed, and the activation behind it. */
const failedOnce = async (first: Parameters<WebhookReceiver['answer']>[0]) => {
  receiver.answer(first)
  const wish = { url: receiver.url, events: ['granular-admin-relationship-*'] }
  const { id } = (await call('POST', '/webhooks', wish)).body
  await relationshipsOver(server.send, (key, body) => server.customer('approve', key, body)).relationship('active')
  await expect.poll(() => statesOf(id), { timeout: 20_000 }).toEqual(['behind', 'waiting'])
  receiver.answer(() => 202)
  const rows = await rowsOf(id)
  const [waiting, behind] = ['waiting', 'behind'].map((state) => rows.find((row) => row.state === state))
  const again = async (row: Any): Promise<[status: number, message: string | undefined]> => {
    const { status, body } = await call('POST', `/deliveries/${id}/${row.sequence}/redeliver`)
    return [status, body.error?.message]
  }
  return { id, waiting, behind, again }
}

it('makes the next attempt, with what is behind it after it', async () => {
  const { id, waiting, behind, again } = await failedOnce(() => 500)
  expect(await again(behind)).toEqual([
    ...[409, `This event is sent after event ${waiting.sequence} of its subject, which waits.`],
  ])
  const { status, body } = await call('POST', `/deliveries/${id}/${waiting.sequence}/redeliver`)
  expect([status, body.state, body.round, body.attempts]).toEqual([202, 'waiting', 0, 1])
  await expect.poll(() => statesOf(id), { timeout: 20_000 }).toEqual(['delivered', 'delivered'])
  expect(receiver.received.map(({ json, headers }) => [json.id, headers['relata-attempt']])).toEqual([
    [waiting.eventId, '1'],
    [waiting.eventId, '2'],
    [behind.eventId, '1'],
  ])
})

it('says why nothing is sent to a target that is off, and how it goes on', async () => {
  const { id, waiting, again } = await failedOnce(() => 500)
  await call('PATCH', `/webhooks/${id}`, { state: 'paused' })
  const enable = `POST /_relata/webhooks/${id}/enable lets it go on.`
  expect(await again(waiting)).toEqual([409, `The target is paused: Somebody has paused it. ${enable}`])
  await call('POST', `/webhooks/${id}/enable`)
  expect(await again(waiting)).toEqual([202, undefined])
  await expect.poll(() => statesOf(id), { timeout: 20_000 }).toEqual(['delivered', 'delivered'])
})

it('says until when a receiver that asked to wait is left alone', async () => {
  const { id, waiting, again } = await failedOnce(() => ({ status: 503, headers: { 'Retry-After': '600' } }))
  const { pausedUntil } = (await call('GET', `/webhooks/${id}`)).body
  const text = `The receiver asked to wait until ${pausedUntil}. The target goes on by itself.`
  expect(await again(waiting)).toEqual([409, text])
})
