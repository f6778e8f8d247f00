/** What is done with Relata itself is in the log of the tenant: who is told of events, plans, by whom (events.md §9.1). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { type Receiver, startReceiver } from '../_support/notified.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { customerId, serverWithCustomers } from '../bulk/kit.ts'

let server: TestServer
let receiver: Receiver
beforeAll(async () => {
  server = await serverWithCustomers(1)
  receiver = await startReceiver()
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

const filter = "$filter=category eq 'RelataManagement'"
/** Records since the last call, oldest first. */
let seen = 0
const records = async () => {
  const { body } = await server.send('GET', `/v1.0/auditLogs/directoryAudits?${filter}`)
  const fresh = body.value.toReversed().slice(seen)
  seen = body.value.length
  return fresh
}
type Change = { displayName: string; oldValue: string | null; newValue: string | null }
const changesOf = (record: { targetResources: { modifiedProperties: Change[] }[] } | undefined) =>
  (record?.targetResources[0]?.modifiedProperties ?? []).map(({ displayName, oldValue, newValue }) => [
    displayName,
    oldValue,
    newValue,
  ])
const named = (activityDisplayName: string, operationType: string) => ({
  activityDisplayName,
  operationType,
  category: 'RelataManagement',
  loggedByService: 'Relata',
  result: 'success',
})

const own = async (method: string, path: string, body?: object, authorization?: string) => {
  const answer = await fetch(`${server.http}/_relata/${path}`, {
    ...(body === undefined ? {} : jsonPost(body)),
    method,
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
  })
  const text = await answer.text()
  expect(answer.ok, text).toBe(true)
  return text === '' ? undefined : JSON.parse(text)
}

it('webhooks: made, changed, given another secret, stopped, enabled and removed, without what may be a secret', async () => {
  const wish = { url: `${receiver.url}/hook?code=hush`, events: ['granular-admin-*'], headers: { 'x-key': 'hush' } }
  const { id } = await own('POST', 'webhooks', wish)
  const authorization = `Bearer ${await server.token()}`
  await own('PATCH', `webhooks/${id}`, { events: ['relata.*'], state: 'paused' }, authorization)
  await own('POST', `webhooks/${id}/secret`, {})
  await own('POST', `webhooks/${id}/enable`, {})
  await own('DELETE', `webhooks/${id}`)
  const all = await records()
  expect(all).toMatchObject([
    named('Add webhook', 'Add'),
    named('Update webhook', 'Update'),
    named('Change webhook secret', 'Update'),
    named('Update webhook', 'Update'),
    named('Delete webhook', 'Delete'),
  ])
  for (const record of all)
    expect(record.targetResources).toMatchObject([{ id, type: 'Webhook', displayName: `${receiver.url}/hook` }])
  expect(JSON.stringify(all)).not.toContain('hush')
  expect(all.map(changesOf)).toEqual([
    [
      ['url', null, JSON.stringify(`${receiver.url}/hook`)],
      ['events', null, '["granular-admin-*"]'],
      ['state', null, '"active"'],
    ],
    [
      ['events', '["granular-admin-*"]', '["relata.*"]'],
      ['state', '"active"', '"paused"'],
    ],
    [],
    [['state', '"paused"', '"active"']],
    [['state', '"active"', '"removed"']],
  ])
  // A program of this machine is its address; a token names its application.
  expect(all[0].initiatedBy.app).toMatchObject({ appId: null, displayName: '127.0.0.1' })
  expect(all[1].initiatedBy.app).toMatchObject({ appId: wellKnown.daemon, displayName: 'Relata daemon' })
})

it('registrations of Partner Center', async () => {
  const form = {
    client_id: wellKnown.daemon,
    client_secret: wellKnown.secret,
    grant_type: 'client_credentials',
    scope: 'https://api.partnercenter.microsoft.com/.default',
  }
  const given = await fetch(`${server.http}/${wellKnown.contoso}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { access_token } = (await given.json()) as { access_token: string }
  const path = '/webhooks/v1/registration'
  const ask = (method: string, body?: object) =>
    server.send(method, path, body, { headers: { authorization: `Bearer ${access_token}` } })
  const wish = { WebhookUrl: `${receiver.url}/hook?code=hush`, WebhookEvents: ['test-created'] }
  expect((await ask('POST', wish)).status).toBe(200)
  expect((await ask('PUT', { ...wish, WebhookEvents: ['granular-admin-relationship-approved'] })).status).toBe(200)
  expect((await ask('DELETE')).status).toBe(204)
  // Refused, so nothing was done.
  expect((await ask('DELETE')).status).toBe(404)
  const all = await records()
  expect(all).toMatchObject([
    named('Add webhook registration', 'Add'),
    named('Update webhook registration', 'Update'),
    named('Delete webhook registration', 'Delete'),
  ])
  expect(changesOf(all[1])).toEqual([['webhookEvents', '["test-created"]', '["granular-admin-relationship-approved"]']])
  expect(JSON.stringify(all)).not.toContain('hush')
  for (const { initiatedBy, targetResources } of all) {
    expect(initiatedBy.app).toMatchObject({ appId: wellKnown.daemon })
    expect(targetResources).toMatchObject([{ type: 'WebhookRegistration', displayName: `${receiver.url}/hook` }])
  }
})

const resource = 'tenantRelationships/delegatedAdminRelationships'
const subscriptionOf = async (at: TestServer) => ({
  resource,
  changeType: 'updated',
  notificationUrl: `${receiver.url}/hook?code=hush`,
  clientState: 'hush',
  expirationDateTime: new Date(Date.parse((await at.clock()).now) + 3_600_000).toISOString(),
})

it('subscriptions: made, renewed, reauthorised and removed', async () => {
  const body = await subscriptionOf(server)
  const { id } = (await server.send('POST', '/v1.0/subscriptions', body)).body
  const later = new Date(Date.parse(body.expirationDateTime) + 60_000).toISOString()
  await server.send('PATCH', `/v1.0/subscriptions/${id}`, { expirationDateTime: later })
  await server.send('POST', `/v1.0/subscriptions/${id}/reauthorize`)
  await server.send('DELETE', `/v1.0/subscriptions/${id}`)
  const all = await records()
  expect(all).toMatchObject([
    named('Add subscription', 'Add'),
    named('Update subscription', 'Update'),
    named('Reauthorize subscription', 'Update'),
    named('Delete subscription', 'Delete'),
  ])
  expect(changesOf(all[1])).toEqual([
    ['expirationDateTime', expect.any(String), expect.stringContaining(later.slice(0, 19))],
  ])
  for (const { initiatedBy, targetResources } of all) {
    expect(initiatedBy.app).toMatchObject({ appId: wellKnown.daemon })
    expect(targetResources).toMatchObject([{ id, type: 'Subscription', displayName: resource }])
  }
  expect(JSON.stringify(all)).not.toContain('hush')
})

it('a plan that a job applies, once, beside the records of its steps', async () => {
  const wanted = {
    templates: [{ name: 'desk', roles: ['Security Reader'] }],
    customers: [{ customerTenantId: customerId(1), template: 'desk' }],
  }
  const planned = await fetch(`${server.http}/_relata/gdap/plan`, jsonPost(wanted))
  const plan = planned.headers.get('relata-plan')
  const { id } = await own('POST', 'gdap/apply', { plan })
  await own('POST', 'gdap/apply', { plan })
  await server.parts.bulk.settle()
  const all = await records()
  expect(all).toMatchObject([{ ...named('Apply GDAP plan', 'Update'), targetResources: [{ id, type: 'GdapPlan' }] }])
  expect(changesOf(all[0])).toEqual([
    ['plan', null, JSON.stringify(plan)],
    ['steps', null, '2'],
  ])
  const { body } = await server.send('GET', '/v1.0/auditLogs/directoryAudits?$top=2')
  for (const { category } of body.value) expect(category).not.toBe('RelataManagement')
})

it('with --strict subscriptions are in no log, as in Graph', async () => {
  const strict = await startTestServer({ strict: true })
  try {
    const wish = await subscriptionOf(strict)
    const made = await strict.send('POST', '/v1.0/subscriptions', { ...wish, resource: 'users' })
    expect(made.status, made.text).toBe(201)
    const { body } = await strict.send('GET', `/v1.0/auditLogs/directoryAudits?${filter}`)
    expect(body.value).toEqual([])
  } finally {
    await strict.close()
  }
})
