/** The control addresses over a real server: clock, the customer's side, the page, and what a registry leaves out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { helpdesk, reader, relationships, relationshipsOver, rolesOf } from '../_support/relationships.ts'
import { type Answer, jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

let count = 0

const invite = (on: TestServer, more: Record<string, unknown> = {}): Promise<string> => {
  count += 1
  const draft = { displayName: `Control ${count}`, duration: 'P30D', ...more }
  return relationshipsOver(on.send, on.customer.bind(on, 'approve')).relationship('approvalPending', draft)
}
const statusOf = async (id: string) => (await server.send('GET', `${relationships}/${id}`)).body.status

describe('an error', () => {
  it('carries the time of the clock, whatever address it is of (B25)', async () => {
    const moved = await startTestServer()
    try {
      const send = (path: string, body?: unknown) =>
        fetch(`${moved.http}${path}`, body === undefined ? {} : jsonPost(body))
      const id = `11111111-1111-4111-8111-111111111111-${wellKnown.contoso}`
      await send('/_relata/clock', { set: '2031-05-01T10:00:00Z', freeze: true })
      for (const answer of [
        await send(`/_relata/gdap/${id}/approve`, { tenantId: wellKnown.fabrikam }),
        await send('/_relata/gdap', { nonsense: 1 }),
        await send('/_relata/clock', { advance: 'x' }),
        await send('/nowhere'),
        await send('/v1.0/nowhere'),
      ]) {
        expect(answer.status).toBeGreaterThanOrEqual(400)
        const { error } = (await answer.json()) as { error: { innerError: { date: string } } }
        expect(error.innerError.date).toBe('2031-05-01T10:00:00')
      }
    } finally {
      await moved.close()
    }
  })
})

describe('the customer', () => {
  it('approves for its administrator, and the answer is the relationship', async () => {
    const id = await invite(server)
    const { status, body } = await server.customer('approve', id, { tenantId: wellKnown.fabrikam })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id,
      displayName: `Control ${count}`,
      status: 'active',
      customer: { tenantId: wellKnown.fabrikam, displayName: 'Fabrikam' },
      activatedDateTime: expect.any(String),
      endDateTime: expect.any(String),
    })
    const { '@odata.context': _, ...seen } = (await server.send('GET', `${relationships}/${id}`)).body
    expect(body).toEqual(seen)
  })

  it('rejects, and ends what is active', async () => {
    const id = await invite(server)
    expect((await server.customer('reject', id, { tenantId: 'northwind.example' })).body).toMatchObject({
      status: 'terminated',
      activatedDateTime: null,
    })
    const other = await invite(server)
    await server.customer('approve', other, { tenantId: wellKnown.northwind })
    expect((await server.customer('terminate', other, { tenantId: wellKnown.northwind })).body.status).toBe(
      'terminated',
    )
  })

  it('switches the automatic extension off and on (B21)', async () => {
    const id = await invite(server, { duration: 'P90D', autoExtendDuration: 'P180D' })
    const body = { tenantId: wellKnown.fabrikam, allowed: false }
    const send = async (more: Record<string, unknown>, of = id) => {
      const answer = await fetch(`${server.http}/_relata/gdap/${of}/auto-extend`, jsonPost({ ...body, ...more }))
      return { status: answer.status, body: (await answer.json()) as Answer['body'] }
    }
    expect((await send({})).status).toBe(405)
    await server.customer('approve', id, { tenantId: wellKnown.fabrikam })
    const off = await send({})
    expect([off.status, off.body.autoExtendDuration, off.body.status]).toEqual([200, 'PT0S', 'active'])
    const tag = off.body['@odata.etag']
    expect((await send({})).body['@odata.etag']).toBe(tag)
    const on = await send({ allowed: true, userId: 'admin@fabrikam.example' })
    expect([on.status, on.body.autoExtendDuration]).toEqual([200, 'P180D'])
    expect((await server.send('GET', `${relationships}/${id}`)).body.autoExtendDuration).toBe('P180D')

    for (const [status, target, more] of [
      [400, 'allowed', { allowed: 'no' }],
      [400, 'tenantId', { tenantId: undefined }],
      [400, 'userId', { userId: 'nobody@fabrikam.example' }],
      [400, 'user', { user: 'admin@fabrikam.example' }],
    ] as const) {
      const answer = await send(more)
      expect([answer.status, answer.body.error.target]).toEqual([status, target])
    }
    expect((await send({ tenantId: wellKnown.northwind })).status).toBe(403)
    const admin = { accessDetails: { unifiedRoles: [{ roleDefinitionId: '62e90394-69f5-4237-9190-012177145e10' }] } }
    const great = await invite(server, admin)
    await server.customer('approve', great, { tenantId: wellKnown.fabrikam })
    expect((await send({ allowed: true }, great)).status).toBe(400)
    expect((await send({}, great)).status).toBe(200)
  })

  it('sees its own side in its log (B21)', async () => {
    const own = await startTestServer()
    const tenant = wellKnown.northwind
    const withoutTaxonomy = `/v1.0/auditLogs/directoryAudits?$filter=loggedByService ne 'Term Store'`
    const log = async () =>
      (await own.send('GET', withoutTaxonomy, undefined, { tenant })).body.value as Answer['body'][]
    expect(await log()).toEqual([])
    const group = (await own.send('GET', "/v1.0/groups?$filter=startswith(displayName,'M365 GDAP')")).body.value[0]
    const id = await invite(own, { autoExtendDuration: 'PT0S' })
    await own.customer('approve', id, { tenantId: tenant })
    const role = (await own.send('GET', `${relationships}/${id}`)).body.accessDetails.unifiedRoles[0].roleDefinitionId
    const made = await own.send('POST', `${relationships}/${id}/accessAssignments`, {
      accessContainer: { accessContainerId: group.id, accessContainerType: 'securityGroup' },
      accessDetails: { unifiedRoles: [{ roleDefinitionId: role }] },
    })
    expect(made.status, made.text).toBe(201)
    await own.customer('terminate', id, { tenantId: tenant })
    const rows = (await log()).toReversed()
    expect(rows.map(({ category, activityDisplayName }) => `${category}: ${activityDisplayName}`).toSorted()).toEqual([
      'CrossTenantAccessSettings: Add a partner to cross-tenant access setting',
      'GranularAdminRelationship: granular admin relationship activated',
      'GranularAdminRelationship: granular admin relationship approved',
      'GranularAdminRelationship: granular admin relationship terminated',
      'GranularAdminRelationship: granular admin relationship termination requested',
      'RoleManagement: Add member to role',
      'RoleManagement: Remove member from role',
    ])
    const named = (activity: string) => rows.find(({ activityDisplayName }) => activityDisplayName.endsWith(activity))
    expect(named('approved')).toMatchObject({
      loggedByService: 'Core Directory',
      initiatedBy: { user: { userPrincipalName: 'admin@northwind.example' }, app: null },
      additionalDetails: [
        { key: 'partnerTenantId', value: wellKnown.contoso },
        { key: 'relationshipId', value: id },
      ],
    })
    expect(named('Add member to role')).toMatchObject({
      operationType: 'Assign',
      initiatedBy: { app: { displayName: 'Partner Customer Delegated Admin Offline Processor' } },
      targetResources: [
        { id: group.id, type: 'Group' },
        { id: role, type: 'Role' },
      ],
    })
    // A second relationship with the same partner adds no partner.
    const second = await invite(own)
    await own.customer('approve', second, { tenantId: tenant })
    const added = (await log()).filter(({ category }) => category === 'CrossTenantAccessSettings')
    expect(added).toHaveLength(1)
    await own.close()
  })

  it('sees in its log what it refused and switched, what was given to groups later, and the end by time', async () => {
    const own = await startTestServer({ seed: 'default' })
    const tenant = wellKnown.northwind
    const log = async () => {
      const filter = "$filter=category eq 'GranularAdminRelationship' or category eq 'RoleManagement'"
      const { body } = await own.send('GET', `/v1.0/auditLogs/directoryAudits?${filter}`, undefined, { tenant })
      return body.value.toReversed() as Answer['body'][]
    }
    const told = (rows: Answer['body'][]) =>
      rows.map(({ activityDisplayName }) => activityDisplayName.replace('granular admin relationship ', ''))
    const refused = await invite(own, { customer: { tenantId: tenant } })
    await own.customer('reject', refused, { tenantId: tenant, user: 'admin@northwind.example' })
    const [rejection, ...none] = await log()
    expect(none).toEqual([])
    expect(rejection).toMatchObject({
      activityDisplayName: 'granular admin relationship rejected',
      initiatedBy: { app: null, user: { userPrincipalName: 'admin@northwind.example' } },
    })
    const roles = [reader, helpdesk]
    const id = await invite(own, {
      ...{ customer: { tenantId: tenant }, duration: 'P2D', autoExtendDuration: 'P180D' },
      accessDetails: rolesOf(...roles),
    })
    await own.customer('approve', id, { tenantId: tenant })
    const group = (await own.send('GET', "/v1.0/groups?$filter=startswith(displayName,'M365 GDAP')")).body.value[0]
    const made = await own.send('POST', `${relationships}/${id}/accessAssignments`, {
      accessContainer: { accessContainerId: group.id, accessContainerType: 'securityGroup' },
      accessDetails: rolesOf(reader),
    })
    await own.clock({ advance: 'PT1M' })
    const path = `${relationships}/${id}/accessAssignments/${made.body.id}`
    const headers = { 'If-Match': (await own.send('GET', path)).body['@odata.etag'] }
    const changed = await own.send('PATCH', path, { accessDetails: rolesOf(helpdesk) }, { headers })
    expect(changed.status, changed.text).toBeLessThan(300)
    await own.clock({ advance: 'PT1M' })
    await fetch(`${own.http}/_relata/gdap/${id}/auto-extend`, jsonPost({ tenantId: tenant, allowed: false }))
    await own.clock({ advance: 'P3D' })
    const rows = (await log()).slice(1)
    expect(told(rows).filter((activity) => !activity.endsWith('role'))).toEqual([
      ...['approved', 'activated', 'updated', 'expired'],
    ])
    expect(rows.find(({ activityDisplayName }) => activityDisplayName.endsWith('updated'))).toMatchObject({
      initiatedBy: { app: null },
      targetResources: [
        { modifiedProperties: [{ displayName: 'autoExtendDuration', oldValue: '"P180D"', newValue: '"PT0S"' }] },
      ],
    })
    expect(rows.find(({ activityDisplayName }) => activityDisplayName.endsWith('expired'))).toMatchObject({
      initiatedBy: { app: { displayName: 'Partner Customer Delegated Administration' } },
    })
    const given = rows.filter(({ category }) => category === 'RoleManagement')
    const words = given.map(({ activityDisplayName, targetResources }) => [
      activityDisplayName,
      targetResources[1].displayName,
    ])
    expect(words.toSorted()).toEqual([
      ['Add member to role', 'Global Reader'],
      ['Add member to role', 'Helpdesk Administrator'],
      ['Remove member from role', 'Global Reader'],
      ['Remove member from role', 'Helpdesk Administrator'],
    ])
    await own.close()
  })

  it('cannot answer for another customer, nor twice, nor what is not there', async () => {
    const id = await invite(server, { customer: { tenantId: wellKnown.northwind } })
    const foreign = await server.customer('approve', id, { tenantId: wellKnown.fabrikam })
    expect([foreign.status, foreign.body.error.code]).toEqual([403, 'forbidden'])
    await server.customer('approve', id, { tenantId: wellKnown.northwind })
    expect((await server.customer('approve', id, { tenantId: wellKnown.northwind })).status).toBe(405)
    expect((await server.customer('terminate', id, { tenantId: wellKnown.fabrikam })).status).toBe(403)
    const unknown = `11111111-1111-4111-8111-111111111111-${wellKnown.contoso}`
    expect((await server.customer('approve', unknown, { tenantId: wellKnown.fabrikam })).status).toBe(404)
    const nobody = `11111111-1111-4111-8111-111111111111-11111111-1111-4111-8111-111111111111`
    expect((await server.customer('approve', nobody, { tenantId: wellKnown.fabrikam })).status).toBe(404)
    expect((await server.customer('approve', 'x', { tenantId: wellKnown.fabrikam })).body.error).toMatchObject({
      code: 'badRequest',
      message: 'The passed in delegatedAdminRelationshipId is invalid.',
    })
  })

  it('is an administrator of its tenant', async () => {
    const id = await invite(server)
    const plain = await server.send(
      'POST',
      '/v1.0/users',
      {
        accountEnabled: true,
        displayName: 'Pia Plain',
        mailNickname: 'pia',
        userPrincipalName: 'pia@fabrikam.example',
        passwordProfile: { password: 'not kept' },
      },
      { tenant: wellKnown.fabrikam },
    )
    expect(plain.status, plain.text).toBe(201)
    const refused = await server.customer('approve', id, { tenantId: wellKnown.fabrikam, user: 'PIA@fabrikam.example' })
    expect([refused.status, refused.body.error.target]).toEqual([403, 'user'])
    expect(await statusOf(id)).toBe('approvalPending')
    const admin = await server.customer('approve', id, { tenantId: wellKnown.fabrikam, user: 'admin@fabrikam.example' })
    expect(admin.status, admin.text).toBe(200)
  })
})

describe('the clock', () => {
  it('fires what is due before it answers, and reads see it', async () => {
    const id = await invite(server)
    const start = await server.clock({ freeze: true })
    await server.customer('approve', id, { tenantId: wellKnown.fabrikam })
    expect(await server.clock({ advance: 'P29DT23H59M59S' })).toMatchObject({ frozen: true })
    expect(await statusOf(id)).toBe('active')
    const { now } = await server.clock({ advance: 'PT1S' })
    expect(Date.parse(now) - Date.parse(start.now)).toBe(30 * 86_400_000)
    const { body } = await server.send('GET', `${relationships}?$filter=status eq 'expired'&$select=id,endDateTime`)
    const row = body.value.find((one: { id: string }) => one.id === id)
    expect(Date.parse(row.endDateTime)).toBe(Date.parse(now))
    await server.clock({ set: start.now, freeze: false })
  })

  it('leaves tokens as they are', async () => {
    await server.clock({ advance: 'P10Y' })
    expect((await server.send('GET', relationships)).status).toBe(200)
  })

  it('answers in the envelope of Graph', async () => {
    const answer = await fetch(`${server.http}/_relata/clock`, jsonPost({ advance: 'soon' }))
    expect(answer.status).toBe(400)
    const { error } = (await answer.json()) as { error: Record<string, unknown> }
    expect(error).toMatchObject({ code: 'badRequest', target: 'advance', innerError: expect.any(Object) })
    expect(answer.headers.get('request-id')).toBeTruthy()
  })
})

describe('the page', () => {
  const post = (id: string, fields: Record<string, string>) =>
    fetch(`${server.http}/approve/${id}`, {
      method: 'POST',
      headers: { origin: server.http },
      body: new URLSearchParams(fields),
    })
  const open = async (id: string) => {
    const answer = await fetch(`${server.http}/approve/${id}`)
    const text = await answer.text()
    return { status: answer.status, text, token: /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '' }
  }

  it('lets an administrator approve, once', async () => {
    const id = await invite(server)
    const page = await open(id)
    expect(page.text).toContain('Helpdesk Administrator')
    const approver = /value="(\S+ \S+)">[^<]*admin@northwind/.exec(page.text)?.[1] ?? ''
    const done = await post(id, { token: page.token, answer: 'approve', approver })
    expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('Approved')])
    expect((await server.send('GET', `${relationships}/${id}`)).body).toMatchObject({
      status: 'active',
      customer: { tenantId: wellKnown.northwind },
    })
    expect(await open(id)).toMatchObject({ status: 410, text: expect.stringContaining('used already') })
  })

  it('tells a lapsed invitation from an unknown one', async () => {
    const id = await invite(server)
    await server.clock({ advance: 'P91D' })
    expect(await open(id)).toMatchObject({ status: 410, text: expect.stringContaining('lapsed') })
    const unknown = id.replace(/^.{8}/, '00000000')
    expect(await open(unknown)).toMatchObject({ status: 404 })
  })
})

describe('a registry', () => {
  it('shows the clock and has nothing else of it', async () => {
    const registry = await startTestServer({ registry: true })
    try {
      const id = await invite(registry)
      expect((await registry.clock()).frozen).toBe(false)
      await expect(registry.clock({ advance: 'P1D' })).rejects.toThrow(/registry/)
      expect((await registry.customer('approve', id, { tenantId: wellKnown.fabrikam })).status).toBe(404)
      for (const path of [`/approve/${id}`, '/AdminPortal/Home'])
        expect((await fetch(`${registry.http}${path}`)).status).toBe(404)
      expect((await fetch(`${registry.http}/`)).status).toBe(200)
    } finally {
      await registry.close()
    }
  })
})
