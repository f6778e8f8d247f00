/** Partner Center's API on the wire, but for deliveries: tokens, registrations, audit records, the certificate. Cases 5 and 6 of events.md §12. */
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { validationEvent } from '#workloads/events/types.ts'
import { relationships, relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ passwordGrant: true })
})
afterAll(() => server.close())

const partnerCenter = 'https://api.partnercenter.microsoft.com'
const registration = '/webhooks/v1/registration'

async function tokenOf(form: Record<string, string>): Promise<string> {
  const answer = await fetch(`${server.http}/${wellKnown.contoso}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const body = (await answer.json()) as { access_token?: string }
  return body.access_token ?? JSON.stringify(body)
}

function appToken(scope = `${partnerCenter}/.default`): Promise<string> {
  return tokenOf({
    client_id: wellKnown.daemon,
    client_secret: wellKnown.secret,
    grant_type: 'client_credentials',
    scope,
  })
}

function personToken(username: string): Promise<string> {
  return tokenOf({
    client_id: wellKnown.publicClient,
    grant_type: 'password',
    scope: `${partnerCenter}/user_impersonation`,
    username,
    password: wellKnown.password,
  })
}

let known: string | undefined
async function ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
  known ??= await appToken()
  return server.send(method, path, body, { headers: { authorization: `Bearer ${known}`, ...more } })
}

const wish = { WebhookUrl: 'http://127.0.0.1:9/hook?CIPPID=7&Type=PartnerCenter', WebhookEvents: ['test-created'] }

describe('who may', () => {
  it('is said by a token for Partner Center, by its address or by its id', async () => {
    expect((await ask('GET', `${registration}/events`)).status).toBe(200)
    const byId = await appToken('fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd/.default')
    expect((await ask('GET', `${registration}/events`, undefined, { authorization: `Bearer ${byId}` })).status).toBe(
      200,
    )
    const graph = await server.send('GET', `${registration}/events`)
    expect([graph.status, graph.body.description]).toEqual([401, expect.stringContaining('Invalid audience')])
    expect(graph.headers.get('www-authenticate')).toContain('Bearer')
    const elsewhere = await ask('GET', '/v1.0/users')
    expect(elsewhere.status).toBe(401)
  })

  it('may have a token without a sign-in', async () => {
    const given = async (body: Record<string, unknown>) => {
      const answer = await fetch(`${server.http}/_relata/tokens`, jsonPost({ tenant: 'contoso.example', ...body }))
      return (await answer.json()) as { accessToken?: string; error?: { target: string } }
    }
    for (const who of [{ app: wellKnown.daemon }, { user: 'tara@contoso.example' }]) {
      const { accessToken } = await given({ ...who, resource: partnerCenter })
      const headers = { authorization: `Bearer ${accessToken}` }
      expect((await ask('GET', `${registration}/events`, undefined, headers)).status).toBe(200)
    }
    expect((await given({ app: wellKnown.daemon, resource: 'https://else.example' })).error?.target).toBe('resource')
  })

  it('are not people of a partner in the tenant of its customer', async () => {
    const wanted = { tenant: 'fabrikam.example', user: 'hugo@contoso.example', resource: partnerCenter }
    const given = await fetch(`${server.http}/_relata/tokens`, jsonPost(wanted))
    const { accessToken } = (await given.json()) as { accessToken: string }
    for (const [method, path] of [
      ['GET', `${registration}/events`],
      ['POST', registration],
      ['GET', '/v1/auditrecords'],
    ] as const) {
      const body = method === 'POST' ? wish : undefined
      const refused = await ask(method, path, body, { authorization: `Bearer ${accessToken}` })
      expect([refused.status, refused.body.code], path).toEqual([403, '2032'])
      expect(refused.body.description).toContain('its own tenant')
    }
  })

  it('are people of the groups that have to do with it', async () => {
    const created = await server.send('POST', '/v1.0/users', {
      accountEnabled: true,
      displayName: 'Otto Other',
      mailNickname: 'otto',
      userPrincipalName: 'otto@contoso.example',
      passwordProfile: { password: 'A-long-one-1' },
    })
    expect(created.status).toBe(201)
    const status = async (name: string, method: string, path: string) => {
      const authorization = `Bearer ${await personToken(`${name}@contoso.example`)}`
      return ask(method, path, undefined, { authorization })
    }
    for (const name of ['tara', 'hugo', 'sana'])
      expect((await status(name, 'GET', `${registration}/events`)).status).toBe(200)
    const refused = await status('otto', 'GET', `${registration}/events`)
    expect([refused.status, refused.body.code]).toEqual([403, '2032'])
    expect(refused.body.description).toContain('AdminAgents')
  })
})

describe('the registration', () => {
  it('is made once, shown, replaced and removed (case 6)', async () => {
    const none = await ask('GET', registration)
    expect([none.status, none.body.code]).toEqual([404, '1000'])
    expect((await ask('PUT', registration, wish)).status).toBe(404)
    const made = await ask('POST', registration, { ...wish, SubscriberId: 'x', Odd: 1 })
    expect(made.status).toBe(200)
    expect(made.headers.get('relata-ignored')).toBe('Odd')
    expect(made.body).toEqual({
      webhookUrl: wish.WebhookUrl,
      webhookEvents: wish.WebhookEvents,
      signatureTokenToMsSignatureHeader: false,
      subscriberId: wellKnown.contoso,
      lastModifiedTimestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$/),
    })
    const again = await ask('POST', registration, wish)
    expect([again.status, again.body]).toEqual([
      409,
      { code: '3000', description: expect.stringContaining('PUT'), data: ['webhookUrl'], source: 'Relata' },
    ])
    const put = await ask('PUT', registration, {
      webhookurl: 'http://127.0.0.1:9/other',
      WEBHOOKEVENTS: ['granular-admin-relationship-approved', 'test-created', 'test-created'],
      signatureTokenToMsSignatureHeader: true,
      properties: { purpose: 'tests' },
    })
    expect(put.status).toBe(200)
    const shown = await ask('GET', registration)
    expect(shown.body).toEqual(put.body)
    expect(shown.body).toMatchObject({
      webhookUrl: 'http://127.0.0.1:9/other',
      webhookEvents: ['granular-admin-relationship-approved', 'test-created'],
      signatureTokenToMsSignatureHeader: true,
      properties: { purpose: 'tests' },
    })
    expect((await ask('DELETE', registration)).status).toBe(204)
    for (const method of ['GET', 'DELETE']) expect((await ask(method, registration)).status).toBe(404)
  })

  it.each([
    [{ ...wish, WebhookEvents: ['granular-admin-relationship-aproved'] }, 'webhookEvents', 'aproved'],
    [{ ...wish, WebhookEvents: [] }, 'webhookEvents', 'list'],
    [{ ...wish, webhookUrl: 'http://127.0.0.1:9/' }, 'webhookUrl', 'twice'],
    [{ ...wish, WebhookUrl: 'http://partner.example/' }, 'webhookUrl', 'https'],
    [{ ...wish, WebhookUrl: undefined }, 'webhookUrl', 'address'],
    [{ ...wish, properties: { a: 1 } }, 'properties', 'texts'],
    [{ ...wish, signatureTokenToMsSignatureHeader: 'yes' }, 'signatureTokenToMsSignatureHeader', 'true or false'],
  ])('is refused where its body is wrong: %j', async (body, target, word) => {
    const { status, body: refusal } = await ask('POST', registration, body)
    expect([status, refusal.code, refusal.data]).toEqual([400, '3000', [target]])
    expect(refusal.description).toContain(word)
  })

  it('has headers that tell requests apart, and other methods and versions are refused', async () => {
    const ids = {
      'MS-CorrelationId': '11111111-1111-4111-8111-111111111111',
      'MS-RequestId': '22222222-2222-4222-8222-ABCDEFabcdef',
    }
    const named = await ask('GET', `${registration}/events`, undefined, ids)
    for (const [name, id] of Object.entries(ids)) expect(named.headers.get(name)).toBe(id)
    const unnamed = await ask('GET', registration)
    expect(unnamed.headers.get('ms-correlationid')).toMatch(/^[0-9a-f-]{36}$/)
    const patch = await ask('PATCH', registration, wish)
    expect([patch.status, patch.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, PUT, DELETE'])
    expect((await ask('GET', '/webhooks/v2/registration')).status).toBe(404)
    expect((await ask('GET', '/webhooks/v1/other')).body.code).toBe('1000')
  })

  it('can ask for 26 names of Partner Center, and for ours', async () => {
    const { body } = await ask('GET', `${registration}/events`)
    expect(body.slice(0, 26)).toEqual([...body.slice(0, 26)].sort())
    expect(body.slice(0, 26).every((name: string) => !name.startsWith('relata.'))).toBe(true)
    expect(body.slice(26).every((name: string) => name.startsWith('relata.'))).toBe(true)
    expect(new Set(body).size).toBe(body.length)
  })
})

describe('validation events', () => {
  it('need a registration that asks for them, and are two a minute (case 7)', async () => {
    const path = `${registration}/validationEvents`
    const none = await ask('POST', path)
    expect([none.status, none.body.code]).toEqual([400, '3000'])
    await ask('POST', registration, wish)
    try {
      const first = await ask('POST', path)
      expect(first.body).toEqual({ correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
      const shown = await ask('GET', `${path}/${first.body.correlationId}`)
      expect(shown.body).toMatchObject({
        correlationId: first.body.correlationId,
        partnerId: wellKnown.contoso,
        callbackUrl: wish.WebhookUrl,
      })
      expect((await ask('POST', path)).status).toBe(200)
      const third = await ask('POST', path)
      expect([third.status, third.body]).toEqual([429, { statusCode: 429, message: expect.any(String) }])
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
      await server.clock({ advance: 'PT61S' })
      expect((await ask('POST', path)).status).toBe(200)
      expect((await ask('GET', `${path}/11111111-1111-4111-8111-111111111111`)).status).toBe(404)
      await server.clock({ advance: 'P8D' })
      expect((await ask('GET', `${path}/${first.body.correlationId}`)).status).toBe(404)
      expect(await server.parts.store.read(wellKnown.contoso, (tx) => tx.find(validationEvent, {}))).toEqual([])
    } finally {
      await ask('DELETE', registration)
    }
  })
})

describe('audit records', () => {
  it('show each change with the whole resource, page by page, filtered', async () => {
    // What the seed made is on days before.
    await server.clock({ advance: 'P1D' })
    const { relationship } = relationshipsOver(
      (method, path, body) => server.send(method, path, body),
      (id, body) => server.customer('approve', id, body),
    )
    const id = await relationship('active')
    const all = await ask('GET', '/v1/auditrecords')
    expect(all.status).toBe(200)
    const own = all.body.items.filter((item: { resourceNewValue: string }) => item.resourceNewValue?.includes(id))
    expect(own.map((item: { operationType: string }) => item.operationType)).toEqual([
      'granular_admin_relationship_activated',
      'granular_admin_relationship_activating',
      'granular_admin_relationship_approved',
      'granular_admin_relationship_locked_for_approval',
      'granular_admin_relationship_created',
    ])
    const [activated, , approved, , created] = own
    expect(approved).toMatchObject({
      partnerId: wellKnown.contoso,
      customerId: wellKnown.fabrikam,
      customerName: 'Fabrikam',
      resourceType: 'granular_admin_relationship',
      operationStatus: 'succeeded',
      operationDate: expect.stringMatching(/\.\d{7}Z$/),
      customizedData: [{ key: 'ApprovedBy', value: 'Customer' }],
      attributes: { objectType: 'AuditRecord' },
    })
    expect(created).toMatchObject({
      customerId: null,
      customerName: null,
      applicationId: wellKnown.daemon,
      resourceOldValue: null,
    })
    const {
      '@odata.context': _,
      '@odata.etag': __,
      '@odata.type': ___,
      ...shown
    } = (await server.send('GET', `${relationships}/${id}`)).body
    const instants = ['createdDateTime', 'lastModifiedDateTime', 'activatedDateTime', 'endDateTime']
    // Graph drops zeros at the end of a fraction.
    for (const name of instants) shown[name] = new Date(shown[name]).toISOString()
    const { accessDetails, ...graph } = shown
    const { customer, ...whole } = JSON.parse(activated.resourceNewValue)
    expect({ ...whole, customer: { tenantId: customer.tenantId, displayName: customer.displayName } }).toEqual({
      ...graph,
      accessDetails: { unifiedRoles: accessDetails.unifiedRoles },
    })
    expect(customer.organizationDisplayName).toBe('Fabrikam')
    expect(JSON.parse(approved.resourceOldValue)).toMatchObject({ id, status: 'approvalPending' })
    expect(all.body.totalCount).toBe(all.body.items.length)
    expect(all.body.links.self).toEqual({ uri: `${server.http}/v1/auditrecords`, method: 'GET', headers: [] })
    // Page by page, the same.
    const paged: unknown[] = []
    for (let uri = `${server.http}/v1/auditrecords?size=4`; ; ) {
      const { body } = await ask('GET', uri.slice(server.http.length))
      expect(body.totalCount).toBe(all.body.totalCount)
      paged.push(...body.items)
      if (body.links.next === undefined) break
      uri = body.links.next.uri
    }
    expect(paged).toEqual(all.body.items)
    const filtered = async (Field: string, Value: string, Operator: string, more = '') => {
      const filter = encodeURIComponent(JSON.stringify({ Field, Value, Operator }))
      const { body } = await ask('GET', `/v1/auditrecords?filter=${filter}${more}`)
      return body
    }
    const ofFabrikam = all.body.items.filter(
      (item: { customerName: string | null }) => item.customerName === 'Fabrikam',
    )
    expect((await filtered('CompanyName', 'FABRI', 'substring')).items).toEqual(ofFabrikam)
    const byId = await filtered('CustomerId', wellKnown.fabrikam, 'equals', '&size=2')
    expect([byId.totalCount, byId.items]).toEqual([ofFabrikam.length, ofFabrikam.slice(0, 2)])
    const following = await ask('GET', byId.links.next.uri.slice(server.http.length))
    expect([following.body.totalCount, following.body.items]).toEqual([ofFabrikam.length, ofFabrikam.slice(2, 4)])
    expect((await filtered('ResourceType', 'granular_admin_access', 'starts_with')).items).toEqual(
      all.body.items.filter((item: { resourceType: string }) => item.resourceType.includes('assignment')),
    )
    const today = new Date(await server.clock().then(({ now }) => now))
    const american = `${today.getUTCMonth() + 1}/${today.getUTCDate()}/${today.getUTCFullYear()} 12:00:00 AM`
    const fromToday = await ask('GET', `/v1/auditrecords?startDate=${encodeURIComponent(american)}`)
    expect(fromToday.body.items).toEqual(own)
  })

  it.each([
    ['startDate=2020-01-01', 'startDate'],
    ['startDate=1/32/2026', 'startDate'],
    ['endDate=2026-02-31', 'endDate'],
    ['endDate=2/31/2026', 'endDate'],
    ['endDate=2/31/2026%201:00:00%20PM', 'endDate'],
    ['endDate=2026-02-31T00:00:00Z', 'endDate'],
    ['size=0', 'size'],
    ['filter=%7B', 'filter'],
    [`filter=${encodeURIComponent('{"Field":"Colour","Value":"a","Operator":"equals"}')}`, 'filter'],
    [
      `filter=${encodeURIComponent('{"Field":"CustomerId","field":"CompanyName","Value":"a","Operator":"equals"}')}`,
      'filter',
    ],
    ['after=x', 'after'],
    ['odd=1', 'odd'],
  ])('refuse %s', async (query, target) => {
    const { status, body } = await ask('GET', `/v1/auditrecords?${query}`)
    expect([status, body.code, body.data]).toEqual([400, '3000', [target]])
  })

  it('answer by their ids, where events point', async () => {
    const { status, body } = await ask('GET', '/auditactivity/v1/auditrecords/00000000-0000-4000-8000-000000000000')
    expect([status, body.code]).toEqual([404, '1000'])
  })
})

describe('the certificate', () => {
  it('is for everybody, as text and as bytes, with its key and list', async () => {
    const pem = await fetch(`${server.http}/_relata/webhooks/certificate.cer`)
    expect(pem.headers.get('content-type')).toBe('application/pkix-cert')
    const certificate = new X509Certificate(await pem.text())
    const der = await fetch(`${server.http}/_relata/webhooks/certificate.cer?format=der`)
    expect(Buffer.from(await der.arrayBuffer()).equals(certificate.raw)).toBe(true)
    const { keys } = (await (await fetch(`${server.http}/_relata/webhooks/jwks.json`)).json()) as {
      keys: { x5c?: string[] }[]
    }
    expect(keys[0]?.x5c?.[0]).toBe(certificate.raw.toString('base64'))
    expect((await fetch(`${server.http}/_relata/webhooks/crl`)).headers.get('content-type')).toBe(
      'application/pkix-crl',
    )
    expect((await fetch(`${server.http}/_relata/webhooks/certificate.cer?kid=00`)).status).toBe(404)
  })
})
