/** The handlers of the grant types at the token endpoint. They throw `Refused`. */
import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '#base/clock.ts'
import {
  type Account,
  type DirectoryApplication,
  type DirectoryTenant,
  registrationOf,
} from '../directory/directory.ts'
import { isSame } from '../equal.ts'
import type { Guesses } from '../guesses.ts'
import { faultOfType } from '../verify/access-token.ts'
import { type ClientKind, type Credentials, checkKind } from './client.ts'
import type { Family } from './grant-store.ts'
import type { Proof } from './issue.ts'
import type { Keys } from './keys.ts'
import { need, Refused, refusals } from './oauth-error.ts'
import { needResource } from './resource.ts'
import { parseResource, parseScope, scopesOfResources, type Wanted } from './scope.ts'
import { findAccount, needApplication } from './subject.ts'
import { type AnswerParts, answerPerson, lifetimeMembers } from './token-answer.ts'

export interface TokenRequest {
  /** The tenant as written in the address. */
  readonly asked: string
  /** Undefined: any, as `common` says. */
  readonly tenant: DirectoryTenant | undefined
  readonly version: 1 | 2
  readonly form: URLSearchParams
  readonly credentials: Credentials
  readonly origin: string
  /** Whether the request comes from a page. */
  readonly crossOrigin: boolean
  /** Throws unless the credentials are the application's. */
  readonly prove: (application: DirectoryApplication) => Promise<Proof>
  /** Throws after too many wrong passwords: of this client, or for this account with whichever client. */
  readonly guessesAt: (account: Account) => Guesses
}

export interface GrantParts extends AnswerParts {
  readonly keys: Keys
  readonly clock: Clock
  /** Permits sign-in by username and password, with this one for everybody. */
  readonly password: string | undefined
}

export type Body = Readonly<Record<string, unknown>>
type GrantHandler = (parts: GrantParts, request: TokenRequest) => Promise<Body>

function needParameter({ form }: TokenRequest, name: string): string {
  return need(form.get(name) || undefined, () => refusals.missing(name))
}

async function needTenant(
  { directory }: GrantParts,
  { tenant }: TokenRequest,
  tenantId: string,
): Promise<DirectoryTenant> {
  return tenant ?? need(await directory.findTenant(tenantId), () => refusals.unknownTenant(tenantId))
}

/** The requested scopes; undefined where the request names none. */
function wantedOf({ version, form }: TokenRequest): Wanted | undefined {
  if (version === 1) {
    const resource = form.get('resource') ?? undefined
    return resource === undefined ? undefined : parseResource(resource, form.get('scope') ?? '')
  }
  const scope = form.get('scope')?.trim() ?? ''
  return scope === '' ? undefined : parseScope(scope)
}

function withClientInfo({ form }: TokenRequest): boolean {
  return form.get('client_info') === '1'
}

function fresh(): Family {
  return { isRevoked: false }
}

/** Names a resource by URL or GUID. */
const daemonScope = /^(?:[a-z][\w+.-]*:\/\/[^\s/][^\s]*|[0-9a-f-]{36})\/\.default$/i

/** MSAL for Java and Go add the scopes of OpenID Connect to every request. An application has no use for them. */
function daemonWanted(request: TokenRequest): Wanted {
  if (request.version === 1) return parseResource(needParameter(request, 'resource'), '')
  const scope = request.form.get('scope')?.trim() ?? ''
  const [value = '', ...others] = scopesOfResources(scope)
  if (!daemonScope.test(value) || others.length > 0) throw new Refused(refusals.wrongScope(scope))
  return parseScope(value)
}

interface Daemon {
  readonly client: DirectoryApplication
  readonly delegated?: { readonly homeTenantId: string; readonly roles: readonly string[] }
}

/** The application in the tenant, or one of another tenant with delegated access. */
async function needDaemon(
  { directory, delegations }: GrantParts,
  tenant: DirectoryTenant,
  { id }: Credentials,
): Promise<Daemon> {
  const appId = id.toLowerCase()
  const client = await directory.findApplication(tenant.id, appId)
  if (client !== undefined) return { client }
  for (const homeTenantId of delegations === undefined ? [] : await directory.homesOf(appId)) {
    const roles = (await delegations?.rolesIn(tenant.id, { homeTenantId, appId })) ?? []
    const brought = roles.length === 0 ? undefined : await directory.findApplication(homeTenantId, appId)
    if (brought !== undefined) return { client: brought, delegated: { homeTenantId, roles } }
  }
  throw new Refused(refusals.unknownApplication(id, tenant.id))
}

const clientCredentials: GrantHandler = async (parts, request) => {
  const tenant = need(request.tenant, () => refusals.unknownTenant(request.asked))
  const daemon = await needDaemon(parts, tenant, request.credentials)
  const { client } = daemon
  const proof = await request.prove(client)
  if (proof === 'none') throw new Refused(refusals.noSecret())
  const resource = await needResource(parts.directory, tenant, daemonWanted(request), request.origin)
  const { origin } = request
  const token = await parts.mint.forApp({ origin, proof, resource, tenantId: tenant.id, ...daemon })
  return { token_type: 'Bearer', ...lifetimeMembers(request.version, resource, parts.clock.now()), access_token: token }
}

interface Person {
  readonly tenant: DirectoryTenant
  readonly account: Account
  readonly kind: ClientKind
  readonly wanted: Wanted
  readonly client: DirectoryApplication
  readonly proof: Proof
  readonly family: Family
  readonly nonce?: string | undefined
  readonly after?: string
}

function answer(parts: GrantParts, request: TokenRequest, person: Person): Promise<Body> {
  const { origin, version } = request
  return answerPerson(parts, { origin, version, withClientInfo: withClientInfo(request), ...person }, parts.clock.now())
}

const authorizationCode: GrantHandler = async (parts, request) => {
  const code = needParameter(request, 'code')
  const grant = parts.grants.peekCode(code)
  const { account, kind, nonce } = grant
  if (grant.clientId !== request.credentials.id.toLowerCase()) throw new Refused(refusals.otherClient())
  if (request.tenant !== undefined && request.tenant.id !== grant.tenantId) throw new Refused(refusals.otherTenant())
  const tenant = await needTenant(parts, request, grant.tenantId)
  const client = await needApplication(parts.directory, request.credentials.id, tenant, account.tenantId)
  const proof = await request.prove(client)
  checkKind(kind, proof, request.crossOrigin)
  const family = parts.grants.takeCode(code, {
    redirectUri: request.form.get('redirect_uri') ?? undefined,
    verifier: request.form.get('code_verifier') ?? undefined,
  })
  // The granted scopes decide whether there are an id token and a refresh token.
  const asked = wantedOf(request)
  const wanted = asked === undefined ? grant.wanted : { ...asked, openid: grant.wanted.openid }
  return answer(parts, request, { tenant, account, kind, wanted, client, proof, family, nonce })
}

const refreshToken: GrantHandler = async (parts, request) => {
  const token = needParameter(request, 'refresh_token')
  const { grant, family } = parts.grants.peekRefresh(token)
  const { account, kind } = grant
  const tenant = await needTenant(parts, request, account.tenantId)
  const client = await needApplication(parts.directory, request.credentials.id, tenant, account.tenantId)
  if (client.id !== grant.clientId) throw new Refused(refusals.otherClient())
  const proof = await request.prove(client)
  checkKind(kind, proof, request.crossOrigin)
  const asked = wantedOf(request)
  parts.grants.useRefresh(token)
  const openid = new Set([...(asked?.openid ?? []), ...grant.wanted.openid])
  const wanted = { ...(asked ?? grant.wanted), openid }
  return answer(parts, request, { tenant, account, kind, wanted, client, proof, family, after: token })
}

/** Without a redirect URI the registration says whether client authentication is required. */
function kindOf(client: DirectoryApplication): 'web' | 'native' {
  return registrationOf(client).isPublic ? 'native' : 'web'
}

function checkProof(client: DirectoryApplication, proof: Proof): 'web' | 'native' {
  const kind = kindOf(client)
  checkKind(kind, proof, false)
  return kind
}

const deviceCode: GrantHandler = async (parts, request) => {
  const code = request.form.get('device_code') ?? needParameter(request, 'code')
  const { entry, account } = parts.grants.pollDevice(code, request.credentials.id.toLowerCase())
  const tenant = await needTenant(parts, request, entry.tenantId ?? account.tenantId)
  const client = await needApplication(parts.directory, request.credentials.id, tenant, account.tenantId)
  const proof = await request.prove(client)
  const kind = checkProof(client, proof)
  entry.state = 'redeemed'
  return answer(parts, request, { tenant, account, kind, wanted: entry.wanted, client, proof, family: fresh() })
}

/** Claims of a token of this issuer, for any audience. */
async function readAssertion({ keys, clock }: GrantParts, assertion: string): Promise<JWTPayload> {
  const { find } = await keys.current()
  try {
    const { payload } = await jwtVerify(assertion, find, { algorithms: ['RS256'], currentDate: clock.now() })
    return payload
  } catch (error) {
    if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed)
      throw new Refused(refusals.assertionExpired())
    if (error instanceof errors.JOSEError) throw new Refused(refusals.assertionNotOurs())
    throw error
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function accountIn(claims: JWTPayload): Account {
  const home = /^https:\/\/sts\.windows\.net\/([^/]+)\/$/.exec(text(claims['idp']))?.[1]
  return { tenantId: home ?? text(claims['tid']), userId: text(claims['oid']) }
}

/** Throws for a token that no person's client may have sent to the calling application: it has to be an access token. */
function checkAssertion(claims: JWTPayload): void {
  if (claims['idtyp'] === 'app') throw new Refused(refusals.assertionOfApp())
  if (claims['scp'] === undefined || faultOfType({}, claims) !== undefined) throw new Refused(refusals.assertionOfId())
}

function checkAudience(client: DirectoryApplication, audience: string): void {
  const own = [client.id, ...registrationOf(client).identifierUris]
  if (!own.some((uri) => uri.toLowerCase() === audience.toLowerCase()))
    throw new Refused(refusals.assertionForOther(audience, client.id))
}

const onBehalfOf: GrantHandler = async (parts, request) => {
  const assertion = needParameter(request, 'assertion')
  if (request.form.get('requested_token_use') !== 'on_behalf_of')
    throw new Refused(refusals.missing('requested_token_use'))
  const claims = await readAssertion(parts, assertion)
  checkAssertion(claims)
  const account = accountIn(claims)
  const tenant = await needTenant(parts, request, text(claims['tid']))
  // Of the tenant of the token, and of the one the person is from.
  for (const id of [text(claims['tid']), account.tenantId])
    if (parts.directory.isOfEarlierTenant?.(id, claims.iat) === true) throw new Refused(refusals.assertionNotOurs())
  const client = await needApplication(parts.directory, request.credentials.id, tenant, account.tenantId)
  const proof = await request.prove(client)
  if (proof === 'none') throw new Refused(refusals.noSecret())
  checkAudience(client, text(claims.aud))
  const wanted = need(wantedOf(request), () => refusals.missing(request.version === 1 ? 'resource' : 'scope'))
  return answer(parts, request, { tenant, account, kind: 'web', wanted, client, proof, family: fresh() })
}

const password: GrantHandler = async (parts, request) => {
  if (parts.password === undefined) throw new Refused(refusals.wrongGrant('password'))
  const name = needParameter(request, 'username')
  const given = needParameter(request, 'password')
  const { password: right } = parts
  const account = await findAccount(parts.directory, request.tenant, name)
  const tenant = await needTenant(parts, request, account.tenantId)
  const client = await needApplication(parts.directory, request.credentials.id, tenant, account.tenantId)
  const proof = await request.prove(client)
  const kind = checkProof(client, proof)
  // After the client: before it, whoever invents clients is told whether the password is the right one.
  need(await request.guessesAt(account).find(() => isSame(given, right) || undefined), refusals.wrongPassword)
  const wanted = need(wantedOf(request), () => refusals.missing(request.version === 1 ? 'resource' : 'scope'))
  return answer(parts, request, { tenant, account, kind, wanted, client, proof, family: fresh() })
}

export const grantTypes: Readonly<Record<string, GrantHandler>> = {
  client_credentials: clientCredentials,
  authorization_code: authorizationCode,
  refresh_token: refreshToken,
  'urn:ietf:params:oauth:grant-type:device_code': deviceCode,
  device_code: deviceCode,
  'urn:ietf:params:oauth:grant-type:jwt-bearer': onBehalfOf,
  password,
}
