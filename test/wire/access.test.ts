/** Who may do what: tokens, permissions, tenants (protocol.md §1.3, term-store.md §2.2 and §5). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants } from '#app/seed/default-seed.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const contosoSet = tenants[0]?.termStore.groups[0]?.sets?.[0]?.id ?? ''
const fabrikamSet = tenants[1]?.termStore.groups[0]?.sets?.[0]?.id ?? ''

describe('tokens', () => {
  it.each([
    ['none', undefined],
    ['another scheme', 'Basic abc'],
    ['not a token', 'Bearer nonsense'],
    ['a forged one', 'Bearer eyJhbGciOiJub25lIn0.eyJhdWQiOiJodHRwczovL2dyYXBoLm1pY3Jvc29mdC5jb20ifQ.'],
  ])('answers 401 to %s', async (_, authorization) => {
    const answer = await fetch(`${server.http}/v1.0/termStore`, {
      headers: authorization === undefined ? {} : { authorization },
    })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
    expect(await answer.json()).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } })
  })

  it('are not asked for by $metadata', async () => {
    const answer = await fetch(`${server.http}/v1.0/$metadata`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/xml'])
    expect(await answer.text()).toContain('<Schema Namespace="microsoft.graph.termStore"')
  })
})

describe('permissions', () => {
  const reader = { app: wellKnown.reader }
  it('let the reader read and not write', async () => {
    expect((await server.send('GET', '/v1.0/termStore', undefined, reader)).status).toBe(200)
    expect((await server.send('GET', '/v1.0/sites/root', undefined, reader)).status).toBe(200)
    for (const [method, path] of [
      ['PATCH', '/v1.0/termStore'],
      ['POST', '/v1.0/termStore/groups'],
      ['DELETE', `/v1.0/termStore/sets/${contosoSet}`],
    ] as const) {
      const { status, body } = await server.send(method, path, { displayName: 'Forbidden' }, reader)
      expect([method, status, body.error.code]).toEqual([method, 403, 'accessDenied'])
    }
  })
})

describe('tenants', () => {
  it('never see each other', async () => {
    const fabrikam = { tenant: wellKnown.fabrikam }
    expect((await server.send('GET', `/v1.0/termStore/sets/${fabrikamSet}`, undefined, fabrikam)).status).toBe(200)
    expect((await server.send('GET', `/v1.0/termStore/sets/${fabrikamSet}`)).status).toBe(404)
    expect((await server.send('GET', `/v1.0/termStore/sets/${contosoSet}`, undefined, fabrikam)).status).toBe(404)
    const groups = await server.send('GET', '/v1.0/termStore/groups', undefined, fabrikam)
    expect(groups.body.value.map((group: { displayName: string }) => group.displayName)).toEqual(['Company', 'System'])
    expect((await server.send('GET', '/v1.0/sites/contoso.example', undefined, fabrikam)).status).toBe(404)
  })

  it('may use the same name and the same id', async () => {
    const body = { displayName: 'Shared name', id: '0aa0aa00-1111-4222-8333-444455556666' }
    for (const tenant of [wellKnown.fabrikam, wellKnown.northwind]) {
      const made = await server.send('POST', '/v1.0/termStore/groups', body, { tenant })
      expect([made.status, made.body.id]).toEqual([201, body.id])
    }
    const again = await server.send('POST', '/v1.0/termStore/groups', body, { tenant: wellKnown.fabrikam })
    expect([again.status, again.body.error.code]).toEqual([409, 'nameAlreadyExists'])
  })

  it('refuse a page token of another tenant', async () => {
    const first = await server.send('GET', '/v1.0/termStore/groups?$top=1')
    const next = new URL(first.body['@odata.nextLink'])
    const stolen = await server.send('GET', `${next.pathname}${next.search}`, undefined, { tenant: wellKnown.fabrikam })
    expect(stolen.status).toBe(400)
  })
})
