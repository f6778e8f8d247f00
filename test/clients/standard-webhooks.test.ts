/** Our own webhooks, verified by the library `standardwebhooks` as it is published (events.md §4.2, case 14). */
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { signatureOf } from '#notify/kinds/webhook/signing.ts'
import type { ReceivedRequest } from '#testing/relata.ts'
import { type Relata, withRelata } from '#testing/start-relata.ts'
import { relationshipDraft } from '../_support/relationships.ts'

const root = '/tenantRelationships/delegatedAdminRelationships'

const invite = async (relata: Relata): Promise<string> => {
  const client = relata.client()
  const { id } = await client.api(root).post(relationshipDraft())
  await client.api(`${root}/${id}/requests`).post({ action: 'lockForApproval' })
  return id
}
const asked = async (relata: Relata, path: string, body?: object) => {
  const answer = await relata.fetch(`/_relata/webhooks${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(answer.ok, `POST ${path}`).toBe(true)
  return (await answer.json()) as { readonly id: string; readonly secret: string }
}

it('has the signature of the vector of events.md §4.2', () => {
  const secret = 'whsec_cmVsYXRhLXRlc3Qtc2VjcmV0LTI0Ynl0ZXM='
  const [id, seconds, body] = ['01900000-0000-7000-8000-000000000001', 1_767_693_600, '{"hello":"world"}']
  const theirs = new Webhook(secret).sign(id, new Date(seconds * 1000), body)
  expect(theirs).toBe('v1,xG1NqrVaxRn6+Ycz21Yed2Qer7gEeE0YTertZ+BxFC0=')
  expect(signatureOf({ current: secret }, `${id}.${seconds}.${body}`, 0)).toBe(theirs)
})

it.each([
  { mode: 'structured', isOne: true },
  { mode: 'binary', isOne: true },
  { mode: 'structured', batch: true, isOne: false },
])('accepts what is delivered: %j', ({ isOne, ...form }) =>
  withRelata(async (relata) => {
    const hook = await relata.receiver()
    const wish = { url: hook.url, events: ['granular-admin-relationship-approved'], ...form }
    const { secret } = await asked(relata, '', wish)
    await relata.gdap.approve(await invite(relata), { tenant: 'fabrikam.example' })
    const { text, bytes, headers } = await hook.next()
    const told = new Webhook(secret).verify(text, headers)
    expect(Array.isArray(told)).toBe(!isOne)
    expect(JSON.stringify(told)).toContain('granular-admin-relationship-approved')
    // As frameworks hand it over.
    expect(new Webhook(secret).verify(Buffer.from(bytes), headers)).toEqual(told)
    const other = new Webhook(`whsec_${Buffer.alloc(32, 7).toString('base64')}`)
    expect(() => other.verify(text, headers)).toThrow(WebhookVerificationError)
    expect(() => new Webhook(secret).verify(`${text} `, headers)).toThrow('No matching signature')
  })(),
)

it(
  'accepts what is delivered during a rotation, with the old secret and with the new one',
  withRelata(async (relata) => {
    const hook = await relata.receiver()
    const { id, secret } = await asked(relata, '', { url: hook.url, events: ['granular-admin-relationship-approved'] })
    const { secret: next } = await asked(relata, `/${id}/secret`)
    expect(next).not.toBe(secret)
    await relata.gdap.approve(await invite(relata), { tenant: 'fabrikam.example' })
    const { text, headers } = await hook.next()
    expect(new Webhook(secret).verify(text, headers)).toEqual(JSON.parse(text))
    expect(new Webhook(next).verify(text, headers)).toEqual(JSON.parse(text))
  }),
)

it(
  'refuses a delivery that is six minutes old, as our receiver does, and none of four minutes',
  withRelata(async (relata) => {
    const hook = await relata.receiver()
    const { secret } = await asked(relata, '', { url: hook.url, events: ['granular-admin-relationship-approved'] })
    await relata.gdap.approve(await invite(relata), { tenant: 'fabrikam.example' })
    const fresh = await hook.next()
    const webhook = new Webhook(secret)
    /** The same delivery, as it would have been signed so many minutes ago. */
    const before = (minutes: number): ReceivedRequest => {
      const at = new Date(Date.now() - minutes * 60_000)
      const id = fresh.headers['webhook-id'] ?? ''
      const headers = {
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, at, fresh.text),
      }
      return { ...fresh, headers: { ...fresh.headers, ...headers } }
    }
    for (const minutes of [0, 4]) {
      const { text, headers } = before(minutes)
      expect(webhook.verify(text, headers), `${minutes} minutes`).toEqual(fresh.body)
      expect(await hook.verify(before(minutes), { secret })).toBe('standard-webhooks')
    }
    const { text, headers } = before(6)
    expect(() => webhook.verify(text, headers)).toThrow('Message timestamp too old')
    await expect(hook.verify(before(6), { secret })).rejects.toThrow(/webhook-timestamp is \d+, more than 300 seconds/)
  }),
)
