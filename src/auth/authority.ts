/**
 * The sign-in addresses as plain values: token endpoint, discovery, keys. Knows no HTTP library.
 * What MSAL and @azure/identity ask of an authority is in protocol.md §3.5.
 */
import type { Clock } from '#base/clock.ts'
import { type Answering, jsonAnswer, jsonType, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import type { Directory } from './directory.ts'
import { createIssuer, lifetimeSeconds } from './issue.ts'
import type { Keys } from './keys.ts'
import { type Refusal, refusalBody, refusals } from './oauth-error.ts'

export interface Authority {
  /** What answers this raw path; undefined when the path is not one of ours. */
  find(path: string): Answering | undefined
}

/** Tenants that stand for any; tokens are not issued for them. */
const anyTenant = new Set(['common', 'organizations', 'consumers'])

/** The last segments of each address, in lower case, after the tenant. */
const token = 'oauth2/v2.0/token'
const discovery = new Set(['v2.0/.well-known/openid-configuration', '.well-known/openid-configuration'])
const keySets = new Set(['discovery/v2.0/keys', 'discovery/keys'])
const instance = 'discovery/instance'

const decode = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

const openidConfiguration = (origin: string, tenant: string, issuerTenant: string) => ({
  token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
  response_modes_supported: ['query', 'fragment', 'form_post'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
  grant_types_supported: ['client_credentials'],
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  // MSAL refuses an issuer on any host but the authority's own.
  issuer: `${origin}/${issuerTenant}/v2.0`,
  request_uri_parameter_supported: false,
  authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
  end_session_endpoint: `${origin}/${tenant}/oauth2/v2.0/logout`,
  claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'tid', 'oid', 'ver', 'appid', 'roles'],
  tenant_region_scope: null,
})

export const createAuthority = (parts: { directory: Directory; keys: Keys; clock: Clock }): Authority => {
  const { directory, keys, clock } = parts
  const issuer = createIssuer(parts)

  const refuse = (request: OwnRequest, refusal: Refusal, headers: Readonly<Record<string, string>> = {}): OwnAnswer => {
    const query = new URLSearchParams(request.query)
    const clientRequestId = query.get('client-request-id') ?? request.clientRequestId
    const body = refusalBody(refusal, { requestId: request.requestId, clientRequestId }, clock.now())
    return { status: refusal.status, headers: { ...jsonType, ...headers }, body }
  }

  const onlyFor =
    (method: 'GET' | 'POST', answering: Answering): Answering =>
    async (request) =>
      request.method === method
        ? answering(request)
        : refuse(request, refusals.wrongMethod(method, request.method), { Allow: method })

  const issue =
    (tenant: string): Answering =>
    async (request) => {
      const outcome = await issuer.grant({
        tenant,
        form: request.body === undefined ? '' : Buffer.from(request.body).toString('utf8'),
        authorization: request.headers['authorization'],
        origin: request.origin,
      })
      if ('error' in outcome)
        return refuse(request, outcome, outcome.status === 401 ? { 'WWW-Authenticate': 'Basic realm="relata"' } : {})
      const granted = jsonAnswer({
        token_type: 'Bearer',
        expires_in: lifetimeSeconds,
        ext_expires_in: lifetimeSeconds,
        access_token: outcome.accessToken,
      })
      return { ...granted, headers: { ...granted.headers, Pragma: 'no-cache' } }
    }

  const describe =
    (tenant: string): Answering =>
    async (request) => {
      if (anyTenant.has(tenant.toLowerCase()))
        return jsonAnswer(openidConfiguration(request.origin, tenant, '{tenantid}'))
      const found = await directory.findTenant(tenant)
      if (found === undefined) return refuse(request, refusals.unknownTenant(tenant))
      return jsonAnswer(openidConfiguration(request.origin, found.id, found.id))
    }

  const publish =
    (tenant: string): Answering =>
    async (request) => {
      if (!anyTenant.has(tenant.toLowerCase()) && (await directory.findTenant(tenant)) === undefined)
        return refuse(request, refusals.unknownTenant(tenant))
      return jsonAnswer({ keys: (await keys.current()).published })
    }

  /** Tells MSAL that the host it was pointed at is an authority, known by this one name. */
  const recognise: Answering = async (request) => {
    const asked = new URLSearchParams(request.query).get('authorization_endpoint')
    const tenant = (asked !== null && URL.canParse(asked) ? new URL(asked).pathname.split('/')[1] : '') || 'common'
    const { host } = new URL(request.origin)
    return jsonAnswer({
      tenant_discovery_endpoint: `${request.origin}/${tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    })
  }

  return {
    find(path) {
      const slash = path.indexOf('/', 1)
      if (slash < 2) return undefined
      const rest = path.slice(slash + 1).toLowerCase()
      const tenant = decode(path.slice(1, slash))
      if (tenant === undefined) return undefined
      if (rest === token) return onlyFor('POST', issue(tenant))
      if (discovery.has(rest)) return onlyFor('GET', describe(tenant))
      if (keySets.has(rest)) return onlyFor('GET', publish(tenant))
      if (rest === instance && tenant.toLowerCase() === 'common') return onlyFor('GET', recognise)
      return undefined
    },
  }
}
