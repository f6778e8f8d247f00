import type { JWTPayload } from 'jose'
import { describe, expect, it } from 'vitest'
import { outsideActor } from './outside-actor.ts'
import { type ClaimNames, usualClaims } from './outside-settings.ts'

const tenantId = '11111111-0000-4000-8000-000000000001'
const person = 'AAAAAAAA-0000-4000-8000-00000000000A'

function actorOf(claims: JWTPayload, names: Partial<ClaimNames> = {}) {
  return outsideActor(claims, tenantId, { ...usualClaims, ...names })
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
