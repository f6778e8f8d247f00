/**
 * The issuers of docs/access.md, with nothing changed but their host: an OpenID Connect server (oidc-provider) plays Entra in
 * both versions and Keycloak, and writes tokens of people and of applications as they do.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { user } from '#workloads/directory/people.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { blocksIn, pageAt } from '../docs/paste.ts'
import { type Claims, type OutsideProvider, startOutsideProvider } from './outside-provider.ts'
import { entraV1, entraV2, type KnownPerson, keycloak, type ShapeFacts } from './provider-shapes.ts'

const { contoso } = wellKnown
const groups = '/beta/termStore/groups'
const invalid = 'InvalidAuthenticationToken'

const idOf = (number: number): string => `${contoso.slice(0, 8)}-05e7-4000-8000-${`${number}`.padStart(12, '0')}`
const read = 'TermStore.Read.All User.Read'
const write = 'TermStore.ReadWrite.All User.Read'
const people: Readonly<Record<'admin' | 'tara' | 'sana' | 'mallory', KnownPerson>> = {
  admin: { id: idOf(1), userName: 'admin@contoso.example', name: 'Administrator', scopes: write, roles: [] },
  tara: { id: idOf(2), userName: 'tara@contoso.example', name: 'Tara', scopes: read, roles: ['Relata.Operator'] },
  // With all roles that applications have, which say nothing of a person.
  sana: {
    id: idOf(4),
    userName: 'sana@contoso.example',
    name: 'Sana',
    scopes: 'User.Read',
    roles: ['TermStore.ReadWrite.All', 'TermStore.Read.All'],
  },
  mallory: { id: idOf(99), userName: 'mallory@else.example', name: 'Mallory', scopes: write, roles: [] },
}

interface Example {
  readonly issuer: string
  readonly discovery?: string
  readonly audience: string | readonly string[]
}

const examples = blocksIn(pageAt('docs/access.md'), 'json').map((text) => JSON.parse(text) as Example)
const exampleAt = (host: string): Example => {
  const found = examples.find(({ issuer }) => new URL(issuer).hostname === host)
  if (found === undefined) throw new Error(`docs/access.md has no issuer at ${host}`)
  return found
}

const providers = [
  { name: 'Entra, second version', host: 'login.microsoftonline.com', shapeOf: entraV2 },
  { name: 'Entra, first version', host: 'sts.windows.net', shapeOf: entraV1 },
  { name: 'Keycloak', host: 'keycloak.example', shapeOf: keycloak },
] as const

describe.each(providers)('$name', ({ host, shapeOf, name }) => {
  const isKeycloak = name === 'Keycloak'
  const example = exampleAt(host)
  let provider: OutsideProvider
  let server: TestServer
  let settings: Record<string, unknown>
  let appRoles: readonly string[] = ['TermStore.Read.All']

  beforeAll(async () => {
    const { pathname } = new URL(example.issuer)
    const facts: ShapeFacts = {
      path: pathname,
      audience: [example.audience].flat()[0] ?? '',
      clientId: [example.audience].flat().at(-1) ?? '',
      tenant: pathname.split('/').find((part) => part.length === 36) ?? '',
      people,
      get appRoles() {
        return appRoles
      },
    }
    provider = await startOutsideProvider(shapeOf(facts))
    const { origin } = new URL(provider.issuer)
    // The document of version 1 is at another host than the issuer; the test has one host for both.
    const discovery = `${provider.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    settings = {
      ...example,
      issuer: `${origin}${pathname}`,
      ...(example.discovery === undefined ? {} : { discovery }),
      cooldownSeconds: 0,
    }
    server = await startTestServer({ registry: true, issuers: parseOutsideIssuers(JSON.stringify(settings)) })
  })
  afterAll(async () => {
    await server.close()
    await provider.close()
  })

  const send = (token: string, method = 'GET', path = groups, body?: unknown) =>
    server.send(method, path, body, { headers: { authorization: `Bearer ${token}` } })
  const ask = async (token: string, path: string, body?: unknown) => {
    const answer = await fetch(`${server.http}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any }
  }
  const outcome = async (token: string) => {
    const { status, body } = await send(token)
    return status === 200 ? [200] : [status, body.error.code, body.error.message]
  }
  /** A good token of somebody, to be spoilt. */
  const good = async () => (await provider.signIn(people.admin.userName)).access
  const unfit = 'Access token validation failure. The token is not an access token for this server.'

  it('a person is that person here, with the scopes of the client and the roles of the directory', async () => {
    const token = await good()
    expect((await send(token, 'GET', '/v1.0/me')).body).toMatchObject({ id: people.admin.id })
    expect((await send(token, 'POST', groups, { displayName: `By a person of ${name}` })).status).toBe(201)
    const reader = (await provider.signIn(people.tara.userName)).access
    expect((await send(reader)).status).toBe(200)
    expect((await send(reader, 'POST', groups, { displayName: 'x' })).status).toBe(403)
  })

  it('a person has no permission by a role that applications have', async () => {
    const token = (await provider.signIn(people.sana.userName)).access
    expect((await send(token, 'GET', '/v1.0/me')).body).toMatchObject({ id: people.sana.id })
    expect((await send(token)).status).toBe(403)
  })

  it('somebody who is not in the directory is nobody here', async () => {
    const token = (await provider.signIn(people.mallory.userName)).access
    expect((await send(token, 'GET', '/v1.0/me')).status).toBe(404)
    expect((await send(token, 'POST', groups, { displayName: 'x' })).status).toBe(403)
  })

  it('a person whose account is disabled is refused', async () => {
    const { access } = await provider.signIn(people.tara.userName)
    const claims = decodeJwt(access)
    const fresh = async (jti: string) => (await outcome(await provider.sign({ ...claims, jti })))[0]
    expect(await fresh('1')).toBe(200)
    const { store } = server.parts
    const enable = (accountEnabled: boolean) =>
      store.write(contoso, (tx) => tx.update(user, people.tara.id, { accountEnabled }))
    await enable(false)
    try {
      const refused = await outcome(await provider.sign({ ...claims, jti: '2' }))
      const message = 'Access token validation failure. The account of its user is disabled.'
      expect(refused).toEqual([401, invalid, message])
    } finally {
      await enable(true)
    }
    expect(await fresh('3')).toBe(200)
  })

  it('a person whose account is disabled or deleted changes nothing, whatever is cached of the token (F13)', async () => {
    const { store } = server.parts
    const { access } = await provider.signIn(people.admin.userName)
    const create = (displayName: string) => send(access, 'POST', groups, { displayName })
    const relate = () =>
      send(access, 'POST', '/v1.0/tenantRelationships/delegatedAdminRelationships', { displayName: 'x' })
    const enable = (accountEnabled: boolean) =>
      store.write(contoso, (tx) => tx.update(user, people.admin.id, { accountEnabled }))
    const message = 'Access token validation failure. The account of its user is disabled.'
    expect((await create(`Before, by ${name}`)).status).toBe(201)
    await enable(false)
    try {
      const batch = { requests: [{ id: '1', method: 'POST', url: '/termStore/groups', body: { displayName: 'x' } }] }
      const refused = [await create('x'), await relate(), await send(access, 'POST', '/beta/$batch', batch)]
      for (const { status, body } of refused) expect([status, body.error.message]).toEqual([401, message])
      const roles = await ask(access, '/_relata/term-store/roles', { tenant: contoso, administrators: [] })
      expect([roles.status, roles.body.error.message]).toEqual([401, message])
    } finally {
      await enable(true)
    }
    expect((await create(`Again, by ${name}`)).status).toBe(201)
  })

  it('an operator whose account is disabled manages nothing (F13)', async () => {
    const { store } = server.parts
    const operator = (await provider.signIn(people.tara.userName)).access
    const enable = (accountEnabled: boolean) =>
      store.write(contoso, (tx) => tx.update(user, people.tara.id, { accountEnabled }))
    expect((await ask(operator, '/_relata/tenants')).status).toBe(200)
    await enable(false)
    try {
      expect((await ask(operator, '/_relata/tenants')).status).toBe(401)
      expect((await ask(operator, '/_relata/issuers')).status).toBe(401)
    } finally {
      await enable(true)
    }
  })

  it('an application is one, with its roles', async () => {
    appRoles = ['TermStore.Read.All']
    const reader = await provider.token()
    expect((await send(reader)).status).toBe(200)
    expect((await send(reader, 'POST', groups, { displayName: 'x' })).status).toBe(403)
    const me = await send(reader, 'GET', '/v1.0/me')
    expect([me.status, me.body.error.message]).toEqual([400, expect.stringContaining('delegated')])
    appRoles = ['TermStore.ReadWrite.All']
    const writer = await provider.token({ jti: 'another' })
    expect((await send(writer, 'POST', groups, { displayName: `By an application of ${name}` })).status).toBe(201)
    appRoles = []
    expect((await send(await provider.token({ jti: 'a third' }))).status).toBe(403)
  })

  it('an ID token is refused, with and without a nonce (B1)', async () => {
    for (const options of [{ nonce: 'n' }, {}]) {
      const { id } = await provider.signIn(people.sana.userName, {}, options)
      const claims = decodeJwt(id)
      const { audience } = example
      // The very one of an API that signs people in itself.
      const forApi = await provider.sign({ ...claims, aud: [audience].flat()[0] })
      expect((await outcome(id))[0]).toBe(401)
      expect((await outcome(forApi))[2]).toMatch(unfit)
      if (!isKeycloak) expect(claims).toMatchObject({ roles: people.sana.roles })
    }
  })

  it('a person becomes nobody else by a name (B4)', async () => {
    const claims = decodeJwt(await good())
    const names: Claims[] = isKeycloak
      ? [
          { preferred_username: 'admin@contoso.example' },
          { preferred_username: 'admin' },
          { upn: 'admin@contoso.example' },
        ]
      : [
          { preferred_username: 'admin@contoso.example', upn: 'admin@contoso.example' },
          { email: 'admin@contoso.example', email_verified: true, sub: people.admin.id },
        ]
    const mallory = decodeJwt((await provider.signIn(people.mallory.userName)).access)
    for (const more of names) {
      const token = await provider.sign({ ...mallory, ...more })
      expect((await send(token, 'GET', '/v1.0/me')).status, JSON.stringify(more)).toBe(404)
      expect((await send(token, 'POST', groups, { displayName: 'x' })).status).toBe(403)
    }
    if (!isKeycloak) return
    for (const email_verified of [false, undefined, 'no']) {
      const token = await provider.sign({ ...claims, email_verified })
      expect(await outcome(token)).toEqual([
        401,
        invalid,
        `${unfit} Its claim 'email' does not count, as 'email_verified' is not true.`,
      ])
    }
  })

  it('a person is no application by being named like one', async () => {
    const claims = decodeJwt((await provider.signIn(people.sana.userName)).access)
    const tricks: Claims[] = isKeycloak
      ? [{ preferred_username: 'service-account-library-tool' }, { sub: 'library-tool' }, { idtyp: 'app' }]
      : [{ sub: claims['azp'] ?? claims['appid'] }, { sub: claims['oid'] }]
    for (const more of tricks)
      expect((await send(await provider.sign({ ...claims, ...more }))).status, JSON.stringify(more)).toBe(403)
  })

  it('an operator is whom the issuer calls one, and nobody else', async () => {
    const operator = (await provider.signIn(people.tara.userName)).access
    const found = await ask(operator, '/_relata/issuers')
    expect(found.status).toBe(200)
    expect(found.body.issuers).toMatchObject([
      {
        issuer: settings['issuer'],
        audience: [example.audience].flat(),
        state: [
          {
            ...{ issuer: settings['issuer'], reachable: true, keys: [{ kid: expect.any(String), kty: 'RSA' }] },
            keysDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          },
        ],
      },
    ])
    for (const token of [await good(), await provider.token()]) {
      const { status, body } = await ask(token, '/_relata/issuers')
      expect([status, body.error.message]).toEqual([403, expect.stringContaining('Only an operator may do this')])
      expect((await ask(token, '/_relata/issuers/check', { token })).status).toBe(403)
      // Who may not see them does not learn either which parameters there are.
      for (const query of ['', '?x=1']) expect((await ask(token, `/_relata/settings${query}`)).status).toBe(403)
    }
    const shown = await ask(operator, '/_relata/settings')
    expect([shown.status, shown.body.value.find(({ name }: Claims) => name === 'registry')]).toMatchObject([
      200,
      { flag: '--registry', value: true },
    ])
    expect((await ask(operator, '/_relata/settings?x=1')).status).toBe(400)
    expect((await ask('a.b.c', '/_relata/settings')).status).toBe(401)
    const refused = await ask('a.b.c', '/_relata/issuers')
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      // Entra's forms say where the endpoint is at Entra's hosts only; this server has none, so it names none of its own.
      isKeycloak
        ? `Bearer realm="", authorization_uri="${provider.issuer}/protocol/openid-connect/auth"`
        : 'Bearer realm=""',
    ])
  })

  it('an operator is told claim by claim who a token would be', async () => {
    const operator = (await provider.signIn(people.tara.userName)).access
    const check = async (token: string) => (await ask(operator, '/_relata/issuers/check', { token })).body
    const person = await check(await good())
    expect(person).toMatchObject({
      accepted: true,
      reason: null,
      actor: { kind: 'person', tenantId: contoso, userId: people.admin.id, isOperator: false },
    })
    expect(person.findings.filter(({ passed }: { passed: boolean }) => !passed)).toEqual([])
    expect(JSON.stringify(person.findings)).toContain('A person of the directory: admin@contoso.example')
    expect(await check(operator)).toMatchObject({ actor: { isOperator: true } })
    appRoles = ['TermStore.Read.All']
    expect(await check(`Bearer ${await provider.token({ jti: 'x' })}`)).toMatchObject({
      accepted: true,
      actor: { kind: 'application', userId: null, permissions: expect.arrayContaining(['TermStore.Read.All']) },
    })
    const claims = decodeJwt(await good())
    const spoilt: [Claims, Claims, string][] = [
      [{ aud: 'x' }, {}, 'aud'],
      [{ exp: 1 }, {}, 'exp'],
      [{ exp: 'x' }, {}, 'exp'],
      [{ nbf: 9_999_999_999 }, {}, 'nbf'],
      [{ nonce: 'n' }, {}, 'header.typ'],
      [{}, { typ: 'logout+jwt' }, 'header.typ'],
      [{ iss: 'https://else.example' }, {}, 'iss'],
      [{ iss: { a: 1 } }, {}, 'iss'],
      [{}, { kid: 'other' }, 'signature'],
      [{ [isKeycloak ? 'email' : 'oid']: '', sub: '' }, {}, 'actor'],
    ]
    for (const [more, header, wanted] of spoilt) {
      const told = await check(await provider.sign({ ...claims, ...more }, header))
      const failed = told.findings.filter(({ passed }: { passed: boolean }) => !passed)
      expect([told.accepted, failed.map((finding: { name: string }) => finding.name)], wanted).toEqual([
        false,
        [wanted],
      ])
      expect(told.reason).toEqual(expect.any(String))
    }
    expect(await check('nonsense')).toMatchObject({ accepted: false, findings: [{ name: 'token', passed: false }] })
    for (const body of [{}, { token: '' }, { token: 7 }, { token: 'a', more: 1 }])
      expect((await ask(operator, '/_relata/issuers/check', body)).status).toBe(400)
  })

  it('every claim that does not fit is 401', async () => {
    const claims = decodeJwt(await good())
    const cases: [Claims, string][] = [
      [{ aud: 'https://graph.microsoft.com' }, 'Invalid audience'],
      [{ aud: 'account' }, 'Invalid audience'],
      [{ aud: [] }, 'Invalid audience'],
      [{ aud: undefined }, 'Invalid audience'],
      [{ aud: { 0: settings['audience'] } }, 'Invalid audience'],
      [{ iss: `${settings['issuer']}x` }, 'Invalid issuer'],
      [{ iss: `${settings['issuer']}`.toUpperCase() }, 'Invalid issuer'],
      [{ iss: undefined }, 'Invalid issuer'],
      [{ iss: {} }, 'Invalid issuer'],
      [{ iss: [settings['issuer']] }, 'Invalid issuer'],
      [{ iss: 7 }, 'Invalid issuer'],
      [{ exp: Math.floor(Date.now() / 1000) - 60 }, 'the token is expired'],
      [{ exp: undefined }, 'the token is expired'],
      [{ exp: '9999999999' }, 'the token is expired'],
      [{ nbf: Math.floor(Date.now() / 1000) + 60 }, 'not yet valid'],
      [{ nonce: 'n' }, "the claim 'nonce'"],
      [{ at_hash: 'x' }, "the claim 'at_hash'"],
      [{ c_hash: 'x' }, "the claim 'c_hash'"],
      [{ events: {} }, "the claim 'events'"],
      [{ typ: 'ID' }, "claim 'typ' is not Bearer"],
      [{ cnf: { jkt: 'x' } }, "'cnf'"],
    ]
    for (const [more, text] of cases)
      expect([more, ...(await outcome(await provider.sign({ ...claims, ...more })))]).toEqual([
        more,
        401,
        invalid,
        expect.stringContaining(text),
      ])
  })

  it('every header that does not fit is 401', async () => {
    const claims = decodeJwt(await good())
    const signature = 'Access token validation failure. Invalid signature.'
    for (const typ of ['logout+jwt', 'dpop+jwt', 'secevent+jwt', ''])
      expect(await outcome(await provider.sign(claims, { typ }))).toEqual([401, invalid, expect.stringMatching(unfit)])
    for (const typ of ['JWT', 'jwt', 'at+jwt', 'application/at+jwt', undefined])
      expect([typ, ...(await outcome(await provider.sign(claims, { typ })))]).toEqual([typ, 200])
    // A nonce of Microsoft Graph's own tokens is in the header.
    expect(await outcome(await provider.sign(claims, { nonce: 'n' }))).toEqual([200])
    for (const kid of ['other', '../../keys', "' or 1=1 --", '', 'key-1\u0000', 'x'.repeat(4000)])
      expect([kid, ...(await outcome(await provider.sign(claims, { kid })))]).toEqual([kid, 401, invalid, signature])
  })

  it('a token signed by anybody else is 401, and nobody else is asked for a key', async () => {
    const claims = decodeJwt(await good())
    const asked: string[] = []
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'evil', alg: 'RS256', use: 'sig' }
    const evil = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end(JSON.stringify({ keys: [jwk] }))
    })
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
    try {
      const address = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/keys`
      const published = provider.publicKey()
      const kid = published.kid ?? ''
      const forge = (header: object) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, ...header }).sign(privateKey)
      const tokens = [
        await forge({}),
        ...(await Promise.all([{ jku: address }, { x5u: address }, { jwk }, { x5c: ['AAAA'] }].map(forge))),
        ...(await Promise.all(
          [
            { jku: address, kid: 'evil' },
            { jwk, kid: 'evil' },
          ].map(forge),
        )),
      ]
      // The classic confusion: the published key as the secret of a symmetric algorithm.
      const pem = await exportSPKI((await importJWK(published, 'RS256', { extractable: true })) as never)
      for (const secret of [pem, pem.trim(), JSON.stringify(published), published.n ?? ''])
        tokens.push(
          await new SignJWT(claims)
            .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid })
            .sign(new TextEncoder().encode(secret)),
        )
      const [, body = '', signed = ''] = (await good()).split('.')
      const encoded = (header: object) => Buffer.from(JSON.stringify(header)).toString('base64url')
      for (const alg of ['none', 'None', 'NONE', 'HS256', ''])
        for (const end of ['', signed]) tokens.push(`${encoded({ alg, typ: 'JWT', kid })}.${body}.${end}`)
      const more = encoded({ ...claims, roles: ['Relata.Operator'] })
      tokens.push(`${encoded({ alg: 'RS256', typ: 'JWT', kid })}.${more}.${signed}`)
      tokens.push(`${encoded({ alg: 'RS256', typ: 'JWT', kid, crit: ['b64'], b64: false })}.${body}.${signed}`)
      for (const token of tokens) expect([token, (await outcome(token)).slice(0, 2)]).toEqual([token, [401, invalid]])
      expect(asked).toEqual([])
    } finally {
      await new Promise((resolve) => evil.close(resolve))
    }
  })

  it('a new key is followed, the old one is refused, and an outage is 503', async () => {
    const quick = await startTestServer({
      registry: true,
      issuers: parseOutsideIssuers(JSON.stringify({ ...settings, cacheSeconds: 0 })),
    })
    try {
      const status = async (token: string) => {
        const { status: answered, headers } = await quick.send('GET', groups, undefined, {
          headers: { authorization: `Bearer ${token}` },
        })
        return [answered, headers.get('retry-after')]
      }
      const old = await good()
      expect(await status(old)).toEqual([200, null])
      await provider.rotate()
      expect(await status(await good())).toEqual([200, null])
      expect(await status(old)).toEqual([401, null])
      const fresh = await good()
      await provider.out()
      try {
        expect(await status(fresh)).toEqual([503, '5'])
      } finally {
        await provider.back()
      }
      expect(await status(fresh)).toEqual([200, null])
    } finally {
      await quick.close()
    }
  })

  it('at+jwt can be demanded', async () => {
    const strict = await startTestServer({
      registry: true,
      issuers: parseOutsideIssuers(JSON.stringify({ ...settings, type: 'at+jwt' })),
    })
    try {
      const claims = decodeJwt(await good())
      const status = async (typ: string | undefined) => {
        const headers = { authorization: `Bearer ${await provider.sign(claims, { typ })}` }
        return (await strict.send('GET', groups, undefined, { headers })).status
      }
      for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt']) expect([typ, await status(typ)]).toEqual([typ, 200])
      for (const typ of ['JWT', undefined]) expect([typ, await status(typ)]).toEqual([typ, 401])
    } finally {
      await strict.close()
    }
  })
})
