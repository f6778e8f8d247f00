/**
 * Calls from pages of other origins (Fetch standard, "CORS protocol"; protocol.md §1.4). Only Graph's addresses and the
 * authority's accept them; other pages of this server check their own forms. Cookies are not used here, so credentials
 * are not allowed: a page needs a token.
 */
import type { PlainRequest } from '#engine/request.ts'
import type { HttpAnswer } from './answer.ts'

/** `local`: pages of this machine on any port; else the listed origins. */
export type Origins = 'local' | 'any' | 'none' | readonly string[]

type RequestHeaders = PlainRequest['headers']

export interface Cors {
  /** Whether pages of this origin may call. */
  allows(origin: string): boolean
  /** The answer to a preflight request; undefined where the request is none, or its origin is not allowed. */
  preflight(headers: RequestHeaders): HttpAnswer | undefined
  /** Headers for the answer to a call, names and values alternating; undefined: no origin, or one that is not allowed. */
  headersFor(headers: RequestHeaders): readonly string[] | undefined
}

const localForm = /^https?:\/\/(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i
const nameList = /^[!#$%&'*+.^_`|~\w, -]{1,2000}$/

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
/** For a preflight that names no headers; Graph Explorer sends all of these. */
const usualHeaders =
  'authorization, content-type, accept, prefer, sdkversion, client-request-id, consistencylevel, if-match, if-none-match, ' +
  'cache-control, pragma, relata-world'
const exposed =
  'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, SdkVersion, ' +
  'WWW-Authenticate, x-ms-client-gcc-tenant, Retry-After, Allow, OData-Version, OData-EntityId, Warning, ' +
  'relata-ignored, relata-explain, relata-fault, relata-change, relata-change-batch, relata-note'
const preflightSeconds = 7200

function isAllowed(origins: Origins, origin: string): boolean {
  if (origins === 'any') return true
  return origins === 'local' ? localForm.test(origin) : origins.includes(origin.toLowerCase())
}

export function corsFor(origins: Origins): Cors {
  const allowed = (headers: RequestHeaders): string | undefined => {
    const origin = headers['origin']
    if (origins === 'none' || origin === undefined || !isAllowed(origins, origin)) return undefined
    return origins === 'any' ? '*' : origin
  }
  return {
    allows: (origin) => origins !== 'none' && isAllowed(origins, origin),
    preflight: (headers) => {
      const origin = allowed(headers)
      if (origin === undefined || headers['access-control-request-method'] === undefined) return undefined
      const asked = headers['access-control-request-headers']
      return {
        status: 204,
        body: undefined,
        headers: {
          'Access-Control-Allow-Origin': origin,
          'Access-Control-Allow-Methods': methods,
          'Access-Control-Allow-Headers': asked !== undefined && nameList.test(asked) ? asked : usualHeaders,
          'Access-Control-Max-Age': `${preflightSeconds}`,
          // Private Network Access: a public page may call a local server only with its consent.
          ...(headers['access-control-request-private-network'] === 'true'
            ? { 'Access-Control-Allow-Private-Network': 'true' }
            : {}),
          Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
        },
      }
    },
    headersFor: (headers) => {
      const origin = allowed(headers)
      return origin === undefined
        ? undefined
        : ['Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', exposed]
    },
  }
}
