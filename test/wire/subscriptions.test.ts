/** Subscriptions to change notifications: their handshake, rows, owners and end (events.md §3). */
import { Client } from '@microsoft/microsoft-graph-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { agendaEntry } from '#workloads/common.ts'
import { deliveryTarget } from '#workloads/events/types.ts'
import { subscription } from '#workloads/subscriptions/types.ts'
import { makeClientCertificate } from '../_support/client-certificate.ts'
import { type Receiver, startReceiver } from '../_support/notified.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { type Received, webhookReceiver } from '../_support/webhook-receiver.ts'

const { contoso, daemon } = wellKnown
const path = '/v1.0/subscriptions'
const resource = 'tenantRelationships/delegatedAdminRelationships'

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

const inMinutes = async (minutes: number): Promise<string> =>
  new Date(Date.parse((await server.clock()).now) + minutes * 60_000).toISOString()
const draft = async (more: object = {}) => ({
  resource,
  changeType: 'created,updated,deleted',
  notificationUrl: `${receiver.url}/hook?customer=7`,
  expirationDateTime: await inMinutes(60),
  ...more,
})
const rows = () => server.parts.store.read(contoso, (tx) => tx.find(subscription, {}))
const targets = () => server.parts.store.read(contoso, (tx) => tx.find(deliveryTarget, { kind: 'graph' }))
const post = async (more: object = {}) => server.send('POST', path, await draft(more))
const made = async (more: object = {}): Promise<string> => {
  const { status, body, text } = await post(more)
  expect(status, text).toBe(201)
  return body.id
}
/** A token of a person or an application with these permissions. */
const tokenOf = async (who: object, scopes: readonly string[]): Promise<Record<string, string>> => {
  const answer = await fetch(`${server.http}/_relata/tokens`, jsonPost({ tenant: contoso, ...who, scopes }))
  return { authorization: `Bearer ${((await answer.json()) as { accessToken: string }).accessToken}` }
}

afterEach(async () => {
  receiver.handshake = 'decoded'
  receiver.asked.splice(0)
  for (const { id } of await rows()) expect((await server.send('DELETE', `${path}/${id}`)).status).toBe(204)
})

describe('a subscription', () => {
  it('is stored when its address has answered with the decoded token, and not before (case 15)', async () => {
    receiver.handshake = 'raw'
    const refused = await post()
    expect([refused.status, refused.body.error.code, refused.body.error.target]).toEqual([
      400,
      'ValidationError',
      'notificationUrl',
    ])
    expect(await rows()).toEqual([])
    receiver.handshake = 'decoded'
    const { status, body, headers } = await post({ clientState: 's3' })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`${server.http}${path}/${body.id}`)
    expect(body).toEqual({
      '@odata.context': `${server.http}/v1.0/$metadata#subscriptions/$entity`,
      id: body.id,
      resource,
      applicationId: daemon,
      changeType: 'created,updated,deleted',
      clientState: 's3',
      notificationUrl: `${receiver.url}/hook?customer=7`,
      notificationQueryOptions: null,
      lifecycleNotificationUrl: null,
      expirationDateTime: body.expirationDateTime,
      creatorId: daemon,
      includeResourceData: false,
      latestSupportedTlsVersion: 'v1_2',
      encryptionCertificate: null,
      encryptionCertificateId: null,
      notificationUrlAppId: null,
    })
    // The query of the address is kept, and the token follows it.
    expect(receiver.asked.at(-1)).toMatch(
      /^customer=7&validationToken=Validation%3A\+Relata\+asks.*Request-Id%3A\+[\w-]+$/,
    )
    const shown = await server.send('GET', `${path}/${body.id}`)
    expect([shown.status, shown.body.clientState]).toEqual([200, null])
    expect(await targets()).toMatchObject([{ id: body.id, url: body.notificationUrl, secret: 's3', state: 'active' }])
  })

  it('is asked for in the words of Graph: a POST without a body, as plain text (events.md §3.4)', async () => {
    const own = await webhookReceiver()
    own.answer(({ path: asked }) => ({
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: new URL(asked, own.url).searchParams.get('validationToken') ?? '',
    }))
    await made({ notificationUrl: own.url })
    const [{ method, path: asked, headers, body }] = own.received as [Received]
    expect([method, headers['content-type'], body]).toEqual(['POST', 'text/plain; charset=utf-8', ''])
    expect(asked).toMatch(/^\/hook\?validationToken=Validation%3A\+Relata/)
    await own.close()
  })

  it('asks the address of the life cycle too, also when it is the same', async () => {
    const url = `${receiver.url}/both`
    const id = await made({ notificationUrl: url, lifecycleNotificationUrl: url, clientState: 'x' })
    expect(receiver.asked).toHaveLength(2)
    expect((await targets()).filter(({ state }) => state === 'active')).toHaveLength(2)
    await server.send('DELETE', `${path}/${id}`)
    expect((await targets()).filter(({ state }) => state === 'active')).toEqual([])
    expect((await server.send('GET', `${path}/${id}`)).status).toBe(404)
  })

  it('says why an address could not be asked', async () => {
    const gone = await startReceiver()
    await gone.close()
    const refused = await post({ notificationUrl: gone.url })
    expect([refused.status, refused.body.error.code]).toEqual([400, 'InvalidRequest'])
    expect(refused.body.error.message).toContain('ECONNREFUSED')
    const plain = await post({ notificationUrl: receiver.url.replace('http:', 'https:') })
    expect([plain.status, plain.body.error.code, plain.body.error.target]).toEqual([
      400,
      'InvalidRequest',
      'notificationUrl',
    ])
    expect(plain.body.error.message).toMatch(/could not be asked \(.+\)/)
    expect(await rows()).toEqual([])
    receiver.handshake = () => ({ status: 202, text: '' })
    const other = await post({ lifecycleNotificationUrl: `${receiver.url}/life` })
    expect([other.body.error.code, other.body.error.message]).toEqual([
      'ValidationError',
      expect.stringContaining('it answered 202'),
    ])
  })

  it.each([
    [{ resource: undefined }, 'resource'],
    [{ changeType: undefined }, 'changeType'],
    [{ notificationUrl: undefined }, 'notificationUrl'],
    [{ expirationDateTime: undefined }, 'expirationDateTime'],
    [{ changeType: '' }, 'changeType'],
    [{ resource: 'me/messages' }, 'resource'],
    [{ resource: 'users?$filter=x' }, 'resource'],
    [{ changeType: 'updated,moved' }, 'changeType'],
    [{ resource: 'tenantRelationships/delegatedAdminCustomers', changeType: 'updated' }, 'changeType'],
    [{ notificationUrl: 'http://receiver.example/' }, 'notificationUrl'],
    [{ notificationUrl: 'https://u:p@receiver.example/' }, 'notificationUrl'],
    [{ lifecycleNotificationUrl: 'ftp://receiver.example/' }, 'lifecycleNotificationUrl'],
    [{ clientState: 'x'.repeat(129) }, 'clientState'],
    [{ expirationDateTime: '2020-01-01T00:00:00Z' }, 'expirationDateTime'],
    [{ expirationDateTime: 'tomorrow' }, 'expirationDateTime'],
    [{ latestSupportedTlsVersion: 'v1_1' }, 'latestSupportedTlsVersion'],
    [{ notificationQueryOptions: '$select=id' }, 'notificationQueryOptions'],
    [{ includeResourceData: true, encryptionCertificateId: 'a' }, 'encryptionCertificate'],
    [{ encryptionCertificate: 'bm90IG9uZQ==' }, 'encryptionCertificate'],
    [{ encryptionCertificateId: 'x'.repeat(129) }, 'encryptionCertificateId'],
    [{ notificationUrlAppId: 'a' }, 'notificationUrlAppId'],
    [{ lifecycleNotificationUrl: 'http://receiver.example/' }, 'lifecycleNotificationUrl'],
    [{ resorce: 'users' }, 'resorce'],
    [{ changeType: undefined, ChangeType: 'updated' }, 'ChangeType'],
    [{ Resource: 'users', resource: undefined }, 'Resource'],
  ])('is refused for %j before anybody is asked', async (more, target) => {
    const { status, body } = await post(more)
    expect([status, body.error.code]).toEqual([400, 'InvalidRequest'])
    expect(body.error.details.map((fault: { target: string }) => fault.target)).toContain(target)
    expect(receiver.asked).toEqual([])
  })

  it('is told once of what it lacks', async () => {
    const { body } = await post({ changeType: undefined, notificationUrl: undefined })
    const told = body.error.details.map(({ target }: { target: string }) => target)
    expect(told.sort()).toEqual(['changeType', 'notificationUrl'])
  })

  it('is refused where its body cannot be read', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await server.token()}` }
    const answer = await fetch(`${server.http}${path}`, { method: 'POST', headers, body: '{"resource":' })
    const { error } = (await answer.json()) as { error: { code: string } }
    expect([answer.status, error.code]).toEqual([400, 'InvalidRequest'])
  })

  it('is refused for any other resource in words that name what can be watched', async () => {
    const { error } = (await post({ resource: 'me/messages' })).body
    for (const form of ['users, users/{id}', 'groups/{id}/members', 'sites/{id}/termStore/sets/{id}/terms'])
      expect(error.message).toContain(form)
  })

  it('names its resource in any of the forms of Graph, which are returned as they were sent', async () => {
    const [group] = (await server.send('GET', '/v1.0/groups?$top=1')).body.value
    const [set] = (await server.send('GET', '/v1.0/termStore/sets?$top=1')).body.value
    const forms = [
      ...['/users', 'v1.0/users', '/beta/users', `groups('${group.id}')`, `/groups/${group.id}/members`],
      ...['termStore/groups', 'sites/root/termStore/groups', `sites/root/termStore/sets/${set.id}`],
      ...[`termStore/sets/${set.id}/terms`, `termStore/sets('${set.id}')/relations`],
    ]
    for (const form of forms) {
      const { status, body } = await post({ resource: form, changeType: 'updated' })
      expect([form, status, body.resource]).toEqual([form, 201, form])
    }
    const listed = await server.send('GET', '/beta/subscriptions')
    expect(listed.body.value.map((one: { resource: string }) => one.resource)).toEqual(forms)
    expect(Object.keys(listed.body.value[0])).toEqual(Object.keys((await server.send('GET', path)).body.value[0]))
  })

  it.each([
    ['users', 'User.Read.All'],
    ['groups', 'Group.Read.All'],
    ['groups', 'GroupMember.Read.All'],
    [resource, 'DelegatedAdminRelationship.Read.All'],
    ['tenantRelationships/delegatedAdminCustomers', 'DelegatedAdminRelationship.Read.All'],
    ['sites/root/termStore/groups', 'TermStore.Read.All'],
  ])('to %s needs %s, and no other permission', async (watched, permission) => {
    const subscribe = async (scopes: readonly string[]) =>
      server.send('POST', path, await draft({ resource: watched, changeType: 'created' }), {
        headers: await tokenOf({ app: daemon }, scopes),
      })
    const others = ['User.Read.All', 'Group.Read.All', 'DelegatedAdminRelationship.Read.All', 'TermStore.Read.All']
    const isOther = (one: string) => one !== permission && !(watched === 'groups' && one === 'Group.Read.All')
    expect((await subscribe(others.filter(isOther))).status).toBe(403)
    expect((await subscribe([permission])).status).toBe(201)
  })

  it('is refused beyond what its resource allows', async () => {
    const beyond = await post({ expirationDateTime: await inMinutes(42_301) })
    expect([beyond.status, beyond.body.error.target]).toEqual([400, 'expirationDateTime'])
    await made({ expirationDateTime: await inMinutes(42_299), latestSupportedTlsVersion: 'v1_3' })
    expect(await rows()).toMatchObject([{ latestSupportedTlsVersion: 'v1_3' }])
    const users = await post({ resource: 'users', expirationDateTime: await inMinutes(41_761) })
    expect([users.status, users.body.error.target]).toEqual([400, 'expirationDateTime'])
  })

  it('needs what it watches, and the permission to read it', async () => {
    const nothing = await post({ resource: 'groups/00000000-0000-4000-8000-00000000dead' })
    expect([nothing.status, nothing.body.error]).toMatchObject([404, { code: 'ResourceNotFound', target: 'resource' }])
    const headers = await tokenOf({ app: daemon }, ['User.Read.All'])
    const refused = await server.send('POST', path, await draft(), { headers })
    expect([refused.status, refused.body.error.code]).toEqual([403, 'Forbidden'])
    const allowed = await server.send('POST', path, await draft({ resource: '/v1.0/users' }), { headers })
    expect([allowed.status, allowed.body.resource]).toEqual([201, '/v1.0/users'])
    expect(receiver.asked).toHaveLength(1)
  })

  it('is seen by its application alone, and with Subscription.Read.All by others, who cannot change it', async () => {
    const id = await made()
    const user = { user: 'tara@contoso.example' }
    const stranger = { headers: await tokenOf(user, ['DelegatedAdminRelationship.Read.All']) }
    expect((await server.send('GET', path, undefined, stranger)).body.value).toEqual([])
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await server.send(method, `${path}/${id}`, undefined, stranger)
      expect([status, body.error.code]).toEqual([404, 'ResourceNotFound'])
    }
    const scopes = ['Subscription.Read.All', 'DelegatedAdminRelationship.Read.All']
    const reader = { headers: await tokenOf(user, scopes) }
    expect((await server.send('GET', path, undefined, reader)).body.value).toMatchObject([{ id }])
    expect((await server.send('GET', `${path}/${id}`, undefined, reader)).status).toBe(200)
    expect((await server.send('DELETE', `${path}/${id}`, undefined, reader)).status).toBe(404)
    expect((await server.send('GET', path)).body.value).toMatchObject([{ id, clientState: null }])
  })

  it('is put off, and ends by the clock (case 16)', async () => {
    const id = await made({ expirationDateTime: await inMinutes(60) })
    await server.clock({ advance: 'PT50M' })
    const later = await inMinutes(60)
    const changed = await server.send('PATCH', `${path}/${id}`, { expirationDateTime: later })
    expect([changed.status, changed.body.expirationDateTime]).toEqual([200, later.replace(/\.?0*Z$/, 'Z')])
    const beyond = await server.send('PATCH', `${path}/${id}`, { expirationDateTime: await inMinutes(42_301) })
    expect([beyond.status, beyond.body.error.target]).toEqual([400, 'expirationDateTime'])
    for (const more of [{ lifecycleNotificationUrl: 'https://receiver.example/' }, { clientState: 'other' }]) {
      const refused = await server.send('PATCH', `${path}/${id}`, more)
      expect([refused.status, refused.body.error.target]).toEqual([400, Object.keys(more)[0]])
    }
    await server.clock({ advance: 'PT30M' })
    expect((await server.send('GET', `${path}/${id}`)).status).toBe(200)
    expect((await server.send('POST', `${path}/${id}/reauthorize`)).status).toBe(204)
    await server.clock({ advance: 'PT31M' })
    expect((await server.send('GET', `${path}/${id}`)).status).toBe(404)
    expect((await targets()).filter(({ state }) => state === 'active')).toEqual([])
    // Nobody was asked again for a renewal.
    expect(receiver.asked).toHaveLength(1)
  })

  it('takes a certificate with an RSA key of 2048 bits or more, and another one later', async () => {
    const certificateOf = async (bits: number) => {
      const { certificate } = await makeClientCertificate(new Date(), bits)
      return certificate.replace(/-----[A-Z ]+-----|\n/g, '')
    }
    const with1024 = {
      includeResourceData: true,
      encryptionCertificateId: 'a',
      encryptionCertificate: await certificateOf(1_024),
    }
    const refused = await post(with1024)
    expect([refused.status, refused.body.error.target]).toEqual([400, 'encryptionCertificate'])
    const id = await made({ ...with1024, encryptionCertificate: await certificateOf(2_048) })
    const next = { encryptionCertificate: await certificateOf(2_048), encryptionCertificateId: 'b' }
    expect((await server.send('PATCH', `${path}/${id}`, next)).body).toMatchObject({
      ...next,
      includeResourceData: true,
    })
    const without = await server.send('PATCH', `${path}/${id}`, { encryptionCertificate: null })
    expect([without.status, without.body.error.target]).toEqual([400, 'encryptionCertificate'])
  })

  it('asks its address again for a renewal only while it fails', async () => {
    const id = await made()
    const renewed = async () => server.send('PATCH', `${path}/${id}`, { expirationDateTime: await inMinutes(70) })
    await server.parts.store.write(contoso, (tx) =>
      tx.update(deliveryTarget, id, { failingSince: '2026-01-01T00:00:00.000Z' }),
    )
    receiver.handshake = 'raw'
    const refused = await renewed()
    expect([refused.status, refused.body.error.code]).toEqual([400, 'ValidationError'])
    receiver.handshake = 'decoded'
    expect((await renewed()).status).toBe(200)
    expect(receiver.asked).toHaveLength(3)
  })

  it('has a target and an end, as relata check sees', async () => {
    const id = await made({ lifecycleNotificationUrl: `${receiver.url}/life` })
    const found = async () => {
      const findings: string[] = []
      await checkStore(server.parts.store, {}, ({ rule }) => findings.push(rule), contoso)
      return findings
    }
    expect(await found()).toEqual([])
    const lifeCycle = (await rows())[0]?.lifecycleTargetId ?? ''
    const broken = async (target: string, state: string) => {
      await server.parts.store.write(contoso, (tx) => tx.update(deliveryTarget, target, { state }))
      return found()
    }
    expect(await broken(id, 'removed')).toEqual(['subscription-target'])
    expect(await broken(lifeCycle, 'removed')).toEqual(['subscription-target', 'subscription-target'])
    await broken(lifeCycle, 'active')
    const row = (await rows())[0]
    await server.parts.store.write(contoso, (tx) => tx.remove(subscription, id))
    expect(await broken(id, 'active')).toEqual(['agenda-stale', 'subscription-left'])
    await server.parts.store.write(contoso, (tx) =>
      tx.insert(subscription, { ...row, id, ...(row as object) } as never),
    )
    await server.parts.store.write(contoso, async (tx) => {
      for (const entry of await tx.find(agendaEntry, { kind: 'subscription.end' }))
        await tx.remove(agendaEntry, entry.id)
    })
    expect(await found()).toEqual(['subscription-end'])
  })

  it('may be made in a batch, but not in a group', async () => {
    const item = async (id: string, more: object = {}) => ({
      id,
      method: 'POST',
      url: '/subscriptions',
      headers: { 'Content-Type': 'application/json' },
      body: await draft(),
      ...more,
    })
    const requests = [
      await item('1'),
      await item('2', { atomicityGroup: 'g' }),
      { id: '3', method: 'GET', url: '/users' },
    ]
    const { body } = await server.send('POST', '/v1.0/$batch', { requests })
    const statuses = Object.fromEntries(
      body.responses.map(({ id, status }: { id: string; status: number }) => [id, status]),
    )
    expect(statuses).toEqual({ 1: 201, 2: 400, 3: 200 })
    expect(receiver.asked).toHaveLength(1)
  })

  it('is not asked for, nor stored, in a dry run', async () => {
    const { status, body } = await server.send('POST', path, await draft(), { headers: { prefer: 'relata.dry-run' } })
    expect([status, body.effects]).toEqual([200, [expect.objectContaining({ kind: 'subscription', action: 'create' })]])
    expect([receiver.asked, await rows()]).toEqual([[], []])
  })

  it('is one of 500 at most', async () => {
    const id = await made()
    await server.parts.inTenant(
      contoso,
      { kind: 'system', tenantId: contoso, permissions: new Set() },
      async ({ tx }) => {
        const row = await tx.get(subscription, id)
        for (let at = 1; row !== undefined && at < 500; at += 1)
          await tx.insert(subscription, { ...row, id: `${id}-${at}` })
      },
    )
    const { status, body } = await post()
    expect([status, body.error.code]).toEqual([403, 'Forbidden'])
    expect(receiver.asked).toHaveLength(1)
    await server.parts.inTenant(
      contoso,
      { kind: 'system', tenantId: contoso, permissions: new Set() },
      async ({ tx }) => {
        for (let at = 1; at < 500; at += 1) await tx.remove(subscription, `${id}-${at}`)
      },
    )
  })

  it('is what Microsoft’s client makes, reads, renews and removes', async () => {
    const client = Client.init({
      baseUrl: `${server.origin}/`,
      defaultVersion: 'v1.0',
      customHosts: new Set(['localhost']),
      authProvider: (done) => void server.token().then((token) => done(null, token)),
    })
    const one = await client.api('/subscriptions').post(await draft({ resource: 'groups' }))
    const renewed = await client.api(`/subscriptions/${one.id}`).update({ expirationDateTime: await inMinutes(90) })
    expect(Date.parse(renewed.expirationDateTime)).toBeGreaterThan(Date.parse(one.expirationDateTime))
    await client.api(`/subscriptions/${one.id}/reauthorize`).post({})
    expect((await client.api('/subscriptions').get()).value).toMatchObject([{ id: one.id, resource: 'groups' }])
    await client.api(`/subscriptions/${one.id}`).delete()
  })
})

/** What a receiver answers that does as it should, but for the type. */
const asHtml = (query: string) => ({
  type: 'text/html; charset=utf-8',
  text: new URLSearchParams(query).get('validationToken') ?? '',
})

it('takes an answer of another type than text/plain, but not with --strict, which knows no more than Graph does', async () => {
  receiver.handshake = asHtml
  const { body: made } = await post()
  expect(made.id).toBeDefined()
  const strict = await startTestServer({ strict: true })
  const expirationDateTime = new Date(Date.parse((await strict.clock()).now) + 3_600_000).toISOString()
  const body = await draft({ expirationDateTime })
  const ours = await strict.send('POST', path, body)
  expect([ours.status, ours.body.error.target]).toEqual([400, 'resource'])
  const ofOtherType = await strict.send('POST', path, { ...body, resource: 'users' })
  expect([ofOtherType.status, ofOtherType.body.error.code]).toEqual([400, 'ValidationError'])
  receiver.handshake = 'decoded'
  expect((await strict.send('POST', path, { ...body, resource: 'users' })).status).toBe(201)
  await strict.close()
  await server.send('DELETE', `${path}/${made.id}`)
})

it('calls public addresses only, in a registry', async () => {
  const registry = await startTestServer({ registry: true, seed: 'default' })
  const expirationDateTime = new Date(Date.now() + 3_600_000).toISOString()
  const urls = [receiver.url, 'https://0x7f.1/', 'https://[::ffff:10.0.0.1]/', 'https://localhost./']
  for (const notificationUrl of urls) {
    const { status, body } = await registry.send(
      'POST',
      path,
      await draft({ resource: 'users', notificationUrl, expirationDateTime }),
    )
    expect([notificationUrl, status, body.error.target]).toEqual([notificationUrl, 400, 'notificationUrl'])
  }
  await registry.close()
})
