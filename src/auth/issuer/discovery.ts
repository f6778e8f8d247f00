/** The discovery documents of an authority, in both versions (protocol.md §3.5). */

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

/** Tells MSAL that this host is an authority with no aliases. */
export function instanceMetadata(origin: string, asked: string | null) {
  const tenant = (asked !== null && URL.canParse(asked) ? new URL(asked).pathname.split('/')[1] : '') || 'common'
  const { host } = new URL(origin)
  return {
    tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  }
}
