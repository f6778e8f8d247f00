/** How a token is obtained, as OpenAPI 3.1 declares it: the flows of the built-in issuer (docs/sign-in.md). */
import type { Json } from '#base/json.ts'
import { scheme } from './capabilities.ts'

const authorizationUrl = '/common/oauth2/v2.0/authorize'
const tokenUrl = '/common/oauth2/v2.0/token'

/** OpenAPI 3.1 has no name for device codes, nor for the grant on behalf of a user: those are extensions. */
export function schemesOf(scopes: readonly string[]): Json {
  const described = Object.fromEntries(scopes.map((scope) => [scope, `The permission ${scope}.`]))
  const grant = { tokenUrl, scopes: described }
  const renewed = { ...grant, refreshUrl: tokenUrl }
  return {
    [scheme]: {
      type: 'oauth2',
      description:
        'One of the permissions that an operation lists is enough. An application holds them as app roles, a user as delegated scopes. Put the id or a domain of the tenant in the place of `common`; client credentials need it.',
      flows: {
        authorizationCode: { authorizationUrl, ...renewed },
        clientCredentials: grant,
        password: renewed,
      },
      'x-deviceAuthorization': { deviceAuthorizationUrl: '/common/oauth2/v2.0/devicecode', ...renewed },
      'x-onBehalfOf': renewed,
    },
  }
}
