/** The ports through which sign-in reads tenants, applications and users; and the hashing of client secrets. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#base/clock.ts'

export interface DirectoryTenant {
  readonly id: string
  readonly domain: string
}

/** A registration beyond id, secret and app roles. */
export interface Registration {
  readonly displayName: string
  /** Redirect URIs of confidential clients, of single-page applications, and of native applications. */
  readonly webRedirectUris: readonly string[]
  readonly spaRedirectUris: readonly string[]
  readonly nativeRedirectUris: readonly string[]
  /** May use flows without a redirect URI as a public client: device code, username and password. */
  readonly isPublic: boolean
  /** `id_token` from the authorization endpoint. */
  readonly idTokens: boolean
  /** Delegated permissions granted in the tenant: names of Graph's permissions, others with the URI of their resource. */
  readonly delegatedScopes: readonly string[]
  /** As a resource: its URIs, the names of its scopes, and the version of tokens it accepts. */
  readonly identifierUris: readonly string[]
  readonly exposedScopes: readonly string[]
  readonly tokenVersion: 1 | 2
  /** PEM. */
  readonly certificates: readonly string[]
  /** Ids of the users and groups that may sign in; empty: everybody. */
  readonly assignedTo: readonly string[]
}

export interface DirectoryApplication {
  /** Client id. */
  readonly id: string
  /** As `hashSecret` made it; empty where there is no secret. */
  readonly secretHash: string
  /** Permissions granted in this tenant. */
  readonly appRoles: readonly string[]
  /** Absent: a daemon with a secret. */
  readonly registration?: Registration
}

export interface Directory {
  /** By GUID or by domain, case-insensitive. */
  findTenant(idOrDomain: string): Promise<DirectoryTenant | undefined>
  /** `appId` in lower case. */
  findApplication(tenantId: string, appId: string): Promise<DirectoryApplication | undefined>
  /** Whether a token was issued for an earlier tenant with this id. `issuedAt` in seconds. Absent: ids are not used twice. */
  isOfEarlierTenant?(tenantId: string, issuedAt: number | undefined): boolean
}

/** An account that can be chosen at sign-in. */
export interface Account {
  readonly tenantId: string
  readonly userId: string
}

export interface AccountName extends Account {
  readonly displayName: string
  readonly userName: string
}

export interface Person {
  readonly id: string
  readonly displayName: string
  readonly userName: string
  readonly mail: string | undefined
  readonly givenName: string | undefined
  readonly surname: string | undefined
  readonly enabled: boolean
  /** Template ids of the directory roles held. */
  readonly roles: readonly string[]
  /** Ids of the user's security groups. */
  readonly groups: readonly string[]
}

/** What the built-in issuer reads beyond what the verification of tokens needs. */
export interface SignInDirectory extends Directory {
  /** Ids of the tenants the application is registered in; `appId` in lower case. */
  homesOf(appId: string): Promise<readonly string[]>
  /** The application that is the resource of this URI or client id. */
  findResource(tenantId: string, uriOrId: string): Promise<DirectoryApplication | undefined>
  /** By id or by user principal name. */
  findPerson(tenantId: string, idOrName: string): Promise<Person | undefined>
  /** Users who may sign in, of one tenant or of all. */
  listAccounts(tenantId: string | undefined, limit: number): Promise<readonly AccountName[]>
  /** Adds the application to the tenant, or replaces it. */
  register(tenantId: string, application: DirectoryApplication & { readonly registration: Registration }): Promise<void>
}

export interface Delegations {
  /** Role template ids the principal holds in the customer tenant at this moment by active relationships and assignments; empty: none. */
  rolesIn(
    customerTenantId: string,
    principal: { readonly homeTenantId: string; readonly userId?: string; readonly appId: string },
  ): Promise<readonly string[]>
}

/** Of an application without sign-in of users. */
export const bareRegistration: Registration = {
  displayName: '',
  webRedirectUris: [],
  spaRedirectUris: [],
  nativeRedirectUris: [],
  isPublic: false,
  idTokens: false,
  delegatedScopes: [],
  identifierUris: [],
  exposedScopes: [],
  tokenVersion: 1,
  certificates: [],
  assignedTo: [],
}

export function registrationOf(application: DirectoryApplication): Registration {
  return application.registration ?? bareRegistration
}

/** The name of an application, for users. */
export function nameOf(application: DirectoryApplication): string {
  return registrationOf(application).displayName || application.id
}

/** log2 of scrypt's N. Low on purpose: these secrets are random, and tests sign in often. */
const cost = 12

function derive(secret: string, salt: Buffer, log2: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, { N: 2 ** log2, r: 8, p: 1 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

/** `scrypt$<log2 N>$<salt>$<hash>`, both base64url. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(secret, salt, cost)
  return `scrypt$${cost}$${salt.toString('base64url')}$${key.toString('base64url')}`
}

const hashForm = /^scrypt\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/

/** False for an invalid hash as well. */
export async function checkSecret(secret: string, secretHash: string): Promise<boolean> {
  const [, log2, salt, hash] = hashForm.exec(secretHash) ?? []
  if (log2 === undefined || salt === undefined || hash === undefined || Number(log2) > 16) return false
  const known = Buffer.from(hash, 'base64url')
  const key = await derive(secret, Buffer.from(salt, 'base64url'), Number(log2))
  return known.length === key.length && timingSafeEqual(known, key)
}

const rememberedMs = 60_000
const rememberedMost = 100

/** `checkSecret` that caches a success for a minute, for clients that sign in before each request. */
export function rememberingCheck(clock: Clock): typeof checkSecret {
  const salt = randomBytes(16)
  const until = new Map<string, number>()
  return async (secret, secretHash) => {
    const key = createHash('sha256').update(salt).update(secretHash).update('\0').update(secret).digest('base64')
    const now = clock.now().getTime()
    if ((until.get(key) ?? 0) > now) return true
    if (!(await checkSecret(secret, secretHash))) return false
    if (until.size >= rememberedMost) until.clear()
    until.set(key, now + rememberedMs)
    return true
  }
}
