/** `/_relata/access` in a registry: for the partner's AdminAgents, about their own people and customers, and nobody else. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relationship } from '#workloads/gdap/types.ts'
import { personToken } from '../_support/person-token.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const { contoso, fabrikam, northwind } = wellKnown
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ registry: true, seed: 'default', httpOnly: true })
})
afterAll(() => server.close())

const tokenOf = (tenant: string, name: string, scopes: string): Promise<string> =>
  personToken(server, tenant, name, scopes)

const read = 'DelegatedAdminRelationship.Read.All'
const ask = async (query: string, token?: string) => {
  const headers = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }
  const answer = await fetch(`${server.http}/_relata/access?${query}`, headers)
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

it('explains to an agent what its people may do at a customer', async () => {
  const token = await tokenOf(contoso, 'tara@contoso.example', read)
  const { status, body } = await ask('user=hugo@contoso.example&tenant=fabrikam.example', token)
  expect([status, body.allowed, body.tenant.id]).toEqual([200, true, fabrikam])
  expect(body.by[0]).toMatchObject({ relationship: { displayName: 'Fabrikam operations' } })
  expect((await ask('user=hugo@contoso.example&tenant=contoso.example', token)).status).toBe(200)
})

it('shows nobody of another tenant, and no tenant without a relationship', async () => {
  const token = await tokenOf(contoso, 'tara@contoso.example', read)
  const other = await ask('user=admin@fabrikam.example&tenant=fabrikam.example', token)
  expect([other.status, other.body.error.target]).toEqual([404, 'user'])
  const customer = await tokenOf(fabrikam, 'admin@fabrikam.example', read)
  const refused = await ask('user=admin@fabrikam.example&tenant=fabrikam.example', customer)
  expect([refused.status, refused.body.error.message]).toEqual([
    403,
    'Only members of the group AdminAgents may ask this.',
  ])
  // Northwind has an invitation of Contoso; a tenant that has none is like one that is not there.
  expect((await ask('user=hugo@contoso.example&tenant=northwind.example', token)).body.tenant.id).toBe(northwind)
  const { store } = server.parts
  await store.write(contoso, async (tx) => {
    for (const { id } of await tx.find(relationship, { customerTenantId: northwind }))
      await tx.update(relationship, id, { customerTenantId: fabrikam })
  })
  const gone = await ask('user=hugo@contoso.example&tenant=northwind.example', token)
  const unknown = await ask('user=hugo@contoso.example&tenant=nowhere.example', token)
  expect([gone.status, unknown.status, gone.body.error.target]).toEqual([404, 404, 'tenant'])
  expect(gone.body.error.message.replace('northwind', 'nowhere')).toBe(unknown.body.error.message)
})

it('refuses who is no agent, and a token that may not read relationships', async () => {
  const question = 'user=hugo@contoso.example&tenant=fabrikam.example'
  expect((await ask(question)).status).toBe(401)
  expect((await ask(question, await tokenOf(contoso, 'hugo@contoso.example', read))).status).toBe(403)
  expect((await ask(question, await tokenOf(contoso, 'tara@contoso.example', 'User.Read'))).status).toBe(403)
  expect((await ask(question, await server.token())).status).toBe(403)
})
