/** What tests ask of events: the feed, followed, and a receiver of notifications that checks signatures by itself (events.md §5). */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { systemClock } from '#base/clock.ts'
import { fetchTrusting } from '#testing/https-fetch.ts'
import { type Relata, withRelata } from '#testing/start-relata.ts'
import { makeClientCertificate } from '../_support/client-certificate.ts'
import { relationshipDraft } from '../_support/relationships.ts'

const root = '/tenantRelationships/delegatedAdminRelationships'

const invite = async (relata: Relata): Promise<string> => {
  const client = relata.client()
  const { id } = await client.api(root).post(relationshipDraft())
  await client.api(`${root}/${id}/requests`).post({ action: 'lockForApproval' })
  return id
}

describe('the events of a world', () => {
  it(
    'are found whether they come before they are asked for or after, each once',
    withRelata(async (relata) => {
      const events = await relata.events({ tenant: 'contoso.example' })
      const [one, other] = [await invite(relata), await invite(relata)]
      await relata.gdap.approve(one, { tenant: 'fabrikam.example' })
      await relata.gdap.approve(other, { tenant: 'fabrikam.example' })
      const approved = 'granular-admin-relationship-approved'
      const second = await events.next(approved, { subject: other })
      expect(second).toMatchObject({
        specversion: '1.0',
        type: `relata.${approved}`,
        data: { after: { status: 'approved' } },
      })
      const first = await events.next(approved)
      expect(first.subject).toBe(`granularAdminRelationships/${one}`)
      // An earlier one than those that were given.
      expect((await events.next('relata.granular-admin-relationship-*')).type).toBe(
        'relata.granular-admin-relationship-created',
      )
      await events.none(approved)
      await events.none(approved, { within: 20 })
      await expect(events.none('*-activated')).rejects.toThrow(/there was granular-admin-relationship-activated: \{/)
      await expect(events.next(approved, { timeout: 20 })).rejects.toThrow(
        /^no granular-admin-relationship-approved within 20 ms; there were relata\.granular-admin-relationship-created, /,
      )
      const names = (await events.all()).map(({ data }) => data.eventName)
      expect(names.filter((name) => name === approved)).toHaveLength(2)
      const waiting = events.next('granular-admin-relationship-terminated')
      await relata.gdap.terminate(one, { tenant: 'fabrikam.example' })
      expect((await waiting).subject).toBe(`granularAdminRelationships/${one}`)
      await events.close()
      await expect(events.next(approved)).rejects.toThrow(/the feed was closed/)
    }),
  )

  it(
    'are refused at once by a name that none has, and are missed in less time than a test of Vitest has',
    withRelata(async (relata) => {
      const events = await relata.events()
      await expect(events.next('relata.granular-admin-relationship-approved')).rejects.toThrow(
        "'relata.granular-admin-relationship-approved' is not the name of an event; 'granular-",
      )
      await expect(events.none('granular-admin-relationship-aproved')).rejects.toThrow(
        "is not the name of an event; 'granular-admin-relationship-approved' is.",
      )
      await expect(events.next('relata.taxonomie.*')).rejects.toThrow(
        "No name of an event matches 'relata.taxonomie.*'",
      )
      await events.none('relata.webhook-test')
      const hook = await relata.receiver()
      const missed = [events.next('granular-admin-relationship-approved'), hook.next()]
      const words = (await Promise.allSettled(missed)).map((one) =>
        one.status === 'rejected' ? one.reason.message : '',
      )
      expect(words).toEqual([
        'no granular-admin-relationship-approved within 4000 ms; there was none at all',
        'no request within 4000 ms; there were 0 before',
      ])
    }),
    20_000,
  )

  it(
    'go on when the world is put back, and end with it',
    withRelata(async (relata) => {
      const events = await relata.events()
      await relata.reset()
      await events.next('relata.world-reset')
      await relata.clock.freeze('2027-01-01T00:00:00Z')
      expect(await events.next('relata.clock-changed')).toEqual({ now: '2027-01-01T00:00:00.000Z', frozen: true })
      const next = events.next('relata.taxonomy.group-created')
      await relata.client().api('/termStore/groups').post({ displayName: 'After the reset' })
      expect((await next).type).toBe('relata.taxonomy.group-created')
      const never = events.next('invoice-ready')
      const [outcome] = await Promise.all([never.catch((error: Error) => error.message), relata.close()])
      expect(outcome).toMatch(/404|ended/)
    }),
  )
})

const now = () => Math.floor(systemClock.now().getTime() / 1000)

describe('a receiver', () => {
  it(
    'answers what the test says, and keeps what it got',
    withRelata(async (relata) => {
      const statuses = [500, 429]
      const hook = await relata.receiver({
        status: (number) => statuses[number - 1] ?? 204,
        headers: (number) => (number === 2 ? { 'Retry-After': '120' } : {}),
        delay: (number) => (number === 1 ? 5 : 0),
      })
      const post = (text: string) => fetch(`${hook.url}in?x=1`, { method: 'POST', body: text })
      expect((await post('{"a":1}')).status).toBe(500)
      const second = await post('ü')
      expect([second.status, second.headers.get('retry-after')]).toEqual([429, '120'])
      const third = post('')
      expect(await hook.next()).toMatchObject({
        number: 1,
        method: 'POST',
        path: '/in?x=1',
        body: { a: 1 },
        status: 500,
      })
      expect(await hook.next()).toMatchObject({ number: 2, text: 'ü', body: undefined })
      expect((await hook.next()).status).toBe(204)
      await third
      expect(hook.requests.map(({ number }) => number)).toEqual([1, 2, 3])
      await expect(hook.next({ timeout: 10 })).rejects.toThrow(/no request within 10 ms; there were 3 before/)
      await hook.close()
      await expect(post('')).rejects.toThrow(TypeError)
    }),
  )

  it(
    'answers handshakes, of Graph with the token as it is once decoded, and ends with its world',
    withRelata(async (relata) => {
      const hook = await relata.receiver()
      const greeted = await fetch(`${hook.url}?validationToken=${encodeURIComponent('Validation: a+b & ü')}`, {
        method: 'POST',
      })
      expect([greeted.status, greeted.headers.get('content-type'), await greeted.text()]).toEqual([
        200,
        'text/plain',
        'Validation: a+b & ü',
      ])
      const options = await fetch(hook.url, {
        method: 'OPTIONS',
        headers: { 'WebHook-Request-Origin': 'relata.example' },
      })
      expect(options.headers.get('webhook-allowed-origin')).toBe('relata.example')
      expect(hook.requests).toEqual([])
      const silent = await relata.receiver({ handshake: false })
      expect((await fetch(`${silent.url}?validationToken=x`, { method: 'POST' })).status).toBe(404)
      await relata.close()
      await expect(fetch(hook.url, { method: 'POST' })).rejects.toThrow(TypeError)
    }),
  )

  it(
    'checks signatures of Standard Webhooks, with a secret and with a key',
    withRelata(async (relata) => {
      // Its specification’s own form, and the vector of events.md §4.2 but for the time.
      const secret = 'whsec_cmVsYXRhLXRlc3Qtc2VjcmV0LTI0Ynl0ZXM='
      const hook = await relata.receiver({ secret })
      const id = '01900000-0000-7000-8000-000000000001'
      const hmacOf = (seconds: number, body: string): string =>
        createHmac('sha256', 'relata-test-secret-24bytes').update(`${id}.${seconds}.${body}`).digest('base64')
      expect(hmacOf(1_767_693_600, '{"hello":"world"}')).toBe('xG1NqrVaxRn6+Ycz21Yed2Qer7gEeE0YTertZ+BxFC0=')
      const sent = async (body: string, signature: string, seconds = now()) => {
        const headers = { 'webhook-id': id, 'webhook-timestamp': `${seconds}`, 'webhook-signature': signature }
        await fetch(hook.url, { method: 'POST', body, headers })
        return hook.next()
      }
      const body = '{"hello":"wörld"}'
      const at = now()
      const good = `v1,${hmacOf(at, body)}`
      expect(await hook.verify(await sent(body, good, at))).toBe('standard-webhooks')
      // While a secret is replaced there are two.
      expect(await hook.verify(await sent(body, `v1,${hmacOf(at, 'x')} ${good}`, at))).toBe('standard-webhooks')
      await expect(hook.verify(await sent(`${body} `, good, at))).rejects.toThrow(/no signature is that of/)
      const old = at - 360
      await expect(hook.verify(await sent(body, `v1,${hmacOf(old, body)}`, old))).rejects.toThrow(
        /webhook-timestamp is/,
      )
      await expect(hook.verify(await sent(body, good, at), { secret: 'whsec_AAAA' })).rejects.toThrow(/no signature/)
      await expect(hook.verify(await sent(body, good, at), { secret: 'secret' })).rejects.toThrow(
        /begins with 'whsec_'/,
      )

      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')
      const byKey = sign(null, Buffer.from(`${id}.${at}.${body}`), privateKey).toString('base64')
      const request = await sent(body, `v1a,${byKey}`, at)
      expect(await hook.verify(request, { secret: `whpk_${raw}` })).toBe('standard-webhooks')
      await expect(hook.verify(request)).rejects.toThrow(/none of version v1:/)
      await expect(hook.verify(await sent('{}', `v1a,${byKey}`, at), { secret: `whpk_${raw}` })).rejects.toThrow()
    }),
  )

  it(
    'checks the signature of Partner Center, in either header',
    withRelata(async (relata) => {
      const made = new Date(systemClock.now().getTime() - 60_000)
      const { certificate, key } = await makeClientCertificate(made)
      const hook = await relata.receiver()
      const body = '{"EventName":"test-created"}'
      const signature = `Signature ${sign('sha256', Buffer.from(body), key).toString('base64')}`
      const usual = {
        'x-ms-signature-algorithm': 'rsa-sha256',
        'x-ms-certificate-url': 'https://localhost/nowhere.cer',
      }
      const sent = async (headers: Record<string, string>, text = body) => {
        await fetch(hook.url, { method: 'POST', body: text, headers: { ...usual, ...headers } })
        return hook.next()
      }
      const options = { certificate }
      expect(await hook.verify(await sent({ authorization: signature }), options)).toBe('partner-center')
      expect(await hook.verify(await sent({ 'x-ms-signature': signature }), options)).toBe('partner-center')
      await expect(hook.verify(await sent({ authorization: signature }, `${body} `), options)).rejects.toThrow(
        /not that of the body/,
      )
      await expect(hook.verify(await sent({ authorization: signature.slice(10) }), options)).rejects.toThrow(
        /the word 'Signature'/,
      )
      await expect(
        hook.verify(await sent({ authorization: signature, 'x-ms-signature-algorithm': 'rsa-sha1' }), options),
      ).rejects.toThrow(/rsa-sha1/)
      const old = await makeClientCertificate(new Date('2010-01-01'))
      await expect(
        hook.verify(await sent({ authorization: signature }), { certificate: old.certificate }),
      ).rejects.toThrow(/certificate is good from/)
      // The certificate is asked for where the request says, of the server of the world.
      await expect(hook.verify(await sent({ authorization: signature }))).rejects.toThrow(/nowhere\.cer answers 404/)
      await expect(hook.verify(await sent({}))).rejects.toThrow(/no header x-ms-signature/)
    }),
  )

  it(
    'gets what a registration of Partner Center asks for, and finds the signature good',
    withRelata(async (relata) => {
      const hook = await relata.receiver({ status: (number) => (number === 1 ? 500 : 202) })
      const login = await relata.fetch('https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token', {
        method: 'POST',
        body: new URLSearchParams({
          client_id: wellKnown.daemon,
          client_secret: wellKnown.secret,
          grant_type: 'client_credentials',
          scope: 'https://api.partnercenter.microsoft.com/.default',
        }),
      })
      const { access_token: token } = (await login.json()) as { access_token: string }
      const registered = await relata.fetch('https://api.partnercenter.microsoft.com/webhooks/v1/registration', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ WebhookUrl: hook.url, WebhookEvents: ['granular-admin-relationship-approved'] }),
      })
      expect(registered.status).toBe(200)
      const id = await invite(relata)
      await relata.gdap.approve(id, { tenant: 'fabrikam.example' })
      const first = await hook.next()
      expect(first).toMatchObject({ status: 500, body: { EventName: 'granular-admin-relationship-approved' } })
      expect(first.body.ResourceUri).toMatch(new RegExp(`/granularAdminRelationships/${id}$`))
      expect(await hook.verify(first)).toBe('partner-center')
      await expect(hook.verify({ ...first, bytes: Buffer.from(`${first.text} `) })).rejects.toThrow(
        /not that of the body/,
      )
    }),
  )

  const folders: string[] = []
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  })

  it(
    'listens with HTTPS where it is asked to',
    withRelata(async (relata) => {
      const location = await mkdtemp(join(tmpdir(), 'relata-hook-'))
      folders.push(location)
      const hook = await relata.receiver({ tls: true, location })
      expect(hook.url).toMatch(/^https:/)
      const { readFile } = await import('node:fs/promises')
      const trusting = fetchTrusting(await readFile(join(location, 'ca.pem'), 'utf8'))
      expect((await trusting(new Request(hook.url, { method: 'POST', body: 'x' }))).status).toBe(202)
      expect((await hook.next()).text).toBe('x')
    }),
  )
})
