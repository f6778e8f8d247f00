/** A copy of a world tells nobody of its events: it has no targets, no subscriptions, and none of their secrets. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isOnPostgres } from '../_support/database.ts'
import { type Receiver, startReceiver } from '../_support/notified.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
let receiver: Receiver
beforeAll(async () => {
  server = await startTestServer()
  receiver = await startReceiver()
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

const call = async (path: string, body: object) => {
  const answer = await fetch(`${server.http}/_relata/${path}`, jsonPost(body))
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true)
}
const listed = async (headers: Record<string, string> = {}): Promise<readonly { readonly id: string }[]> =>
  (await server.send('GET', '/v1.0/subscriptions', undefined, { headers })).body.value
const newGroup = (name: string, headers: Record<string, string> = {}) =>
  server.send(
    'POST',
    '/v1.0/groups',
    { displayName: name, mailEnabled: false, mailNickname: name, securityEnabled: true },
    { headers },
  )

it('neither a fork nor a loaded snapshot is told', async ({ skip }) => {
  if (isOnPostgres) skip('PostgreSQL has one world, which cannot be copied')
  const made = await server.send('POST', '/v1.0/subscriptions', {
    resource: 'groups',
    changeType: 'created',
    notificationUrl: receiver.url,
    expirationDateTime: new Date(Date.parse((await server.clock()).now) + 3_600_000).toISOString(),
    clientState: 'secret of the first world',
  })
  expect(made.status, made.text).toBe(201)
  await call('snapshots', { name: 'told' })
  await call('worlds', { id: 'copy', from: 'default' })
  const inCopy = { 'relata-world': 'copy' }
  expect(await listed(inCopy)).toEqual([])
  expect((await newGroup('unseen', inCopy)).status).toBe(201)
  expect((await newGroup('seen')).status).toBe(201)
  // The first one that comes is of the world that has the subscription.
  const { body } = await receiver.next()
  const [group] = (await server.send('GET', "/v1.0/groups?$filter=displayName eq 'seen'")).body.value
  expect(body.value).toMatchObject([{ subscriptionId: made.body.id, resource: `Groups/${group.id}` }])
  await call('snapshots/told/load', {})
  expect(await listed()).toEqual([])
})
