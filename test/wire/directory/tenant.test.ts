/** Tenants, roles and logs on the wire: `/organization`, `findTenantInformationBy…`, `/directoryRoles` and their like. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import {
  globalAdministrator,
  isOffered,
  relationshipAdministrator,
  roleCatalogue,
} from '#workloads/directory/role-catalogue.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const get = (path: string, app?: string) => server.send('GET', path, undefined, app === undefined ? {} : { app })

describe.each(['v1.0', 'beta'])('%s/organization', (version) => {
  it('is the one tenant that asks', async () => {
    const { body } = await get(`/${version}/organization`)
    expect(body.value).toMatchObject([
      {
        id: wellKnown.contoso,
        displayName: 'Contoso',
        verifiedDomains: [{ name: 'contoso.example', isDefault: true }],
      },
    ])
    expect((await get(`/${version}/organization/${wellKnown.contoso}`)).body.displayName).toBe('Contoso')
    expect((await get(`/${version}/organization/${wellKnown.fabrikam}`)).status).toBe(404)
  })
})

describe('tenant information', () => {
  const fabrikam = {
    tenantId: wellKnown.fabrikam,
    displayName: 'Fabrikam',
    federationBrandName: null,
    defaultDomainName: 'fabrikam.example',
  }
  const by = (call: string, app?: string) => get(`/v1.0/tenantRelationships/${call}`, app)

  it.each([
    `findTenantInformationByTenantId(tenantId='${wellKnown.fabrikam}')`,
    `findTenantInformationByTenantId(tenantId='${wellKnown.fabrikam.toUpperCase()}')`,
    `microsoft.graph.findTenantInformationByTenantId(tenantId='${wellKnown.fabrikam}')`,
    `findTenantInformationByDomainName(domainName='fabrikam.example')`,
    `findTenantInformationByDomainName(domainName='Fabrikam.Example')`,
    `findTenantInformationByDomainName(domainName=@d)?@d='fabrikam.example'`,
  ])('is told of another tenant: %s', async (call) => {
    const { status, body } = await by(call)
    expect(status).toBe(200)
    expect(body).toMatchObject(fabrikam)
    expect(body['@odata.context']).toMatch(/\$metadata#microsoft\.graph\.tenantInformation$/)
  })

  it('is not there for a tenant that is not', async () => {
    for (const call of [
      `findTenantInformationByTenantId(tenantId='99999999-0000-4000-8000-000000000001')`,
      `findTenantInformationByDomainName(domainName='nobody.example')`,
    ])
      expect((await by(call)).status).toBe(404)
  })

  it('wants an id where an id belongs, and a domain where a domain does', async () => {
    for (const call of [
      `findTenantInformationByTenantId(tenantId='fabrikam.example')`,
      `findTenantInformationByDomainName(domainName='${wellKnown.fabrikam}')`,
    ])
      expect((await by(call)).status).toBe(400)
  })
})

describe('roles', () => {
  it('are the built-in ones, by id and in order of their names', async () => {
    const { body } = await get('/v1.0/roleManagement/directory/roleDefinitions')
    expect(body.value).toHaveLength(roleCatalogue.length)
    const names: string[] = body.value.map(({ displayName }: { displayName: string }) => displayName)
    expect(names).toEqual(names.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)))
    const one = await get(`/v1.0/roleManagement/directory/roleDefinitions/${globalAdministrator}`)
    expect(one.body).toMatchObject({
      displayName: 'Global Administrator',
      templateId: globalAdministrator,
      isBuiltIn: true,
      isEnabled: true,
      resourceScopes: ['/'],
    })
    const found = await get(
      `/v1.0/roleManagement/directory/roleDefinitions?$filter=displayName eq 'Global Reader'&$select=id`,
    )
    expect(found.body.value).toEqual([{ id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451' }])
    const templates = await get('/v1.0/directoryRoleTemplates?$select=id')
    expect(templates.body.value).toHaveLength(roleCatalogue.filter(isOffered).length)
    // Preview and deprecated ones are offered; what is not for use, and what the system gives, is not.
    const shown = new Set(templates.body.value.map(({ id }: { id: string }) => id))
    const states = new Set(roleCatalogue.filter(({ id }) => shown.has(id)).map(({ state = 'current' }) => state))
    expect([...states].toSorted()).toEqual(['current', 'deprecated', 'preview'])
  })

  it('are the 145 of the service, in beta with those that are privileged (B8)', async () => {
    const definitions = 'roleManagement/directory/roleDefinitions'
    expect((await get(`/v1.0/${definitions}/$count`)).text).toBe('145')
    expect((await get(`/beta/${definitions}/$count?$filter=isPrivileged eq true`)).text).toBe('35')
    const one = `${definitions}/${relationshipAdministrator}`
    expect((await get(`/beta/${one}`)).body.isPrivileged).toBe(false)
    expect((await get(`/v1.0/${one}`)).body).not.toHaveProperty('isPrivileged')
    expect((await get(`/v1.0/directoryRoleTemplates/${relationshipAdministrator}`)).body.displayName).toBe(
      'Customer Delegated Admin Relationship Administrator',
    )
  })

  it('cannot be made or changed', async () => {
    const path = `/v1.0/roleManagement/directory/roleDefinitions/${globalAdministrator}`
    expect((await server.send('PATCH', path, { displayName: 'x' })).status).toBe(405)
    expect((await server.send('POST', '/v1.0/directoryRoleTemplates', {})).status).toBe(405)
  })

  it('are used from the day they are named, once each', async () => {
    const roles = '/v1.0/directoryRoles'
    const before = await get(roles)
    expect(before.body.value).toMatchObject([{ roleTemplateId: globalAdministrator }])
    const reader = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'
    const made = await server.send('POST', roles, { roleTemplateId: reader.toUpperCase() })
    expect([made.status, made.body.displayName]).toEqual([201, 'Global Reader'])
    const twice = await server.send('POST', roles, { roleTemplateId: reader })
    expect([twice.status, twice.body.error.code]).toEqual([400, 'Request_BadRequest'])
    expect((await server.send('POST', roles, { roleTemplateId: relationshipAdministrator })).status).toBe(201)
    expect((await server.send('POST', roles, { roleTemplateId: 'reader' })).status).toBe(400)
    expect((await server.send('POST', roles, {})).status).toBe(400)
    const unknown = await server.send('POST', roles, { roleTemplateId: '8329153a-20ed-4bf8-aa37-81242c6e8e01' })
    expect(unknown.status).toBe(404)
  })

  it('are held by people', async () => {
    const members = `/v1.0/directoryRoles/${globalAdministrator}/members`
    const people = (await get('/v1.0/users?$select=id,displayName')).body.value as { id: string; displayName: string }[]
    const tara = people.find(({ displayName }) => displayName.startsWith('Tara'))?.id ?? ''
    expect((await get(members)).body.value).toMatchObject([
      { '@odata.type': '#microsoft.graph.user', userPrincipalName: 'admin@contoso.example' },
    ])
    const ref = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${tara}` }
    expect((await server.send('POST', `${members}/$ref`, ref)).status).toBe(204)
    expect((await get(`${members}/$count`)).text).toBe('2')
    expect((await server.send('DELETE', `${members}/${tara}/$ref`)).status).toBe(204)
    expect((await get(`${members}/$count`)).text).toBe('1')
  })
})

describe('the log', () => {
  it('has what was done, newest first, and cannot be written', async () => {
    const { body } = await get(
      `/v1.0/auditLogs/directoryAudits?$filter=result eq 'success' and loggedByService ne 'Term Store'`,
    )
    expect(body.value.length).toBeGreaterThan(0)
    expect(body.value[0]).toMatchObject({
      category: expect.any(String),
      activityDisplayName: expect.any(String),
    })
    expect(body.value.at(-1)).toMatchObject({
      initiatedBy: { app: { appId: wellKnown.daemon }, user: null },
      targetResources: [{ displayName: 'Draft for anyone' }],
    })
    const at: number[] = body.value.map((row: { activityDateTime: string }) => Date.parse(row.activityDateTime))
    expect(at).toEqual(at.toSorted((a, b) => b - a))
    const one = await get(`/v1.0/auditLogs/directoryAudits/${body.value[0].id}`)
    expect(one.body.activityDateTime).toBe(body.value[0].activityDateTime)
    expect((await server.send('POST', '/v1.0/auditLogs/directoryAudits', {})).status).toBe(405)
  })

  it('is read in pages that neither repeat nor leave out a row, while rows are added (B22)', async () => {
    const all: { id: string }[] = (await get('/v1.0/auditLogs/directoryAudits')).body.value
    expect(all.length).toBeGreaterThan(5)
    const walked: string[] = []
    let next = '/v1.0/auditLogs/directoryAudits?$top=2'
    while (next !== '' && walked.length < 500) {
      const { body } = await get(next)
      walked.push(...body.value.map(({ id }: { id: string }) => id))
      next = (body['@odata.nextLink'] ?? '').replace(server.http, '')
      const draft = {
        displayName: `Page ${walked.length}`,
        duration: 'P1D',
        accessDetails: { unifiedRoles: [{ roleDefinitionId: globalAdministrator }] },
      }
      await server.send('POST', '/v1.0/tenantRelationships/delegatedAdminRelationships', draft)
    }
    expect(walked).toEqual(all.map(({ id }) => id))
    const oldest = (await get('/v1.0/auditLogs/directoryAudits?$orderby=activityDateTime&$top=1')).body.value
    expect(oldest[0].activityDateTime <= (all.at(-1) as unknown as { activityDateTime: string }).activityDateTime).toBe(
      true,
    )
  })
})

describe('what only part of Graph is', () => {
  it.each([
    '/v1.0/users/admin@contoso.example/manager',
    '/v1.0/groups/c0117050-6207-4000-8000-000000000001/owners',
    '/v1.0/auditLogs/signIns',
    '/v1.0/tenantRelationships/multiTenantOrganization',
    '/beta/tenantRelationships/managedTenants',
    '/v1.0/roleManagement/entitlementManagement',
  ])('answers 501 for the rest: %s', async (path) => {
    expect((await get(path)).status).toBe(501)
  })
})
