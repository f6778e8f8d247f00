/** What sign-in must not do: be called too often, tell secrets to the log, or be there in a registry. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import {
  accountOf,
  asked,
  claimsOf,
  codeFor,
  graph,
  people,
  post,
  redirectUri,
  type SignInServer,
  startSignIn,
} from './sign-in-kit.ts'

const { contoso, daemon, publicClient, secret } = wellKnown
const json = { 'content-type': 'application/json' }
const tokenPath = '/contoso.example/oauth2/v2.0/token'
const application = {
  grant_type: 'client_credentials',
  client_id: daemon,
  client_secret: secret,
  scope: `${graph}/.default`,
}

describe('too many requests', () => {
  let server: SignInServer
  beforeAll(async () => {
    const limits = { requests: { burst: 5, perSecond: 0.5 }, guesses: { burst: 2, perSecond: 0.1 } }
    server = await startSignIn({ limits })
  })
  afterAll(() => server.close())

  it('of one client wait, while others go on', async () => {
    for (let time = 0; time < 5; time += 1) expect((await post(server, tokenPath, application)).status).toBe(200)
    const { status, headers, body } = await post(server, tokenPath, application)
    expect([status, headers.get('retry-after'), body.error_codes]).toEqual([429, '2', [90055]])
    expect((await post(server, tokenPath, { ...application, client_id: wellKnown.reader })).status).toBe(200)
    server.clock.set(new Date(server.clock.now().getTime() + 2000))
    expect((await post(server, tokenPath, application)).status).toBe(200)
  })

  it('with wrong secrets wait longer', async () => {
    const guess = { ...application, client_id: wellKnown.middleTier, client_secret: 'guess' }
    expect((await post(server, tokenPath, guess)).status).toBe(401)
    expect((await post(server, tokenPath, guess)).status).toBe(401)
    const { status, headers } = await post(server, tokenPath, guess)
    expect([status, headers.get('retry-after')]).toEqual([429, '10'])
  })
})

describe('the log', () => {
  it('holds no secret, code or token of a sign-in, nor of one that failed', async () => {
    const lines: string[] = []
    const write = process.stdout.write
    const listening = { ...defaultConfig, port: 0, inMemory: true, httpOnly: true, logLevel: 'debug' as const }
    const secrets: string[] = [secret]
    process.stdout.write = ((text: string) => lines.push(String(text)) > 0) as typeof process.stdout.write
    try {
      for (const output of ['text', 'json'] as const) {
        const running = await startServer({ ...listening, output })
        const server = { origin: running.origin.replace('localhost', '127.0.0.1') }
        const state = 'a-state-nobody-should-see'
        const code = await codeFor(server, asked({ state }))
        const form = { grant_type: 'authorization_code', client_id: publicClient, redirect_uri: redirectUri, code }
        const { body } = await post(server, tokenPath, form)
        const wrong = 'a-wrong-secret-nobody-should-see'
        await post(server, tokenPath, { ...application, client_secret: wrong })
        await post(server, tokenPath, form)
        const device = await post(server, '/contoso.example/oauth2/v2.0/devicecode', {
          client_id: publicClient,
          scope: `${graph}/Sites.Read.All`,
        })
        await fetch(`${server.origin}/devicelogin?user_code=${device.body.user_code}`)
        await fetch(`${server.origin}/v1.0/termStore?access_token=${body.access_token}`, {
          headers: { authorization: `Bearer ${body.access_token}x` },
        })
        secrets.push(code, wrong, state, body.access_token, body.refresh_token, body.id_token)
        secrets.push(device.body.device_code, device.body.user_code)
        await running.close()
      }
    } finally {
      process.stdout.write = write
    }
    const text = lines.join('')
    expect(text.match(/oauth2\/v2\.0\/token/g)?.length).toBeGreaterThanOrEqual(6)
    for (const one of secrets) {
      expect(one).toEqual(expect.any(String))
      expect(text.includes(one), one.slice(0, 12)).toBe(false)
    }
  })
})

describe('nonsense', () => {
  const odd = [
    '',
    ' ',
    '\0',
    '\ud800',
    '%',
    '%zz',
    '../..',
    "' or 1=1 --",
    '<b>',
    'x'.repeat(9000),
    '𝕏',
    'http://[',
    'null',
    '{}',
  ]
  const names = [
    ...['grant_type', 'client_id', 'client_secret', 'client_assertion', 'scope', 'resource', 'code', 'code_verifier'],
    ...['refresh_token', 'device_code', 'assertion', 'username', 'password', 'redirect_uri', 'requested_token_use'],
  ]
  const grants = [
    ...['client_credentials', 'authorization_code', 'refresh_token', 'password', 'device_code'],
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ]
  const usual: Record<string, string> = {
    ...application,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    code: 'x',
    refresh_token: 'x',
    device_code: 'x',
    assertion: 'x',
    username: 'x',
    password: wellKnown.password,
    redirect_uri: redirectUri,
    requested_token_use: 'on_behalf_of',
  }
  let server: SignInServer
  beforeAll(async () => {
    const rate = { burst: 1e9, perSecond: 1 }
    server = await startSignIn({ password: wellKnown.password, limits: { requests: rate, guesses: rate } })
  })
  afterAll(() => server.close())

  it('in a token request is a refusal of the client', async () => {
    for (const grant_type of grants)
      for (const name of names)
        for (const value of odd) {
          const form = new URLSearchParams({ ...usual, grant_type, [name]: value })
          const answer = await fetch(`${server.origin}${tokenPath}`, { method: 'POST', body: form })
          const text = await answer.text()
          expect(answer.status < 500, `${grant_type} ${name}=${value}: ${text}`).toBe(true)
        }
    for (const body of ['%', 'a=%ff%fe', '&&&', '=', '\0'])
      expect((await fetch(`${server.origin}${tokenPath}`, { method: 'POST', body })).status).toBe(400)
    for (const authorization of ['Basic', 'Basic x', 'Basic ====', `Basic ${Buffer.from('a').toString('base64')}`])
      expect(
        (
          await fetch(`${server.origin}${tokenPath}`, {
            method: 'POST',
            body: 'grant_type=client_credentials',
            headers: { authorization },
          })
        ).status,
      ).toBe(400)
  }, 60_000)

  it('in any other address is one, too', async () => {
    for (const value of odd) {
      const text = encodeURIComponent(Buffer.from(value).toString())
      const parameters = [
        'client_id',
        'redirect_uri',
        'response_type',
        'scope',
        'prompt',
        'login_hint',
        'state',
        'response_mode',
      ]
      for (const name of parameters) {
        const query = asked()
        query.set(name, value)
        const answer = await fetch(`${server.origin}/contoso.example/oauth2/v2.0/authorize?${query}`, {
          redirect: 'manual',
        })
        expect(answer.status < 500, `${name}=${value}`).toBe(true)
      }
      const query = `client_id=${text}&id_token_hint=${text}&post_logout_redirect_uri=${text}&user_code=${text}&code=${text}`
      const paths = ['/contoso.example/oauth2/v2.0/logout', '/devicelogin', '/error', '/common/discovery/instance']
      for (const path of paths) {
        const answer = await fetch(`${server.origin}${path}?${query}&authorization_endpoint=${text}`, {
          redirect: 'manual',
          headers: { cookie: `relata-session=${text.slice(0, 100)}; x` },
        })
        expect(answer.status < 500, `${path} ${value}`).toBe(true)
      }
      if (text.length < 5000)
        for (const rest of ['oauth2/v2.0/authorize', 'discovery/keys', '.well-known/openid-configuration', 'nonsense'])
          expect((await fetch(`${server.origin}/${text || '%20'}/${rest}`)).status).toBeLessThan(500)
      if (text.length < 5000)
        for (const path of [`/common/userrealm/${text}`, `/common/userrealm?user=${text}`, `/common/${text}`])
          expect((await fetch(`${server.origin}${path}`)).status, path).toBeLessThan(500)
      for (const body of [JSON.stringify({ tenantId: value, id: value, displayName: value }), value]) {
        const answer = await fetch(`${server.origin}/_relata/applications`, { method: 'POST', headers: json, body })
        expect(answer.status).toBe(400)
      }
    }
  }, 60_000)
})

const tenants = ['contoso.example', contoso, 'common', 'organizations'] as const
const perTenant = [
  'userrealm/tara@contoso.example',
  'nonsense',
  'oauth2/v2.0/token',
  'oauth2/v2.0/authorize',
  'oauth2/v2.0/devicecode',
  'oauth2/v2.0/logout',
  'oauth2/token',
  'oauth2/authorize',
  'oauth2/devicecode',
  'oauth2/logout',
  'login',
  'v2.0/.well-known/openid-configuration',
  '.well-known/openid-configuration',
  'discovery/v2.0/keys',
  'discovery/keys',
]
const addresses = [
  ...tenants.flatMap((tenant) => perTenant.map((rest) => `/${tenant}/${rest}`)),
  '/common/discovery/instance',
  '/common/oauth2/deviceauth',
  '/devicelogin',
  '/error',
  '/_relata/keys/rotate',
  '/_relata/applications',
]

describe('in a registry', () => {
  it.each(['GET', 'POST'])('nothing of the issuer answers %s, while all of it does elsewhere', async (method) => {
    const quiet = { ...defaultConfig, port: 0, inMemory: true, httpOnly: true, silent: true }
    const [usual, registry] = [await startServer(quiet), await startServer({ ...quiet, registry: true })]
    const ask = async (origin: string, path: string) => {
      const body = method === 'POST' ? { body: '' } : {}
      const answer = await fetch(`${origin.replace('localhost', '127.0.0.1')}${path}`, {
        method,
        redirect: 'manual',
        ...body,
        headers: { origin: 'http://localhost:1' },
      })
      return { status: answer.status, headers: answer.headers, text: await answer.text() }
    }
    try {
      for (const path of addresses) {
        const there = await ask(usual.origin, path)
        expect(there.text.includes('Nothing is served'), path).toBe(false)
        const { status, text, headers } = await ask(registry.origin, path)
        expect([path, status, JSON.parse(text).error.code]).toEqual([path, 404, 'notFound'])
        expect(JSON.parse(text).error.innerError['request-id']).toBe(headers.get('request-id'))
        expect(headers.get('access-control-allow-origin')).toBeNull()
        expect(text).not.toContain('oauth2')
      }
    } finally {
      await usual.close()
      await registry.close()
    }
  })
})

describe('pages of other origins', () => {
  it('may call what libraries call, and not what people see or what changes the server', async () => {
    const server = await startSignIn()
    const allowed = async (path: string, method = 'GET') => {
      const answer = await fetch(`${server.origin}${path}`, {
        method,
        headers: { origin: 'http://localhost:1' },
        ...(method === 'POST' ? { body: '' } : {}),
      })
      await answer.arrayBuffer()
      return answer.headers.get('access-control-allow-origin')
    }
    try {
      for (const path of ['oauth2/v2.0/token', 'oauth2/v2.0/devicecode'])
        expect(await allowed(`/contoso.example/${path}`, 'POST')).toBe('http://localhost:1')
      for (const path of [
        'v2.0/.well-known/openid-configuration',
        'discovery/v2.0/keys',
        'userrealm/tara@contoso.example',
      ])
        expect(await allowed(`/contoso.example/${path}`)).toBe('http://localhost:1')
      for (const path of [`/contoso.example/oauth2/v2.0/authorize?${asked()}`, '/devicelogin', '/error?code=50011'])
        expect(await allowed(path)).toBeNull()
      for (const path of ['/_relata/keys/rotate', '/_relata/applications'])
        expect(await allowed(path, 'POST')).toBe(null)
    } finally {
      await server.close()
    }
  })
})

describe('signing keys', () => {
  it('are replaced on request: the new one signs, the old one verifies until its tokens are gone', async () => {
    const server = await startSignIn()
    const published = async () => {
      const answer = await fetch(`${server.origin}/common/discovery/v2.0/keys`)
      return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
    }
    const token = async () => (await post(server, tokenPath, application)).body.access_token as string
    const kidOf = (one: string) => JSON.parse(Buffer.from(one.split('.')[0] ?? '', 'base64url').toString()).kid
    const works = async (one: string) =>
      (await fetch(`${server.origin}/v1.0/termStore`, { headers: { authorization: `Bearer ${one}` } })).status
    const rotate = (body?: string) =>
      fetch(`${server.origin}/_relata/keys/rotate`, {
        method: 'POST',
        ...(body === undefined ? {} : { headers: json, body }),
      })
    const pass = (seconds: number) => server.clock.set(new Date(server.clock.now().getTime() + seconds * 1000))
    try {
      const [first] = await published()
      const old = await token()
      const answer = (await (await rotate()).json()) as { keys: { keyId: string; state: string }[] }
      expect(answer.keys.map(({ state }) => state)).toEqual(['signing', 'retired'])
      const [second, ...rest] = await published()
      expect([rest, second === first]).toEqual([[first], false])
      expect(kidOf(await token())).toBe(second)
      expect(await works(old)).toBe(200)

      expect((await rotate('{"leadSeconds":600}')).status).toBe(200)
      const third = (await published())[1]
      expect(await published()).toHaveLength(3)
      expect(kidOf(await token())).toBe(second)
      pass(600)
      expect(kidOf(await token())).toBe(third)

      pass(3 * 3600)
      expect(await published()).toEqual([third])
      for (const body of ['{', '{"leadSeconds":-1}', '{"leadSeconds":"1"}', '{"leadSeconds":1e9}'])
        expect((await rotate(body)).status).toBe(400)
      expect((await fetch(`${server.origin}/_relata/keys/rotate`)).status).toBe(405)
    } finally {
      await server.close()
    }
  })

  it('are replaced by age, published a day before', async () => {
    const server = await startSignIn()
    const kids = async () => (await server.keys.current()).published.map(({ kid }) => kid)
    try {
      const [first] = await kids()
      server.clock.set(new Date(server.clock.now().getTime() + 89 * 86_400_000))
      const [still, next, ...rest] = await kids()
      expect([still, rest]).toEqual([first, []])
      server.clock.set(new Date(server.clock.now().getTime() + 86_400_000))
      expect(await kids()).toEqual([next, first])
      server.clock.set(new Date(server.clock.now().getTime() + 2 * 3_600_000))
      expect(await kids()).toEqual([next])
    } finally {
      await server.close()
    }
  })
})

describe('a person in many groups', () => {
  it('has a token that says so instead of naming them', async () => {
    const server = await startSignIn()
    try {
      const app = (await post(server, tokenPath, application)).body.access_token
      const headers = { authorization: `Bearer ${app}`, 'content-type': 'application/json' }
      for (let at = 0; at < 201; at += 1) {
        const made = await fetch(`${server.origin}/v1.0/groups`, {
          method: 'POST',
          headers,
          body: JSON.stringify({
            displayName: `G${at}`,
            mailNickname: `g${at}`,
            mailEnabled: false,
            securityEnabled: true,
          }),
        })
        const { id } = (await made.json()) as { id: string }
        await fetch(`${server.origin}/v1.0/groups/${id}/members/$ref`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ '@odata.id': `${server.origin}/v1.0/directoryObjects/${people.hugo}` }),
        })
      }
      const code = await codeFor(server, asked(), { account: accountOf(contoso, people.hugo) })
      const form = { grant_type: 'authorization_code', client_id: publicClient, redirect_uri: redirectUri, code }
      const claims = claimsOf((await post(server, tokenPath, form)).body.access_token)
      expect([claims['hasgroups'], claims['groups']]).toEqual([true, undefined])
    } finally {
      await server.close()
    }
  })
})
