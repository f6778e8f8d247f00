/**
 * Which signed tokens are access tokens to be sent as they are. An ID token is signed with the same key and may have the
 * same audience; it is for the client, and says nothing of what the client may do (RFC 9068 §2.1, RFC 8725 §3.11).
 */

/** The token is genuine, but it is no access token for this server. The message says why, for the client. */
export class Unfit extends Error {
  override readonly name = 'Unfit'
}

/** Whoever the token is for may not use it any more. The message says why, for the client. */
export class Barred extends Error {
  override readonly name = 'Barred'
}

type Members = Readonly<Record<string, unknown>>

/** Claims of ID tokens (OpenID Connect Core), logout tokens and security events. Graph's own `nonce` is in the header. */
const foreignClaims = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'] as const

/** `application/at+jwt` and `at+jwt` are the same (RFC 7515 §4.1.9). */
function typeOf(header: Members): string {
  const { typ = 'JWT' } = header
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : JSON.stringify(typ)
}

/** What is wrong with the token; undefined: it may be an access token. `type`: the only one that is accepted. */
export function faultOfType(header: Members, claims: Members, type?: 'at+jwt'): string | undefined {
  const typ = typeOf(header)
  if (type !== undefined && typ !== type) return `Its header 'typ' is not ${type}.`
  if (typ !== 'jwt' && typ !== 'at+jwt') return "Its header 'typ' is neither JWT nor at+jwt."
  const foreign = foreignClaims.find((name) => claims[name] !== undefined)
  if (foreign !== undefined) return `It has the claim '${foreign}', as tokens for clients do.`
  // Keycloak says so in a claim: Bearer, ID, Refresh, Logout.
  const kind = claims['typ']
  if (kind !== undefined && (typeof kind !== 'string' || kind.toLowerCase() !== 'bearer'))
    return "Its claim 'typ' is not Bearer."
  // RFC 9449 §7.1 and RFC 8705 §3: whoever stole it must not be able to use it without the key.
  return claims['cnf'] === undefined
    ? undefined
    : "It is bound to a key by the claim 'cnf', and was sent without proof of it."
}

/** Throws `Unfit`. */
export function checkType(header: Members, claims: Members, type?: 'at+jwt'): void {
  const fault = faultOfType(header, claims, type)
  if (fault !== undefined) throw new Unfit(fault)
}
