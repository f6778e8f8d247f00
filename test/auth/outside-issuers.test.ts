/** Tokens of issuers that are not ours, against a real OpenID Connect server and against a second Relata. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer } from '#app/compose.ts'
import { type Config, defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { fixedClock } from '#base/clock.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { audience, type OutsideProvider, startOutsideProvider } from './outside-provider.ts'

const { contoso, fabrikam } = wellKnown
const groups = '/beta/termStore/groups'

let provider: OutsideProvider
const running: TestServer[] = []
beforeAll(async () => {
  provider = await startOutsideProvider()
})
afterAll(async () => {
  for (const server of running) await server.close()
  await provider.close()
})

/** A server that takes tokens of the provider, by these settings beside the usual ones. */
const trusting = async (entry: Record<string, unknown> = {}, more: Partial<Config> = {}): Promise<TestServer> => {
  const usual = { issuer: provider.issuer, audience, tenant: contoso, cooldownSeconds: 0 }
  const server = await startTestServer({
    issuers: parseOutsideIssuers(JSON.stringify({ ...usual, ...entry })),
    ...more,
  })
  running.push(server)
  return server
}

const send = (server: TestServer, token: string, method = 'GET', path = groups, body?: unknown) =>
  server.send(method, path, body, { headers: { authorization: `Bearer ${token}` } })
const status = async (server: TestServer, token: string) => (await send(server, token)).status
const namesOf = async (server: TestServer, token: string): Promise<string[]> =>
  (await send(server, token)).body.value.map(({ displayName }: { displayName: string }) => displayName)

describe('a token of an outside issuer', () => {
  it('of an application is good for what it says', async () => {
    const server = await trusting()
    const reading = await provider.token()
    expect(await namesOf(server, reading)).toContain('Library')
    const refused = await send(server, reading, 'POST', groups, { displayName: 'x' })
    expect([refused.status, refused.body.error.code]).toEqual([403, 'accessDenied'])
    const writing = await provider.token({ roles: ['api://relata/TermStore.ReadWrite.All'] })
    expect((await send(server, writing, 'POST', groups, { displayName: 'By an outside app' })).status).toBe(201)
  })

  it('of a person who signed in there is that person here', async () => {
    const server = await trusting({
      immutable: true,
      claims: { user: 'preferred_username', scopes: ['permissions', 'scope'] },
    })
    const permissions = 'TermStore.ReadWrite.All User.Read'
    const tokenOf = (name: string) => provider.tokenOfPerson(name, { preferred_username: name, permissions })
    const administrator = await tokenOf('admin@contoso.example')
    const me = await send(server, administrator, 'GET', '/v1.0/me')
    expect(me.body).toMatchObject({ displayName: 'Administrator' })
    expect((await send(server, administrator, 'POST', groups, { displayName: 'By a person' })).status).toBe(201)
    const seller = await tokenOf('sana@contoso.example')
    expect((await send(server, seller)).status).toBe(200)
    expect((await send(server, seller, 'POST', groups, { displayName: 'x' })).status).toBe(403)
    const stranger = await tokenOf('somebody@else.example')
    expect((await send(server, stranger, 'GET', '/v1.0/me')).status).toBe(404)
  })

  it('is for the tenant a claim names, if that is one of ours', async () => {
    const server = await trusting({ tenant: undefined, claims: { tenant: 'org.id', app: 'client_id' } })
    expect(await namesOf(server, await provider.token({ org: { id: 'fabrikam.example' } }))).toContain('Company')
    expect(await namesOf(server, await provider.token({ 'org.id': contoso }))).toContain('Library')
    for (const claims of [{}, { org: { id: 'nowhere.example' } }, { org: 'contoso.example' }, { tid: contoso }])
      expect([claims, await status(server, await provider.token(claims))]).toEqual([claims, 401])
  })

  it('is never a way into another tenant by delegation', async () => {
    const server = await trusting({ tenant: fabrikam })
    const idp = `https://sts.windows.net/${contoso}/`
    const token = await provider.tokenOfPerson('c0117050-05e7-4000-8000-000000000002', { idp, wids: ['x'] })
    // Somebody of this tenant without any role in it.
    expect(await namesOf(server, token)).toContain('Company')
  })
})

describe('401 is answered to', () => {
  const refusal = async (server: TestServer, token: string) => {
    const { status, body } = await send(server, token)
    return [status, body.error.code, body.error.message]
  }
  const code = 'InvalidAuthenticationToken'

  it('an issuer nobody told of', async () => {
    const server = await startTestServer()
    running.push(server)
    expect((await refusal(server, await provider.token()))[0]).toBe(401)
    const other = await trusting({ issuer: 'http://127.0.0.1:9' })
    expect((await refusal(other, await provider.token()))[0]).toBe(401)
  })

  it('another audience', async () => {
    const token = await provider.token({}, { audience: 'https://other.example' })
    const message = 'Access token validation failure. Invalid audience.'
    expect(await refusal(await trusting(), token)).toEqual([401, code, message])
    expect(await status(await trusting({ audience: ['x', 'https://other.example'] }), token)).toBe(200)
  })

  it('a forged token', async () => {
    const server = await trusting()
    const claims = decodeJwt(await provider.token())
    const [head, body = '', signature] = (await provider.token()).split('.')
    const more = Buffer.from(JSON.stringify({ ...claims, roles: ['TermStore.ReadWrite.All'] })).toString('base64url')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
    const symmetric = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('x'.repeat(32)))
    for (const token of [`${head}.${more}.${signature}`, none, symmetric, `${head}.${body}.`])
      expect([token, await status(server, token)]).toEqual([token, 401])
  })

  it('a token that has expired', async () => {
    const entry = { issuer: provider.issuer, audience, tenant: contoso }
    const later = fixedClock(new Date(Date.now() + 3_600_000))
    const config = { ...defaultConfig, port: 0, inMemory: true, silent: true, httpOnly: true }
    const server = await startServer({ ...config, issuers: parseOutsideIssuers(JSON.stringify(entry)) }, later)
    try {
      const headers = { authorization: `Bearer ${await provider.token()}` }
      const answer = await fetch(`${server.origin.replace('localhost', '127.0.0.1')}${groups}`, { headers })
      const { error } = (await answer.json()) as { error: { message: string } }
      const message = 'Lifetime validation failed, the token is expired.'
      expect([answer.status, error.message]).toEqual([401, message])
    } finally {
      await server.close()
    }
  })
})

describe('keys', () => {
  it('are asked for once for many tokens', async () => {
    const server = await trusting()
    const before = provider.asked.get('/jwks') ?? 0
    for (const n of [1, 2, 3]) expect(await status(server, await provider.token({ n }))).toBe(200)
    expect((provider.asked.get('/jwks') ?? 0) - before).toBe(1)
  })

  it('are followed when they rotate, and an old one is no longer good', async () => {
    const server = await trusting()
    const quick = await trusting({ cacheSeconds: 0 })
    const old = await provider.token()
    expect([await status(server, old), await status(quick, old)]).toEqual([200, 200])
    await provider.rotate()
    const fresh = await provider.token()
    expect([await status(server, fresh), await status(quick, fresh)]).toEqual([200, 200])
    expect(await status(quick, old)).toBe(401)
  })

  it('are asked for no more than once in a cooldown', async () => {
    const server = await trusting({ cooldownSeconds: 3600 })
    expect(await status(server, await provider.token())).toBe(200)
    const before = provider.asked.get('/jwks') ?? 0
    const claims = decodeJwt(await provider.token())
    for (const kid of ['a', 'b', 'c']) {
      const forged = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid })
      const [, body, signature] = (await forged.sign(Buffer.from('x'.repeat(32)))).split('.')
      const head = Buffer.from(JSON.stringify({ alg: 'ES256', kid })).toString('base64url')
      expect(await status(server, `${head}.${body}.${signature}`)).toBe(401)
    }
    expect((provider.asked.get('/jwks') ?? 0) - before).toBe(0)
  })
})

describe('an outage', () => {
  it('lets nobody in who is not known yet, and says to try again', async () => {
    const known = await trusting()
    const quick = await trusting({ cacheSeconds: 0 })
    const fresh = await trusting()
    const token = await provider.token()
    const other = await provider.token({ n: 1 })
    expect([await status(known, token), await status(quick, token)]).toEqual([200, 200])
    await provider.out()
    try {
      // Its keys are known for a while.
      expect([await status(known, token), await status(known, other)]).toEqual([200, 200])
      for (const server of [quick, fresh]) {
        const { status: answered, headers, body } = await send(server, token)
        expect([answered, headers.get('retry-after'), body.error.code]).toEqual([503, '5', 'serviceUnavailable'])
      }
      // Nobody else is the worse for it.
      expect((await quick.send('GET', groups)).status).toBe(200)
      expect((await fetch(`${quick.http}/v1.0/$metadata`)).status).toBe(200)
    } finally {
      await provider.back()
    }
    expect([await status(quick, token), await status(fresh, token)]).toEqual([200, 200])
  })

  it('is the same when its configuration is not its own', async () => {
    const liar = createServer((_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ issuer: 'http://127.0.0.1:9', jwks_uri: `${provider.issuer}/jwks` }))
    })
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
    try {
      const discovery = `http://127.0.0.1:${(liar.address() as AddressInfo).port}/`
      expect(await status(await trusting({ discovery }), await provider.token())).toBe(503)
    } finally {
      await new Promise((resolve) => liar.close(resolve))
    }
  })

  it('lets everybody in where that is only told of', async () => {
    const server = await trusting({ cacheSeconds: 0 }, { auth: 'warn' })
    const token = await provider.token()
    await provider.out()
    try {
      expect(await status(server, token)).toBe(200)
    } finally {
      await provider.back()
    }
  })
})

describe('a second Relata', () => {
  it('issues tokens for each of its tenants, which are ours by the same id', async () => {
    const first = await startTestServer()
    running.push(first)
    const issuer = `${first.http}/{tenantid}/v2.0`
    const second = await trusting({ issuer, tenant: undefined, audience: 'https://graph.microsoft.com' })
    expect(await namesOf(second, await first.token(contoso))).toContain('Library')
    expect(await namesOf(second, await first.token(fabrikam))).toContain('Company')
    const discovery = `${first.http}/{tenantid}/v2.0/.well-known/openid-configuration`
    const third = await trusting({ issuer, discovery, tenant: undefined, audience: 'https://graph.microsoft.com' })
    expect(await namesOf(third, await first.token(fabrikam))).toContain('Company')
    const [head, , signature] = (await first.token()).split('.')
    for (const iss of [{}, 7, [issuer], null, `${first.http}//v2.0`, issuer]) {
      const body = Buffer.from(JSON.stringify({ ...decodeJwt(await first.token()), iss })).toString('base64url')
      expect([iss, await status(second, `${head}.${body}.${signature}`)]).toEqual([iss, 401])
    }
    // Keys of one tenant's name do not speak for another issuer's.
    const claims = decodeJwt(await first.token())
    expect(claims.iss).toBe(issuer.replace('{tenantid}', contoso))
  })
})
