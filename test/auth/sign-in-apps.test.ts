/** What applications do: certificates, calls on behalf of people, resources of their own, registration; and passwords. */
import { createHash, sign } from 'node:crypto'
import { importPKCS8, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { makeClientCertificate } from '../_support/client-certificate.ts'
import {
  asked,
  type Body,
  claimsOf,
  codeFor,
  graph,
  people,
  post,
  redirectUri,
  type SignInServer,
  startSignIn,
} from './sign-in-kit.ts'

let server: SignInServer
let pem: { readonly certificate: string; readonly key: string }
beforeAll(async () => {
  server = await startSignIn({ password: wellKnown.password })
  pem = await makeClientCertificate(new Date('2026-01-01T00:00:00Z'))
})
afterAll(() => server.close())

const { contoso, publicClient, middleTier, daemon, secret } = wellKnown
const json = { 'content-type': 'application/json' }
const tokenPath = '/contoso.example/oauth2/v2.0/token'
const refused = ({ status, body }: { status: number; body: Body }) => [status, body.error, body.error_codes?.[0]]
const register = async (members: object) => {
  const answer = await fetch(`${server.origin}/_relata/applications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenantId: contoso, ...members }),
  })
  return { status: answer.status, body: (await answer.json()) as Body }
}

describe('a signed assertion', () => {
  const id = '7e570000-0000-4000-8000-00000000ce27'
  const seconds = () => Math.floor(server.clock.now().getTime() / 1000)
  const thumbprint = (algorithm: string) => {
    const der = Buffer.from(pem.certificate.replace(/-----[^-]+-----/g, ''), 'base64')
    return createHash(algorithm).update(der).digest('base64url')
  }
  const assertion = async (claims: object = {}, header: object = {}, alg = 'PS256') =>
    new SignJWT({
      aud: `${server.origin}${tokenPath}`,
      iss: id,
      sub: id,
      jti: 'one',
      nbf: seconds(),
      exp: seconds() + 600,
      ...claims,
    })
      .setProtectedHeader({ alg, 'x5t#S256': thumbprint('sha256'), ...header })
      .sign(await importPKCS8(pem.key, alg))
  const ask = async (client_assertion: string, more = {}) =>
    post(server, tokenPath, {
      grant_type: 'client_credentials',
      client_id: id,
      scope: `${graph}/.default`,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
      ...more,
    })
  beforeAll(async () => {
    const made = await register({
      id,
      displayName: 'Certified',
      appRoles: ['Sites.Read.All'],
      certificates: [pem.certificate],
    })
    expect(made.status).toBe(200)
  })

  it('stands for a secret, with either thumbprint, and again until it expires', async () => {
    const good = await assertion()
    for (const one of [good, good, await assertion({}, { 'x5t#S256': undefined, x5t: thumbprint('sha1') }, 'RS256')]) {
      const { status, body } = await ask(one)
      expect(status).toBe(200)
      expect(claimsOf(body.access_token)).toMatchObject({
        app_displayname: 'Certified',
        appidacr: '2',
        roles: ['Sites.Read.All'],
      })
    }
  })

  it('names its certificate in any base64: with or without padding, in the standard alphabet, in hexadecimal as `kid`', async () => {
    const standard = (text: string) => Buffer.from(text, 'base64url').toString('base64')
    const padded = (text: string) => `${text}${'='.repeat((4 - (text.length % 4)) % 4)}`
    const hexadecimal = Buffer.from(thumbprint('sha1'), 'base64url').toString('hex')
    for (const [name, algorithm] of [
      ['x5t#S256', 'sha256'],
      ['x5t', 'sha1'],
    ] as const) {
      const text = thumbprint(algorithm)
      for (const one of [text, padded(text), standard(text), standard(text).replace(/=+$/, '')]) {
        const { status } = await ask(await assertion({}, { 'x5t#S256': undefined, [name]: one }))
        expect([name, one, status]).toEqual([name, one, 200])
      }
      for (const wrong of [`${text}*`, ` ${text}`, `${text}===`, text.slice(1), `${text}AA`, hexadecimal, ''])
        expect(refused(await ask(await assertion({}, { 'x5t#S256': undefined, [name]: wrong })))[2]).toBe(700027)
    }
    for (const kid of [hexadecimal, hexadecimal.toUpperCase()])
      expect((await ask(await assertion({}, { 'x5t#S256': undefined, kid }))).status).toBe(200)
  })

  it('may be padded itself, as CLI for Microsoft 365 sends it', async () => {
    const padded = (text: Buffer | string) =>
      Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
    const [header = '', claims = ''] = (await assertion({ jti: '1' }, { alg: 'RS256' }, 'RS256')).split('.')
    const parts = [header, claims].map((part) => padded(Buffer.from(part, 'base64url'))).join('.')
    expect(parts).toContain('=')
    const signature = sign('sha256', Buffer.from(parts), pem.key)
    expect((await ask(`${parts}.${padded(signature)}`)).status).toBe(200)
  })

  it('is refused where anything of it is wrong', async () => {
    const spoilt = (token: string) => `${token.slice(0, -3)}${token.at(-3) === 'A' ? 'B' : 'A'}${token.slice(-2)}`
    const invalid = (code: number) => [401, 'invalid_client', code]
    expect(refused(await ask(await assertion({ aud: 'https://elsewhere.example/' })))).toEqual(invalid(700023))
    expect(refused(await ask(await assertion({ iss: 'x', sub: 'x' })))).toEqual(invalid(700021))
    expect(refused(await ask(await assertion({ exp: seconds() - 60 })))).toEqual(invalid(700024))
    expect(refused(await ask(await assertion({ nbf: seconds() + 60 })))).toEqual(invalid(700024))
    expect(refused(await ask(await assertion({}, { 'x5t#S256': 'x' })))).toEqual(invalid(700027))
    expect(refused(await ask(spoilt(await assertion())))).toEqual(invalid(700027))
    expect(refused(await ask(await assertion({ iss: 5, sub: {} })))).toEqual(invalid(700021))
    expect(refused(await ask(await assertion({ aud: 5, exp: 'x' })))[0]).toBe(401)
    const numbered = `${Buffer.from('{"alg":"RS256","kid":5,"x5t":[]}').toString('base64url')}.e30.AAAA`
    expect(refused(await ask(numbered))).toEqual(invalid(700027))
    expect(refused(await ask('a.b.c'))).toEqual(invalid(50027))
    expect(refused(await ask(await assertion(), { client_secret: 'x' }))).toEqual([400, 'invalid_request', 9000410])
    expect(refused(await ask(await assertion(), { client_assertion_type: 'x' }))).toEqual([
      400,
      'invalid_request',
      900144,
    ])
    expect(refused(await ask(await assertion(), { client_id: daemon }))).toEqual(invalid(700027))
  })
})

describe('an application that signs nobody in', () => {
  it('has its name in its tokens for Graph', async () => {
    const form = { grant_type: 'client_credentials', client_secret: secret, scope: `${graph}/.default` }
    for (const [client_id, name] of [
      [daemon, 'Relata daemon'],
      [wellKnown.reader, 'Relata reader'],
    ] as const) {
      const { body } = await post(server, tokenPath, { ...form, client_id })
      expect(claimsOf(body.access_token)).toMatchObject({ appid: client_id, app_displayname: name })
    }
  })
})

describe('on behalf of a person', () => {
  const userToken = async (scope = `api://${middleTier}/access_as_user`) => {
    const code = await codeFor(server, asked({ scope: `openid ${scope}` }))
    const form = { grant_type: 'authorization_code', client_id: publicClient, redirect_uri: redirectUri, code }
    return (await post(server, tokenPath, form)).body.access_token as string
  }
  const exchange = (assertion: string, more: Record<string, string> = {}, tenant = 'contoso.example') =>
    post(server, `/${tenant}/oauth2/v2.0/token`, {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      client_id: middleTier,
      client_secret: secret,
      scope: `${graph}/Sites.Read.All offline_access`,
      assertion,
      ...more,
    })

  it('an application calls Graph with a token that was for itself', async () => {
    const token = await userToken()
    expect(claimsOf(token)).toMatchObject({
      aud: middleTier,
      azp: publicClient,
      azpacr: '0',
      iss: `${server.origin}/${contoso}/v2.0`,
      scp: 'access_as_user openid',
      ver: '2.0',
      preferred_username: 'tara@contoso.example',
    })
    const { status, body } = await exchange(token)
    expect(status).toBe(200)
    expect(claimsOf(body.access_token)).toMatchObject({
      aud: graph,
      appid: middleTier,
      oid: people.tara,
      scp: 'Sites.Read.All',
    })
    expect(body.refresh_token).toEqual(expect.any(String))
    const again = {
      grant_type: 'refresh_token',
      client_id: middleTier,
      client_secret: secret,
      refresh_token: body.refresh_token,
    }
    expect((await post(server, tokenPath, again)).status).toBe(200)
    expect((await exchange(token, {}, 'organizations')).status).toBe(200)
  })

  it('needs a token of ours, for itself, of a person, that has not expired', async () => {
    expect(refused(await exchange(await userToken(`${graph}/Sites.Read.All`)))).toEqual([400, 'invalid_grant', 500131])
    expect(refused(await exchange('a.b.c'))).toEqual([400, 'invalid_grant', 50013])
    const token = await userToken()
    const [head, body] = token.split('.')
    expect(refused(await exchange(`${head}.${body}.AAAA`))).toEqual([400, 'invalid_grant', 50013])
    expect(refused(await exchange(token, { client_secret: '' }))).toEqual([401, 'invalid_client', 7000218])
    expect(refused(await exchange(token, { scope: '' }))).toEqual([400, 'invalid_request', 900144])
    expect(refused(await exchange(token, { requested_token_use: '' }))).toEqual([400, 'invalid_request', 900144])
    const app = await post(server, tokenPath, {
      grant_type: 'client_credentials',
      client_id: daemon,
      client_secret: secret,
      scope: `api://${middleTier}/.default`,
    })
    expect(claimsOf(app.body.access_token)).toMatchObject({ aud: middleTier, idtyp: 'app', roles: [] })
    expect(claimsOf(app.body.access_token)).not.toHaveProperty('app_displayname')
    expect(refused(await exchange(app.body.access_token))).toEqual([400, 'invalid_request', 7000114])
    server.clock.set(new Date(server.clock.now().getTime() + 3_700_000))
    expect(refused(await exchange(token))).toEqual([400, 'invalid_grant', 500133])
  })

  it('a token for an application does not open Graph', async () => {
    const answer = await fetch(`${server.origin}/v1.0/termStore`, {
      headers: { authorization: `Bearer ${await userToken()}` },
    })
    expect(answer.status).toBe(401)
  })
})

describe('a resource that accepts version 1', () => {
  it('gets tokens of that version, for the URI it was asked by', async () => {
    const [api, client] = ['7e570000-0000-4000-8000-0000000000a1', '7e570000-0000-4000-8000-0000000000c1']
    const uri = 'https://api.contoso.example/v1'
    await register({ id: api, identifierUris: [uri], exposedScopes: ['read', 'write'] })
    await register({ id: client, delegatedScopes: [`${uri}/read`], nativeRedirectUris: [redirectUri], isPublic: true })
    const code = await codeFor(server, asked({ client_id: client, scope: `${uri}/.default profile` }))
    const form = { grant_type: 'authorization_code', client_id: client, redirect_uri: redirectUri, code }
    const { body } = await post(server, tokenPath, form)
    expect(body.scope).toBe(`${uri}/.default profile ${uri}/read`)
    expect(claimsOf(body.access_token)).toMatchObject({
      aud: uri,
      iss: `${server.origin}/${contoso}/`,
      appid: client,
      scp: 'read profile',
      unique_name: 'tara@contoso.example',
      ver: '1.0',
    })
  })

  it('may be the client itself', async () => {
    const id = '7e570000-0000-4000-8000-0000000000b1'
    await register({ id, exposedScopes: ['self'], tokenVersion: 2, nativeRedirectUris: [redirectUri], isPublic: true })
    const code = await codeFor(server, asked({ client_id: id, scope: `${id}/.default` }))
    const form = { grant_type: 'authorization_code', client_id: id, redirect_uri: redirectUri, code }
    expect(claimsOf((await post(server, tokenPath, form)).body.access_token)).toMatchObject({ aud: id, scp: 'self' })
  })
})

describe('a user name and a password', () => {
  const ask = (more: Record<string, string> = {}, path = tokenPath) =>
    post(server, path, {
      grant_type: 'password',
      client_id: publicClient,
      username: 'tara@contoso.example',
      password: wellKnown.password,
      scope: `${graph}/Sites.Read.All`,
      ...more,
    })

  it('sign in where that is turned on', async () => {
    for (const path of [tokenPath, '/organizations/oauth2/v2.0/token']) {
      const { status, body } = await ask({}, path)
      expect([status, claimsOf(body.access_token)['oid']]).toEqual([200, people.tara])
    }
    expect(refused(await ask({ password: 'x' }))).toEqual([400, 'invalid_grant', 50126])
    expect(refused(await ask({ username: 'nobody@contoso.example' }))).toEqual([400, 'invalid_grant', 50034])
    expect(refused(await ask({ client_id: wellKnown.webApp }))).toEqual([401, 'invalid_client', 7000218])
  })

  it('are an unknown grant elsewhere', async () => {
    const usual = await startSignIn()
    try {
      const form = { grant_type: 'password', client_id: publicClient, username: 'a', password: wellKnown.password }
      expect(refused(await post(usual, tokenPath, form))).toEqual([400, 'unsupported_grant_type', 70003])
    } finally {
      await usual.close()
    }
  })
})

describe('registering an application', () => {
  it('makes it, and again replaces it', async () => {
    const made = await register({ displayName: 'Mine', secret: 'one', appRoles: ['Sites.Read.All'] })
    expect(made).toMatchObject({ status: 200, body: { displayName: 'Mine', tenantId: contoso, tokenVersion: 1 } })
    expect(JSON.stringify(made.body)).not.toContain('one"')
    const ask = (client_secret: string) =>
      post(server, tokenPath, {
        grant_type: 'client_credentials',
        client_id: made.body.id,
        client_secret,
        scope: `${graph}/.default`,
      })
    expect((await ask('one')).status).toBe(200)
    expect((await register({ id: made.body.id, displayName: 'Mine', secret: 'two' })).status).toBe(200)
    expect((await ask('two')).status).toBe(200)
    expect((await ask('one')).status).toBe(401)
  })

  it('says all that is wrong with it', async () => {
    const wrong = await register({
      tenantId: 'nowhere.example',
      id: 'x',
      webRedirectUris: [
        'javascript:alert(1)',
        'https://a.example/#x',
        'relative',
        'https://a.example/\n',
        'https://ä.example/',
      ],
      certificates: ['no PEM'],
      isPublic: 'yes',
      appRoles: 'one',
      tokenVersion: 3,
      colour: 'red',
    })
    expect(wrong.status).toBe(400)
    expect(
      wrong.body.error.details.filter(({ target }: { target: string }) => target === 'webRedirectUris'),
    ).toHaveLength(5)
    const targets = wrong.body.error.details.map(({ target }: { target: string }) => target)
    expect(new Set(targets)).toEqual(
      new Set(['tenantId', 'id', 'webRedirectUris', 'certificates', 'isPublic', 'appRoles', 'tokenVersion', 'colour']),
    )
    for (const body of ['', '[]', '{'])
      expect(
        (await fetch(`${server.origin}/_relata/applications`, { method: 'POST', headers: json, body })).status,
      ).toBe(400)
    expect((await fetch(`${server.origin}/_relata/applications`)).status).toBe(405)
    const foreign = { method: 'POST', body: '{}', headers: { ...json, origin: 'https://evil.example' } }
    expect((await fetch(`${server.origin}/_relata/applications`, foreign)).status).toBe(403)
  })
})
