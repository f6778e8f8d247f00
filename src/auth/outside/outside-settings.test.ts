import { describe, expect, it } from 'vitest'
import { parseOutsideIssuers, usualClaims } from './outside-settings.ts'

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
      claims: { user: 'email', roles: ['realm_access.roles', 'roles'] },
    })
    expect(one).toMatchObject({ audiences: ['a', 'b'], tenant: 'contoso.example' })
    expect(one?.claims).toEqual({ ...usualClaims, user: ['email'], roles: ['realm_access.roles', 'roles'] })
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
    [{ ...good, jwks: 'x' }, "'jwks' is not one of"],
    [[good, good], 'twice'],
    [['x'], 'is not a list of objects'],
  ])('refuse %j', (value, text) => {
    expect(() => parse(value)).toThrow(text)
  })

  it('refuse what is not JSON', () => {
    expect(() => parseOutsideIssuers('[')).toThrow('is not JSON')
  })
})
