/** The default seed: who may do what in it, and what lies ready. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { models } from '#workloads/models.ts'
import { defaultConfig } from '../config.ts'
import { openParts, type Parts } from '../parts.ts'
import { readPermissions } from './permissions.ts'
import { applications, wellKnown } from './seed-data.ts'

let parts: Parts
beforeAll(async () => {
  parts = await openParts({ ...defaultConfig, database: undefined })
})
afterAll(() => parts.close())

async function list(path: string, tenantId: string = wellKnown.contoso) {
  const [name = '', query = ''] = path.split('?')
  const answer = await parts.handle({
    method: 'GET',
    version: 'v1.0',
    path: name,
    query,
    headers: {},
    body: undefined,
    origin: 'https://localhost',
    requestId: '',
    clientRequestId: '',
    actor: { kind: 'app', tenantId, permissions: new Set(readPermissions) },
  })
  expect(answer.status).toBe(200)
  return JSON.parse(answer.body ?? '{}').value
}

describe('the permissions of the seeded applications', () => {
  const reading = [
    'AuditLog.Read.All',
    'CrossTenantInformation.ReadBasic.All',
    'DelegatedAdminRelationship.Read.All',
    'Directory.Read.All',
    'Group.Read.All',
    'GroupMember.Read.All',
    'Member.Read.Hidden',
    'Organization.Read.All',
    'RoleManagement.Read.All',
    'RoleManagement.Read.Directory',
    'Sites.Read.All',
    'TermStore.Read.All',
    'User.Read.All',
    'User.ReadBasic.All',
  ]
  const writing = [
    'DelegatedAdminRelationship.ReadWrite.All',
    'Directory.ReadWrite.All',
    'Group.ReadWrite.All',
    'GroupMember.ReadWrite.All',
    'Organization.ReadWrite.All',
    'RoleManagement.ReadWrite.Directory',
    'Sites.ReadWrite.All',
    'TermStore.ReadWrite.All',
    'User-PasswordProfile.ReadWrite.All',
    'User.ReadWrite.All',
  ]
  const rolesOf = (wanted: string) => applications.find(({ id }) => id === wanted)?.appRoles

  it('are all that the models ask for; the reader holds those that only read', () => {
    expect(rolesOf(wellKnown.daemon)).toEqual([...reading, ...writing])
    expect(rolesOf(wellKnown.reader)).toEqual(reading)
    const signsIn = applications.filter(({ id }) => id !== wellKnown.daemon && id !== wellKnown.reader)
    expect(signsIn.flatMap(({ appRoles }) => appRoles)).toEqual([])
  })

  it('leave out only those that Graph has for people alone', () => {
    const asked = Object.values(models).flatMap(({ entities }) =>
      entities.flatMap(({ scopes, functions = {}, actions = {} }) => [
        ...(scopes?.read ?? []),
        ...(scopes?.write ?? []),
        ...[functions, actions].flatMap((facts) => Object.values(facts).flatMap((one) => one.scopes)),
      ]),
    )
    const missing = [...new Set(asked)].filter((one) => rolesOf(wellKnown.daemon)?.includes(one) !== true)
    expect(missing.toSorted()).toEqual(['Subscription.Read.All', 'User.Read', 'User.ReadWrite'])
  })
})

describe('what is seeded', () => {
  it('has an administrator in every tenant', async () => {
    for (const tenantId of [wellKnown.contoso, wellKnown.fabrikam, wellKnown.northwind]) {
      const [role] = await list('/directoryRoles', tenantId)
      expect(role.displayName).toBe('Global Administrator')
      const holders = await list(`/directoryRoles/${role.id}/members`, tenantId)
      expect(holders).toMatchObject([{ displayName: 'Administrator' }])
    }
  })

  it('has the partner’s agents, and relationships at three stages', async () => {
    const names = (await list('/groups')).map(({ displayName }: { displayName: string }) => displayName)
    expect(names).toEqual(expect.arrayContaining(['AdminAgents', 'HelpdeskAgents', 'SalesAgents']))
    const all = await list('/tenantRelationships/delegatedAdminRelationships')
    expect(
      all.map(({ status, customer }: Record<string, { displayName: string } | null>) => [
        status,
        customer?.displayName ?? null,
      ]),
    ).toEqual([
      ['created', null],
      ['approvalPending', 'Northwind Traders'],
      ['active', 'Fabrikam'],
    ])
    const [, , active] = all
    const path = `/tenantRelationships/delegatedAdminRelationships/${active.id}/accessAssignments`
    expect(await list(path)).toMatchObject([{ status: 'active' }])
    const customers = await list('/tenantRelationships/delegatedAdminCustomers')
    expect(customers).toMatchObject([{ id: wellKnown.fabrikam, displayName: 'Fabrikam' }])
    expect(await list('/tenantRelationships/delegatedAdminRelationships', wellKnown.fabrikam)).toEqual([])
  })
})
