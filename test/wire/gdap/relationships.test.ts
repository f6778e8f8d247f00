/** Relationships on the wire: gdap.md §2.4, §3.3, §4, §10. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { customer, relationship, resellerRelationship } from '#workloads/gdap/types.ts'
import {
  relationshipDraft as draft,
  globalAdministrator,
  helpdesk,
  reader,
  relationships,
  rolesOf,
} from '../../_support/relationships.ts'
import { type Answer, jsonPost, startTestServer, type TestServer } from '../../_support/server.ts'
import { anyTag, drafts, idIn, type Kit, kitFor, type Stage } from './kit.ts'

let server: TestServer
let kit: Kit

beforeAll(async () => {
  server = await startTestServer()
  kit = kitFor(server)
  await server.clock({ freeze: true })
})
afterAll(() => server.close())

/** A relationship that an indirect provider raised: no call of Graph makes one. */
const raise = async (): Promise<string> => {
  const id = `${crypto.randomUUID()}-${wellKnown.contoso}`
  const { now } = await server.clock()
  await server.parts.store.write(wellKnown.contoso, (tx) =>
    tx.insert(resellerRelationship, {
      ...draft(),
      id,
      autoExtendDuration: 'PT0S',
      status: 'created',
      createdDateTime: now,
      lastModifiedDateTime: now,
      indirectProviderTenantId: wellKnown.northwind,
      isPartnerConsentPending: true,
    }),
  )
  return `${relationships}/${id}`
}

/** An active relationship with somebody who is no tenant of the server, as the pack `msp-9k` has them. */
async function withForeigner(tenantId: string, displayName: string): Promise<string> {
  const id = `${crypto.randomUUID()}-${wellKnown.contoso}`
  const { now } = await server.clock()
  await server.parts.store.write(wellKnown.contoso, async (tx) => {
    await tx.insert(relationship, {
      ...draft(),
      ...{ id, status: 'active', autoExtendDuration: 'PT0S', customerTenantId: tenantId },
      customer: { tenantId, displayName },
      ...{ createdDateTime: now, lastModifiedDateTime: now, activatedDateTime: now },
      endDateTime: '2030-01-01T00:00:00.000Z',
    })
    await tx.insert(customer, { id: tenantId, tenantId, displayName })
  })
  return `${relationships}/${id}`
}

describe('a customer that is no tenant of the server', () => {
  const tenantId = '5eed0000-0000-4000-8000-000000000009'
  const named = (more: object = {}) => draft({ customer: { tenantId, ...more } })
  const refusal = (answer: Answer) => [answer.status, answer.body.error.target, answer.body.error.details[0].message]
  const unknown = [400, 'customer/tenantId', `The tenant '${tenantId}' does not exist.`]

  it('may be named while a relationship with it is in force, by that partner only', async () => {
    expect(refusal(await server.send('POST', relationships, named()))).toEqual(unknown)
    const path = await withForeigner(tenantId, 'Far Away')
    const made = await server.send('POST', relationships, named({ displayName: 'Another name' }))
    expect([made.status, made.body.customer], made.text).toEqual([201, { tenantId, displayName: 'Far Away' }])
    expect(made.headers.get('relata-ignored')).toContain('customer/displayName')
    const changed = await kit.patch(await kit.at('created'), { customer: { tenantId: tenantId.toUpperCase() } })
    expect([changed.status, changed.body.customer], changed.text).toEqual([200, { tenantId, displayName: 'Far Away' }])
    const foreign = await server.send('POST', relationships, named(), { tenant: wellKnown.northwind })
    expect(refusal(foreign)).toEqual(unknown)
    expect((await kit.ask(path, 'terminate')).status).toBe(201)
    expect((await kit.get(path)).body.status).toBe('terminated')
    expect(refusal(await server.send('POST', relationships, named()))).toEqual(unknown)
  })
})

describe('creating', () => {
  it('answers what was asked for, in status created, without activation and end', async () => {
    const sent = draft({ duration: 'P2Y', customer: { tenantId: wellKnown.fabrikam.toUpperCase(), displayName: 'x' } })
    const made = await server.send('POST', relationships, { ...sent, status: 'active', endDateTime: null })
    expect(made.status, made.text).toBe(201)
    expect(made.body).toMatchObject({
      displayName: sent.displayName,
      duration: 'P730D',
      autoExtendDuration: 'PT0S',
      status: 'created',
      customer: { tenantId: wellKnown.fabrikam, displayName: expect.stringMatching(/^Fabrikam/) },
      accessDetails: sent.accessDetails,
      activatedDateTime: null,
      endDateTime: null,
    })
    expect(made.body.createdDateTime).toBe(made.body.lastModifiedDateTime)
    expect(made.body.id).toMatch(new RegExp(`^[0-9a-f-]{36}-${wellKnown.contoso}$`))
    expect(made.headers.get('location')).toMatch(
      new RegExp(`/v1.0/tenantRelationships/delegatedAdminRelationships/${made.body.id}$`),
    )
    expect(made.body).not.toHaveProperty('partner')
    expect((await kit.get(`${relationships}/${made.body.id}`)).body['@odata.etag']).toBe(made.body['@odata.etag'])
  })

  it('reports every fault, the first one as the target', async () => {
    const answer = await server.send('POST', relationships, {
      displayName: 'x'.repeat(51),
      duration: 'P731D',
      autoExtendDuration: 'P90D',
      customer: { tenantId: 'nobody' },
      accessDetails: rolesOf(helpdesk, helpdesk, '8329153a-20ed-4bf8-aa37-81242c6e8e01'),
    })
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({
      code: 'badRequest',
      message: 'There were issue(s) with the input. See details for more information.',
      target: 'displayName',
    })
    expect(answer.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'displayName',
      'duration',
      'autoExtendDuration',
      'customer/tenantId',
      'accessDetails/unifiedRoles/1/roleDefinitionId',
      'accessDetails/unifiedRoles/2/roleDefinitionId',
    ])
    expect(answer.body.error.innerError).not.toHaveProperty('message')
  })

  it.each([
    ['an unknown tenant', { customer: { tenantId: '00000000-0000-4000-8000-000000000099' } }, 'customer/tenantId'],
    ['no roles', { accessDetails: rolesOf() }, 'accessDetails/unifiedRoles'],
    ['a property nobody knows', { colour: 'red' }, 'colour'],
    [
      'Global Administrator with an extension',
      { autoExtendDuration: 'P180D', accessDetails: rolesOf(globalAdministrator) },
      'autoExtendDuration',
    ],
  ])('refuses %s', async (_what, more, target) => {
    const answer = await kit.create(more)
    expect([answer.status, answer.body.error.target]).toEqual([400, target])
  })

  it.each(['displayName', 'duration', 'accessDetails'])('needs %s', async (name) => {
    const answer = await kit.create({ [name]: undefined })
    expect(answer.status).toBe(400)
    expect(answer.body.error.target).toMatch(new RegExp(`^${name}`))
    expect(answer.body.error.details).toHaveLength(1)
  })

  it('keeps names unique without regard to case, also those of ended ones', async () => {
    const path = await kit.at('terminated')
    const { displayName } = (await kit.get(path)).body
    const answer = await kit.create({ displayName: displayName.toUpperCase() })
    expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([
      409,
      'conflict',
      'The resource already exists.',
    ])
  })

  it('lets two partners use the same name', async () => {
    const body = draft()
    expect((await server.send('POST', relationships, body)).status).toBe(201)
    const other = await server.send('POST', relationships, body, { tenant: wellKnown.northwind })
    expect(other.status).toBe(201)
    expect((await kit.get(`${relationships}/${other.body.id}`)).status).toBe(404)
  })
})

describe('addressing', () => {
  it.each(['nonsense', '3', '1b2c0000-0000-4000-8000-000000000001'])('refuses the id %s as malformed', async (id) => {
    for (const path of [`${relationships}/${id}`, `${relationships}/${id}/requests`]) {
      const answer = await kit.get(path)
      expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([
        400,
        'badRequest',
        'The passed in delegatedAdminRelationshipId is invalid.',
      ])
    }
  })

  it('does not find a good id that is unknown, and finds one in other letters', async () => {
    const unknown = await kit.get(`${relationships}/1b2c0000-0000-4000-8000-000000000001-${wellKnown.contoso}`)
    expect([unknown.status, unknown.body.error.code]).toEqual([404, 'notFound'])
    const path = await kit.at('created')
    const found = await kit.get(`${relationships}/${idIn(path).toUpperCase()}`)
    expect([found.status, found.body.id]).toEqual([200, idIn(path)])
  })
})

describe('searching', () => {
  it('is refused, not passed over (gdap.md §2.1)', async () => {
    for (const path of [relationships, `${relationships}/$count`]) {
      const answer = await kit.get(`${path}?$search="x"`)
      expect([answer.status, answer.body.error.code, answer.body.error.target]).toEqual([400, 'badRequest', '$search'])
    }
    const expanded = await kit.get(`${relationships}?$expand=requests($search=x)`)
    expect([expanded.status, expanded.body.error.target]).toEqual([400, '$expand'])
  })
})

describe('changing', () => {
  it('changes anything in created', async () => {
    const path = await kit.at('created')
    const body = draft({
      duration: 'P30D',
      autoExtendDuration: 'P180D',
      customer: { tenantId: wellKnown.northwind },
      accessDetails: rolesOf(reader),
    })
    await server.clock({ advance: 'PT1M' })
    const before = (await kit.get(path)).body
    const answer = await kit.patch(path, body)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toMatchObject({ ...body, customer: { tenantId: wellKnown.northwind } })
    expect(answer.body.lastModifiedDateTime > before.lastModifiedDateTime).toBe(true)
    expect(answer.body['@odata.etag']).not.toBe(before['@odata.etag'])
    expect((await kit.patch(path, { customer: null })).body.customer).toBeNull()
  })

  it('looks at the row and the body together', async () => {
    const path = await kit.at('created', { accessDetails: rolesOf(globalAdministrator, reader) })
    expect((await kit.patch(path, { autoExtendDuration: 'P180D' })).status).toBe(400)
    expect((await kit.patch(path, { autoExtendDuration: 'P180D', accessDetails: rolesOf(reader) })).status).toBe(200)
  })

  it('keeps names unique', async () => {
    const [one, other] = [await kit.at('created'), await kit.at('created')]
    const { displayName } = (await kit.get(one)).body
    expect((await kit.patch(other, { displayName })).status).toBe(409)
    expect((await kit.patch(one, { displayName: displayName.toUpperCase() })).status).toBe(200)
  })

  it('switches the extension of an active one, and leaves the tag where nothing changes', async () => {
    const path = await kit.at('active')
    const on = await kit.patch(path, { autoExtendDuration: 'P180D' })
    expect([on.status, on.body.autoExtendDuration, on.body.status]).toEqual([200, 'P180D', 'active'])
    const again = await kit.patch(path, { autoExtendDuration: 'P180D', accessDetails: rolesOf(reader, helpdesk) })
    expect([again.status, again.body['@odata.etag']]).toEqual([200, on.body['@odata.etag']])
  })

  it.each([
    ['displayName', { displayName: 'Other' }],
    ['duration', { duration: 'P30D' }],
    ['customer', { customer: { tenantId: wellKnown.northwind } }],
    ['accessDetails/unifiedRoles', { accessDetails: rolesOf(helpdesk) }],
    ['accessDetails/unifiedRoles', { accessDetails: rolesOf(helpdesk, reader, globalAdministrator) }],
    ['autoExtendDuration', { autoExtendDuration: 'P1D' }],
  ])('refuses %s in active', async (target, body) => {
    const answer = await kit.patch(await kit.at('active'), body)
    expect([answer.status, answer.body.error.target]).toEqual([400, target])
  })

  it.each([
    ['P25W5D', 'P180D'],
    ['P104W', 'P728D'],
    ['P2Y', 'P730D'],
    ['P6M', 'P180D'],
    ['PT36H', 'PT36H'],
  ])('answers the duration %s in days and time, on every path (B7)', async (sent, shown) => {
    const plural = '/v1.0/tenantRelationships/delegatedAdminRelationships'
    for (const path of [plural, plural.replace('v1.0', 'beta'), plural.replace('Relationships/', 'Relationship/')]) {
      const made = await server.send('POST', path, draft({ duration: sent, autoExtendDuration: 'P0D' }))
      expect([made.status, made.body.duration, made.body.autoExtendDuration], made.text).toEqual([201, shown, 'PT0S'])
      const on = { autoExtendDuration: 'P6M', duration: sent }
      const changed = await kit.patch(`${plural}/${made.body.id}`, on)
      expect([changed.status, changed.body.duration, changed.body.autoExtendDuration]).toEqual([200, shown, 'P180D'])
      const found = await kit.get(`${plural}?$filter=duration eq duration'${shown}' and id eq '${made.body.id}'`)
      expect(found.body.value).toHaveLength(1)
    }
  })

  it('lists customers with their entity tags (B5)', async () => {
    await kit.at('active')
    for (const version of ['v1.0', 'beta']) {
      const customers = `/${version}/tenantRelationships/delegatedAdminCustomers`
      const { body } = await kit.get(customers)
      for (const one of body.value) {
        expect(one['@odata.etag']).toMatch(/^W\/"[A-Za-z0-9+/=]+"$/)
        const single = await kit.get(`${customers}/${one.id}`)
        expect([single.body['@odata.etag'], single.headers.get('etag')]).toEqual([
          one['@odata.etag'],
          one['@odata.etag'],
        ])
        const same = await kit.get(`${customers}/${one.id}`, { headers: { 'If-None-Match': one['@odata.etag'] } })
        expect(same.status).toBe(304)
      }
      expect(body.value.length).toBeGreaterThan(0)
    }
  })

  it('takes the whole object back, as scripts send it, beside what they change (B4)', async () => {
    const path = await kit.at('active', { duration: 'P730D', accessDetails: rolesOf(reader) })
    const { '@odata.context': _, ...whole } = (await kit.get(path)).body
    const on = await kit.patch(path, { ...whole, autoExtendDuration: 'P180D' })
    expect([on.status, on.body.autoExtendDuration], on.text).toEqual([200, 'P180D'])
    expect(on.headers.get('relata-ignored')).toBeNull()
    const { displayName, customer } = whole
    const byValue = {
      displayName: ` ${displayName} `,
      duration: 'P2Y',
      customer: { tenantId: customer.tenantId.toUpperCase() },
      accessDetails: { unifiedRoles: [{ roleDefinitionId: reader.toUpperCase() }] },
      autoExtendDuration: 'P6M',
      createdDateTime: whole.createdDateTime.replace('Z', '0000Z'),
    }
    const again = await kit.patch(path, byValue)
    expect([again.status, again.body['@odata.etag']], again.text).toEqual([200, on.body['@odata.etag']])
    const renamed = await kit.patch(path, { ...whole, customer: { ...customer, displayName: 'Another name' } })
    expect([renamed.status, renamed.body.error.target]).toEqual([400, 'customer/displayName'])
  })

  it.each([
    ['status', { status: 'terminating' }],
    ['endDateTime', { endDateTime: '2030-01-01T00:00:00Z' }],
    ['activatedDateTime', { activatedDateTime: null }],
    ['createdDateTime', { createdDateTime: '2020-01-01T00:00:00Z' }],
    ['id', { id: `11111111-1111-4111-8111-111111111111-${wellKnown.contoso}` }],
  ])('refuses a read-only %s with another value than it has (B9)', async (target, body) => {
    const path = await kit.at('active')
    const before = (await kit.get(path)).body
    const answer = await kit.patch(path, { ...body, autoExtendDuration: 'P180D' })
    expect([answer.status, answer.body.error.target, answer.body.error.code]).toEqual([400, target, 'badRequest'])
    expect((await kit.get(path)).body).toEqual(before)
    const draft = await kit.at('created')
    if (target !== 'activatedDateTime') expect((await kit.patch(draft, body)).status).toBe(400)
  })

  it('is never with the partner itself (B6)', async () => {
    for (const tenantId of [wellKnown.contoso, wellKnown.contoso.toUpperCase()]) {
      const made = await server.send('POST', relationships, draft({ customer: { tenantId } }))
      expect([made.status, made.body.error.target]).toEqual([400, 'customer/tenantId'])
    }
    const path = await kit.at('created')
    const changed = await kit.patch(path, { customer: { tenantId: wellKnown.contoso } })
    expect([changed.status, changed.body.error.target]).toEqual([400, 'customer/tenantId'])
    const open = await server.send('POST', relationships, { ...draft(), customer: null })
    await server.send('POST', `${relationships}/${open.body.id}/requests`, { action: 'lockForApproval' })
    const approved = await server.customer('approve', open.body.id, { tenantId: wellKnown.contoso })
    expect([approved.status, approved.body.error.code]).toEqual([403, 'forbidden'])
    expect((await server.customer('approve', open.body.id, { tenantId: wellKnown.fabrikam })).status).toBe(200)
  })

  it('drops Global Administrator from an active one by an operation, and from its assignments', async () => {
    const path = await kit.at('active', { accessDetails: rolesOf(globalAdministrator, reader) })
    const [both, alone] = [await kit.group(), await kit.group()]
    const one = await server.send(
      'POST',
      `${path}/accessAssignments`,
      kit.assignment(both, globalAdministrator, reader),
    )
    const other = await server.send('POST', `${path}/accessAssignments`, kit.assignment(alone, globalAdministrator))
    expect((await kit.patch(path, { autoExtendDuration: 'P180D' })).status).toBe(400)

    const answer = await kit.patch(path, { accessDetails: rolesOf(reader) })
    expect([answer.status, answer.text, answer.headers.get('retry-after')]).toEqual([202, '{}', '10'])
    const address = new URL(answer.headers.get('location') as string).pathname
    expect(address.startsWith(`${path}/operations/`)).toBe(true)
    const operation = await kit.get(address, { headers: { Prefer: 'include-unknown-enum-members' } })
    expect(operation.body).toMatchObject({ operationType: 'delegatedAdminRelationshipUpdate', status: 'succeeded' })
    expect((await kit.get(address)).body.operationType).toBe('unknownFutureValue')

    expect((await kit.get(path)).body.accessDetails).toEqual(rolesOf(reader))
    const left = await kit.get(`${path}/accessAssignments/${one.body.id}`)
    expect(left.body).toMatchObject({ status: 'active', accessDetails: rolesOf(reader) })
    expect((await kit.get(`${path}/accessAssignments/${other.body.id}`)).body.status).toBe('deleted')
    expect((await kit.patch(path, { autoExtendDuration: 'P180D' })).status).toBe(200)
  })
})

/** gdap.md §3.3, as statuses of answers. */
const matrix: readonly (readonly [Stage, Readonly<Record<string, number>>])[] = [
  [
    'created',
    { patch: 200, lockForApproval: 201, terminate: 405, approve: 400, reject: 400, assign: 405, delete: 405 },
  ],
  [
    'approvalPending',
    { patch: 405, delete: 405, lockForApproval: 405, terminate: 405, approve: 400, reject: 400, assign: 405 },
  ],
  ['active', { patch: 200, delete: 405, lockForApproval: 405, approve: 400, reject: 400, assign: 201, terminate: 201 }],
  [
    'terminated',
    { patch: 405, delete: 405, lockForApproval: 405, terminate: 405, approve: 400, reject: 400, assign: 405 },
  ],
  [
    'expired',
    { patch: 405, delete: 405, lockForApproval: 405, terminate: 405, approve: 400, reject: 400, assign: 405 },
  ],
]

describe('what may be done', () => {
  it.each(matrix)('in %s', async (stage, expected) => {
    const path = await kit.at(stage)
    const group = await kit.group()
    const does: Readonly<Record<string, () => ReturnType<Kit['get']>>> = {
      patch: () => kit.patch(path, { autoExtendDuration: 'PT0S' }),
      delete: () => kit.remove(path),
      assign: () => server.send('POST', `${path}/accessAssignments`, kit.assignment(group, reader)),
    }
    expect((await kit.get(path)).status).toBe(200)
    const actual: Record<string, number> = {}
    for (const name of Object.keys(expected)) {
      const answer = await (does[name]?.() ?? kit.ask(path, name))
      actual[name] = answer.status
      if (answer.status === 405) {
        expect(answer.body.error.code).toBe('methodNotAllowed')
        expect(answer.headers.get('allow')).toContain('GET')
      }
    }
    expect(actual).toEqual(expected)
  })

  it('deletes what was only created, and frees its name', async () => {
    const path = await kit.at('created')
    const { displayName } = (await kit.get(path)).body
    expect((await kit.remove(path)).status).toBe(204)
    expect((await kit.get(path)).status).toBe(404)
    expect((await kit.create({ displayName })).status).toBe(201)
  })

  it('refuses an action nobody knows', async () => {
    const answer = await kit.ask(await kit.at('created'), 'explode')
    expect([answer.status, answer.body.error.target]).toEqual([400, 'action'])
  })
})

describe('what an indirect provider raised', () => {
  it('waits for the reseller, then for the customer', async () => {
    const path = await raise()
    expect((await kit.get(path)).body).toMatchObject({
      '@odata.type': '#microsoft.graph.resellerDelegatedAdminRelationship',
      isPartnerConsentPending: true,
    })
    expect((await kit.ask(path, 'approve')).status).toBe(405)
    await kit.ask(path, 'lockForApproval')
    const early = await server.customer('approve', idIn(path), { tenantId: wellKnown.fabrikam })
    expect(early.status).toBe(405)
    expect((await kit.ask(path, 'approve')).status).toBe(201)
    expect((await kit.get(path)).body).toMatchObject({ status: 'approvalPending', isPartnerConsentPending: false })
    expect((await kit.ask(path, 'approve')).status).toBe(405)
    expect((await kit.ask(path, 'reject')).status).toBe(405)
    await server.customer('approve', idIn(path), { tenantId: wellKnown.fabrikam })
    expect((await kit.get(path)).body.status).toBe('active')
  })

  it('is raised through the control address, and stands open at once', async () => {
    const raiseIt = async (body: Record<string, unknown>) => {
      const answer = await fetch(`${server.http}/_relata/gdap`, jsonPost(body))
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    }
    const ends = { resellerTenantId: wellKnown.contoso, indirectProviderTenantId: 'northwind.example' }
    const { displayName, duration, accessDetails } = draft()
    const made = await raiseIt({ ...ends, displayName, duration, accessDetails })
    expect(made).toMatchObject({
      status: 200,
      body: {
        '@odata.type': '#microsoft.graph.resellerDelegatedAdminRelationship',
        displayName,
        status: 'approvalPending',
        indirectProviderTenantId: wellKnown.northwind,
        isPartnerConsentPending: true,
      },
    })
    const path = `${relationships}/${made.body['id']}`
    expect((await kit.get(path)).body).toMatchObject({ id: made.body['id'], status: 'approvalPending' })
    expect((await kit.ask(path, 'approve')).status).toBe(201)
    expect((await kit.get(path)).body).toMatchObject({ status: 'approvalPending', isPartnerConsentPending: false })
    expect((await raiseIt({ ...ends, displayName, duration, accessDetails })).status).toBe(409)
    expect(await raiseIt({ ...ends, displayName: 'x', duration: 'P3Y', accessDetails: 7 })).toMatchObject({
      status: 400,
      body: { error: { details: [{ target: 'duration' }, { target: 'accessDetails/unifiedRoles' }] } },
    })
    expect((await raiseIt({ ...ends, indirectProviderTenantId: 'contoso.example' })).status).toBe(400)
    expect((await raiseIt({ resellerTenantId: wellKnown.contoso })).status).toBe(400)
    const own = { tenantId: wellKnown.northwind }
    expect(await raiseIt({ ...ends, displayName: 'Own', duration, accessDetails, customer: own })).toMatchObject({
      status: 400,
      body: { error: { target: 'customer/tenantId' } },
    })
    const open = await raiseIt({ ...ends, displayName: 'Open', duration, accessDetails })
    await kit.ask(`${relationships}/${open.body['id']}`, 'approve')
    const approved = await server.customer('approve', String(open.body['id']), own)
    expect(approved.status).toBe(403)
  })

  it('ends when the reseller rejects it', async () => {
    const path = await raise()
    await kit.ask(path, 'lockForApproval')
    expect((await kit.ask(path, 'reject')).status).toBe(201)
    const { body } = await kit.get(path)
    expect(body).toMatchObject({ status: 'terminated', isPartnerConsentPending: false, activatedDateTime: null })
    expect(body.endDateTime).toBe(body.lastModifiedDateTime)
  })
})

describe('the face of the 2022 drafts', () => {
  const customerType = 'microsoft.graph.delegatedAdminRelationshipCustomerParticipant'

  it('shows the partner and the types, over the same rows', async () => {
    const made = await kit.create(
      {
        '@odata.type': '#microsoft.partner.customerServiceAdministration.delegatedAdminRelationship',
        customer: { '@odata.type': `#${customerType}`, tenantId: wellKnown.fabrikam },
      },
      drafts,
    )
    expect(made.status, made.text).toBe(201)
    expect(made.body).toMatchObject({
      '@odata.type': '#microsoft.partner.customerServiceAdministration.delegatedAdminRelationship',
      partner: {
        '@odata.type': 'microsoft.graph.delegatedAdminRelationshipParticipant',
        tenantId: wellKnown.contoso,
        displayName: expect.stringMatching(/^Contoso/),
      },
      customer: { '@odata.type': customerType, tenantId: wellKnown.fabrikam },
    })
    const published = (await kit.get(`${relationships}/${made.body.id}`)).body
    expect(published).not.toHaveProperty('partner')
    expect(published.customer).not.toHaveProperty('@odata.type')
    expect(published['@odata.etag']).toBe(made.body['@odata.etag'])
    expect((await kit.get(`${drafts}/${made.body.id}`)).body.partner.tenantId).toBe(wellKnown.contoso)
  })

  it('keeps names unique for each customer only', async () => {
    const displayName = `Draft ${Date.parse((await server.clock()).now)}`
    const to = (tenantId: string) => kit.create({ displayName, customer: { tenantId } }, drafts)
    expect((await to(wellKnown.fabrikam)).status).toBe(201)
    expect((await to(wellKnown.northwind)).status).toBe(201)
    expect((await to(wellKnown.fabrikam)).status).toBe(409)
    expect((await kit.create({ displayName })).status).toBe(409)
    const other = await kit.create({ customer: { tenantId: wellKnown.fabrikam } }, drafts)
    expect((await kit.patch(`${drafts}/${other.body.id}`, { displayName })).status).toBe(409)
    const free = await kit.create({}, drafts)
    expect((await kit.patch(`${drafts}/${free.body.id}`, { displayName })).status).toBe(200)
    const moved = await kit.patch(`${drafts}/${free.body.id}`, { customer: { tenantId: wellKnown.northwind } })
    expect(moved.status).toBe(409)
  })

  it('freezes from the lock on', async () => {
    const path = await kit.at('approvalPending')
    const answer = await server.send('PATCH', `${drafts}/${idIn(path)}`, { displayName: 'Other' }, anyTag)
    expect(answer.status).toBe(405)
    expect((await server.send('DELETE', `${drafts}/${idIn(path)}`, undefined, anyTag)).status).toBe(405)
  })
})
