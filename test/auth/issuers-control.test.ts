/** The addresses that show external issuers and check tokens: in a stand-in, while an issuer is out, and in the log. */

import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Config } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const { contoso } = wellKnown
const running: TestServer[] = []
/** An address where nobody answers. */
let nowhere = ''
beforeAll(async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  nowhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise((resolve) => server.close(resolve))
})
afterAll(async () => {
  for (const server of running) await server.close()
})
afterEach(() => vi.restoreAllMocks())

const start = async (issuers: readonly object[], more: Partial<Config> = {}): Promise<TestServer> => {
  const server = await startTestServer({ issuers: parseOutsideIssuers(JSON.stringify(issuers)), ...more })
  running.push(server)
  return server
}

const list = async ({ http }: TestServer) => {
  const answer = await fetch(`${http}/_relata/issuers`)
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  return { status: answer.status, body: (await answer.json()) as any }
}
const check = async ({ http }: TestServer, token: string) => {
  const answer = await fetch(`${http}/_relata/issuers/check`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  return { status: answer.status, body: (await answer.json()) as any }
}

describe('in a stand-in', () => {
  it('no token is needed: issuers are listed as they are set, with what is usual', async () => {
    expect((await list(await start([]))).body).toEqual({ issuers: [] })
    const out = { issuer: `${nowhere}/one`, audience: 'x', tenant: 'contoso.example' }
    const all = { issuer: `${nowhere}/{tenantid}`, audience: ['x', 'y'], type: 'at+jwt' }
    const { status, body } = await list(await start([out, all]))
    expect(status).toBe(200)
    expect(body.issuers).toMatchObject([
      {
        ...out,
        audience: ['x'],
        claims: { user: ['oid', 'sub'], scopes: ['scp', 'scope'] },
        state: [{ issuer: out.issuer, reachable: false, keys: [], error: expect.stringContaining('ECONNREFUSED') }],
      },
      // Its names are known when a token has brought them.
      { ...all, state: [] },
    ])
  })

  it('a token of the built-in issuer is told from others', async () => {
    const server = await start([])
    const { body } = await check(server, await server.token())
    expect(body).toEqual({
      accepted: true,
      reason: null,
      actor: {
        kind: 'application',
        tenantId: contoso,
        appId: wellKnown.daemon,
        userId: null,
        name: 'Relata daemon',
        permissions: expect.arrayContaining(['TermStore.Read.All']),
        isOperator: false,
      },
      findings: [{ name: 'iss', value: expect.any(String), passed: true, text: expect.stringContaining('built-in') }],
    })
    const other = await start([{ issuer: `${nowhere}/one`, audience: 'x', tenant: contoso }])
    const { body: refused } = await check(other, await server.token())
    expect(refused).toMatchObject({ accepted: false, actor: null, reason: expect.stringContaining('signature') })
    expect(refused.findings).toMatchObject([{ name: 'iss', passed: false, text: expect.stringContaining('/one') }])
  })

  it('what Entra writes before it is configured has a hint', async () => {
    const server = await start([
      { issuer: `https://login.microsoftonline.com/${contoso}/v2.0`, audience: 'x', tenant: contoso },
    ])
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const hintFor = async (claims: object) =>
      (await check(server, `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded(claims)}.AAAA`)).body.findings[0].text
    const iss = `https://sts.windows.net/${contoso}/`
    expect(await hintFor({ iss, aud: 'api://relata' })).toContain('requestedAccessTokenVersion')
    expect(await hintFor({ iss, aud: 'https://graph.microsoft.com' })).toContain('a token for Microsoft Graph')
  })

  it('an issuer that is out is named, and the token is not called wrong', async () => {
    const issuer = `${nowhere}/one`
    const server = await start([{ issuer, audience: 'x', tenant: contoso }])
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { iss: issuer, aud: 'x', exp: 9_999_999_999, sub: 's', scope: 'A' }
    const { body } = await check(server, `${encoded({ alg: 'RS256', kid: 'k', typ: 'JWT' })}.${encoded(claims)}.AAAA`)
    expect(body).toMatchObject({ accepted: false, reason: expect.stringContaining('cannot be reached') })
    const [failed, ...others] = body.findings.filter(({ passed }: { passed: boolean }) => !passed)
    expect(others).toEqual([])
    expect(failed).toMatchObject({ name: 'signature', text: expect.stringMatching(/cannot be reached: .+/) })
  })
})

it('the token is in no log line and in no error, whatever is wrong with it', async () => {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  const server = await start([], { silent: false, logLevel: 'debug', output: 'json' })
  const token = await server.token()
  const marker = 'a-token-nobody-should-see'
  await check(server, token)
  await check(server, `${token}${marker}`)
  await check(server, marker)
  const answer = await fetch(`${server.http}/_relata/issuers/check`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"token": "${marker}`,
  })
  expect([answer.status, (await answer.text()).includes(marker)]).toEqual([400, false])
  await vi.waitFor(() => expect(lines.join('').match(/issuers\/check/g)?.length).toBeGreaterThanOrEqual(4), 10_000)
  vi.restoreAllMocks()
  const text = lines.join('')
  for (const secret of [marker, token, ...token.split('.')]) expect(text.includes(secret)).toBe(false)
})

it('a refused token is an event of security in the log: with what is at fault, and without the token', async () => {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  const registry = await startTestServer({ registry: true, silent: false, logLevel: 'warn', output: 'json' })
  running.push(registry)
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const tokens = {
    empty: '',
    malformed: 'Bearer a-token-nobody-should-see',
    issuer: `Bearer ${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded({ iss: 'https://else.example' })}.AAAA`,
  }
  for (const authorization of Object.values(tokens))
    expect((await fetch(`${registry.http}/v1.0/me`, { headers: { authorization } })).status).toBe(401)
  const events = () =>
    lines
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.includes('authn_login_fail'))
      .map((line) => JSON.parse(line) as { check: string; peer: string })
  await vi.waitFor(() => expect(events()).toHaveLength(3), 10_000)
  vi.restoreAllMocks()
  expect(events().map(({ check }) => check.split(';')[0])).toEqual(
    Object.keys(tokens).map((fault) => `unauthenticated.${fault}`),
  )
  expect(new Set(events().map(({ peer }) => peer))).toEqual(new Set(['127.0.0.1']))
  for (const authorization of Object.values(tokens))
    if (authorization !== '') expect(lines.join('')).not.toContain(authorization.slice(7))
})

it('nobody but the two methods is served', async () => {
  const server = await start([])
  const post = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }
  expect((await fetch(`${server.http}/_relata/issuers`, post)).status).toBe(405)
  expect((await fetch(`${server.http}/_relata/issuers/check`)).status).toBe(405)
})

it('a registry in which nobody is an operator says how to name one', async () => {
  const registry = await startTestServer({ registry: true })
  running.push(registry)
  const headers = { authorization: `Bearer ${await registry.token()}` }
  const answer = await fetch(`${registry.http}/_relata/issuers`, { headers })
  const { error } = (await answer.json()) as { error: { message: string } }
  expect([answer.status, error.message]).toEqual([403, expect.stringContaining("Add 'operator' to an issuer")])
})
