/** The token endpoint, discovery and keys, as clients of Microsoft's identity platform meet them. */
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instanceMetadata } from '#auth/issuer/discovery.ts'
import {
  appId,
  formOf,
  otherTenantId,
  type Running,
  roles,
  secret,
  startTestListener,
  tenantId,
} from '../_support/listener.ts'

let server: Running
let origin: string
beforeAll(async () => {
  server = await startTestListener()
  origin = `http://127.0.0.1:${server.port}`
})
afterAll(() => server.close())

const ask = async (body: string, tenant = tenantId, headers: Record<string, string> = {}, query = '') => {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(`${origin}/${tenant}/oauth2/v2.0/token${query}`, {
    method: 'POST',
    body,
    headers: { ...type, ...headers },
  })
  expect(answer.headers.get('content-type')).toContain('application/json')
  expect(answer.headers.get('cache-control')).toContain('no-store')
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> }
}

const without = (...names: string[]): string => {
  const form = new URLSearchParams(formOf())
  for (const name of names) form.delete(name)
  return form.toString()
}

const basic = (id: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(password)}`).toString('base64')}`,
})

describe('a token', () => {
  it.each([
    ['tenant id', formOf(), tenantId, {}],
    ['tenant id in capitals', formOf(), tenantId.toUpperCase(), {}],
    ['domain', formOf(), 'One.Example', {}],
    ['our own address as the resource', formOf({ scope: 'https://localhost:4365/.default' }), tenantId, {}],
    ['our own host as the resource', formOf({ scope: 'https://localhost/.default' }), tenantId, {}],
    [
      "Graph's application id as the resource",
      formOf({ scope: '00000003-0000-0000-c000-000000000000/.default' }),
      tenantId,
      {},
    ],
    ['a double slash in the scope', formOf({ scope: 'https://graph.microsoft.com//.default' }), tenantId, {}],
    ...['openid profile offline_access', 'profile openid', 'email'].flatMap(
      (openid): [string, string, string, Record<string, string>][] =>
        ['https://graph.microsoft.com', 'https://localhost:4365', '00000003-0000-0000-c000-000000000000'].flatMap(
          (resource) =>
            [`${resource}/.default ${openid}`, `${openid} ${resource}/.default`].map(
              (scope): [string, string, string, Record<string, string>] => [
                `the scope ${scope}`,
                formOf({ scope }),
                tenantId,
                {},
              ],
            ),
        ),
    ),
    [
      'OIDC scopes on both sides, and the scope twice',
      formOf({
        scope:
          ' OpenID  https://graph.microsoft.com/.default profile https://graph.microsoft.com/.DEFAULT Offline_Access ',
      }),
      tenantId,
      {},
    ],
    ['fields MSAL adds', formOf({ 'x-client-SKU': 'msal.js.node', claims: '{"access_token":{}}' }), tenantId, {}],
    ['the application id in capitals', formOf({ client_id: appId.toUpperCase() }), tenantId, {}],
    ['HTTP Basic', without('client_id', 'client_secret'), tenantId, basic(appId, secret)],
    ['HTTP Basic and the id again', without('client_secret'), tenantId, basic(appId, secret)],
  ])('is given for %s', async (_, form, tenant, headers) => {
    const { status, body } = await ask(form, tenant, headers)
    expect(status).toBe(200)
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
    })
  })

  it('says who it is for, and is signed with a published key', async () => {
    const { body } = await ask(formOf())
    const jwks = (await (await fetch(`${origin}/${tenantId}/discovery/v2.0/keys`)).json()) as JSONWebKeySet
    for (const key of jwks.keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use', 'x5t'])
    const { payload, protectedHeader } = await jwtVerify(String(body['access_token']), createLocalJWKSet(jwks))
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: jwks.keys[0]?.kid })
    expect(payload).toMatchObject({
      aud: 'https://graph.microsoft.com',
      iss: `${origin}/${tenantId}/v2.0`,
      tid: tenantId,
      appid: appId,
      azp: appId,
      app_displayname: expect.stringMatching(/./),
      idtyp: 'app',
      roles,
      ver: '1.0',
    })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3599)
    expect(payload.nbf).toBe(payload.iat)
    expect(payload['oid']).toBe(payload.sub)
    expect(payload.sub).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    const again = await jwtVerify(String((await ask(formOf())).body['access_token']), createLocalJWKSet(jwks))
    expect(again.payload.sub).toBe(payload.sub)
    expect(again.payload['uti']).not.toBe(payload['uti'])
  })

  it('opens the API', async () => {
    const { body } = await ask(formOf())
    const answer = await fetch(`${origin}/v1.0/things`, {
      headers: { authorization: `Bearer ${body['access_token']}` },
    })
    expect(answer.status).toBe(200)
    expect(server.seen.at(-1)?.actor).toEqual({
      kind: 'app',
      name: appId,
      tenantId,
      appId,
      permissions: new Set(roles),
    })
  })
})

describe('no token', () => {
  it.each([
    ['an unknown tenant', formOf(), 'nowhere.example', 400, 'invalid_request', 90002],
    ['the tenant common', formOf(), 'common', 400, 'invalid_request', 90002],
    ['no grant', without('grant_type'), tenantId, 400, 'invalid_request', 900144],
    ['another grant', formOf({ grant_type: 'password' }), tenantId, 400, 'unsupported_grant_type', 70003],
    ['no client', without('client_id'), tenantId, 400, 'invalid_request', 900144],
    ['an unknown client', formOf({ client_id: 'x' }), tenantId, 400, 'unauthorized_client', 700016],
    ['a client of another tenant', formOf(), otherTenantId, 400, 'unauthorized_client', 700016],
    ['no secret', without('client_secret'), tenantId, 401, 'invalid_client', 7000218],
    ['a wrong secret', formOf({ client_secret: 'x' }), tenantId, 401, 'invalid_client', 7000215],
    ['no scope', without('scope'), tenantId, 400, 'invalid_scope', 1002012],
    [
      'a scope of its own',
      formOf({ scope: 'https://graph.microsoft.com/User.Read' }),
      tenantId,
      400,
      'invalid_scope',
      1002012,
    ],
    ['two scopes', formOf({ scope: 'https://a/.default https://b/.default' }), tenantId, 400, 'invalid_scope', 1002012],
    [
      'two resources among OIDC scopes',
      formOf({ scope: 'openid https://graph.microsoft.com/.default profile https://b.example/.default' }),
      tenantId,
      400,
      'invalid_scope',
      1002012,
    ],
    [
      'a scope that is no .default beside one that is',
      formOf({ scope: 'https://graph.microsoft.com/.default https://graph.microsoft.com/User.Read openid' }),
      tenantId,
      400,
      'invalid_scope',
      1002012,
    ],
    ['OIDC scopes alone', formOf({ scope: 'openid profile offline_access' }), tenantId, 400, 'invalid_scope', 1002012],
    ['a scope without a resource', formOf({ scope: '.default' }), tenantId, 400, 'invalid_scope', 1002012],
    ['a field twice', `${formOf()}&client_id=x`, tenantId, 400, 'invalid_request', 9000410],
    ['JSON', '{"grant_type":"client_credentials"}', tenantId, 400, 'invalid_request', 900144],
    ['nothing', '', tenantId, 400, 'invalid_request', 900144],
  ])('is given for %s', async (_, form, tenant, status, error, code) => {
    const answer = await ask(form, tenant, { 'client-request-id': 'my-own-id' })
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({
      error,
      error_description: expect.stringMatching(
        new RegExp(`^AADSTS${code}: .* Trace ID: \\S+ Correlation ID: my-own-id Timestamp: \\S+ \\S+Z$`),
      ),
      error_codes: [code],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      trace_id: answer.headers.get('request-id'),
      correlation_id: 'my-own-id',
      error_uri: `${origin}/error?code=${code}`,
    })
    expect(JSON.stringify(answer.body)).not.toContain(secret)
  })

  it('is given for two ways of proof at once', async () => {
    expect(await ask(formOf(), tenantId, basic(appId, secret))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
    expect(await ask(without('client_secret'), tenantId, basic('other', secret))).toMatchObject({ status: 400 })
  })

  it('takes the id of the request from the query too, as MSAL sends it', async () => {
    const { body } = await ask('', tenantId, {}, '?client-request-id=from-query')
    expect(body['correlation_id']).toBe('from-query')
  })

  it('is given by any method but POST', async () => {
    const answer = await fetch(`${origin}/${tenantId}/oauth2/v2.0/token`)
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST')
    expect(await answer.json()).toMatchObject({ error: 'invalid_request', error_codes: [900561] })
  })
})

describe('discovery', () => {
  const read = async (path: string) => {
    const answer = await fetch(`${origin}${path}`)
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  it.each([
    [`/${tenantId}/v2.0/.well-known/openid-configuration`, '/v2.0', 'v2.0'],
    ['/one.example/v2.0/.well-known/openid-configuration', '/v2.0', 'v2.0'],
    [`/${tenantId}/.well-known/openid-configuration`, '', ''],
    ['/one.example/.well-known/openid-configuration', '', ''],
  ])('at %s names the addresses of its version on the host that was asked', async (path, version, issuer) => {
    expect(await read(path)).toMatchObject({
      status: 200,
      body: {
        issuer: `${origin}/${tenantId}/${issuer}`,
        authorization_endpoint: `${origin}/${tenantId}/oauth2${version}/authorize`,
        token_endpoint: `${origin}/${tenantId}/oauth2${version}/token`,
        device_authorization_endpoint: `${origin}/${tenantId}/oauth2${version}/devicecode`,
        jwks_uri: `${origin}/${tenantId}/discovery${version}/keys`,
        end_session_endpoint: `${origin}/${tenantId}/oauth2${version}/logout`,
      },
    })
  })

  it('of any tenant has a template for an issuer', async () => {
    const { body } = await read('/common/v2.0/.well-known/openid-configuration')
    expect(body['issuer']).toBe(`${origin}/{tenantid}/v2.0`)
    expect((await read('/organizations/.well-known/openid-configuration')).body['issuer']).toBe(`${origin}/{tenantid}/`)
  })

  it('of an unknown tenant is refused', async () => {
    expect(await read('/nobody/v2.0/.well-known/openid-configuration')).toMatchObject({
      status: 400,
      body: { error_codes: [90002] },
    })
    expect(await read('/nobody/discovery/v2.0/keys')).toMatchObject({ status: 400 })
  })

  it('knows our host as an authority', async () => {
    const asked = encodeURIComponent(`${origin}/${tenantId}/oauth2/v2.0/authorize`)
    const { host } = new URL(origin)
    for (const query of [`?api-version=1.1&authorization_endpoint=${asked}`, '?authorization_endpoint=x', ''])
      expect((await read(`/common/discovery/instance${query}`)).body).toMatchObject({
        'api-version': '1.1',
        tenant_discovery_endpoint: expect.stringContaining('/v2.0/.well-known/openid-configuration'),
        metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
      })
  })

  it('knows Microsoft’s names for its public cloud as aliases of one another', () => {
    for (const host of ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'])
      expect(instanceMetadata(`https://${host}`, null).metadata).toEqual([
        {
          preferred_network: 'login.microsoftonline.com',
          preferred_cache: 'login.windows.net',
          aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
        },
      ])
  })
})

describe('the realm of a user', () => {
  const read = async (path: string) => {
    const answer = await fetch(`${origin}${path}`)
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const managed = {
    ver: '1.0',
    account_type: 'Managed',
    domain_name: 'one.example',
    cloud_instance_name: 'microsoftonline.com',
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  }
  const { domain_name: _, ...unknown } = { ...managed, account_type: 'Unknown' }

  it.each([
    ['/common/userrealm/anna@one.example?api-version=1.0', managed],
    ['/common/UserRealm/anna%40one.example?api-version=1.0', managed],
    ['/COMMON/userRealm/nobody.known@ONE.example', managed],
    ['/common/userrealm?user=anna%40one.example&api-version=1.0', managed],
    ['/organizations/userrealm/anna@one.example?api-version=1.0', managed],
    [`/${tenantId}/userrealm/anna@one.example?api-version=1.0`, managed],
    ['/common/userrealm/anna@elsewhere.example?api-version=1.0', unknown],
    ['/common/userrealm/anna?api-version=1.0', unknown],
    ['/common/userrealm/one.example?api-version=1.0', unknown],
    [`/common/userrealm/anna@${tenantId}?api-version=1.0`, unknown],
  ])('is answered at %s', async (path, body) => {
    expect(await read(path)).toEqual({ status: 200, body })
  })

  it.each([
    ['/common/userrealm/anna@one.example?api-version=2.1', 90023],
    ['/common/userrealm/%ff?api-version=1.0', 90023],
    ['/common/userrealm?api-version=1.0', 90023],
    ['/nowhere.example/userrealm/anna@one.example?api-version=1.0', 90002],
  ])('is refused at %s', async (path, code) => {
    expect(await read(path)).toMatchObject({ status: 400, body: { error: 'invalid_request', error_codes: [code] } })
  })
})

describe('an address that the authority does not have', () => {
  const ask = async (path: string, method = 'GET') => {
    const answer = await fetch(`${origin}${path}`, { method, headers: { 'client-request-id': 'my-own-id' } })
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> }
  }

  it.each([
    ['GET', '/common/nonsense'],
    ['POST', '/common/oauth2/v3.0/token'],
    ['PATCH', '/organizations/userrealms'],
    ['GET', '/consumers/x'],
    ['POST', `/${tenantId}/oauth2/v2.0/token/`],
    ['GET', `/${tenantId.toUpperCase()}/`],
    ['DELETE', '/one.example/discovery/instance'],
    ['GET', '/one.example/userrealm/anna@one.example/more'],
  ])('is told so in the form of OAuth: %s %s', async (method, path) => {
    const { status, headers, body } = await ask(path, method)
    expect(status).toBe(404)
    expect(headers.get('content-type')).toContain('application/json')
    expect(body).toEqual({
      error: 'invalid_request',
      error_description: expect.stringMatching(/^AADSTS90023: .* Trace ID: \S+ Correlation ID: my-own-id Timestamp: /),
      error_codes: [90023],
      timestamp: expect.any(String),
      trace_id: headers.get('request-id'),
      correlation_id: 'my-own-id',
      error_uri: `${origin}/error?code=90023`,
    })
    expect(body['error_description']).toContain(`'${path}'`)
  })

  it('names the tenant where that is what is wrong', async () => {
    expect(await ask('/nowhere.example/nonsense')).toMatchObject({ status: 400, body: { error_codes: [90002] } })
  })

  it.each(['/nonsense', '/nonsense/more', '/common', '/v3.0/sites', '/robots.txt', '/_relata/nonsense'])(
    'has Graph’s form where no tenant is named: %s',
    async (path) => {
      expect(await ask(path)).toMatchObject({ status: 404, body: { error: { code: expect.any(String) } } })
    },
  )
})
