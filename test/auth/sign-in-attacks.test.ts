/** What somebody tries who wants in, or wants the server busy: guesses, downgrades, tokens of another kind, long texts. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import {
  asked,
  choose,
  claimsOf,
  codeFor,
  graph,
  pkce,
  post,
  redirectUri,
  type SignInServer,
  startSignIn,
  tara,
  visit,
} from './sign-in-kit.ts'

const { contoso, daemon, middleTier, publicClient, secret } = wellKnown
const tokenPath = '/contoso.example/oauth2/v2.0/token'
const authorizePath = '/contoso.example/oauth2/v2.0/authorize'
const application = { grant_type: 'client_credentials', scope: `${graph}/.default` }
const none = { burst: 1e9, perSecond: 1 }

describe('guessing (B9)', () => {
  let server: SignInServer
  beforeAll(async () => {
    const limits = { requests: none, guesses: { burst: 3, perSecond: 0.1 } }
    server = await startSignIn({ limits, password: wellKnown.password })
  })
  afterAll(() => server.close())
  /** Another public client, by its id. */
  const registered = async (): Promise<string> => {
    const id = randomUUID()
    const body = { tenantId: contoso, id, displayName: 'A client', isPublic: true, delegatedScopes: ['Sites.Read.All'] }
    const headers = { 'content-type': 'application/json' }
    const made = await fetch(`${server.origin}/_relata/applications`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    expect(made.status).toBe(200)
    return id
  }
  const later = () => server.clock.set(new Date(server.clock.now().getTime() + 40_000))

  it('a secret ends with 429 for the right one, too, until time has passed', async () => {
    const ask = (client_secret: string, client_id: string = daemon) =>
      post(server, tokenPath, { ...application, client_id, client_secret })
    expect((await ask(secret)).status).toBe(200)
    for (let time = 0; time < 3; time += 1) expect((await ask(`guess ${time}`)).status).toBe(401)
    for (const guess of ['guess', secret]) {
      const { status, body, headers } = await ask(guess)
      expect([guess, status, body.error_codes, headers.get('retry-after')]).toEqual([guess, 429, [90055], '10'])
    }
    expect((await ask(secret, wellKnown.reader)).status).toBe(200)
    later()
    expect((await ask(secret)).status).toBe(200)
  })

  it('is not helped by guessing all at once', async () => {
    const form = { ...application, client_id: middleTier }
    const guess = async (_: unknown, at: number) =>
      (await post(server, tokenPath, { ...form, client_secret: `guess ${at}` })).status
    const statuses = await Promise.all(Array.from({ length: 40 }, guess))
    expect(statuses.toSorted()).toEqual([401, 401, 401, ...Array.from({ length: 37 }, () => 429)])
    expect((await post(server, tokenPath, { ...form, client_secret: secret })).status).toBe(429)
  })

  it('a password is not helped by inventing clients, or by changing them (F12)', async () => {
    later()
    const ask = (client_id: string, password: string) =>
      post(server, tokenPath, {
        grant_type: 'password',
        client_id,
        username: 'sana@contoso.example',
        password,
        scope: `${graph}/Sites.Read.All`,
      })
    // An unknown client learns nothing of the password.
    for (const password of ['guess', wellKnown.password]) {
      const { status, body } = await ask(randomUUID(), password)
      expect([password, status, body.error_codes]).toEqual([password, 400, [700016]])
    }
    const clients = [publicClient, await registered(), await registered(), await registered()]
    const codes: unknown[] = []
    for (const client of clients) codes.push((await ask(client, 'guess')).body.error_codes)
    expect(codes).toEqual([[50126], [50126], [50126], [90055]])
    expect((await ask(publicClient, wellKnown.password)).status).toBe(429)
    later()
    expect((await ask(publicClient, wellKnown.password)).status).toBe(200)
  })

  it('a password ends with 429 for the right one, too', async () => {
    later()
    const ask = (password: string) =>
      post(server, tokenPath, {
        grant_type: 'password',
        client_id: publicClient,
        username: 'tara@contoso.example',
        password,
        scope: `${graph}/Sites.Read.All`,
      })
    expect((await ask(wellKnown.password)).status).toBe(200)
    for (let time = 0; time < 3; time += 1) expect((await ask('guess')).body.error_codes).toEqual([50126])
    expect((await ask(wellKnown.password)).status).toBe(429)
  })

  it('the code of a device ends with 429 for the right one, too', async () => {
    const { body } = await post(server, '/contoso.example/oauth2/v2.0/devicecode', {
      client_id: publicClient,
      scope: `${graph}/Sites.Read.All`,
    })
    const page = await visit(server, '/devicelogin')
    for (let time = 0; time < 3; time += 1)
      expect((await choose(server, page, { user_code: 'BBBBBBBBB' })).status).toBe(400)
    expect((await choose(server, page, { user_code: body.user_code })).status).toBe(429)
    later()
    expect((await choose(server, page, { user_code: body.user_code })).text).toContain('Choose an account')
  })
})

describe('a challenge (B9)', () => {
  let server: SignInServer
  beforeAll(async () => {
    server = await startSignIn()
  })
  afterAll(() => server.close())
  const redeem = (code: string, more: Record<string, string> = {}) =>
    post(server, tokenPath, {
      grant_type: 'authorization_code',
      client_id: publicClient,
      redirect_uri: redirectUri,
      code,
      ...more,
    })

  it('cannot be taken away: a verifier without one is refused, and the code with it can still be used', async () => {
    const code = await codeFor(server)
    for (const code_verifier of [pkce().verifier, ''])
      expect((await redeem(code, { code_verifier })).body).toMatchObject({
        error: 'invalid_grant',
        error_codes: [501481],
      })
    expect((await redeem(code)).status).toBe(200)
  })

  it('is needed by the code that was asked for with one', async () => {
    const { verifier, challenge } = pkce()
    const challenged = { code_challenge: challenge, code_challenge_method: 'S256' }
    const code = await codeFor(server, asked(challenged))
    expect((await redeem(code)).body.error_codes).toEqual([50148])
    expect((await redeem(code, { code_verifier: '' })).body.error_codes).toEqual([50148])
    // The challenge itself would be the verifier of the method `plain`.
    for (const code_verifier of [challenge, pkce().verifier])
      expect((await redeem(code, { code_verifier })).body.error_codes).toEqual([501481])
    expect((await redeem(code, { code_verifier: verifier })).status).toBe(200)
  })

  it('may be plain, as with Entra', async () => {
    const { verifier } = pkce()
    for (const more of [{}, { code_challenge_method: 'plain' }]) {
      const code = await codeFor(server, asked({ code_challenge: verifier, ...more }))
      expect((await redeem(code, { code_verifier: pkce().verifier })).body.error_codes).toEqual([501481])
      expect((await redeem(code, { code_verifier: verifier })).status).toBe(200)
    }
  })

  it('is not half of one', async () => {
    for (const more of [{ code_challenge_method: 'S256' }, { code_challenge: '', code_challenge_method: 'S256' }]) {
      const { answer } = await visit(server, `${authorizePath}?${asked(more as never)}`)
      expect([answer.get('error'), answer.get('code')]).toEqual(['invalid_request', null])
    }
  })
})

describe('an ID token (B9)', () => {
  let server: SignInServer
  beforeAll(async () => {
    server = await startSignIn()
  })
  afterAll(() => server.close())

  it('is exchanged for nothing, and opens nothing', async () => {
    const registration = {
      tenantId: contoso,
      id: '7e570000-0000-4000-8000-0000000000b1',
      secret: 'its-secret',
      webRedirectUris: ['http://localhost/web'],
      delegatedScopes: ['Sites.Read.All'],
    }
    const registered = await fetch(`${server.origin}/_relata/applications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(registration),
    })
    expect(registered.status).toBe(200)
    const client = { client_id: registration.id, client_secret: registration.secret }
    for (const version of ['/v2.0', '']) {
      const more = { client_id: registration.id, redirect_uri: 'http://localhost/web' }
      const code = await codeFor(server, asked(more), { version })
      const form = { grant_type: 'authorization_code', code, redirect_uri: more.redirect_uri, ...client }
      const { body } = await post(server, `/contoso.example/oauth2${version}/token`, form)
      expect(claimsOf(body.id_token)).toMatchObject({ aud: registration.id })
      const exchanged = await post(server, tokenPath, {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        requested_token_use: 'on_behalf_of',
        scope: `${graph}/Sites.Read.All`,
        assertion: body.id_token,
        ...client,
      })
      expect([exchanged.status, exchanged.body.error, exchanged.body.error_codes]).toEqual([
        400,
        'invalid_request',
        [240002],
      ])
      const headers = { authorization: `Bearer ${body.id_token}` }
      expect((await fetch(`${server.origin}/v1.0/me`, { headers })).status).toBe(401)
    }
  })
})

describe('a long text', () => {
  let server: SignInServer
  beforeAll(async () => {
    server = await startSignIn({ limits: { requests: none, guesses: none } })
  })
  afterAll(() => server.close())

  /** All of them are answered, and others meanwhile. Each took a third of a second or more of the only thread. */
  const whileAsking = async (requests: Promise<unknown>[]): Promise<void> => {
    expect((await fetch(`${server.origin}/alive`)).status).toBe(200)
    await Promise.all(requests)
  }

  it('of spaces in a header is no work', async () => {
    const headers = { authorization: `Bearer x${' '.repeat(15_000)}y` }
    const ask = async () => expect((await fetch(`${server.origin}/v1.0/me`, { headers })).status).toBe(401)
    await whileAsking(Array.from({ length: 200 }, ask))
  })

  it('of slashes or of scopes in a form is no work, and none needs more than 64 KB', async () => {
    const slashes = `https://x${'/'.repeat(20_000)}b`
    const scopes = Array.from({ length: 10_000 }, (_, at) => `s${at}`).join(' ')
    const device = (scope: string) =>
      post(server, '/contoso.example/oauth2/v2.0/devicecode', { client_id: publicClient, scope })
    await whileAsking([
      ...Array.from({ length: 60 }, async () => expect((await device(`${slashes}/n`)).status).toBe(200)),
      post(server, '/contoso.example/oauth2/devicecode', { client_id: publicClient, resource: slashes }),
      post(server, tokenPath, { ...application, client_id: daemon, client_secret: secret, scope: scopes }),
    ])
    const { status, body } = await device('s'.repeat(70_000))
    expect([status, body.error_codes]).toEqual([413, [90015]])
  })
})

describe('a session', () => {
  let server: SignInServer
  beforeAll(async () => {
    server = await startSignIn()
  })
  afterAll(() => server.close())
  const cookieOf = ({ headers }: { readonly headers: Headers }) => (headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const signIn = async (headers: Record<string, string> = {}) =>
    choose(server, await visit(server, `${authorizePath}?${asked({ prompt: 'login' })}`, headers), tara, headers)
  const isSignedIn = async (cookie: string) =>
    (await visit(server, `${authorizePath}?${asked({ prompt: 'none' })}`, { cookie })).answer.has('code')

  it('is never one that the browser brought along, and the one before it ends', async () => {
    const planted = `relata-session=${'A'.repeat(43)}`
    const first = cookieOf(await signIn({ cookie: planted }))
    expect([first === planted, await isSignedIn(planted), await isSignedIn(first)]).toEqual([false, false, true])
    const second = cookieOf(await signIn({ cookie: first }))
    expect([await isSignedIn(first), await isSignedIn(second)]).toEqual([false, true])
  })

  it('ends after twelve hours, also when it is used', async () => {
    const cookie = cookieOf(await signIn())
    const start = server.clock.now().getTime()
    for (const hours of [6, 11.9]) {
      server.clock.set(new Date(start + hours * 3_600_000))
      expect(await isSignedIn(cookie)).toBe(true)
    }
    server.clock.set(new Date(start + 12 * 3_600_000))
    expect(await isSignedIn(cookie)).toBe(false)
  })
})

describe('a text that no database takes', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it.each(['a\0b', '\ud800'])('is refused in the form of sign-in: %j', async (text) => {
    const at = { origin: server.http }
    for (const form of [
      { ...application, client_id: text, client_secret: 'x' },
      { ...application, client_id: daemon, client_secret: secret, scope: `api://${text}/.default` },
    ]) {
      const { status, body } = await post(at, tokenPath, form)
      expect([status, body.error_codes?.length]).toEqual([400, 1])
    }
    const page = await visit(at, `${authorizePath}?${asked()}`)
    for (const choice of [{ name: text }, { account: `${contoso} ${text}` }]) {
      const { status, text: shown } = await choose(at, page, choice, { origin: server.http })
      expect([choice, status, shown.includes('AADSTS')]).toEqual([choice, 400, true])
    }
  })
})
