/**
 * Calls from pages of other origins (Fetch standard, "CORS protocol"; protocol.md §1.4). Only Graph's addresses and the
 * authority's are open to them: who may post to our own pages is decided there. No cookie is known here, so no
 * credentials are allowed; a page has to have a token.
 */
import type { PlainRequest } from '#engine/request.ts'
import type { HttpAnswer } from './answer.ts'

/** `local`: pages of this machine, whatever their port; else the origins listed. */
export type Origins = 'local' | 'any' | 'none' | readonly string[]

type RequestHeaders = PlainRequest['headers']

export interface Cors {
  /** What the browser asks before the call; undefined where it asks nothing, and where it may not call. */
  preflight(headers: RequestHeaders): HttpAnswer | undefined
  /** Names and values in turn, for the answer to a call; undefined: no page asks, or not one that may. */
  headersFor(headers: RequestHeaders): readonly string[] | undefined
}

const localForm = /^https?:\/\/(?:localhost|[a-z0-9-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i
const nameList = /^[!#$%&'*+.^_`|~\w, -]{1,2000}$/

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
/** For a browser that does not say which; Graph Explorer sends all of these. */
const usualHeaders =
  'authorization, content-type, accept, prefer, sdkversion, client-request-id, consistencylevel, if-match, if-none-match, ' +
  'cache-control, pragma'
const exposed =
  'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, SdkVersion, ' +
  'WWW-Authenticate, x-ms-client-gcc-tenant, Retry-After, Allow, OData-Version, OData-EntityId, relata-explain'
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
          // A page of the internet may reach a server of this machine only where the server agrees.
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
