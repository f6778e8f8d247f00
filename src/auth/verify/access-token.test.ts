import { describe, expect, it } from 'vitest'
import { faultOfType } from './access-token.ts'

describe('an access token', () => {
  it.each([{}, { typ: 'JWT' }, { typ: 'jwt' }, { typ: 'at+jwt' }, { typ: 'AT+JWT' }, { typ: 'application/at+jwt' }])(
    'may have the header %j',
    (header) => {
      expect(faultOfType(header, { sub: 's' })).toBeUndefined()
    },
  )

  it.each(['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'application/jose', 'oauth-authz-req+jwt', '', 7, null, ['JWT']])(
    'is none with the type %j',
    (typ) => {
      expect(faultOfType({ typ }, { sub: 's' })).toContain("header 'typ'")
    },
  )

  it.each(['nonce', 'at_hash', 'c_hash', 's_hash', 'events'])('is none with the claim %s', (name) => {
    expect(faultOfType({ typ: 'JWT' }, { [name]: 'x' })).toContain(`the claim '${name}'`)
    expect(faultOfType({ typ: 'JWT' }, { [name]: null })).toContain(`the claim '${name}'`)
  })

  it('may have a nonce in its header, as those for Microsoft Graph do', () => {
    expect(faultOfType({ typ: 'JWT', nonce: 'x' }, {})).toBeUndefined()
  })

  it('is none that Keycloak calls something else than a bearer token', () => {
    expect(faultOfType({}, { typ: 'Bearer' })).toBeUndefined()
    for (const typ of ['ID', 'Refresh', 'Offline', 'Logout', 'DPoP', 7, null, ''])
      expect(faultOfType({}, { typ }), String(typ)).toContain("claim 'typ'")
  })

  it('is none for a bearer when it is bound to a key', () => {
    expect(faultOfType({}, { cnf: { jkt: 'x' } })).toContain("'cnf'")
  })

  it('is only the demanded type', () => {
    for (const typ of ['at+jwt', 'application/at+jwt']) expect(faultOfType({ typ }, {}, 'at+jwt')).toBeUndefined()
    for (const header of [{}, { typ: 'JWT' }, { typ: 'at' }])
      expect(faultOfType(header, {}, 'at+jwt')).toContain('not at+jwt')
  })
})
