/** @microsoft/microsoft-graph-client, unmodified: every operation of GDAP, in both versions. */
import { Client, PageIterator } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { helpdesk, reader, rolesOf } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { credentialFor, securityGroup } from './_flow.ts'

let server: TestServer
let client: Client
beforeAll(async () => {
  server = await startTestServer()
  client = Client.initWithMiddleware({
    authProvider: new TokenCredentialAuthenticationProvider(credentialFor(server), {
      scopes: ['https://graph.microsoft.com/.default'],
    }),
    baseUrl: `${server.origin}/`,
    customHosts: new Set(['localhost']),
  })
})
afterAll(() => server.close())

interface Row {
  readonly id: string
  readonly status: string
  readonly displayName: string
  readonly '@odata.etag': string
}

describe.each(['v1.0', 'beta'])('the legacy client in %s', (version) => {
  const root = '/tenantRelationships/delegatedAdminRelationships'
  const api = (path: string) => client.api(path).version(version)
  const at = (id: string, below = '') => api(`${root}/${id}${below}`)
  const matching = (path: string, row: Row) => api(path).header('If-Match', row['@odata.etag'])
  const body = (displayName: string) => ({
    displayName: `${displayName} ${version}`,
    duration: 'P730D',
    autoExtendDuration: 'P180D',
    accessDetails: rolesOf(helpdesk, reader),
  })

  it('runs the whole life of a relationship', async () => {
    const made = await api(root).post(body('Legacy'))
    expect(made).toMatchObject({ status: 'created', '@odata.type': '#microsoft.graph.delegatedAdminRelationship' })
    const renamed = await matching(`${root}/${made.id}`, made).patch({ displayName: `Legacy renamed ${version}` })
    expect(renamed).toMatchObject({ displayName: `Legacy renamed ${version}`, duration: 'P730D' })
    expect(await at(made.id, '/requests').post({ action: 'lockForApproval' })).toMatchObject({
      action: 'lockForApproval',
      status: 'created',
    })
    await expect(matching(`${root}/${made.id}`, renamed).patch({ displayName: 'x' })).rejects.toMatchObject({
      statusCode: 412,
    })
    const approved = await server.customer('approve', made.id, { tenantId: wellKnown.northwind })
    expect(approved.body.status).toBe('active')
    const groupId = await securityGroup(server, `Legacy ${version}`)
    const assignments = `${root}/${made.id}/accessAssignments`
    const assignment = await api(assignments).post({
      accessContainer: { accessContainerId: groupId, accessContainerType: 'securityGroup' },
      accessDetails: rolesOf(helpdesk),
    })
    const [listed] = (await api(assignments).get()).value
    expect(listed).toMatchObject({ id: assignment.id, status: 'active', '@odata.etag': expect.any(String) })
    await matching(`${assignments}/${assignment.id}`, listed).patch({ accessDetails: rolesOf(helpdesk, reader) })
    const [operation] = (await at(made.id, '/operations').get()).value
    expect(operation.status).toBe('succeeded')
    expect(JSON.parse(operation.data)).toMatchObject({ id: assignment.id, status: 'active' })
    const current = await api(`${assignments}/${assignment.id}`).get()
    await matching(`${assignments}/${assignment.id}`, current).delete()
    expect((await api(`${assignments}/${assignment.id}`).get()).status).toBe('deleted')
    const customers = await api('/tenantRelationships/delegatedAdminCustomers').get()
    expect(customers.value.map(({ id }: Row) => id)).toContain(wellKnown.northwind)
    const details = `/tenantRelationships/delegatedAdminCustomers/${wellKnown.northwind}/serviceManagementDetails`
    expect((await api(details).get()).value.length).toBeGreaterThan(3)
    await at(made.id, '/requests').post({ action: 'terminate' })
    expect((await at(made.id).get()).status).toBe('terminated')
    expect((await at(made.id, '/requests').get()).value).toHaveLength(2)
    await expect(matching(`${root}/${made.id}`, await at(made.id).get()).delete()).rejects.toMatchObject({
      statusCode: 405,
      code: 'methodNotAllowed',
    })
  })

  it('pages with the iterator of the client', async () => {
    const names = ['One', 'Two', 'Three', 'Four', 'Five'].map((name) => `Page ${name}`)
    for (const name of names) await api(root).post(body(name))
    const first = await api(root).filter("startswith(displayName,'Page')").orderby('displayName').top(2).get()
    const seen: string[] = []
    const iterator = new PageIterator(client, first, (row: Row) => {
      seen.push(row.displayName)
      return true
    })
    await iterator.iterate()
    expect(seen.filter((name) => name.endsWith(version))).toHaveLength(names.length)
    expect(seen).toEqual([...seen].sort())
  })

  it('deletes a draft', async () => {
    const made = await api(root).post(body('Draft'))
    await matching(`${root}/${made.id}`, made).delete()
    await expect(at(made.id).get()).rejects.toMatchObject({ statusCode: 404, code: 'notFound' })
  })
})
