/** Our own webhooks on the wire: what is sent, signed, tried again, skipped and told of (events.md §4, §6). */
import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { type Received, type WebhookReceiver, webhookReceiver } from '../_support/webhook-receiver.ts'

const { contoso, fabrikam } = wellKnown
let server: TestServer
let receiver: WebhookReceiver
let partner: ReturnType<typeof relationshipsOver>
beforeAll(async () => {
  server = await startTestServer({ deliverySchedule: { own: [0, 5_000, 5_000, 5_000] } })
  receiver = await webhookReceiver()
  partner = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
type Any = any
const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Any }> => {
  const answer = await fetch(`${server.http}/_relata${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}
const made = async (more: object = {}): Promise<Any> => {
  const { status, body } = await call('POST', '/webhooks', { url: receiver.url, events: ['granular-admin-*'], ...more })
  expect([status, body.error]).toEqual([201, undefined])
  return body
}
afterEach(async () => {
  for (const { id } of (await call('GET', '/webhooks')).body.value) await call('DELETE', `/webhooks/${id}`)
  receiver.answer(() => 202)
  receiver.clear()
})

/** By the words of Standard Webhooks alone: id, timestamp and body joined by points, HMAC-SHA256 with the decoded secret. */
const isSigned = ({ headers, body }: Received, secret: string): boolean => {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const wanted = `v1,${createHmac('sha256', key).update(content).digest('base64')}`
  const age = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))
  return age < 300 && String(headers['webhook-signature']).split(' ').includes(wanted)
}

describe('a webhook', () => {
  it('is told of an approval as a signed CloudEvent', async () => {
    const { id, secret, ...shown } = await made({ events: ['granular-admin-relationship-approved'] })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(shown).toMatchObject({ url: receiver.url, mode: 'structured', signing: 'hmac', state: 'active' })
    const relationship = await partner.relationship('active')
    const [first] = await receiver.until(1)
    expect(first?.headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': first?.json.id,
    })
    expect(first?.json).toMatchObject({
      specversion: '1.0',
      source: `${server.http}/tenants/${contoso}`,
      type: 'relata.granular-admin-relationship-approved',
      subject: `granularAdminRelationships/${relationship}`,
      tenantid: contoso,
      customerid: fabrikam,
    })
    expect(isSigned(first as Received, secret)).toBe(true)
    expect((await call('GET', `/webhooks/${id}`)).body).not.toHaveProperty('secret')
  })
})
