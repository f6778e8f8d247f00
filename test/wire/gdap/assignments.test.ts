/** Access assignments, their operations, customers and their service links on the wire: gdap.md §3.4, §3.5, §5. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { group } from '#workloads/directory/people.ts'
import { globalAdministrator, helpdesk, reader, rolesOf } from '../../_support/relationships.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { anyTag, customers, idIn, type Kit, kitFor } from './kit.ts'

let server: TestServer
let kit: Kit

beforeAll(async () => {
  server = await startTestServer({ seed: 'default' })
  kit = kitFor(server)
})
afterAll(() => server.close())

const assign = async (path: string, ...roles: string[]) => {
  const answer = await server.send('POST', `${path}/accessAssignments`, kit.assignment(await kit.group(), ...roles))
  expect(answer.status, answer.text).toBe(201)
  return { answer, at: `${path}/accessAssignments/${answer.body.id}` }
}

describe('assignments', () => {
  it('answer pending and are active when read', async () => {
    const path = await kit.at('active')
    const { answer, at } = await assign(path, helpdesk)
    expect(answer.body).toMatchObject({
      '@odata.type': '#microsoft.graph.delegatedAdminAccessAssignment',
      status: 'pending',
      accessDetails: rolesOf(helpdesk),
    })
    expect((await kit.get(at)).body.status).toBe('active')
    expect((await kit.get(`${path}/accessAssignments?$filter=(status eq 'active')`)).body.value).toHaveLength(1)
  })

  it('are refused for a group that is not there, in the words clients look for', async () => {
    const path = await kit.at('active')
    const unknown = kit.assignment('5e0c0000-0000-4000-8000-00000000ffff', reader)
    const answer = await server.send('POST', `${path}/accessAssignments`, unknown)
    expect([answer.status, answer.body.error.code]).toEqual([400, 'badRequest'])
    expect(answer.body.error.message).toContain('access container does not exist')
    expect(answer.body.error.target).toBe('accessContainer/accessContainerId')
  })

  it('are refused for a group that is gone, or that is for mail only', async () => {
    const path = await kit.at('active')
    const deleted = await kit.group()
    expect((await server.send('DELETE', `/v1.0/groups/${deleted}`)).status).toBe(204)
    const mail = crypto.randomUUID()
    await server.parts.store.write(wellKnown.contoso, (tx) =>
      tx.insert(group, { id: mail, displayName: 'Mail', securityEnabled: false, mailEnabled: true, mailNickname: 'm' }),
    )
    for (const id of [deleted, mail]) {
      const answer = await server.send('POST', `${path}/accessAssignments`, kit.assignment(id, reader))
      expect([answer.status, answer.body.error.message.includes('access container does not exist')]).toEqual([
        400,
        true,
      ])
    }
  })

  it('report every fault of a body', async () => {
    const path = await kit.at('active')
    const answer = await server.send('POST', `${path}/accessAssignments`, {
      accessContainer: { accessContainerId: 'x', accessContainerType: 'securityGroup' },
      accessDetails: rolesOf(globalAdministrator),
    })
    expect(answer.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'accessContainer/accessContainerId',
      'accessDetails/unifiedRoles/0/roleDefinitionId',
    ])
  })

  it('are one for each group, until they are deleted', async () => {
    const path = await kit.at('active')
    const body = kit.assignment(await kit.group(), reader)
    const list = `${path}/accessAssignments`
    const first = await server.send('POST', list, body)
    const second = await server.send('POST', list, body)
    expect([second.status, second.body.error.message]).toEqual([409, 'The resource already exists.'])
    expect((await kit.remove(`${list}/${first.body.id}`)).status).toBe(204)
    expect((await kit.get(`${list}/${first.body.id}`)).body.status).toBe('deleted')
    expect((await kit.remove(`${list}/${first.body.id}`)).status).toBe(409)
    expect((await kit.patch(`${list}/${first.body.id}`, { accessDetails: rolesOf(helpdesk) })).status).toBe(409)
    expect((await server.send('POST', list, body)).status).toBe(201)
    expect((await kit.get(list)).body.value).toHaveLength(2)
  })

  it('change by an operation that carries the finished assignment', async () => {
    const path = await kit.at('active')
    const { at } = await assign(path, helpdesk)
    const before = (await kit.get(at)).body
    const sent = { ...before, accessDetails: rolesOf(reader) }
    const answer = await kit.patch(at, sent, { headers: { 'If-Match': before['@odata.etag'] } })
    expect([answer.status, answer.text, answer.headers.get('retry-after')], answer.text).toEqual([202, '{}', '10'])
    const operation = (await kit.get(new URL(answer.headers.get('location') as string).pathname)).body
    expect(operation).toMatchObject({ operationType: 'delegatedAdminAccessAssignmentUpdate', status: 'succeeded' })
    expect(JSON.parse(operation.data)).toEqual({
      id: idIn(at),
      accessContainer: before.accessContainer,
      accessDetails: rolesOf(reader),
      status: 'active',
    })
    const after = (await kit.get(at)).body
    expect(after.accessDetails).toEqual(rolesOf(reader))
    expect(after['@odata.etag']).not.toBe(before['@odata.etag'])
    expect((await kit.patch(at, sent, { headers: { 'If-Match': before['@odata.etag'] } })).status).toBe(412)
  })

  it('answer 200 with the same tag where nothing changes', async () => {
    const { at } = await assign(await kit.at('active'), helpdesk, reader)
    const before = (await kit.get(at)).body
    const answer = await kit.patch(at, { accessDetails: rolesOf(reader, helpdesk) })
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({ id: before.id, '@odata.etag': before['@odata.etag'] }),
    ])
  })

  it('keep their group, and their roles within those of the relationship', async () => {
    const path = await kit.at('active')
    const { at } = await assign(path, helpdesk)
    const other = { accessContainer: { accessContainerId: await kit.group(), accessContainerType: 'securityGroup' } }
    expect((await kit.patch(at, other)).status).toBe(400)
    expect((await kit.patch(at, { accessDetails: rolesOf(globalAdministrator) })).status).toBe(400)
    expect((await kit.patch(at, { accessDetails: rolesOf() })).status).toBe(400)
  })

  it('end with the relationship', async () => {
    const path = await kit.at('active')
    const { at } = await assign(path, helpdesk)
    await server.customer('terminate', idIn(path), { tenantId: wellKnown.fabrikam })
    expect((await kit.get(path)).body.status).toBe('terminated')
    expect((await kit.get(at)).body.status).toBe('deleted')
    expect((await kit.remove(at)).status).toBe(405)
  })

  it('are found in their own relationship only', async () => {
    const [path, other] = [await kit.at('active'), await kit.at('active')]
    const { at } = await assign(path, helpdesk)
    expect((await kit.get(`${path}/accessAssignments/${idIn(at).toUpperCase()}`)).status).toBe(200)
    expect((await kit.get(`${other}/accessAssignments/${idIn(at)}`)).status).toBe(404)
    expect((await kit.get(`${other}/accessAssignments/${idIn(at).toUpperCase()}`)).status).toBe(404)
  })
})

describe('customers', () => {
  const named = async (id: string) => (await kit.get(`${customers}/${id}`)).status

  it('are listed while a relationship with them is in force, with links to their services', async () => {
    const other = await startTestServer({ seed: 'default' })
    try {
      const here = kitFor(other)
      const listed = (await here.get(customers)).body.value.map(({ id }: { id: string }) => id)
      expect(listed).not.toContain(wellKnown.northwind)
      const path = await here.at('approvalPending')
      await other.customer('approve', idIn(path), { tenantId: wellKnown.northwind })
      const customer = (await here.get(`${customers}/${wellKnown.northwind.toUpperCase()}`)).body
      expect(customer).toMatchObject({
        '@odata.type': '#microsoft.graph.delegatedAdminCustomer',
        id: wellKnown.northwind,
        tenantId: wellKnown.northwind,
        displayName: expect.stringMatching(/^Northwind/),
      })
      const details = `${customers}/${wellKnown.northwind}/serviceManagementDetails`
      const links = (await here.get(details)).body.value
      const urls = links.map(({ serviceManagementUrl }: { serviceManagementUrl: string }) => serviceManagementUrl)
      expect(links.map(({ serviceName }: { serviceName: string }) => serviceName)).toContain('Microsoft 365 Lighthouse')
      expect(urls).toContain('https://admin.teams.microsoft.com/?delegatedOrg=northwind.example')
      expect(urls).toContain(`https://businesscentral.dynamics.com/${wellKnown.northwind}/admin`)
      expect((await here.get(`${details}/${links[0].id}`)).body.serviceName).toBe(links[0].serviceName)

      expect((await here.ask(path, 'terminate')).status).toBe(201)
      expect((await here.get(`${customers}/${wellKnown.northwind}`)).status).toBe(404)
      expect((await here.get(details)).status).toBe(404)

      const again = await here.at('approvalPending')
      await other.customer('approve', idIn(again), { tenantId: wellKnown.northwind })
      expect((await here.get(details)).body.value).toEqual(links)
    } finally {
      await other.close()
    }
  })

  it('stay while another relationship is in force', async () => {
    const [one, other] = [await kit.at('active'), await kit.at('active')]
    await kit.ask(one, 'terminate')
    expect(await named(wellKnown.fabrikam)).toBe(200)
    expect((await kit.get(other)).body.status).toBe('active')
  })

  it('cannot be written, nor operations, nor requests once made', async () => {
    const path = await kit.at('created')
    for (const [method, address] of [
      ['POST', customers],
      ['DELETE', `${customers}/${wellKnown.fabrikam}`],
      ['POST', `${customers}/${wellKnown.fabrikam}/serviceManagementDetails`],
      ['POST', `${path}/operations`],
      ['PATCH', `${path}/requests/${crypto.randomUUID()}`],
    ] as const) {
      const answer = await server.send(method, address, method === 'DELETE' ? undefined : {}, anyTag)
      expect([address, answer.status, answer.body.error.code]).toEqual([address, 405, 'methodNotAllowed'])
    }
  })
})
