/** Graph's change notifications: who is told of what, in which form, and what becomes of a subscription (events.md §3.5, §3.6 and §3.8). */
import { constants, createDecipheriv, createHmac, privateDecrypt, X509Certificate } from 'node:crypto'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { toldResourceOf } from '#app/adapters/feed/told-resource.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { notificationPublisher, validationToken } from '#auth/validation-token.ts'
import { millisOn, systemClock } from '#base/clock.ts'
import { graphKind } from '#notify/kinds/graph/graph.ts'
import { resourceDataOf, sealed } from '#notify/kinds/graph/resource-data.ts'
import type { OutboxRow, TargetRow } from '#notify/kinds/kind.ts'
import { targetsOn, wantsName } from '#notify/targets.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { user } from '#workloads/directory/people.ts'
import { application } from '#workloads/directory/types.ts'
import { deliveryLane, deliveryTarget } from '#workloads/events/types.ts'
import { subscription } from '#workloads/subscriptions/types.ts'
import { makeClientCertificate } from '../_support/client-certificate.ts'
import { type ReadFeed, readFeed } from '../_support/feed.ts'
import { type Receiver, startReceiver } from '../_support/notified.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

const { contoso, daemon } = wellKnown
const path = '/v1.0/subscriptions'
const realNow = millisOn(systemClock)
const gdap = 'tenantRelationships/delegatedAdminRelationships'

let server: TestServer
let receiver: Receiver
let partner: ReturnType<typeof relationshipsOver>
let kind: ReturnType<typeof graphKind>
/** Watches the whole tenant, so that events of the directory and the taxonomy are written. */
let feed: ReadFeed
beforeAll(async () => {
  server = await startTestServer()
  receiver = await startReceiver()
  partner = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
  const { store, clock, ids } = server.parts
  const facts = { store, clock, ids, adminAgents: false, targets: targetsOn(store), realNow }
  kind = graphKind({ ...facts, resourceData: undefined })
  feed = await readFeed(`${server.http}/_relata/events?tenant=${contoso}`)
  await feed.next()
})
afterAll(async () => {
  await feed.close()
  await server.close()
  await receiver.close()
})

const find = async (type: typeof outboxEvent): Promise<OutboxRow[]> =>
  (await server.parts.store.read(contoso, (tx) => tx.find(type, {}))).sort((a, b) => a.sequence - b.sequence)
const targetOf = (id: string) => server.parts.store.read(contoso, (tx) => tx.get(deliveryTarget, id))
const rowOf = (id: string) => server.parts.store.read(contoso, (tx) => tx.get(subscription, id))
const inMinutes = async (minutes: number) =>
  new Date(Date.parse((await server.clock()).now) + minutes * 60_000).toISOString()
const subscribe = async (resource: string, more: object = {}, headers: Record<string, string> = {}) => {
  const body = {
    resource,
    changeType: 'created,updated,deleted',
    notificationUrl: `${receiver.url}/hook`,
    expirationDateTime: await inMinutes(30_000),
    ...more,
  }
  const made = await server.send('POST', path, body, { headers })
  expect(made.status, made.text).toBe(201)
  return made.body
}
/** What the target is told of since that event, as the deliverer would ask for it. */
const toldSince = async (id: string, sequence: number): Promise<OutboxRow[]> => {
  const target = (await targetOf(id)) as TargetRow
  const names: string[] = JSON.parse(target.events)
  return (await find(outboxEvent)).filter(
    (event) => event.sequence > sequence && wantsName(names, event.eventName) && kind.wants?.(target, event) !== false,
  )
}
const last = async (): Promise<number> => (await find(outboxEvent)).at(-1)?.sequence ?? 0
const bodyFor = async (id: string, events: readonly OutboxRow[]) => {
  const target = (await targetOf(id)) as TargetRow
  const outgoing = await kind.outgoing(target, events, { tenantId: contoso, attempt: 1 })
  return outgoing && { ...outgoing, json: JSON.parse(outgoing.body) }
}

afterEach(async () => {
  const { body } = await server.send('GET', path)
  for (const { id } of body.value) await server.send('DELETE', `${path}/${id}`)
})

it('is nobody else’s: other applications see neither its address nor its deliveries', async () => {
  const made = await subscribe('groups', { notificationUrl: `${receiver.url}/hook?code=secret` })
  const seenAs = async (app: string) => {
    const headers = { authorization: `Bearer ${await server.token(contoso, app)}` }
    const summary = await fetch(`${server.http}/_relata/deliveries/summary`, { headers })
    const replay = jsonPost({ target: made.id })
    const replayed = await fetch(`${server.http}/_relata/deliveries/replay`, {
      ...replay,
      headers: { ...replay.headers, ...headers },
    })
    return [summary.status, (await summary.text()).includes('code=secret'), replayed.status]
  }
  expect(await seenAs(daemon)).toEqual([200, true, 202])
  expect(await seenAs(wellKnown.reader)).toEqual([200, false, 404])
})

describe('a notification', () => {
  it('tells of a relationship in the form of events.md §3.6, with its entity tag', async () => {
    const { id, expirationDateTime } = await subscribe(gdap, { clientState: 's3' })
    const since = await last()
    const about = await partner.relationship('active')
    await server.clock({ advance: 'PT2H' })
    const events = await toldSince(id, since)
    expect(events.map(({ eventName }) => eventName)).toEqual([
      'relata.granular-admin-relationship-created',
      'relata.granular-admin-relationship-locked',
      'granular-admin-relationship-approved',
      'granular-admin-relationship-activated',
    ])
    const sent = await bodyFor(id, events.slice(0, 2))
    const shown = await server.send('GET', `/v1.0/${gdap}/${about}`)
    expect(sent).toMatchObject({
      url: `${receiver.url}/hook`,
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
    })
    const item = (event: OutboxRow | undefined, changeType: string) => ({
      id: event?.id,
      subscriptionId: id,
      subscriptionExpirationDateTime: expirationDateTime,
      clientState: 's3',
      changeType,
      resource: `${gdap}/${about}`,
      tenantId: contoso,
      resourceData: {
        '@odata.type': '#Microsoft.Graph.delegatedAdminRelationship',
        '@odata.id': `${gdap}/${about}`,
        '@odata.etag': shown.body['@odata.etag'],
        id: about,
      },
    })
    expect(sent?.json).toEqual({ value: [item(events[0], 'created'), item(events[1], 'updated')] })
  })

  it('comes for the changes that were asked for, of the resource alone', async () => {
    const about = await partner.relationship('created')
    const one = await subscribe(`${gdap}/${about.toUpperCase()}`, { changeType: 'deleted' })
    const since = await last()
    await partner.relationship('created')
    const tag = (await server.send('GET', `/v1.0/${gdap}/${about}`)).body['@odata.etag']
    const removed = await server.send('DELETE', `/v1.0/${gdap}/${about}`, undefined, { headers: { 'if-match': tag } })
    expect(removed.status).toBe(204)
    const events = await toldSince(one.id, since)
    expect(events.map(({ eventName }) => eventName)).toEqual(['relata.granular-admin-relationship-deleted'])
    const sent = await bodyFor(one.id, events)
    expect(sent?.json.value[0]).toMatchObject({ changeType: 'deleted', resourceData: { id: about } })
    expect(sent?.json.value[0].resourceData).not.toHaveProperty('@odata.etag')
  })

  it('tells of people, groups and members as Graph does', async () => {
    const group = (
      await server.send('POST', '/v1.0/groups', {
        displayName: 'Watched',
        mailEnabled: false,
        mailNickname: 'watched',
        securityEnabled: true,
      })
    ).body.id
    const [person] = await server.parts.store.read(contoso, (tx) => tx.find(user, {}, 1))
    const members = await subscribe(`groups('${group}')/members`, { changeType: 'updated' })
    const groups = await subscribe('/groups', { changeType: 'updated' })
    const since = await last()
    const reference = { '@odata.id': `${server.http}/v1.0/directoryObjects/${person?.id}` }
    await server.send('POST', `/v1.0/groups/${group}/members/$ref`, reference)
    await server.send('DELETE', `/v1.0/groups/${group}/members/${person?.id}/$ref`)
    await server.send('PATCH', `/v1.0/groups/${group}`, { description: 'Somebody looks' })
    const events = await toldSince(members.id, since)
    expect(events.map(({ eventName }) => eventName)).toEqual([
      'relata.directory.member-created',
      'relata.directory.member-deleted',
    ])
    const value = (await bodyFor(members.id, events))?.json.value
    const [added, removed] = value
    expect(added).toMatchObject({
      changeType: 'updated',
      resource: `Groups/${group}`,
      resourceData: {
        '@odata.type': '#Microsoft.Graph.Group',
        '@odata.id': `Groups/${group}`,
        id: group,
        organizationId: contoso,
        sequenceNumber: events[0]?.sequence,
        'members@delta': [{ id: person?.id }],
      },
    })
    expect(removed.resourceData['members@delta']).toEqual([{ id: person?.id, '@removed': 'deleted' }])
    const [changed] = await toldSince(groups.id, since)
    expect((await bodyFor(groups.id, changed === undefined ? [] : [changed]))?.json.value).toMatchObject([
      { resource: `Groups/${group}`, resourceData: { id: group, organizationId: contoso } },
    ])
  })

  it('tells of customers that come, and of terms below the path that was named', async () => {
    const customers = await subscribe('tenantRelationships/delegatedAdminCustomers', { changeType: 'created,deleted' })
    const [set] = (await server.send('GET', '/v1.0/sites/root/termStore/sets')).body.value
    const terms = await subscribe(`sites/root/termStore/sets/${set.id}/terms`)
    const since = await last()
    const term = await server.send('POST', `/v1.0/sites/root/termStore/sets/${set.id}/children`, {
      labels: [{ name: 'Watched', languageTag: 'en-US', isDefault: true }],
    })
    expect(term.status).toBe(201)
    const [told] = await toldSince(terms.id, since)
    const item = (await bodyFor(terms.id, told === undefined ? [] : [told]))?.json.value[0]
    const place = `sites/root/termStore/sets/${set.id}/terms/${term.body.id}`
    expect(item).toMatchObject({ changeType: 'created', resource: place })
    expect((await server.send('GET', `/v1.0/${item.resource}`)).status).toBe(200)
    await partner.relationship('active', { customer: { tenantId: wellKnown.northwind } })
    await server.clock({ advance: 'PT2H' })
    const come = await toldSince(customers.id, since)
    const shown = (await bodyFor(customers.id, come))?.json.value
    for (const { changeType, resource } of shown)
      expect([changeType, resource]).toEqual([
        'created',
        expect.stringMatching(/^tenantRelationships\/delegatedAdminCustomers\//),
      ])
  })

  it('is not sent to one whose creator may not read any more, who is asked, and forgotten after a day', async () => {
    const people = await server.send('POST', '/v1.0/users', {
      accountEnabled: true,
      displayName: 'Leaves soon',
      mailNickname: 'leaves',
      userPrincipalName: 'leaves@contoso.example',
      passwordProfile: { password: 'xWwvJ]6NMw+bWH-d' },
    })
    const scopes = ['Group.Read.All', 'DelegatedAdminRelationship.Read.All']
    const tokenOf = async (user: string, held: readonly string[]) => {
      const asked = jsonPost({ tenant: contoso, user: `${user}@contoso.example`, scopes: held })
      const given = (await (await fetch(`${server.http}/_relata/tokens`, asked)).json()) as { accessToken: string }
      return { authorization: `Bearer ${given.accessToken}` }
    }
    const headers = await tokenOf('leaves', scopes)
    // Applications see their own only.
    const reader = { headers: await tokenOf('tara', ['Subscription.Read.All']) }
    const wish = {
      resource: gdap,
      changeType: 'updated',
      notificationUrl: receiver.url,
      expirationDateTime: await inMinutes(9),
    }
    const refused = await server.send('POST', path, wish, { headers })
    expect([refused.status, refused.body.error.code]).toEqual([403, 'Forbidden'])
    const more = { lifecycleNotificationUrl: `${receiver.url}/life`, clientState: 'c' }
    const { id } = await subscribe('groups', more, headers)
    const lifeCycle = (await rowOf(id))?.lifecycleTargetId as string
    const since = await last()
    const group = { displayName: 'New', mailEnabled: false, mailNickname: 'new', securityEnabled: true }
    expect((await server.send('POST', '/v1.0/groups', group)).status).toBe(201)
    const events = await toldSince(id, since)
    expect(events).toHaveLength(1)
    expect(await bodyFor(id, events)).toBeDefined()
    await server.send('DELETE', `/v1.0/users/${people.body.id}`)
    expect(await bodyFor(id, events)).toBeUndefined()
    // Whoever reads next sees what has come due.
    expect((await server.send('GET', `${path}/${id}`, undefined, reader)).status).toBe(200)
    expect((await rowOf(id))?.dueDateTime).not.toBeNull()
    const [due] = await toldSince(lifeCycle, since)
    const sent = await bodyFor(lifeCycle, due === undefined ? [] : [due])
    expect(sent).toMatchObject({ url: `${receiver.url}/life` })
    expect(sent?.json).toEqual({
      value: [
        {
          subscriptionId: id,
          subscriptionExpirationDateTime: (await rowOf(id))?.expirationDateTime
            .replace('.000Z', 'Z')
            .replace(/0+Z$/, 'Z'),
          tenantId: contoso,
          clientState: 'c',
          lifecycleEvent: 'reauthorizationRequired',
        },
      ],
    })
    await server.clock({ advance: 'P1DT1S' })
    expect(await rowOf(id)).toBeUndefined()
    const [, removed, ...others] = await toldSince(lifeCycle, since)
    expect(others).toEqual([])
    expect((await bodyFor(lifeCycle, removed === undefined ? [] : [removed]))?.json.value[0].lifecycleEvent).toBe(
      'subscriptionRemoved',
    )
    expect((await targetOf(id))?.state).toBe('removed')
    // Its target goes when that was told.
    await vi.waitFor(async () => expect((await targetOf(lifeCycle))?.state).toBe('removed'), 10_000)
    const told = receiver.told.flatMap(({ body }) => body.value)
    const ends = told.filter(({ lifecycleEvent }) => lifecycleEvent === 'subscriptionRemoved')
    expect(ends.map(({ subscriptionId }) => subscriptionId)).toEqual([id])
    const lanes = await server.parts.store.read(contoso, (tx) => tx.find(deliveryLane, { targetId: lifeCycle }))
    expect(lanes).toEqual([])
  })

  it('waits for an application that got back what it may, and goes on when that says so', async () => {
    const { id } = await subscribe('users')
    const grant = async (appRoles: readonly string[]) =>
      server.parts.store.write(contoso, (tx) => tx.update(application, daemon, { appRoles: [...appRoles] }))
    const roles = (await server.parts.store.read(contoso, (tx) => tx.get(application, daemon)))?.appRoles ?? []
    const reading = new Set(['User.Read.All', 'User.ReadBasic.All', 'User.ReadWrite.All', 'Directory.Read.All'])
    await grant(roles.filter((role) => !reading.has(role) && role !== 'Directory.ReadWrite.All'))
    // Asked of every hour.
    await server.clock({ advance: 'PT61M' })
    expect((await rowOf(id))?.dueDateTime).not.toBeNull()
    await grant(roles)
    expect((await server.send('POST', `${path}/${id}/reauthorize`)).status).toBe(204)
    expect((await rowOf(id))?.dueDateTime).toBeNull()
    await server.clock({ advance: 'P2D' })
    expect((await server.send('GET', `${path}/${id}`)).status).toBe(200)
    // A renewal says it as well.
    await server.parts.store.write(contoso, (tx) =>
      tx.update(subscription, id, { dueDateTime: '2026-01-01T00:00:00.000Z' }),
    )
    const renewed = await server.send('PATCH', `${path}/${id}`, { expirationDateTime: await inMinutes(30_000) })
    expect([renewed.status, (await rowOf(id))?.dueDateTime]).toEqual([200, null])
  })

  it('that is lost is told of once an hour', async () => {
    const { id } = await subscribe(gdap, { lifecycleNotificationUrl: `${receiver.url}/life` })
    const lifeCycle = (await rowOf(id))?.lifecycleTargetId as string
    const since = await last()
    await partner.relationship('created')
    const [event] = await toldSince(id, since)
    const target = (await targetOf(id)) as TargetRow
    const lost = async (at: string) => {
      const outcome = { event: event as OutboxRow, attempt: 30, status: 500, error: 'HTTP 500', at, isLast: true }
      await server.parts.store.write(contoso, (tx) => kind.settled?.(tx, target, [outcome]) ?? Promise.resolve())
    }
    await lost('2030-01-01T10:00:00.000Z')
    await lost('2030-01-01T10:59:59.000Z')
    await lost('2030-01-01T11:00:00.000Z')
    const missed = await toldSince(lifeCycle, since)
    expect(missed.map(({ eventName, changedDateTime }) => [eventName, changedDateTime])).toEqual([
      ['relata.subscription-missed', '2030-01-01T10:00:00.000Z'],
      ['relata.subscription-missed', '2030-01-01T11:00:00.000Z'],
    ])
  })

  it('is tried for four hours, each time for three seconds', () => {
    expect([kind.requestMillis, kind.endsAtGone]).toEqual([3_000, false])
    const minute = 60_000
    let sinceFirst = 0
    const gaps: number[] = []
    for (let attempts = 1; ; attempts += 1) {
      const gap = kind.nextAfter(attempts, sinceFirst)
      if (gap === undefined) break
      gaps.push(gap / 1_000)
      sinceFirst += gap
    }
    expect(gaps.slice(0, 8)).toEqual([10, 30, 60, 120, 300, 600, 600, 600])
    expect(sinceFirst).toBeLessThanOrEqual(240 * minute)
    expect(sinceFirst).toBeGreaterThan(229 * minute)
  })
})

describe('resource data', () => {
  it('is sealed as the vector of events.md §3.8', () => {
    const key = Uint8Array.from({ length: 32 }, (_, at) => at)
    expect(sealed('{"id":"r1","status":"active"}', key)).toEqual({
      data: 'VJlF2gyvuJiglCkG4sDqTSjGcjmGbWDWNF5DzRDV8Vs=',
      dataSignature: 'VdaEKs3/Hw/5B3TRo1gwfTG4LslyswVKWbTYRsAppQ8=',
    })
  })

  it('is what its receiver decrypts, from a sender that a token proves', async () => {
    const { certificate, key } = await makeClientCertificate(new Date())
    const encryptionCertificate = new X509Certificate(certificate).raw.toString('base64')
    const more = { includeResourceData: true, encryptionCertificate, encryptionCertificateId: 'ours' }
    const made = await subscribe(gdap, more)
    expect(made).toMatchObject(more)
    const { store, clock, ids, handle } = server.parts
    const { keys } = server
    const read = toldResourceOf(handle, server.http)
    const token = async (tenantId: string, applicationId: string) =>
      keys && validationToken({ keys, clock: systemClock, origin: server.origin }, tenantId, applicationId)
    const resourceData = resourceDataOf({ read, token })
    const facts = { store, clock, ids, adminAgents: false, targets: targetsOn(store), realNow }
    const whole = graphKind({ ...facts, resourceData })
    const since = await last()
    const about = await partner.relationship('created', { displayName: 'Under seal' })
    const events = await toldSince(made.id, since)
    const target = (await targetOf(made.id)) as TargetRow
    const sent = JSON.parse((await whole.outgoing(target, events, { tenantId: contoso, attempt: 1 }))?.body ?? '{}')
    const { data, dataSignature, dataKey, ...named } = sent.value[0].encryptedContent
    const thumbprint = new X509Certificate(certificate).fingerprint.replaceAll(':', '')
    expect(named).toEqual({ encryptionCertificateId: 'ours', encryptionCertificateThumbprint: thumbprint })
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const secret = privateDecrypt({ key, padding, oaepHash: 'sha1' }, Buffer.from(dataKey, 'base64'))
    const bytes = Buffer.from(data, 'base64')
    expect(createHmac('sha256', secret).update(bytes).digest('base64')).toBe(dataSignature)
    const cipher = createDecipheriv('aes-256-cbc', secret, secret.subarray(0, 16))
    const resource = JSON.parse(Buffer.concat([cipher.update(bytes), cipher.final()]).toString('utf8'))
    const shown = await server.send('GET', `/v1.0/${gdap}/${about}`)
    expect(resource).toEqual(shown.body)
    const published = createRemoteJWKSet(new URL(`${server.http}/${contoso}/discovery/v2.0/keys`))
    const options = { audience: daemon, issuer: `${server.origin}/${contoso}/v2.0` }
    const { payload } = await jwtVerify(sent.validationTokens[0], published, options)
    expect(payload).toMatchObject({ tid: contoso, azp: notificationPublisher })
  })
})
