/** Plans and jobs of a registry, asked for by somebody else: exchange.md §2.9. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ registry: true })
})

afterAll(() => server.close())

const root = '/_relata/term-store'

async function ask(method: string, path: string, tenant: string | undefined, body?: string) {
  const token = tenant === undefined ? {} : { Authorization: `Bearer ${await server.token(tenant)}` }
  const headers = { ...token, 'content-type': 'application/octet-stream' }
  const answer = await fetch(`${server.http}${root}/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true
  return { status: answer.status, text, body: isJson ? JSON.parse(text) : undefined }
}

const file = 'Strangers|Of a registry|One\n'
const plan = 'plan?format=pnp-text&file=s.txt'

describe('a stranger', () => {
  it.each([
    ['POST', plan, file],
    ['POST', 'apply', '{"plan":"x"}'],
    ['GET', 'jobs/x', undefined],
    ['DELETE', 'jobs/x', undefined],
    ['GET', 'export', undefined],
    ['GET', 'validate', undefined],
  ])('without a token: %s %s', async (method, path, body) => {
    const answer = await ask(method, path, undefined, body)
    expect(answer.status).toBe(401)
    expect(answer.body.error.code).toBe('InvalidAuthenticationToken')
  })

  it('of another tenant neither names the tenant, nor sees its plans and jobs, nor stops them', async () => {
    const { text } = await ask('POST', plan, wellKnown.contoso, file)
    const { digest } = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')
    const started = await ask('POST', 'apply', wellKnown.contoso, JSON.stringify({ plan: digest }))
    expect(started.status).toBe(202)
    await server.parts.exchange.settle()
    const { id } = started.body
    expect((await ask('GET', `jobs/${id}`, wellKnown.contoso)).body).toMatchObject({ state: 'done' })
    expect((await ask('GET', `jobs/${id}`, wellKnown.fabrikam)).status).toBe(404)
    expect((await ask('DELETE', `jobs/${id}`, wellKnown.fabrikam)).status).toBe(404)
    expect((await ask('POST', 'apply', wellKnown.fabrikam, JSON.stringify({ plan: digest }))).status).toBe(404)
    const other = await ask('GET', `export?tenant=${wellKnown.contoso}`, wellKnown.fabrikam)
    expect(other).toMatchObject({ status: 403, body: { error: { code: 'accessDenied', target: 'tenant' } } })
  })
})
