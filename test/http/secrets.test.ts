/** Nothing that grants access is ever written to the log, whatever goes wrong; and what the transport tells browsers. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RunningServer, startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { tokenFor } from '../_support/server.ts'

afterEach(() => vi.restoreAllMocks())

describe.each(['text', 'json'] as const)('the log as %s', (output) => {
  it('holds no secret and no token of requests that went well, were refused or failed', async () => {
    let log = ''
    const note = (text: string | Uint8Array): boolean => {
      log += text
      return true
    }
    vi.spyOn(process.stdout, 'write').mockImplementation(note)
    vi.spyOn(process.stderr, 'write').mockImplementation(note)
    const config = { ...defaultConfig, port: 0, inMemory: true, httpOnly: true, logLevel: 'debug', output } as const
    const server = await startServer(config)
    const http = server.origin.replace('localhost', '127.0.0.1')
    const token = await tokenFor(http, wellKnown.contoso, wellKnown.daemon)
    const wrongSecret = 'not-the-secret-of-anybody'
    const ask = (path: string, init: RequestInit = {}) => fetch(`${http}${path}`, init)
    const form = (more: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(more) })
    const signIn = `/${wellKnown.contoso}/oauth2/v2.0/token`
    const app = { client_id: wellKnown.daemon, grant_type: 'client_credentials' }
    expect((await ask(signIn, form({ ...app, client_secret: wrongSecret, scope: 'x/.default' }))).status).not.toBe(200)
    await ask(signIn, form({ grant_type: 'refresh_token', refresh_token: wrongSecret, client_id: wellKnown.daemon }))
    await ask(signIn, form({ grant_type: 'authorization_code', code: wrongSecret, code_verifier: wrongSecret }))
    const basic = Buffer.from(`${wellKnown.daemon}:${wrongSecret}`).toString('base64')
    await ask(signIn, { ...form(app), headers: { authorization: `Basic ${basic}` } })
    const authorization = `Bearer ${token}`
    expect((await ask('/v1.0/termStore', { headers: { authorization } })).status).toBe(200)
    expect((await ask(`/v1.0/termStore?access_token=${token}`)).status).toBe(401)
    expect((await ask('/v1.0/termStore', { headers: { authorization: `${authorization}x` } })).status).toBe(401)
    // The database is gone: what is reported is whatever was at hand.
    await server.parts.store.close()
    const body = JSON.stringify({ displayName: 'A', client_secret: wrongSecret, token })
    const headers = { authorization, 'content-type': 'application/json' }
    expect((await ask('/v1.0/termStore/groups', { method: 'POST', headers, body })).status).toBeGreaterThanOrEqual(400)
    await server.close()

    expect(log).toContain('/oauth2/v2.0/token')
    expect(log).toContain('/v1.0/termStore/groups')
    for (const secret of [wellKnown.secret, wrongSecret, basic, token, token.split('.')[2] ?? token])
      expect(log.includes(secret), secret.slice(0, 12)).toBe(false)
  })
})

describe('Strict-Transport-Security', () => {
  let server: RunningServer
  const folder = process.env['RELATA_TEST_CERTIFICATES'] ?? ''
  const pair = { cert: `${folder}/server.pem`, key: `${folder}/server.key` }
  const base = { ...defaultConfig, port: 0, inMemory: true, silent: true }
  const told = async ({ origin }: RunningServer, path = '/ready') =>
    (await fetch(`${origin}${path}`)).headers.get('strict-transport-security')
  beforeAll(async () => {
    server = await startServer({ ...base, ...pair, registry: true })
  })
  afterAll(() => server.close())

  it('is told by a registry with a certificate of its own, over TLS only', async () => {
    for (const path of ['/ready', '/v1.0/termStore', '/v1.0/$metadata', '/nothing'])
      expect(await told(server, path), path).toBe('max-age=31536000')
    const plain = await fetch(`${server.origin.replace('https', 'http').replace('localhost', '127.0.0.1')}/ready`)
    expect(plain.headers.get('strict-transport-security')).toBeNull()
  })

  it('is told by a registry behind a trusted proxy to who came by https', async () => {
    const behind = await startServer({ ...base, httpOnly: true, registry: true, trustedProxy: ['127.0.0.1', '::1'] })
    const said = async (headers: Record<string, string>) =>
      (await fetch(`${behind.origin}/ready`, { headers })).headers.get('strict-transport-security')
    expect(await said({ 'X-Forwarded-Proto': 'https' })).toBe('max-age=31536000')
    expect(await said({ 'X-Forwarded-Proto': 'http' })).toBeNull()
    expect(await said({})).toBeNull()
    await behind.close()
    const named = await startServer({
      ...base,
      ...{ httpOnly: true, registry: true, trustedProxy: ['127.0.0.1', '::1'], publicUrl: 'https://terms.example' },
    })
    expect(await told(named)).toBe('max-age=31536000')
    await named.close()
    const trustingNobody = await startServer({ ...base, httpOnly: true, registry: true })
    const answer = await fetch(`${trustingNobody.origin}/ready`, { headers: { 'X-Forwarded-Proto': 'https' } })
    expect(answer.headers.get('strict-transport-security')).toBeNull()
    await trustingNobody.close()
  })

  it('is not told of a machine of one’s own', async () => {
    const local = await startServer({ ...base, ...pair })
    expect(await told(local)).toBeNull()
    await local.close()
  })
})
