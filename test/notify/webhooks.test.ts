/** Our own webhooks on the wire: what is sent, signed, tried again, skipped and told of (events.md §4, §6). */
import { createHmac, createPublicKey, verify } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
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

  it('gets all attributes as headers in the binary mode, and several events in a batch', async () => {
    const { secret } = await made({ mode: 'binary', headers: { 'x-team': 'a b' } })
    await made({ url: `${receiver.url}/batch`, batch: true })
    const relationship = await partner.relationship('active')
    const told = await receiver.until((all) => [...all].filter(({ path }) => path === '/hook').length >= 2)
    const [first] = told.filter(({ path }) => path === '/hook')
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-type': 'relata.granular-admin-relationship-approved',
      'ce-subject': `granularAdminRelationships/${relationship}`,
      'x-team': 'a b',
    })
    expect(Object.keys(first?.json)).toContain('eventName')
    expect(isSigned(first as Received, secret)).toBe(true)
    const batches = await receiver.until((all) => all.some(({ path }) => path === '/hook/batch'))
    const batch = batches.find(({ path }) => path === '/hook/batch')
    expect(batch?.headers['content-type']).toBe('application/cloudevents-batch+json; charset=utf-8')
    expect(Array.isArray(batch?.json)).toBe(true)
  })

  it('is verified by a public key with ed25519, and by the old secret for a day after a rotation', async () => {
    const { publicKey, secret: none } = await made({ signing: 'ed25519' })
    const { id, secret } = await made({ url: `${receiver.url}/hmac` })
    expect([none, publicKey.slice(0, 5)]).toEqual([undefined, 'whpk_'])
    const rotated = await call('POST', `/webhooks/${id}/secret`)
    expect(rotated.body.secret).not.toBe(secret)
    await partner.relationship('active')
    const all = await receiver.until((seen) => new Set(seen.map(({ path }) => path)).size === 2)
    const signed = all.find(({ path }) => path === '/hook') as Received
    const x = Buffer.from(publicKey.slice(5), 'base64').toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const { headers, body } = signed
    const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
    const value = Buffer.from(String(headers['webhook-signature']).replace('v1a,', ''), 'base64')
    expect(verify(null, content, key, value)).toBe(true)
    const twice = all.find(({ path }) => path === '/hook/hmac') as Received
    expect([isSigned(twice, secret), isSigned(twice, rotated.body.secret)]).toEqual([true, true])
  })

  it('is tested by an event that is told to it alone, and asked first where a handshake is wanted', async () => {
    await made({ url: `${receiver.url}/other`, events: ['*'] })
    const { id } = await made()
    const { status, body } = await call('POST', `/webhooks/${id}/test`)
    expect(status).toBe(202)
    const [told] = await receiver.until(1)
    expect([told?.path, told?.json.id, told?.json.type]).toEqual(['/hook', body.id, 'relata.webhook-test'])
    const wish = { url: receiver.url, events: ['*'], handshake: true }
    const refused = await call('POST', '/webhooks', wish)
    expect([refused.status, refused.body.error.target]).toEqual([400, 'url'])
    receiver.answer((request) => ({
      status: 200,
      headers: { 'WebHook-Allowed-Origin': String(request.headers['webhook-request-origin']) },
    }))
    expect((await call('POST', '/webhooks', wish)).status).toBe(201)
    expect(receiver.received.map(({ method }) => method)).toEqual(['POST', 'OPTIONS', 'OPTIONS'])
  })

  it('refuses what cannot be meant, naming all of it', async () => {
    const wish = { url: 'http://10.0.0.1/', events: ['Nope!'], mode: 'x', headers: { host: 'a' }, typo: 1 }
    const { status, body } = await call('POST', '/webhooks', wish)
    expect(status).toBe(400)
    expect(body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      ...['events/0', 'mode', 'headers/host', 'typo'],
    ])
    const address = await call('POST', '/webhooks', { url: 'http://10.0.0.1/', events: ['*'] })
    expect([address.status, address.body.error.target]).toEqual([400, 'url'])
    // One code, whether one thing is wrong or several.
    const secret = await call('POST', '/webhooks', { url: receiver.url, events: ['*'], secret: 'short' })
    const refusals = [body, address.body, secret.body, (await call('POST', '/webhooks', [])).body]
    expect(refusals.map(({ error }) => error.code)).toEqual(refusals.map(() => 'badRequest'))
    expect(body.error.details.map(({ code }: { code: string }) => code)).toEqual(Array(4).fill('badRequest'))
    expect((await call('GET', '/webhooks/none')).status).toBe(404)
  })

  it('refuses parameters of the query that it does not have, and makes or sends nothing', async () => {
    const { id } = await made()
    const wish = { url: receiver.url, events: ['*'] }
    for (const [method, path, name, body] of [
      ['POST', '/webhooks?handshake=true', 'handshake', wish],
      ['GET', '/webhooks?limit=1', 'limit'],
      ['PATCH', `/webhooks/${id}?state=paused`, 'state', { state: 'paused' }],
      ['POST', `/webhooks/${id}/secret?secret=hush`, 'secret', {}],
      ['DELETE', `/webhooks/${id}?confirm=true`, 'confirm'],
      ['POST', '/deliveries/replay?state=dead', 'state', { target: id }],
      ['GET', '/deliveries?status=dead', 'status'],
      ['GET', '/deliveries?state=dead&state=sent', 'state'],
      ['GET', '/deliveries/summary?target=x', 'target'],
    ] as const) {
      const refused = await call(method, path, body)
      expect([path, refused.status, refused.body.error?.target]).toEqual([path, 400, name])
    }
    const { value } = (await call('GET', `/webhooks?tenant=${contoso}`)).body
    expect(value).toMatchObject([{ id, state: 'active' }])
  })

  it('refuses names of events that there are not, and patterns that none matches, with what may be meant', async () => {
    const refusal = async (method: string, path: string, events: string[]) => {
      const { status, body } = await call(method, path, { url: receiver.url, events })
      return [status, ...(body.error?.details ?? []).flatMap((one: Any) => [one.target, one.message])]
    }
    const events = ['*', 'nope', 'granular-admin-relationship-aproved', 'relata.taxnomy.*']
    const told = [
      400,
      ...['events/1', expect.stringMatching(/^'nope' is not .*\/events lists the names\.$/)],
      ...['events/2', expect.stringContaining("; 'granular-admin-relationship-approved' is.")],
      ...['events/3', expect.stringMatching(/matches 'relata\.taxnomy\.\*'.*\/events lists the names\.$/)],
    ]
    expect(await refusal('POST', '/webhooks', events)).toEqual(told)
    const { id } = await made({ events: ['usagerecords-thresholdExceeded', 'relata.webhook-test', '*-deleted'] })
    expect(await refusal('PATCH', `/webhooks/${id}`, events)).toEqual(told)
    expect((await call('GET', `/webhooks/${id}`)).body.events).toHaveLength(3)
  })

  it('shows no value of its headers, and keeps those that a change names with null', async () => {
    const names = { Authorization: null, 'X-Key': null, 'X-Old': null }
    const { id, ...added } = await made({
      headers: { Authorization: 'Bearer hush', 'X-Key': 'hush-2', 'X-Old': 'hush-3' },
    })
    const listed = (await call('GET', '/webhooks')).body.value
    const one = (await call('GET', `/webhooks/${id}`)).body
    // As they were read: nothing is changed. Whatever else is in the body.
    const paused = (await call('PATCH', `/webhooks/${id}`, { headers: one.headers, state: 'paused' })).body
    const enabled = (await call('POST', `/webhooks/${id}/enable`)).body
    const rotated = (await call('POST', `/webhooks/${id}/secret`, {})).body
    for (const shown of [added, listed[0], one, paused, enabled, rotated]) {
      expect(shown.headers).toEqual(names)
      expect(JSON.stringify(shown)).not.toContain('hush')
    }
    await call('POST', `/webhooks/${id}/test`)
    const [whole] = await receiver.until(1)
    expect(whole?.headers).toMatchObject({ authorization: 'Bearer hush', 'x-key': 'hush-2', 'x-old': 'hush-3' })

    // A name is the same in whatever case; one that is left out is gone.
    const wish = { headers: { authorization: null, 'X-Key': 'other', 'X-New': '' } }
    const changed = (await call('PATCH', `/webhooks/${id}`, wish)).body
    expect(changed.headers).toEqual({ authorization: null, 'X-Key': null, 'X-New': null })
    await call('POST', `/webhooks/${id}/test`)
    const after = (await receiver.until(2)).at(-1)
    expect(after?.headers).toMatchObject({ authorization: 'Bearer hush', 'x-key': 'other', 'x-new': '' })
    expect(after?.headers).not.toHaveProperty('x-old')

    for (const [method, path, headers, at] of [
      ['PATCH', `/webhooks/${id}`, { 'X-Key': null, 'X-Old': null }, 'headers/X-Old'],
      ['PATCH', `/webhooks/${id}`, { 'X-Key': null, 'x-key': 'b' }, 'headers/x-key'],
      ['POST', '/webhooks', { 'X-Key': null }, 'headers/X-Key'],
    ] as const) {
      const post = method === 'POST' ? { url: receiver.url, events: ['*'] } : {}
      const { status, body } = await call(method, path, { ...post, headers, description: 'No' })
      expect([status, body.error.code, body.error.target]).toEqual([400, 'badRequest', at])
    }
    const { headers, description } = (await call('GET', `/webhooks/${id}`)).body
    expect([headers, description]).toEqual([changed.headers, null])
  })

  it('is told of changes of the taxonomy only while it asks for them', async () => {
    const taxonomy = taxonomyOver(server.send)
    await taxonomy.group('Before')
    const { id } = await made({ events: ['relata.taxonomy.group-*'] })
    const groupId = await taxonomy.group('Watched')
    const [told] = await receiver.until(1)
    expect(told?.json).toMatchObject({ type: 'relata.taxonomy.group-created', subject: `termStore/groups/${groupId}` })
    await call('DELETE', `/webhooks/${id}`)
    const before = await toldOfTaxonomy()
    await taxonomy.group('After')
    expect(await toldOfTaxonomy()).toEqual(before)
  })
})

/** Ids of events; others are written by what falls due. */
const toldOfTaxonomy = async (): Promise<string[]> => {
  const rows = await server.parts.store.read(contoso, (tx) => tx.find(outboxEvent, {}))
  return rows.filter(({ eventName }) => eventName.startsWith('relata.taxonomy.')).map(({ id }) => id)
}

/** Resolves with the deliveries of a target when they are as wanted. */
const deliveries = async (target: string, isRight: (rows: Any[]) => boolean): Promise<Any[]> => {
  for (const limit = Date.now() + 15_000; ; ) {
    const { value } = (await call('GET', `/deliveries?target=${target}`)).body
    if (isRight(value)) return value
    if (Date.now() > limit) throw new Error(JSON.stringify(value))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const byState = (rows: Any[], state: string): Any[] => rows.filter((row) => row.state === state)

describe('what fails', () => {
  it('is tried again by either clock until it is dead, which others are told of; then it is sent again by hand (case 8)', async () => {
    receiver.answer(({ path }) => (path === '/hook/bad' ? { status: 500, body: 'no' } : 202))
    const { id } = await made({ url: `${receiver.url}/bad` })
    await made({ url: `${receiver.url}/watch`, events: ['relata.delivery-dead'] })
    const relationship = await partner.relationship('approvalPending')
    await server.customer('approve', relationship, { tenantId: fabrikam })
    const bad = (): Received[] => receiver.received.filter(({ path }) => path === '/hook/bad')
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await receiver.until(() => bad().length >= attempt)
      await deliveries(id, (rows) => rows.some(({ attempts }) => attempts === attempt))
      await server.clock({ advance: 'PT1M' })
    }
    const [dead] = byState(await deliveries(id, (rows) => byState(rows, 'dead').length > 0), 'dead')
    expect(dead).toMatchObject({ attempts: 4, lastStatus: 500, lastError: 'HTTP 500', answer: 'no', nextWorld: null })
    const all = (await call('GET', '/deliveries/summary')).body.value
    const summed = all.find(({ target }: { target: string }) => target === id)
    expect(summed).toMatchObject({ dead: 1, lastError: 'HTTP 500' })
    const told = (await receiver.until((all) => all.some(({ path }) => path === '/hook/watch'))).find(
      ({ path }) => path === '/hook/watch',
    )
    expect(told?.json).toMatchObject({ type: 'relata.delivery-dead', subject: `deliveryTargets/${id}` })
    receiver.answer(() => 202)
    const count = bad().filter(({ json }) => json.id === dead.eventId).length
    expect((await call('POST', `/deliveries/${id}/${dead.sequence}/redeliver`)).status).toBe(202)
    await receiver.until(() => bad().filter(({ json }) => json.id === dead.eventId).length > count)
    const again = bad().findLast(({ json }) => json.id === dead.eventId)
    expect([again?.headers['relata-attempt'], again?.headers['webhook-id']]).toEqual(['1', dead.eventId])
    await deliveries(id, (rows) => rows.some(({ round, state }) => round === 1 && state === 'delivered'))
  })

  it('stops its own key only, whose later events follow in their order (case 9)', async () => {
    const slow = await partner.relationship('approvalPending')
    let fails = 2
    receiver.answer(({ json }) => (json.subject.includes(slow) && fails-- > 0 ? 503 : 202))
    const { id } = await made()
    await server.customer('approve', slow, { tenantId: fabrikam })
    const fast = await partner.relationship('active')
    const subjects = (): string[] => receiver.received.map(({ json }) => `${json.subject.split('/')[1]} ${json.type}`)
    await receiver.until(() => subjects().filter((text) => text.startsWith(fast)).length === 2)
    await deliveries(id, (rows) => byState(rows, 'behind').length === 1 && byState(rows, 'waiting').length === 1)
    await server.clock({ advance: 'PT1M' })
    await deliveries(id, (rows) => rows.some(({ attempts, state }) => attempts === 2 && state === 'waiting'))
    await server.clock({ advance: 'PT1M' })
    await deliveries(id, (rows) => byState(rows, 'delivered').length === 4)
    const [approved, activated] = ['approved', 'activated'].map((what) => `relata.granular-admin-relationship-${what}`)
    expect(subjects().filter((text) => text.startsWith(slow))).toEqual([
      `${slow} ${approved}`,
      `${slow} ${approved}`,
      `${slow} ${approved}`,
      `${slow} ${activated}`,
    ])
  })

  it('keeps what a receiver answers, also where no database takes it', async () => {
    const { id } = await made({ events: ['granular-admin-relationship-approved'] })
    receiver.answer(() => ({ status: 500, body: 'a\0b' }))
    await partner.relationship('active')
    await receiver.until(1)
    await expect
      .poll(async () => (await call('GET', `/deliveries?target=${id}`)).body.value, { timeout: 20_000 })
      .toMatchObject([{ state: 'waiting', attempts: 1, lastStatus: 500, answer: 'a\ufffdb' }])
  })

  it('waits as long as Retry-After says, without an attempt being counted (case 10)', async () => {
    let asked = 0
    receiver.answer(({ path }) => {
      if (path !== '/hook/busy') return 202
      asked += 1
      return asked === 1 ? { status: 429, headers: { 'Retry-After': '120' } } : 202
    })
    // Time does not go by while this runs.
    await server.clock({ freeze: true })
    const { id } = await made({ url: `${receiver.url}/busy` })
    const other = await made({ url: `${receiver.url}/free` })
    await partner.relationship('active')
    const [row] = byState(await deliveries(id, (rows) => byState(rows, 'waiting').length === 1), 'waiting')
    expect([row.attempts, row.lastStatus]).toEqual([0, 429])
    await deliveries(other.id, (rows) => byState(rows, 'delivered').length === 2)
    expect((await call('GET', `/webhooks/${id}`)).body).toMatchObject({ state: 'paused' })
    await server.clock({ advance: 'PT119S' })
    await partner.relationship('active')
    await deliveries(other.id, (rows) => byState(rows, 'delivered').length === 4)
    expect(asked).toBe(1)
    await server.clock({ advance: 'PT2S' })
    await deliveries(id, (rows) => byState(rows, 'delivered').length === 4)
    await server.clock({ freeze: false })
  })

  it('ends at 410, which others are told of, and goes on where it stood when it is enabled (case 11)', async () => {
    receiver.answer(({ path }) => (path === '/hook/gone' ? 410 : 202))
    const { id } = await made({ url: `${receiver.url}/gone` })
    await made({ url: `${receiver.url}/watch`, events: ['relata.target-*'] })
    await partner.relationship('active')
    const told = (await receiver.until((all) => all.some(({ path }) => path === '/hook/watch'))).find(
      ({ path }) => path === '/hook/watch',
    )
    expect(told?.json).toMatchObject({ type: 'relata.target-disabled', subject: `deliveryTargets/${id}` })
    expect((await call('GET', `/webhooks/${id}`)).body).toMatchObject({ state: 'disabled' })
    receiver.answer(() => 202)
    expect((await call('POST', `/webhooks/${id}/enable`)).body).toMatchObject({ state: 'active', reason: null })
    await deliveries(id, (rows) => byState(rows, 'delivered').length === 2)
    const summary = (await call('GET', '/deliveries/summary')).body.value.find((one: Any) => one.target === id)
    expect(summary).toMatchObject({ kind: 'webhook', state: 'active', waiting: 0, behind: 0, dead: 0, lastError: null })
  })

  it('is skipped when its name is not asked for any more, and when the webhook is removed', async () => {
    receiver.answer(() => 500)
    const { id } = await made()
    await partner.relationship('active')
    await deliveries(id, (rows) => byState(rows, 'waiting').length === 1)
    await call('PATCH', `/webhooks/${id}`, { events: ['relata.audit-checkpoint'] })
    await deliveries(id, (rows) => byState(rows, 'skipped').length === 2)
    expect((await call('DELETE', `/webhooks/${id}`)).status).toBe(204)
    expect((await call('GET', `/webhooks/${id}`)).status).toBe(404)
  })
})
