/** What the engine could do and Graph does not: PUT, upserts and deep bodies stay off in both workloads. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const store = '/v1.0/sites/root/termStore'
const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
const absent = 'c0117050-0000-4000-8000-00000000dead'

it.each([`${store}/sets/${absent}`, `${store}/groups/${absent}`, `${relationships}/${absent}`, store])(
  'refuses PUT on %s',
  async (path) => {
    const { status, headers } = await server.send('PUT', path, { displayName: 'x' })
    expect(status).toBe(405)
    expect(headers.get('allow')).not.toContain('PUT')
  },
)

it.each([`${store}/sets/${absent}`, `${store}/groups/${absent}`, `${relationships}/${absent}-${absent}`])(
  'makes nothing at %s, whatever the request asks',
  async (path) => {
    for (const headers of [{ prefer: 'create-if-missing' }, { 'if-none-match': '*' }]) {
      expect((await server.send('PATCH', path, { displayName: 'x' }, { headers })).status).toBe(404)
    }
    expect((await server.send('GET', path)).status).toBe(404)
  },
)

it('refuses members in the body of their owner', async () => {
  const { status, body } = await server.send('POST', `${store}/groups`, {
    displayName: 'Deep',
    sets: [{ localizedNames: [{ languageTag: 'en-US', name: 'x' }] }],
  })
  expect([status, body.error.target]).toEqual([400, 'sets'])
})

/** Addresses where the model knows a verb that is not served yet. */
it.each([
  '/v1.0/sites',
  '/v1.0/roleManagement/directory/roleDefinitions',
  '/v1.0/organization/contoso',
  `/v1.0/groups/${absent}/sites`,
  `/v1.0/groups/${absent}/sites/$count`,
])('names no method in Allow that is answered 501: %s', async (path) => {
  const refused = await server.send('PUT', path, {})
  const asked = await server.send('OPTIONS', path)
  expect([refused.status, asked.status]).toEqual([405, 204])
  for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) {
    const { status } = await server.send(method, path, method === 'GET' || method === 'DELETE' ? undefined : {})
    if (status !== 501 && status !== 405) continue
    expect(refused.headers.get('allow') ?? '', method).not.toContain(method)
    expect(asked.headers.get('allow') ?? '', method).not.toContain(method)
  }
})

it('names no method of ours in Allow in strict mode', async () => {
  const strict = await startTestServer({ strict: true })
  const path = '/beta/termStore/sets'
  const allowOf = async (of: TestServer) => (await of.send('OPTIONS', path)).headers.get('allow')
  expect([await allowOf(server), await allowOf(strict)]).toEqual(['GET, HEAD, POST, PATCH, OPTIONS', 'POST, OPTIONS'])
  await strict.close()
})

it.each([
  '/v1.0/users/delta',
  '/v1.0/users/delta()',
  '/v1.0/users/delta?$select=id',
  '/v1.0/users/delta?$deltatoken=latest',
  '/beta/users/microsoft.graph.delta()',
  '/v1.0/groups/delta',
  '/v1.0/groups/Delta()?$deltatoken=x',
  '/v1.0/directoryRoles/delta',
  '/v1.0/directoryObjects/delta',
])('answers 501 for the function %s, which Graph has and Relata does not serve', async (path) => {
  // Not over the builder, which would look it up in the OpenAPI document as the row `delta`.
  const answer = await fetch(`${server.http}${path}`, { headers: { authorization: `Bearer ${await server.token()}` } })
  const { error } = (await answer.json()) as { error: { code: string; message: string } }
  expect(answer.status).toBe(501)
  expect(error.message).toMatch(/does not serve '(microsoft\.graph\.)?delta/i)
})

it('has no function delta on terms, as Graph has none there', async () => {
  expect((await server.send('GET', `${store}/sets/${absent}/terms/delta`)).status).not.toBe(501)
})
