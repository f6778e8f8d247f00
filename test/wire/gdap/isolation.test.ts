/** Two partners, the same customers: neither sees, names or uses anything of the other's (gdap.md §5). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { helpdesk, relationships, relationshipsOver } from '../../_support/relationships.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { customers } from './kit.ts'

const partners = [wellKnown.contoso, wellKnown.northwind] as const

let server: TestServer
const active = new Map<string, string>()
const group = new Map<string, string>()
const need = (map: Map<string, string>, key: string): string => {
  const value = map.get(key)
  if (value === undefined) throw new Error(`nothing for ${key}`)
  return value
}

beforeAll(async () => {
  server = await startTestServer({ seed: 'default' })
  for (const tenant of partners) {
    const as = { tenant }
    const { relationship } = relationshipsOver(
      (method, path, body) => server.send(method, path, body, as),
      (id, body) => server.customer('approve', id, body),
    )
    active.set(tenant, await relationship('active', { displayName: 'The same name', duration: 'P30D' }))
    const security = { displayName: 'Desk', mailEnabled: false, mailNickname: 'desk', securityEnabled: true }
    group.set(tenant, (await server.send('POST', '/v1.0/groups', security, as)).body.id)
  }
})
afterAll(() => server.close())

it.each([
  { own: partners[0], other: partners[1] },
  { own: partners[1], other: partners[0] },
])('$own and $other know nothing of each other', async ({ own, other }) => {
  const as = { tenant: own }
  const mine = need(active, own)
  const theirs = need(active, other)
  const listed = (await server.send('GET', `${relationships}?$select=id`, undefined, as)).body.value
  const ids = listed.map(({ id }: { id: string }) => id)
  expect(ids).toContain(mine)
  expect(ids).not.toContain(theirs)
  expect(ids.every((id: string) => id.endsWith(own))).toBe(true)

  for (const path of ['', '/accessAssignments', '/requests', '/operations'])
    expect((await server.send('GET', `${relationships}/${theirs}${path}`, undefined, as)).status).toBe(404)
  const headers = { 'if-match': '*' }
  const change = { autoExtendDuration: 'P180D' }
  expect((await server.send('PATCH', `${relationships}/${theirs}`, change, { ...as, headers })).status).toBe(404)
  expect((await server.send('POST', `${relationships}/${theirs}/requests`, { action: 'terminate' }, as)).status).toBe(
    404,
  )

  const assign = (groupId: string) =>
    server.send(
      'POST',
      `${relationships}/${mine}/accessAssignments`,
      {
        accessContainer: { accessContainerId: groupId, accessContainerType: 'securityGroup' },
        accessDetails: { unifiedRoles: [{ roleDefinitionId: helpdesk }] },
      },
      as,
    )
  const foreign = await assign(need(group, other))
  expect([foreign.status, foreign.text.toLowerCase().includes('access container does not exist')]).toEqual([400, true])
  expect((await assign(need(group, own))).status).toBe(201)

  const seen = (await server.send('GET', customers, undefined, as)).body.value
  expect(seen.map(({ id }: { id: string }) => id)).toContain(wellKnown.fabrikam)
  const records = (await server.send('GET', '/v1.0/auditLogs/directoryAudits', undefined, as)).text
  expect(records).toContain(mine)
  expect(records).not.toContain(theirs)
})

it('ends one partner’s relationship and leaves the other’s in force', async () => {
  const [first, second] = partners
  await server.customer('terminate', need(active, first), { tenantId: wellKnown.fabrikam })
  const statusOf = async (tenant: string) =>
    (await server.send('GET', `${relationships}/${need(active, tenant)}`, undefined, { tenant })).body.status
  expect([await statusOf(first), await statusOf(second)]).toEqual(['terminated', 'active'])
  const customer = await server.send('GET', `${customers}/${wellKnown.fabrikam}`, undefined, { tenant: second })
  expect(customer.status).toBe(200)
})
