import type { JWTPayload } from 'jose'
import { describe, expect, it } from 'vitest'
import { type Meaning, outsideActor } from './outside-actor.ts'
import { type ClaimNames, usualClaims } from './outside-issuer.ts'

const tenantId = '11111111-0000-4000-8000-000000000001'
const person = 'AAAAAAAA-0000-4000-8000-00000000000A'

type Said = Omit<Partial<Meaning>, 'claims'> & { readonly claims?: Partial<ClaimNames> }

function found(claims: JWTPayload, { claims: names = {}, ...said }: Said = {}) {
  return outsideActor(claims, tenantId, { ...said, claims: { ...usualClaims, ...names } })
}

function actorOf(claims: JWTPayload, said?: Said) {
  return found(claims, said).actor
}

describe('a person', () => {
  it.each([
    ['Entra, second version', { oid: person, sub: 'pairwise', azp: 'c', scp: 'A.Read B.Write', roles: ['C'] }],
    ['Entra, first version', { oid: person, sub: 'pairwise', appid: 'c', scp: 'A.Read B.Write' }],
    ['Keycloak', { sub: person, azp: 'c', scope: 'A.Read B.Write' }],
    ['a list of addresses', { sub: person, client_id: 'c', scope: ['api://x/A.Read', 'https://x/y/B.Write'] }],
  ])('of %s', (_, claims) => {
    expect(actorOf(claims)).toEqual({
      kind: 'user',
      tenantId,
      appId: 'c',
      userId: person.toLowerCase(),
      permissions: new Set(['A.Read', 'B.Write']),
    })
  })

  it('has the id a claim gives, whatever the form of its name', () => {
    const said: Said = { immutable: true, claims: { user: ['https://x.example/user.name', 'profile.name', 'sub'] } }
    expect(actorOf({ sub: 's', scp: '', profile: { name: 'n' } }, said)).toMatchObject({ userId: 'n' })
    expect(actorOf({ sub: 's', scp: '', 'https://x.example/user.name': 'u' }, said)).toMatchObject({ userId: 'u' })
    expect(actorOf({ sub: 's', scp: '', profile: 'x' }, said)).toMatchObject({ userId: 's' })
  })

  it('is no application, whatever roles there are (B1)', () => {
    const idToken = { oid: person, sub: 'pairwise', aud: 'c', roles: ['TermStore.ReadWrite.All'] }
    expect(() => actorOf(idToken)).toThrow('has no scopes, so it is no access token')
    expect(actorOf({ ...idToken, scp: '' })).toMatchObject({ kind: 'user', permissions: new Set() })
    // The subject is one that the person, or an administrator of people, has given the form of a client's.
    for (const mark of [{ preferred_username: 'c' }, { amr: ['pwd'] }, { name: 'C' }, { sid: '1' }, { email: 'c@x' }]) {
      expect(actorOf({ sub: 'c', azp: 'c', scope: 'A', roles: ['B'], ...mark })).toMatchObject({ kind: 'user' })
      expect(() => actorOf({ sub: person, oid: person, azp: 'c', roles: ['B'], ...mark })).toThrow('no scopes')
    }
    expect(actorOf({ idtyp: 'user', sub: 'c', azp: 'c', scp: 'A' })).toMatchObject({ kind: 'user' })
    expect(actorOf({ idtyp: 7, sub: 'c', azp: 'c', scp: 'A' })).toMatchObject({ kind: 'user' })
  })

  it('has to be named', () => {
    expect(() => actorOf({ client_id: 'c', scope: 'A.Read' })).toThrow("no text in 'oid' or 'sub'")
    for (const sub of ['', {}, [person], 7, null] as never[])
      expect(() => actorOf({ sub, azp: 'c', scope: 'A' }), JSON.stringify(sub)).toThrow('no text in')
    for (const sub of ['a\u0000b', 'a\nb', '\ud800', 'x'.repeat(321)])
      for (const claims of [
        { sub, azp: 'c' },
        { sub: 's', azp: sub },
      ])
        expect(() => actorOf({ ...claims, scope: 'A' }), JSON.stringify(claims)).toThrow('is not an id or a name')
  })
})

describe('a name (B4)', () => {
  const said: Said = { verified: 'email_verified', claims: { user: ['email', 'sub'] } }
  const claims = { sub: person, scope: 'A', email: 'tara@one.example' }

  it('counts when the issuer has verified it', () => {
    for (const email_verified of [true, 'true', 1, '1'])
      expect(found({ ...claims, email_verified }, said)).toMatchObject({
        isName: true,
        actor: { userId: 'tara@one.example' },
      })
  })

  it('else is refused, and does not become another id', () => {
    for (const email_verified of [undefined, false, 'false', 0, null, 'yes', [true]])
      expect(() => actorOf({ ...claims, email_verified }, said)).toThrow("'email' does not count, as 'email_verified'")
    expect(found({ sub: person, scope: 'A' }, said)).toMatchObject({ isName: false })
  })

  it('is never the subject', () => {
    expect(found({ ...claims, sub: 'admin@one.example' })).toMatchObject({ isName: false })
  })
})

describe('an application', () => {
  it.each([
    ['Entra with idtyp', { idtyp: 'app', oid: person, sub: person, azp: 'c', roles: ['A.Read'] }],
    ['Entra without', { oid: person, sub: person, azp: 'c', roles: ['A.Read'] }],
    ['Entra, first version', { oid: person, sub: person, appid: 'c', wids: ['x'], roles: ['A.Read'] }],
    ['RFC 9068', { sub: 'c', client_id: 'c', scope: 'A.Read' }],
  ])('of %s', (_, claims) => {
    expect(actorOf(claims)).toEqual({ kind: 'app', tenantId, appId: 'c', permissions: new Set(['A.Read']) })
  })

  it('is what the settings say, and nothing else', () => {
    const application = { claim: 'client_id' }
    const keycloak = { sub: person, azp: 'c', scope: 'A', preferred_username: 'service-account-c' }
    expect(actorOf({ ...keycloak, client_id: 'c' }, { application })).toMatchObject({ kind: 'app', appId: 'c' })
    for (const client_id of [undefined, '', true, ['c']])
      expect(actorOf({ ...keycloak, client_id }, { application })).toMatchObject({ kind: 'user' })
    expect(actorOf({ ...keycloak, sub: 'c', idtyp: 'app' }, { application })).toMatchObject({ kind: 'user' })
    const byValue = { application: { claim: 'kind', value: 'machine' } }
    expect(actorOf({ ...keycloak, kind: 'machine' }, byValue)).toMatchObject({ kind: 'app' })
    expect(actorOf({ ...keycloak, kind: 'person' }, byValue)).toMatchObject({ kind: 'user' })
  })

  it('has roles from inside a claim', () => {
    const claims = { sub: 'c', azp: 'c', realm_access: { roles: ['A.Read', 7, ''] } }
    expect(actorOf(claims, { claims: { roles: ['realm_access.roles'] } }).permissions).toEqual(new Set(['A.Read']))
    const dotted = { ...claims, resource_access: { 'terms.one.example': { roles: ['B.Read'] } } }
    const roles = ['resource_access.terms.one.example.roles']
    expect(actorOf(dotted, { claims: { roles } }).permissions).toEqual(new Set(['B.Read']))
  })
})

it('takes nothing from what is not the claims own', () => {
  const claims = { user: ['constructor.name', '__proto__.x'], app: ['toString'] }
  expect(() => actorOf({ scp: 'A' }, { claims })).toThrow('does not say who it is for')
  expect(actorOf({ scp: 'A', sub: 's' }, { application: { claim: 'constructor.name' } })).toMatchObject({
    kind: 'user',
  })
})

describe('an operator', () => {
  const operator = { claim: 'realm_access.roles', value: 'Relata.Operator' }
  const isOperator = (claims: JWTPayload, rule = operator) =>
    actorOf({ sub: 's', scp: 'A', ...claims }, { operator: rule }).isOperator

  it('has the value that the issuer says, alone or in a list', () => {
    expect(isOperator({ realm_access: { roles: ['x', 'Relata.Operator'] } })).toBe(true)
    expect(isOperator({ group: 'Relata.Operator' }, { ...operator, claim: 'group' })).toBe(true)
  })

  it('is nobody else', () => {
    const near = ['relata.operator', 'api://x/Relata.Operator', 'x Relata.Operator', 'Relata.Operators']
    for (const roles of [...near.map((name) => [name]), ...near, [['Relata.Operator']], {}])
      expect(isOperator({ realm_access: { roles } }), JSON.stringify(roles)).toBeUndefined()
    expect(isOperator({ roles: ['Relata.Operator'] })).toBeUndefined()
    expect(actorOf({ sub: 's', scp: 'A', roles: ['Relata.Operator'] }).isOperator).toBeUndefined()
  })
})

it('shows a name as one bounded line', () => {
  const nameOf = (claims: JWTPayload) => actorOf({ sub: 's', scp: 'A', ...claims }).name
  expect(nameOf({ preferred_username: 'tara@one.example', name: 'Tara' })).toBe('tara@one.example')
  expect(nameOf({ upn: 'a\n\u202eb' })).toBe('a\ufffd\ufffdb')
  expect(nameOf({ upn: 'x'.repeat(9000) })).toHaveLength(256)
  for (const upn of ['', 7, ['a']]) expect(nameOf({ upn })).toBeUndefined()
})
