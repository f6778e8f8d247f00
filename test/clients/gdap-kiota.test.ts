/** @microsoft/msgraph-sdk with -tenantrelationships, unmodified: every operation of GDAP. */
import { Duration } from '@microsoft/kiota-abstractions'
import { AzureIdentityAuthenticationProvider } from '@microsoft/kiota-authentication-azure'
import { createGraphServiceClient, GraphRequestAdapter } from '@microsoft/msgraph-sdk'
import {
  type DelegatedAdminAccessAssignment,
  DelegatedAdminAccessContainerTypeObject,
  type DelegatedAdminRelationship,
  DelegatedAdminRelationshipRequestActionObject,
  type Entity,
} from '@microsoft/msgraph-sdk/models/index.js'
import type { ODataError } from '@microsoft/msgraph-sdk/models/oDataErrors/index.js'
import {
  createTenantRelationshipsServiceClient,
  type TenantRelationshipsServiceClient,
} from '@microsoft/msgraph-sdk-tenantrelationships'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { globalAdministrator, helpdesk, reader, rolesOf } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { credentialFor, securityGroup } from './_flow.ts'

let server: TestServer
let client: TenantRelationshipsServiceClient['tenantRelationships']
beforeAll(async () => {
  server = await startTestServer()
  const scopes = ['https://graph.microsoft.com/.default']
  const adapter = new GraphRequestAdapter(
    new AzureIdentityAuthenticationProvider(credentialFor(server), scopes, undefined, new Set(['localhost'])),
  )
  adapter.baseUrl = `${server.origin}/v1.0`
  void createGraphServiceClient(adapter)
  client = createTenantRelationshipsServiceClient(adapter).tenantRelationships
})
afterAll(() => server.close())

const need = <T>(value: T | null | undefined): T => {
  expect(value).toBeTruthy()
  return value as T
}
const tagOf = (entity: Entity | undefined): string => need(entity?.additionalData?.['@odata.etag']) as string
const matching = (entity: Entity | undefined) => ({ headers: { 'If-Match': [tagOf(entity)] } })
const named = (name: string): DelegatedAdminRelationship => ({
  displayName: name,
  duration: new Duration({ days: 365 }),
  accessDetails: rolesOf(helpdesk, reader),
})
const all = () => client.delegatedAdminRelationships
const at = (id: string) => all().byDelegatedAdminRelationshipId(id)

const activate = async (body: DelegatedAdminRelationship, customer = wellKnown.fabrikam): Promise<string> => {
  const id = need((await all().post(body))?.id)
  await at(id).requests.post({ action: DelegatedAdminRelationshipRequestActionObject.LockForApproval })
  const answer = await server.customer('approve', id, { tenantId: customer })
  expect(answer.status, answer.text).toBe(200)
  return id
}

describe('a draft', () => {
  it('is made, read, changed and deleted', async () => {
    const made = need(await all().post({ ...named('Kiota draft'), customer: { tenantId: wellKnown.northwind } }))
    expect(made.createdDateTime).toBeInstanceOf(Date)
    expect(made).toMatchObject({ status: 'created', customer: { displayName: 'Northwind Traders' } })
    expect(made.duration?.toString()).toBe('P365D')
    const id = need(made.id)
    expect(id).toMatch(new RegExp(`-${wellKnown.contoso}$`))
    const read = need(await at(id).get())
    expect(tagOf(read)).toBe(tagOf(made))
    const patched = await at(id).patch(
      { displayName: 'Kiota renamed', duration: new Duration({ years: 2 }) },
      matching(read),
    )
    expect(patched).toMatchObject({ displayName: 'Kiota renamed' })
    expect(patched?.duration?.toString()).toBe('P730D')
    await expect(at(id).patch({ displayName: 'Stale' }, matching(read))).rejects.toMatchObject({
      responseStatusCode: 412,
    })
    await expect(at(id).delete()).rejects.toMatchObject({ responseStatusCode: 400 })
    await at(id).delete(matching(patched))
    await expect(at(id).get()).rejects.toMatchObject({ responseStatusCode: 404 })
  })

  it('is refused with every fault', async () => {
    const faulty = { ...named('x'.repeat(51)), duration: new Duration({ years: 3 }) }
    const error = await all()
      .post(faulty)
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ responseStatusCode: 400 })
    const details = (error as ODataError).errorEscaped?.details ?? []
    expect(details.map(({ target }) => target)).toEqual(expect.arrayContaining(['displayName', 'duration']))
  })
})

describe('a relationship in force', () => {
  it('has requests, assignments, operations and customers', async () => {
    const id = await activate(named('Kiota active'))
    const active = need(await at(id).get())
    expect(active).toMatchObject({ status: 'active', customer: { tenantId: wellKnown.fabrikam } })
    expect(active.endDateTime).toBeInstanceOf(Date)
    const [request] = need((await at(id).requests.get())?.value)
    expect(request).toMatchObject({ action: 'lockForApproval', status: 'succeeded' })
    expect(await at(id).requests.byDelegatedAdminRelationshipRequestId(need(request?.id)).get()).toMatchObject({
      action: 'lockForApproval',
    })

    const groupId = await securityGroup(server, 'Kiota group')
    const container = {
      accessContainerId: groupId,
      accessContainerType: DelegatedAdminAccessContainerTypeObject.SecurityGroup,
    }
    const body: DelegatedAdminAccessAssignment = { accessContainer: container, accessDetails: rolesOf(helpdesk) }
    const created = need(await at(id).accessAssignments.post(body))
    expect(created).toMatchObject({ status: 'pending', accessContainer: { accessContainerId: groupId } })
    const assignment = at(id).accessAssignments.byDelegatedAdminAccessAssignmentId(need(created.id))
    const assigned = need(await assignment.get())
    expect(assigned.status).toBe('active')
    await expect(at(id).accessAssignments.post(body)).rejects.toMatchObject({ responseStatusCode: 409 })
    await assignment.patch({ accessDetails: rolesOf(reader) }, matching(assigned))
    const [operation] = need((await at(id).operations.get())?.value)
    expect(operation).toMatchObject({ operationType: 'delegatedAdminAccessAssignmentUpdate', status: 'succeeded' })
    expect(await at(id).operations.byDelegatedAdminRelationshipOperationId(need(operation?.id)).get()).toMatchObject({
      status: 'succeeded',
    })
    const changed = need(await assignment.get())
    expect(changed.accessDetails?.unifiedRoles?.map(({ roleDefinitionId }) => roleDefinitionId)).toEqual([reader])
    await assignment.delete(matching(changed))
    expect((await at(id).accessAssignments.get())?.value?.map(({ status }) => status)).toEqual(['deleted'])

    const extended = need(
      await at(id).patch({ autoExtendDuration: new Duration({ days: 180 }) }, matching(await at(id).get())),
    )
    expect(extended.autoExtendDuration?.toString()).toBe('P180D')

    const customers = need((await client.delegatedAdminCustomers.get())?.value)
    expect(customers.map(({ tenantId }) => tenantId)).toContain(wellKnown.fabrikam)
    const customer = client.delegatedAdminCustomers.byDelegatedAdminCustomerId(wellKnown.fabrikam)
    expect(await customer.get()).toMatchObject({ displayName: 'Fabrikam' })
    const services = need((await customer.serviceManagementDetails.get())?.value)
    expect(services.map(({ serviceName }) => serviceName)).toContain('Teams')

    await at(id).requests.post({ action: DelegatedAdminRelationshipRequestActionObject.Terminate })
    expect((await at(id).get())?.status).toBe('terminated')
  })

  it('lets go of Global Administrator by a long-running operation', async () => {
    const id = await activate({ ...named('Kiota global'), accessDetails: rolesOf(globalAdministrator, reader) })
    await at(id).patch({ accessDetails: rolesOf(reader) }, matching(await at(id).get()))
    const plain = await at(id).operations.get()
    expect(plain?.value?.[0]).toMatchObject({ operationType: 'unknownFutureValue', status: 'succeeded' })
    const asked = await at(id).operations.get({ headers: { Prefer: ['include-unknown-enum-members'] } })
    expect(asked?.value?.[0]).toMatchObject({ operationType: 'delegatedAdminRelationshipUpdate' })
    const roles = (await at(id).get())?.accessDetails?.unifiedRoles
    expect(roles?.map(({ roleDefinitionId }) => roleDefinitionId)).toEqual([reader])
  })
})

describe('lists', () => {
  it('are filtered, sorted, counted and cut', async () => {
    for (const name of ['List A', 'List B', 'List C']) await all().post(named(name))
    const page = need(
      await all().get({
        queryParameters: {
          filter: "startsWith(displayName,'List') and status eq 'created'",
          orderby: ['displayName desc'],
          top: 2,
          count: true,
          select: ['id', 'displayName'],
        },
      }),
    )
    expect(page.value?.map(({ displayName }) => displayName)).toEqual(['List C', 'List B'])
    expect(page.odataCount).toBe(3)
    expect(page.odataNextLink).toContain('$skiptoken=')
    const next = await all().withUrl(need(page.odataNextLink)).get()
    expect(next?.value?.map(({ displayName }) => displayName)).toEqual(['List A'])
    expect(await all().count.get({ queryParameters: { filter: "startsWith(displayName,'List')" } })).toBe(3)
    const [first] = need((await all().get({ queryParameters: { expand: ['requests'], top: 1 } }))?.value)
    expect(first?.requests).toBeInstanceOf(Array)
  })
})

describe('a tenant', () => {
  it('is found by id and by domain', async () => {
    expect(await client.findTenantInformationByTenantIdWithTenantId(wellKnown.northwind).get()).toMatchObject({
      displayName: 'Northwind Traders',
      defaultDomainName: 'northwind.example',
    })
    expect(await client.findTenantInformationByDomainNameWithDomainName('fabrikam.example').get()).toMatchObject({
      tenantId: wellKnown.fabrikam,
    })
  })
})
