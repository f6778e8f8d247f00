import { describe, expect, it } from 'vitest'
import { authorizationUriOf } from './authorization-uri.ts'
import { usualClaims } from './outside-issuer.ts'
import { parseOutsideIssuers } from './outside-settings.ts'
import { cautionsOf } from './safety.ts'

const good = { issuer: 'https://login.example/realms/one', audience: 'api://relata' }

function parse(value: unknown) {
  return parseOutsideIssuers(JSON.stringify(value))
}

describe('settings of outside issuers', () => {
  it('are a list, or one alone, with usual values for what is not said', () => {
    const whole = {
      issuer: good.issuer,
      audiences: ['api://relata'],
      claims: usualClaims,
      cacheSeconds: 600,
      cooldownSeconds: 30,
    }
    expect(parse(good)).toEqual([whole])
    expect(parse([good])).toEqual([whole])
    expect(parse([])).toEqual([])
  })

  it('name claims one by one', () => {
    const [one] = parse({
      ...good,
      audience: ['a', 'b'],
      tenant: 'contoso.example',
      immutable: true,
      claims: { user: 'email', roles: ['realm_access.roles', 'roles'] },
    })
    expect(one).toMatchObject({ audiences: ['a', 'b'], tenant: 'contoso.example' })
    expect(one?.claims).toEqual({ ...usualClaims, user: ['email'], roles: ['realm_access.roles', 'roles'] })
  })

  it('name the client by which the pages sign people in', () => {
    const [one] = parse({ ...good, pages: { clientId: 'x', scopes: 'api://relata/.default' } })
    expect(one?.pages).toEqual({ clientId: 'x', scopes: ['api://relata/.default'] })
    const [two] = parse({ ...good, pages: { clientId: 'x', scopes: ['a', 'b'], name: 'Contoso' } })
    expect(two?.pages).toEqual({ clientId: 'x', scopes: ['a', 'b'], name: 'Contoso' })
  })

  it.each([
    'http://localhost:8080/realms/one',
    'http://127.0.0.1:1',
    'http://[::1]:1',
    'https://login.example/{tenantid}/v2.0',
  ])('take the issuer %s', (issuer) => {
    expect(parse({ ...good, issuer })).toHaveLength(1)
  })

  it.each([
    [{ ...good, issuer: 'http://login.example' }, 'must be an https address, or http on this machine'],
    [{ ...good, issuer: 'http://localhost.example' }, 'must be an https address'],
    [{ ...good, issuer: 'login.example' }, 'must be an https address'],
    [{ ...good, discovery: 'http://login.example/x' }, "'discovery' must be an https address"],
    [{ audience: 'x' }, "'issuer' must be an https address"],
    [{ issuer: good.issuer }, "'audience' must be a text"],
    [{ ...good, audience: [] }, "'audience' must name at least one"],
    [{ ...good, audience: [''] }, "'audience' must be a text"],
    [{ ...good, tenant: '' }, "'tenant' must be a text"],
    [{ ...good, claims: { oid: 'x' } }, "'oid', which is not one of tenant, user, app, scopes, roles, name"],
    [{ ...good, claims: 'x' }, "'claims' must be an object"],
    [{ ...good, operator: 'x' }, "'operator' must be an object"],
    [{ ...good, operator: { claim: 'roles', value: 'x', more: 1 } }, "'operator' must be an object"],
    [{ ...good, operator: { claim: 'roles' } }, "'operator.value' must be a text"],
    [{ ...good, cacheSeconds: -1 }, "'cacheSeconds' must be seconds"],
    [{ ...good, type: 'JWT' }, `'type' must be "at+jwt"`],
    [{ ...good, immutable: 'yes' }, "'immutable' must be true or false"],
    [{ ...good, verified: true }, "'verified' must be a text"],
    [{ ...good, application: 'client_id' }, "'application' must be an object"],
    [{ ...good, application: { claim: 'x', value: 1 } }, "'application.value' must be a text"],
    [{ ...good, pages: 'x' }, "'pages' must be an object"],
    [{ ...good, pages: { clientId: 'x', scopes: 'y', secret: 'z' } }, "'pages' must be an object"],
    [{ ...good, pages: { scopes: 'y' } }, "'pages.clientId' must be a text"],
    [{ ...good, pages: { clientId: 'x' } }, "'pages.scopes' must be a text"],
    [{ ...good, pages: { clientId: 'x', scopes: [] } }, "'pages.scopes' must name at least one"],
    [{ ...good, pages: { clientId: 'x', scopes: 'y', name: ' ' } }, "'pages.name' must be a text"],
    [{ ...good, jwks: 'x' }, "'jwks' is not one of"],
    [[good, good], 'twice'],
    [['x'], 'is not a list of objects'],
  ])('refuse %j', (value, text) => {
    expect(() => parse(value)).toThrow(text)
  })

  it.each(['preferred_username', 'upn', 'email', 'name'])(
    'refuse people by %s that nobody answers for (B4)',
    (user) => {
      expect(() => parse({ ...good, claims: { user } })).toThrow('one could become another')
      expect(() => parse({ ...good, claims: { user: ['sub', user] } })).toThrow(`'claims.user' is '${user}'`)
      expect(() => parse({ ...good, immutable: false, claims: { user } })).toThrow('one could become another')
      expect(parse({ ...good, verified: 'email_verified', claims: { user } })).toHaveLength(1)
      expect(parse({ ...good, immutable: true, claims: { user } })).toHaveLength(1)
    },
  )

  it('refuse people by a claim of which nothing is known, and take ids', () => {
    expect(() => parse({ ...good, claims: { user: 'employee' } })).toThrow('it may not be an id that nobody can choose')
    for (const user of ['oid', 'sub', ['sub', 'oid']]) expect(parse({ ...good, claims: { user } })).toHaveLength(1)
  })

  it.each([
    [{ operator: { claim: 'preferred_username', value: 'admin' } }, "'operator.claim' is 'preferred_username'"],
    [{ operator: { claim: 'profile.email', value: 'op@x' } }, "'operator.claim' is 'profile.email'"],
    [{ operator: { claim: 'https://relata.example/nickname', value: 'x' } }, "'operator.claim' is 'https://"],
    [{ application: { claim: 'preferred_username', value: 'service-account-x' } }, "'application.claim' is"],
    [{ application: { claim: 'user_metadata.kind', value: 'app' } }, "'application.claim' is 'user_metadata.kind'"],
    [{ claims: { tenant: 'preferred_username' } }, "'claims.tenant' is 'preferred_username'"],
    [{ claims: { tenant: ['tid', 'profile.org'] } }, "'claims.tenant' is 'profile.org'"],
    [{ claims: { scopes: 'nickname' } }, "'claims.scopes' is 'nickname'"],
    [{ claims: { roles: 'givenName' } }, "'claims.roles' is 'givenName'"],
    [{ claims: { app: 'address.client' } }, "'claims.app' is 'address.client'"],
    [{ immutable: true, claims: { roles: 'email' } }, "'claims.roles' is 'email'"],
    [{ verified: 'nickname', claims: { user: 'email' } }, "'verified' is 'nickname'"],
    [{ issuer: 'https://login.microsoftonline.com/common/v2.0' }, "has 'common', and no token does"],
    [
      { issuer: 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0' },
      'which anybody can make',
    ],
    [{ issuer: 'https://sts.windows.net/organizations/' }, "has 'organizations', and no token does"],
    [
      { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0', audience: ['x', 'https://graph.microsoft.com'] },
      'for Microsoft alone',
    ],
    [
      { issuer: 'https://sts.windows.net/{tenantid}/', audience: '00000003-0000-0000-C000-000000000000' },
      'for Microsoft alone',
    ],
    [{ audience: 'account' }, 'every client of a Keycloak realm'],
    [{ issuer: 'https://login.example/{tenantid}', tenant: 'contoso.example' }, 'do not go together'],
  ])('refuse what would let in others: %j', (more, text) => {
    expect(() => parse({ ...good, ...more })).toThrow(text)
  })

  it('take claims for what decides that only the issuer writes', () => {
    const claims = { tenant: 'org.id', app: 'client_id', scopes: ['permissions', 'scope'], name: 'nickname' }
    const operator = { claim: 'resource_access.profile.roles', value: 'x' }
    expect(parse({ ...good, tenant: 'contoso.example', claims, operator })).toHaveLength(1)
    expect(parse({ ...good, claims: { roles: 'https://relata.example/roles' } })).toHaveLength(1)
  })

  it.each([
    [{ issuer: 'https://login.example/{tenantid}/v2.0' }, '{tenantid} stands for every tenant here'],
    [{}, "without 'tenant' a claim says"],
    [{ tenant: 'contoso.example', operator: { tenant: 'fabrikam.example' } }, "leave 'operator.tenant' out"],
    [{ operator: { tenant: '' } }, "'operator.tenant' must be a text"],
  ])('refuse operators of any tenant: %j', ({ operator: more, ...entry }: Record<string, unknown>, text) => {
    const operator = { claim: 'roles', value: 'Relata.Operator' }
    expect(() => parse({ ...good, ...entry, operator: { ...operator, ...(more as object) } })).toThrow(text)
    const { tenant = 'contoso.example' } = entry
    expect(parse({ ...good, ...entry, operator: { ...operator, tenant } })).toHaveLength(1)
  })

  it('say when two issuers speak for the people of one tenant', () => {
    const [one, two] = ['https://a.example', 'https://b.example']
    const id = '11111111-0000-4000-8000-000000000001'
    const idOf = (name: string) =>
      [id, 'contoso.example', 'contoso.onmicrosoft.example'].includes(name.toLowerCase()) ? id : undefined
    const cautions = (...tenants: (string | undefined)[]) =>
      cautionsOf(parse([one, two].map((issuer, at) => ({ ...good, issuer, tenant: tenants[at] }))), idOf)
    expect(cautions('contoso.example', 'Contoso.example')).toEqual([
      expect.stringContaining(`${one} and ${two} speak for the same people of contoso.example`),
    ])
    // The id and any domain are one tenant (F11).
    for (const name of ['contoso.example', 'contoso.onmicrosoft.example'])
      expect(cautions(id, name)).toEqual([
        expect.stringContaining(`${one} and ${two} speak for the same people of ${id}`),
      ])
    // Whoever speaks for every tenant speaks for this one, too, with {tenantid} or by a claim.
    const all = parse([
      { ...good, issuer: 'https://c.example/{tenantid}' },
      { ...good, issuer: one, tenant: id },
    ])
    expect(cautionsOf(all, idOf)).toEqual([expect.stringMatching(/a\.example and .*\{tenantid\} speak for .* of 1111/)])
    expect(cautions('contoso.example')).toEqual([expect.stringContaining('the same people of contoso.example')])
    expect(cautions()).toEqual([expect.stringContaining('the same people of every tenant')])
    expect(cautions('contoso.example', 'fabrikam.example')).toEqual([])
    expect(cautionsOf(parse(good), idOf)).toEqual([])
  })

  it.each([
    [
      'https://login.microsoftonline.com/{tenantid}/v2.0',
      'https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize',
    ],
    ['https://login.microsoftonline.us/a-b/v2.0', 'https://login.microsoftonline.us/a-b/oauth2/v2.0/authorize'],
    ['https://sts.windows.net/a-b/', 'https://login.microsoftonline.com/a-b/oauth2/authorize'],
    ['https://keycloak.example/realms/library', 'https://keycloak.example/realms/library/protocol/openid-connect/auth'],
    ['https://login.example/realms/"x', false],
    ['https://login.elsewhere.example/a/v2.0', false],
    ['https://issuer.example', false],
  ])('say for a 401 where tokens of %s come from', (issuer, uri) => {
    expect(
      authorizationUriOf(
        parse([
          { ...good, issuer },
          { ...good, issuer: 'https://sts.windows.net/a/' },
        ]),
      ),
    ).toBe(uri)
  })

  it('refuse what is not JSON', () => {
    expect(() => parseOutsideIssuers('[')).toThrow('is not JSON')
  })
})
