/** What a faulted request is answered with: Graph's envelope with the code of what is asked for (protocol.md §1.5, §1.13). */
import type { Dialect } from '#edm/define.ts'
import type { PlainRequest, PlainResponse } from '#engine/request.ts'
import { codeFor, errorEnvelope } from '#odata/body/error-body.ts'
import type { FaultWhat } from './rule.ts'

/** Codes of statuses that this server never answers with by itself. */
const codes: Readonly<Record<number, string>> = {
  402: 'paymentRequired',
  408: 'requestTimeout',
  411: 'lengthRequired',
  416: 'rangeNotSatisfiable',
  422: 'unprocessableContent',
  423: 'locked',
  428: 'preconditionRequired',
  502: 'badGateway',
  504: 'gatewayTimeout',
  507: 'insufficientStorage',
}

const onedriveCodes: Readonly<Record<number, string>> = { 507: 'quotaLimitReached' }

const texts: Readonly<Record<number, string>> = {
  409: 'The current state conflicts with what the request expects.',
  429: 'The request has been throttled.',
  502: 'A server upstream gave no valid answer.',
  503: 'The service is not available. Repeat the request after a delay, which a Retry-After header may specify.',
  504: 'A server upstream did not answer in time.',
}

/** Microsoft's answer to what it does not explain: gdap.md §4.2; of the others only the codes are known (protocol.md §1.5). */
const opaque: Readonly<Record<Dialect, readonly [code: string, message: string]>> = {
  graph: ['unexpectedError', 'An unexpected error occurred in the server.'],
  onedrive: ['generalException', 'General exception while processing'],
  directory: ['UnknownError', ''],
  capital: ['ExtensionError', 'An unexpected error occurred in the server.'],
}

/** Seconds of a 429 that names none. */
export const usualRetryAfter = 10

/** Undefined: the answer has no such header. */
export function retryAfterOf({ status, retryAfter }: FaultWhat): number | undefined {
  if (retryAfter === 'none') return undefined
  return retryAfter ?? (status === 429 ? usualRetryAfter : undefined)
}

function usualCode(status: number, dialect: Dialect): string {
  const own = dialect === 'onedrive' ? onedriveCodes[status] : undefined
  return own ?? codeFor(status, dialect) ?? codes[status] ?? (status < 500 ? 'badRequest' : 'internalServerError')
}

export const faultHeader = 'relata-fault'

/** `rules`: ids of those that were applied. The last of them answers. */
export function faultAnswer(
  what: FaultWhat,
  rules: string,
  request: PlainRequest,
  dialect: Dialect,
  now: Date,
): PlainResponse {
  const { status = 500 } = what
  // The header is for the log of requests only.
  const named = { [faultHeader]: rules }
  if (what.drop === true) return { status, headers: named, body: undefined, drop: true, fault: rules }
  const [code, message] =
    what.opaque === true
      ? opaque[dialect]
      : [
          what.code ?? usualCode(status, dialect),
          what.message ?? texts[status] ?? 'The request cannot be answered at the moment.',
        ]
  const inner = status === 429 ? { inner: 'throttledRequest' } : {}
  const wait = retryAfterOf(what)
  return {
    status,
    headers: {
      'Content-Type': 'application/json',
      'OData-Version': '4.0',
      ...(wait === undefined ? {} : { 'Retry-After': `${wait}` }),
      ...what.headers,
      ...named,
    },
    body: errorEnvelope({ code, message, ...inner }, request, now),
    fault: rules,
  }
}
