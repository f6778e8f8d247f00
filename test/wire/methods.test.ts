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
