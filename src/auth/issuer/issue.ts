/** The claims and the signing of the built-in issuer's tokens: access tokens for Graph, Partner Center and applications, id tokens. */
import { createHash, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Clock } from '#base/clock.ts'
import { type DirectoryApplication, nameOf, type Person } from '../directory/directory.ts'
import type { Keys } from './keys.ts'

export const graphAudience = 'https://graph.microsoft.com'
export const lifetimeSeconds = 3599

/** A user in the tenant of the token, which is another than the home tenant for delegated access. */
export interface TokenSubject {
  readonly tenantId: string
  readonly homeTenantId: string
  readonly person: Person
  /** Role template ids held in that tenant. */
  readonly roles: readonly string[]
}

/** How the client authenticated, as in the claim `appidacr`. */
export const proofs = { none: '0', secret: '1', assertion: '2' } as const
export type Proof = keyof typeof proofs

interface TokenFacts {
  readonly origin: string
  readonly client: DirectoryApplication
  readonly proof: Proof
  /** Application undefined: Graph, or Partner Center. */
  readonly resource: {
    readonly audience: string
    readonly version: 1 | 2
    readonly application: DirectoryApplication | undefined
  }
}

export interface AppTokenFacts extends TokenFacts {
  readonly tenantId: string
  /** For delegated access: the client's own tenant, and its roles in this one. */
  readonly delegated?: { readonly homeTenantId: string; readonly roles: readonly string[] }
}

export interface PersonTokenFacts extends TokenFacts {
  readonly subject: TokenSubject
  readonly scopes: readonly string[]
}

export interface IdTokenFacts {
  readonly origin: string
  readonly version: 1 | 2
  readonly client: DirectoryApplication
  readonly subject: TokenSubject
  readonly scopes: ReadonlySet<string>
  readonly nonce: string | undefined
  /** The authorization code of the same answer. */
  readonly code?: string
}

export interface Mint {
  forApp(facts: AppTokenFacts): Promise<string>
  forPerson(facts: PersonTokenFacts): Promise<string>
  idToken(facts: IdTokenFacts): Promise<string>
}

/** The same GUID for the same application and tenant, so that `oid` is stable over restarts. */
function servicePrincipalId(tenantId: string, appId: string): string {
  const hex = createHash('sha256').update(`service principal ${tenantId} ${appId}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** A pairwise identifier: different for each audience. */
function pairwise({ homeTenantId, person }: TokenSubject, audience: string): string {
  return createHash('sha256').update(`subject ${homeTenantId} ${person.id} ${audience}`).digest('base64url')
}

export function providerOf(tenantId: string): string {
  return `https://sts.windows.net/${tenantId}/`
}

/** With more groups Entra omits them from the token, and says so in a claim. */
const groupsMost = 200

function groupClaims({ homeTenantId, tenantId, person: { groups } }: TokenSubject) {
  // Groups are those of the tenant of the token, where a delegate has none.
  if (homeTenantId !== tenantId || groups.length === 0) return {}
  return groups.length > groupsMost ? { hasgroups: true } : { groups: [...groups] }
}

function providerClaims({ homeTenantId, tenantId }: { homeTenantId: string; tenantId: string }) {
  return homeTenantId === tenantId ? {} : { idp: providerOf(homeTenantId) }
}

function clientClaims({ client, proof, resource }: TokenFacts) {
  if (resource.version === 2) return { azp: client.id, azpacr: proofs[proof], ver: '2.0' }
  return {
    appid: client.id,
    appidacr: proofs[proof],
    // Only Graph's tokens name the application; `m365 login` reads it there.
    ...(resource.application === undefined ? { app_displayname: nameOf(client), azp: client.id } : {}),
    ver: '1.0',
  }
}

/** Tokens for Graph name the issuer of version 2 whatever their version: `verify` and MSAL expect that one. */
function issuerOf({ origin, resource }: TokenFacts, tenantId: string): string {
  return `${origin}/${tenantId}/${resource.version === 2 || resource.application === undefined ? 'v2.0' : ''}`
}

function present<T extends object>(claims: T) {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}

function nameClaims({ person }: TokenSubject, version: 1 | 2) {
  return version === 2
    ? { name: person.displayName, preferred_username: person.userName }
    : present({
        name: person.displayName,
        given_name: person.givenName,
        family_name: person.surname,
        unique_name: person.userName,
        upn: person.userName,
      })
}

/** The left half of the hash (OpenID Connect Core, 3.3.2.11). */
function halfHash(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')
}

export function createMint({ keys, clock }: { readonly keys: Keys; readonly clock: Clock }): Mint {
  const sign = async (claims: Readonly<Record<string, unknown>>): Promise<string> => {
    const { keyId, privateKey } = await keys.current()
    const now = Math.floor(clock.now().getTime() / 1000)
    return new SignJWT({
      ...claims,
      iat: now,
      nbf: now,
      exp: now + lifetimeSeconds,
      uti: randomBytes(16).toString('base64url'),
    })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', x5t: keyId, kid: keyId })
      .sign(privateKey)
  }

  return {
    forApp: (facts) => {
      const { client, tenantId, resource, delegated } = facts
      const homeTenantId = delegated?.homeTenantId ?? tenantId
      const principal = servicePrincipalId(homeTenantId, client.id)
      return sign({
        aud: resource.audience,
        iss: issuerOf(facts, tenantId),
        ...clientClaims(facts),
        ...providerClaims({ homeTenantId, tenantId }),
        idtyp: 'app',
        oid: principal,
        // Application permissions exist for Graph only.
        roles: resource.audience === graphAudience ? [...client.appRoles] : [],
        sub: principal,
        tid: tenantId,
        ...(delegated === undefined ? {} : { wids: [...delegated.roles] }),
      })
    },
    forPerson: (facts) => {
      const { subject, resource, scopes } = facts
      return sign({
        aud: resource.audience,
        iss: issuerOf(facts, subject.tenantId),
        ...clientClaims(facts),
        ...providerClaims(subject),
        ...nameClaims(subject, resource.version),
        ...groupClaims(subject),
        idtyp: 'user',
        oid: subject.person.id,
        scp: scopes.join(' '),
        sub: pairwise(subject, resource.audience),
        tid: subject.tenantId,
        wids: [...subject.roles],
      })
    },
    idToken: ({ origin, version, client, subject, scopes, nonce, code }) =>
      sign({
        aud: client.id,
        iss: `${origin}/${subject.tenantId}/${version === 2 ? 'v2.0' : ''}`,
        ...providerClaims(subject),
        ...(version === 1 || scopes.has('profile') ? nameClaims(subject, version) : {}),
        ...(scopes.has('email') && subject.person.mail !== undefined ? { email: subject.person.mail } : {}),
        ...groupClaims(subject),
        ...(nonce === undefined ? {} : { nonce }),
        ...(code === undefined ? {} : { c_hash: halfHash(code) }),
        oid: subject.person.id,
        sub: pairwise(subject, client.id),
        tid: subject.tenantId,
        ver: version === 2 ? '2.0' : '1.0',
        wids: [...subject.roles],
      }),
  }
}
