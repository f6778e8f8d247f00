/** The built-in issuer: checks a client's credentials and signs an access token for Graph. */
import { createHash, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Clock } from '#base/clock.ts'
import { type Directory, type DirectoryApplication, rememberingCheck } from './directory.ts'
import type { Keys } from './keys.ts'
import { type Refusal, refusals } from './oauth-error.ts'

export const graphAudience = 'https://graph.microsoft.com'
export const lifetimeSeconds = 3599

export interface TokenRequest {
  /** GUID or domain, as it stood in the address. */
  readonly tenant: string
  /** The form, still encoded. */
  readonly form: string
  readonly authorization: string | undefined
  readonly origin: string
}

export interface Granted {
  readonly accessToken: string
}

export interface Issuer {
  /** Client credentials only. Returns a refusal, never throws one. */
  grant(request: TokenRequest): Promise<Granted | Refusal>
}

/** The same GUID for the same application and tenant, so that `oid` stays put across starts. */
const servicePrincipalId = (tenantId: string, appId: string): string => {
  const hex = createHash('sha256').update(`service principal ${tenantId} ${appId}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const decodeForm = (text: string): string => new URLSearchParams(`x=${text}`).get('x') ?? ''

/** RFC 6749, 2.3.1: both halves are form-encoded before they are joined. */
const basicCredentials = (authorization: string | undefined): { id: string; secret: string } | undefined => {
  const [, encoded] = /^basic +([\w+/=-]+)$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { id: decodeForm(text.slice(0, colon)), secret: decodeForm(text.slice(colon + 1)) }
}

/** One value naming a resource by URL or GUID; which one does not matter, there is only Graph here. */
const scopeForm = /^(?:[a-z][\w+.-]*:\/\/[^\s/][^\s]*|[0-9a-f-]{36})\/\.default$/i

interface Credentials {
  readonly id: string
  readonly secret: string
}

/** What the form and the header say together; an absent secret is empty. */
const credentialsOf = (form: URLSearchParams, authorization: string | undefined): Credentials | Refusal => {
  const basic = basicCredentials(authorization)
  const id = form.get('client_id') ?? basic?.id ?? ''
  if (id === '') return refusals.missing('client_id')
  if (basic !== undefined && (form.has('client_secret') || basic.id !== id)) return refusals.twice('client_secret')
  return { id, secret: form.get('client_secret') ?? basic?.secret ?? '' }
}

const faultOf = (form: URLSearchParams): Refusal | undefined => {
  for (const name of ['grant_type', 'client_id', 'client_secret', 'scope'])
    if (form.getAll(name).length > 1) return refusals.twice(name)
  const grant = form.get('grant_type')
  if (grant === null) return refusals.missing('grant_type')
  return grant === 'client_credentials' ? undefined : refusals.wrongGrant(grant)
}

export const createIssuer = (parts: { directory: Directory; keys: Keys; clock: Clock }): Issuer => {
  const { directory, keys, clock } = parts
  const check = rememberingCheck(clock)

  const sign = async (origin: string, tenantId: string, application: DirectoryApplication): Promise<string> => {
    const { keyId, privateKey } = await keys.current()
    const now = Math.floor(clock.now().getTime() / 1000)
    const principal = servicePrincipalId(tenantId, application.id)
    return new SignJWT({
      aud: graphAudience,
      iss: `${origin}/${tenantId}/v2.0`,
      iat: now,
      nbf: now,
      exp: now + lifetimeSeconds,
      appid: application.id,
      azp: application.id,
      idtyp: 'app',
      oid: principal,
      roles: [...application.appRoles],
      sub: principal,
      tid: tenantId,
      uti: randomBytes(16).toString('base64url'),
      ver: '1.0',
    })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', x5t: keyId, kid: keyId })
      .sign(privateKey)
  }

  const authenticate = async (
    tenantId: string,
    { id, secret }: Credentials,
  ): Promise<DirectoryApplication | Refusal> => {
    const application = await directory.findApplication(tenantId, id.toLowerCase())
    if (application === undefined) return refusals.unknownApplication(id, tenantId)
    if (secret === '') return refusals.noSecret()
    return (await check(secret, application.secretHash)) ? application : refusals.wrongSecret(application.id)
  }

  return {
    async grant({ tenant: asked, form: text, authorization, origin }) {
      const tenant = await directory.findTenant(asked)
      if (tenant === undefined) return refusals.unknownTenant(asked)
      const form = new URLSearchParams(text)
      const fault = faultOf(form)
      if (fault !== undefined) return fault
      const credentials = credentialsOf(form, authorization)
      if ('error' in credentials) return credentials
      const application = await authenticate(tenant.id, credentials)
      if ('error' in application) return application
      const scope = form.get('scope')?.trim() ?? ''
      if (!scopeForm.test(scope)) return refusals.wrongScope(scope)
      return { accessToken: await sign(origin, tenant.id, application) }
    },
  }
}
