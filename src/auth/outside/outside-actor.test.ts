import type { JWTPayload } from 'jose'
import { describe, expect, it } from 'vitest'
import { outsideActor } from './outside-actor.ts'
import { type ClaimNames, usualClaims } from './outside-settings.ts'

const tenantId = '11111111-0000-4000-8000-000000000001'
const person = 'AAAAAAAA-0000-4000-8000-00000000000A'

function actorOf(claims: JWTPayload, names: Partial<ClaimNames> = {}) {
  return outsideActor(claims, tenantId, { claims: { ...usualClaims, ...names } })
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

  it('has the name a claim gives, whatever its form', () => {
    const names = { user: ['https://x.example/user.name', 'profile.name', 'sub'] }
    expect(actorOf({ sub: 's', scp: '', profile: { name: 'n' } }, names)).toMatchObject({ userId: 'n' })
    expect(actorOf({ sub: 's', scp: '', 'https://x.example/user.name': 'u' }, names)).toMatchObject({ userId: 'u' })
    expect(actorOf({ sub: 's', scp: '', profile: 'x' }, names)).toMatchObject({ userId: 's' })
  })
})

describe('an application', () => {
  it.each([
    ['Entra with idtyp', { idtyp: 'app', oid: person, sub: person, azp: 'c', roles: ['A.Read'] }],
    ['Entra without', { oid: person, sub: person, azp: 'c', roles: ['A.Read'] }],
    ['RFC 9068', { sub: 'c', client_id: 'c', scope: 'A.Read' }],
    ['no subject at all', { client_id: 'c', scope: 'A.Read' }],
  ])('of %s', (_, claims) => {
    expect(actorOf(claims)).toEqual({ kind: 'app', tenantId, appId: 'c', permissions: new Set(['A.Read']) })
  })

  it('is not what says that it is something else', () => {
    expect(actorOf({ idtyp: 'user', sub: 'c', azp: 'c' })).toMatchObject({ kind: 'user', permissions: new Set() })
  })

  it('has roles from inside a claim', () => {
    const claims = { sub: 'c', azp: 'c', realm_access: { roles: ['A.Read', 7, ''] } }
    expect(actorOf(claims, { roles: ['realm_access.roles'] }).permissions).toEqual(new Set(['A.Read']))
  })
})

it('takes nothing from what is not the claims own', () => {
  const names = { user: ['constructor.name', '__proto__.x'], app: ['toString'] }
  expect(actorOf({ scp: 'A' }, names)).toEqual({ kind: 'app', tenantId, permissions: new Set(['A']) })
})

describe('an operator', () => {
  const operator = { claim: 'realm_access.roles', value: 'Relata.Operator' }
  const isOperator = (claims: JWTPayload, rule = operator) =>
    outsideActor({ sub: 's', scp: 'A', ...claims }, tenantId, { claims: usualClaims, operator: rule }).isOperator

  it('has the value that the issuer says, alone or in a list', () => {
    expect(isOperator({ realm_access: { roles: ['x', 'Relata.Operator'] } })).toBe(true)
    expect(isOperator({ group: 'Relata.Operator' }, { ...operator, claim: 'group' })).toBe(true)
  })

  it('is nobody else', () => {
    for (const roles of [
      ['relata.operator'],
      ['api://x/Relata.Operator'],
      'x Relata.Operator',
      'Relata.Operators',
      [['Relata.Operator']],
      {},
    ])
      expect(isOperator({ realm_access: { roles } }), JSON.stringify(roles)).toBeUndefined()
    expect(isOperator({ roles: ['Relata.Operator'] })).toBeUndefined()
    expect(actorOf({ sub: 's', scp: 'A', roles: ['Relata.Operator'] }).isOperator).toBeUndefined()
  })
})

it('shows a name as one bounded line', () => {
  expect(actorOf({ sub: 's', scp: 'A', preferred_username: 'tara@one.example', name: 'Tara' }).name).toBe(
    'tara@one.example',
  )
  expect(actorOf({ sub: 's', scp: 'A', upn: 'a\n\u202eb' }).name).toBe('a\ufffd\ufffdb')
  expect(actorOf({ sub: 's', scp: 'A', upn: 'x'.repeat(9000) }).name).toHaveLength(256)
  for (const upn of ['', 7, ['a']]) expect(actorOf({ sub: 's', scp: 'A', upn }).name).toBeUndefined()
})
