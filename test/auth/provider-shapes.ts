/**
 * The claims that Microsoft Entra ID and Keycloak write, for a provider that plays them. Entra: the claims references of the
 * Microsoft identity platform for access and ID tokens of both versions. Keycloak: tokens of its service accounts and users
 * as published by projects that use it.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Claims, ProviderShape } from './outside-provider.ts'

/** People of the seed, and what they may do at the provider. */
export interface KnownPerson {
  readonly id: string
  readonly userName: string
  readonly name: string
  /** As granted to the client: Entra's `scp`, Keycloak's client scopes. */
  readonly scopes: string
  readonly roles: readonly string[]
}

export interface ShapeFacts {
  readonly path: string
  readonly audience: string
  /** Of the registration that is the API as well as a client of it: the audience of its ID tokens. */
  readonly clientId: string
  /** Id of the tenant at the provider. */
  readonly tenant: string
  readonly people: Readonly<Record<string, KnownPerson>>
  /** Roles of the client itself. */
  readonly appRoles: readonly string[]
}

const client = '7e570000-0000-4000-8000-0000000c11e7'
const servicePrincipal = '7e570000-0000-4000-8000-00000005e271'

/** Other for each audience, as Entra's `sub` of people is. */
const pairwise = (id: string, audience: string): string =>
  createHash('sha256').update(`${id} ${audience}`).digest('base64url')

const needPerson = ({ people }: ShapeFacts, login: string): KnownPerson => {
  const person = Object.values(people).find(({ userName }) => userName === login)
  if (person === undefined) throw new Error(`${login} is nobody`)
  return person
}

const opaque = (): Claims => ({ aio: randomUUID(), rh: '1.AXkA', uti: randomUUID() })
const rolesOf = (roles: readonly string[]): Claims => (roles.length === 0 ? {} : { roles })

/** Version 2: `aud` is the id of the API, the client is `azp`. No `idtyp`, which is an optional claim. */
export const entraV2 = (facts: ShapeFacts): ProviderShape => ({
  path: facts.path,
  // One registration for the API and its client: then ID tokens have the API's audience.
  clientId: facts.clientId,
  algorithm: 'RS256',
  access: ({ iss, iat, exp }, login) => {
    const common = { aud: facts.audience, iss, iat, nbf: iat, exp, tid: facts.tenant, ver: '2.0', ...opaque() }
    if (login === undefined) {
      const id = { oid: servicePrincipal, sub: servicePrincipal }
      return { ...common, azp: client, azpacr: '1', ...rolesOf(facts.appRoles), ...id }
    }
    const { id, name, userName, scopes, roles } = needPerson(facts, login)
    const person = { name, oid: id, preferred_username: userName, scp: scopes, sub: pairwise(id, facts.audience) }
    return { ...common, azp: client, azpacr: '0', sid: randomUUID(), ...rolesOf(roles), ...person }
  },
  id: (login) => {
    const { id, name, userName, roles } = needPerson(facts, login)
    const person = { name, oid: id, preferred_username: userName, sub: pairwise(id, facts.audience) }
    return { ...person, tid: facts.tenant, ver: '2.0', ...rolesOf(roles) }
  },
})

/** Version 1: `aud` is the URI that was asked for, the client is `appid`; names are `upn` and `unique_name`. */
export const entraV1 = (facts: ShapeFacts): ProviderShape => ({
  ...entraV2(facts),
  access: ({ iss, iat, exp }, login) => {
    const common = { aud: facts.audience, iss, iat, nbf: iat, exp, tid: facts.tenant, ver: '1.0', ...opaque() }
    if (login === undefined) {
      const id = { oid: servicePrincipal, sub: servicePrincipal, idp: iss }
      return { ...common, appid: client, appidacr: '1', ...rolesOf(facts.appRoles), ...id }
    }
    const { id, name, userName, scopes, roles } = needPerson(facts, login)
    const person = { name, oid: id, upn: userName, unique_name: userName, scp: scopes, amr: ['pwd', 'mfa'], acr: '1' }
    const sub = pairwise(id, facts.audience)
    return { ...common, appid: client, appidacr: '0', ipaddr: '127.0.0.1', ...rolesOf(roles), ...person, sub }
  },
})

/** Users and service accounts look alike but for `client_id`; roles of a client are in `resource_access`. */
export const keycloak = (facts: ShapeFacts): ProviderShape => {
  const access = (roles: readonly string[]): Claims => ({
    realm_access: { roles: ['default-roles-library', 'offline_access', 'uma_authorization'] },
    resource_access: {
      ...(roles.length === 0 ? {} : { [facts.audience]: { roles } }),
      account: { roles: ['manage-account', 'view-profile'] },
    },
  })
  return {
    path: facts.path,
    clientId: 'library-tool',
    algorithm: 'RS256',
    access: ({ iss, iat, exp }, login) => {
      const common = { exp, iat, jti: randomUUID(), iss, aud: [facts.audience, 'account'], typ: 'Bearer', acr: '1' }
      if (login === undefined)
        return {
          ...common,
          sub: '7e570000-0000-4000-8000-0000005acc07',
          azp: 'library-sync',
          ...access(facts.appRoles),
          scope: 'email profile',
          clientHost: '127.0.0.1',
          clientAddress: '127.0.0.1',
          client_id: 'library-sync',
          email_verified: false,
          preferred_username: 'service-account-library-sync',
        }
      const { name, userName, scopes, roles } = needPerson(facts, login)
      return {
        ...common,
        sub: '7e570000-0000-4000-8000-00000000beef',
        azp: 'library-tool',
        sid: randomUUID(),
        ...access(roles),
        scope: `openid email profile ${scopes}`,
        email_verified: true,
        name,
        preferred_username: userName.split('@')[0],
        email: userName,
      }
    },
    id: (login) => {
      const { name, userName } = needPerson(facts, login)
      return { name, typ: 'ID', azp: 'library-tool', email: userName, email_verified: true }
    },
  }
}
