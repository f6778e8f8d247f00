/** A query shows and tells of other types only what the token may read of them (docs/behaviour.md, Queries). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const ask = async (permissions: readonly string[], path: string, query: string) => {
  const answer = await server.parts.handle({
    method: 'GET',
    version: 'v1.0',
    path,
    query,
    headers: {},
    body: undefined,
    origin: server.origin,
    requestId: 'r',
    clientRequestId: 'c',
    actor: { kind: 'app', tenantId: wellKnown.contoso, permissions: new Set(permissions) },
  })
  return answer.status
}

const groups = ['GroupMember.Read.All']
const sites = ['Sites.Read.All']
const terms = ['TermStore.Read.All']

it.each([
  ['/groups', '', groups, sites],
  ['/groups', '$expand=members', groups, sites],
  ['/groups', '$expand=members/$ref', groups, sites],
  ['/groups', "$filter=sites/any(s:s/displayName ne 'x')", [...groups, ...sites], groups],
  ['/groups', '$filter=members/$count($filter=microsoft.graph.group/sites/any()) gt 0', [...groups, ...sites], groups],
  ['/groups', '$filter=not (sites/$count gt 0)', [...groups, ...sites], groups],
  ['/groups', '$orderby=sites/$count', [...groups, ...sites], groups],
  ['/sites/root', '$expand=termStore', [...sites, ...terms], sites],
  ['/sites/root', '$expand=termStore/$ref', [...sites, ...terms], sites],
  ['/sites/root', '$expand=*/$ref', [...sites, ...terms], sites],
  ['/sites/root', '$expand=termStore($expand=groups)', [...sites, ...terms], sites],
] as const)('%s?%s', async (path, query, enough, tooFew) => {
  expect(await ask(enough, path, encodeURI(query))).toBe(200)
  expect(await ask(tooFew, path, encodeURI(query))).toBe(403)
})
