/** The discovery documents of an authority, in both versions, and of a user's realm (protocol.md §3.5). */
import { guidOf } from '#base/ids.ts'
import type { Directory } from '../directory/directory.ts'

export function openidConfiguration(version: 1 | 2, origin: string, tenant: string, issuerTenant: string) {
  const base = `${origin}/${tenant}`
  const oauth = version === 2 ? `${base}/oauth2/v2.0` : `${base}/oauth2`
  return {
    token_endpoint: `${oauth}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: version === 2 ? `${base}/discovery/v2.0/keys` : `${base}/discovery/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token'],
    grant_types_supported: [
      'authorization_code',
      'client_credentials',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ],
    code_challenge_methods_supported: ['S256', 'plain'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    // MSAL accepts an issuer on the authority's own host only.
    issuer: `${origin}/${issuerTenant}/${version === 2 ? 'v2.0' : ''}`,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${oauth}/authorize`,
    device_authorization_endpoint: `${oauth}/devicecode`,
    end_session_endpoint: `${oauth}/logout`,
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'oid',
      'ver',
      'appid',
      'roles',
      'wids',
      'groups',
      'c_hash',
      'email',
    ],
    tenant_region_scope: null,
  }
}

/** What MSAL asks before it signs in with a user name and a password. Entra looks at the domain only, not at the user. */
export async function userRealm(directory: Directory, userName: string) {
  const domain = userName.slice(userName.lastIndexOf('@') + 1)
  const isDomain = userName.includes('@') && guidOf(domain) === undefined
  const tenant = isDomain ? await directory.findTenant(domain) : undefined
  return {
    ver: '1.0',
    ...(tenant === undefined ? { account_type: 'Unknown' } : { account_type: 'Managed', domain_name: tenant.domain }),
    cloud_instance_name: 'microsoftonline.com',
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  }
}

/** Entra's public cloud, as MSAL knows it: a client that reaches Relata by one of these names knows the others as well. */
const publicCloud = {
  preferred_network: 'login.microsoftonline.com',
  preferred_cache: 'login.windows.net',
  aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
}

/** Tells MSAL that this host is an authority, and its aliases: none, but for Microsoft's own names. */
export function instanceMetadata(origin: string, asked: string | null) {
  const tenant = (asked !== null && URL.canParse(asked) ? new URL(asked).pathname.split('/')[1] : '') || 'common'
  const { host } = new URL(origin)
  return {
    tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [
      publicCloud.aliases.includes(host)
        ? publicCloud
        : { preferred_network: host, preferred_cache: host, aliases: [host] },
    ],
  }
}
