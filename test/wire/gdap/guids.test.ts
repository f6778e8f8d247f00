/** Ids in capitals, as PowerShell and spreadsheets write them: GUIDs mean the same in any case, in filters and in keys. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { helpdesk, relationships } from '../../_support/relationships.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { customers, idIn, type Kit, kitFor } from './kit.ts'

let server: TestServer
let kit: Kit
let at = ''
let group = ''
let assignment = ''

beforeAll(async () => {
  server = await startTestServer()
  kit = kitFor(server)
  at = await kit.at('active', { customer: { tenantId: wellKnown.fabrikam } })
  group = await kit.group()
  const made = await server.send('POST', `${at}/accessAssignments`, kit.assignment(group, helpdesk))
  expect(made.status, made.text).toBe(201)
  assignment = made.body.id
})
afterAll(() => server.close())

const capitals = (text: string) => text.toUpperCase()

describe('a GUID in capitals', () => {
  it.each([
    ['customer/tenantId eq', () => `customer/tenantId eq '${capitals(wellKnown.fabrikam)}'`],
    ['toupper', () => `toupper(customer/tenantId) eq '${capitals(wellKnown.fabrikam)}'`],
    ['concat', () => `concat(customer/tenantId,'') eq '${capitals(wellKnown.fabrikam)}'`],
    ['substring', () => `substring(customer/tenantId,0,3) eq '${capitals(wellKnown.fabrikam).slice(0, 3)}'`],
    ['without quotes', () => `customer/tenantId eq ${capitals(wellKnown.fabrikam)}`],
    ['in', () => `customer/tenantId in ('${capitals(wellKnown.fabrikam)}','x')`],
    ['ne', () => `not (customer/tenantId ne '${capitals(wellKnown.fabrikam)}')`],
    ['with a status', () => `customer/tenantId eq '${capitals(wellKnown.fabrikam)}' and status eq 'active'`],
    ['id', () => `id eq '${capitals(idIn(at))}'`],
    ['id in', () => `id in ('${capitals(idIn(at))}')`],
    ['a role', () => `accessDetails/unifiedRoles/any(r:r/roleDefinitionId eq '${capitals(helpdesk)}')`],
    [
      'a role of an assignment',
      () => `accessAssignments/any(a:a/accessContainer/accessContainerId eq '${capitals(group)}')`,
    ],
    ['a whole value', () => `customer eq {"tenantId":"${capitals(wellKnown.fabrikam)}","displayName":"FABRIKAM"}`],
    ['the name of a customer', () => "customer/displayName eq 'fabrikam'"],
    ['a part of the name', () => "contains(customer/displayName,'ABRI')"],
  ])('finds the relationship: %s', async (_, filterOf) => {
    for (const version of ['v1.0', 'beta']) {
      const path = `${relationships.replace('v1.0', version)}?$filter=${encodeURIComponent(filterOf())}`
      const { status, body } = await kit.get(path)
      expect([status, body.error?.message]).toEqual([200, undefined])
      expect(body.value.map(({ id }: { id: string }) => id)).toContain(idIn(at))
    }
  })

  it('is a key', async () => {
    const path = `${relationships}/${capitals(idIn(at))}`
    expect((await kit.get(path)).body.id).toBe(idIn(at))
    expect((await kit.get(`${relationships}('${capitals(idIn(at))}')`)).body.id).toBe(idIn(at))
    const below = await kit.get(`${path}/accessAssignments/${capitals(assignment)}`)
    expect([below.status, below.body.id]).toEqual([200, assignment])
    const customer = await kit.get(`${customers}/${capitals(wellKnown.fabrikam)}`)
    expect([customer.status, customer.body.id]).toEqual([200, wellKnown.fabrikam])
    expect((await kit.get(`${customers}/${capitals(wellKnown.fabrikam)}/serviceManagementDetails`)).status).toBe(200)
    const patched = await kit.patch(path, { id: capitals(idIn(at)), autoExtendDuration: 'PT0S' })
    expect([patched.status, patched.body?.error?.message]).toEqual([200, undefined])
    const missing = `${wellKnown.fabrikam}-${wellKnown.contoso}`.toUpperCase()
    expect((await kit.get(`${relationships}/${missing}`)).status).toBe(404)
    const listed = await kit.get(`${customers}?$filter=tenantId eq '${capitals(wellKnown.fabrikam)}'`)
    expect(listed.body.value.map(({ id }: { id: string }) => id)).toEqual([wellKnown.fabrikam])
  })

  it('is a key of the audit log', async () => {
    const log = '/v1.0/auditLogs/directoryAudits'
    const [row] = (await kit.get(`${log}?$top=1`)).body.value
    expect((await kit.get(`${log}/${capitals(row.id)}`)).body.id).toBe(row.id)
    const target = capitals(row.targetResources[0].id)
    const found = await kit.get(`${log}?$filter=targetResources/any(t:t/id eq '${target}')&$top=1`)
    expect(found.body.value).toHaveLength(1)
  })
})

describe('a cast to what an indirect provider raised', () => {
  it.each(['microsoft.graph.resellerDelegatedAdminRelationship', 'graph.resellerDelegatedAdminRelationship'])(
    'leaves such relationships: %s',
    async (type) => {
      for (const root of [relationships, relationships.replace('v1.0', 'beta')]) {
        const { status, body } = await kit.get(`${root}/${type}?$count=true`)
        expect(status).toBe(200)
        for (const row of body.value) expect(row['@odata.type']).toMatch(/#microsoft\.graph\.reseller/)
        expect((await kit.get(`${root}/${type}/$count`)).text).toBe(String(body['@odata.count']))
        const [first] = body.value
        if (first !== undefined) {
          expect((await kit.get(`${root}/${first.id}/${type}`)).body.id).toBe(first.id)
          expect((await kit.get(`${root}/${type}('${first.id}')/accessAssignments`)).status).toBe(200)
        }
        expect((await kit.get(`${root}/${idIn(at)}/${type}`)).status).toBe(404)
        const select = await kit.get(`${root}?$select=id,${type}/isPartnerConsentPending&$top=5`)
        expect(select.status).toBe(200)
        expect((await kit.get(`${root}?$filter=${type}/isPartnerConsentPending eq true`)).status).toBe(200)
      }
      const made = await kit.create({ '@odata.type': `#${type}` })
      expect([made.status, made.body.error?.target]).toEqual([400, '@odata.type'])
      expect((await kit.create({}, `${relationships}/${type}`)).status).toBe(405)
    },
  )
})
