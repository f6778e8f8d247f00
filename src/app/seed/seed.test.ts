/** The default seed: who may do what in it, and what lies ready. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { models } from '#workloads/models.ts'
import { openParts, type Parts } from '../compose.ts'
import { defaultConfig } from '../config.ts'
import { applications, readRoles, wellKnown, writeRoles } from './seed-data.ts'

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
    actor: { kind: 'app', tenantId, permissions: new Set(readRoles) },
  })
  expect(answer.status).toBe(200)
  return JSON.parse(answer.body ?? '{}').value
}

describe('the permissions of the seeded applications', () => {
  const asked = new Set(
    Object.values(models).flatMap(({ entities }) =>
      entities.flatMap(({ scopes, functions = {} }) => [
        ...(scopes?.read ?? []),
        ...(scopes?.write ?? []),
        ...Object.values(functions).flatMap((facts) => facts.scopes),
      ]),
    ),
  )

  it('are all that the model asks for, and no others', () => {
    expect([...readRoles, ...writeRoles].sort()).toEqual([...asked].sort())
    expect(applications.map(({ appRoles }) => appRoles.length)).toEqual([asked.size, readRoles.length, 0, 0, 0])
  })

  it('are for reading only where they say so', () => {
    for (const role of readRoles) expect(role).toMatch(/\.Read(Basic)?\./)
    for (const role of writeRoles) expect(role).toContain('.ReadWrite.')
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
