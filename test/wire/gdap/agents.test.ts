/** Who of the partner's people sees relationships, where `--gdap-admin-agents` is on: gdap.md §2.2. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relationships } from '../../_support/relationships.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'

let server: TestServer
let agent: string
let outsider: string
let active: string

beforeAll(async () => {
  server = await startTestServer({ gdap: { ...defaultConfig.gdap, adminAgents: true } })
  const filter = encodeURIComponent("displayName eq 'AdminAgents'")
  const group = (await server.send('GET', `/v1.0/groups?$filter=${filter}`)).body.value[0].id
  const members = (await server.send('GET', `/v1.0/groups/${group}/members`)).body.value
  agent = members[0].id
  const made = await server.send('POST', '/v1.0/users', {
    displayName: 'Outsider',
    accountEnabled: true,
    mailNickname: 'outsider',
    userPrincipalName: 'outsider@contoso.example',
    passwordProfile: { password: 'Correct-horse-7-battery' },
  })
  expect(made.status, made.text).toBe(201)
  outsider = made.body.id
  const list = await server.send('GET', `${relationships}?$filter=status eq 'active'`)
  active = list.body.value[0].id
})
afterAll(() => server.close())

/** No user can sign in yet: the request goes in below the token. */
const as = async (userId: string, method: string, path: string, body?: unknown) => {
  const answer = await server.parts.handle({
    method,
    version: 'v1.0',
    path: path.replace('/v1.0', ''),
    query: '',
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    origin: server.origin,
    requestId: 'r',
    clientRequestId: 'c',
    actor: {
      kind: 'user',
      tenantId: wellKnown.contoso,
      userId,
      permissions: new Set(['DelegatedAdminRelationship.ReadWrite.All']),
    },
  })
  return { status: answer.status, body: JSON.parse(answer.body ?? 'null') }
}

it('shows an agent what an application sees, each time it is asked', async () => {
  const all = (await server.send('GET', relationships)).body.value.length
  for (const _ of [1, 2]) {
    expect((await as(agent, 'GET', relationships)).body.value).toHaveLength(all)
    expect((await as(agent, 'GET', `${relationships}/${active}`)).status).toBe(200)
    expect((await as(agent, 'GET', `${relationships}/${active}/accessAssignments`)).body.value).not.toEqual([])
  }
})

it('shows somebody else empty lists, and no key', async () => {
  const customers = '/v1.0/tenantRelationships/delegatedAdminCustomers'
  for (const _ of [1, 2]) {
    for (const path of [relationships, customers]) {
      const answer = await as(outsider, 'GET', path)
      expect([answer.status, answer.body.value]).toEqual([200, []])
    }
    expect((await as(outsider, 'GET', `${relationships}/${active}`)).status).toBe(404)
    expect((await as(outsider, 'GET', `${relationships}/${active}/accessAssignments`)).status).toBe(404)
    expect((await as(outsider, 'GET', `${customers}/${wellKnown.fabrikam}`)).status).toBe(404)
  }
})

it('refuses writes of somebody else with 403', async () => {
  const body = { action: 'terminate' }
  expect((await as(outsider, 'POST', `${relationships}/${active}/requests`, body)).status).toBe(403)
})

it('sees at once that somebody has left the group', async () => {
  const filter = encodeURIComponent("displayName eq 'AdminAgents'")
  const group = (await server.send('GET', `/v1.0/groups?$filter=${filter}`)).body.value[0].id
  expect((await as(agent, 'GET', relationships)).body.value).not.toEqual([])
  expect((await server.send('DELETE', `/v1.0/groups/${group}/members/${agent}/$ref`)).status).toBe(204)
  expect((await as(agent, 'GET', relationships)).body.value).toEqual([])
  expect((await as(agent, 'GET', `${relationships}/${active}`)).status).toBe(404)
})

it('shows an agent nothing while the account is disabled', async () => {
  const body = {
    displayName: 'Passing',
    accountEnabled: true,
    mailNickname: 'passing',
    userPrincipalName: 'passing@contoso.example',
    passwordProfile: { password: 'Correct-horse-7-battery' },
  }
  const { id } = (await server.send('POST', '/v1.0/users', body)).body
  const filter = encodeURIComponent("displayName eq 'AdminAgents'")
  const group = (await server.send('GET', `/v1.0/groups?$filter=${filter}`)).body.value[0].id
  const member = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` }
  expect((await server.send('POST', `/v1.0/groups/${group}/members/$ref`, member)).status).toBe(204)
  expect((await as(id, 'GET', relationships)).body.value).not.toEqual([])
  await server.send('PATCH', `/v1.0/users/${id}`, { accountEnabled: false })
  expect((await as(id, 'GET', relationships)).body.value).toEqual([])
  const terminate = { action: 'terminate' }
  expect((await as(id, 'POST', `${relationships}/${active}/requests`, terminate)).status).toBe(403)
})
