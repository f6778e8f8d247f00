/** AppError → status, Graph's error envelope and headers: the only place that knows a status number (protocol.md §1.5). */
import type { AppError, ErrorFacts, ErrorKind, Lack } from '#base/errors.ts'
import { withoutMiddle } from '#base/text/short-text.ts'
import type { Dialect } from '#edm/define.ts'
import { explain } from './explain.ts'

interface KindFacts {
  readonly status: number
  readonly onedrive: string
  readonly graph: string
}

const kinds: Readonly<Record<ErrorKind, KindFacts>> = {
  invalid: { status: 400, onedrive: 'invalidRequest', graph: 'badRequest' },
  unauthenticated: { status: 401, onedrive: 'InvalidAuthenticationToken', graph: 'InvalidAuthenticationToken' },
  forbidden: { status: 403, onedrive: 'accessDenied', graph: 'forbidden' },
  notFound: { status: 404, onedrive: 'itemNotFound', graph: 'notFound' },
  notAllowed: { status: 405, onedrive: 'notAllowed', graph: 'methodNotAllowed' },
  notAcceptable: { status: 406, onedrive: 'invalidRequest', graph: 'notAcceptable' },
  conflict: { status: 409, onedrive: 'nameAlreadyExists', graph: 'conflict' },
  gone: { status: 410, onedrive: 'resyncRequired', graph: 'gone' },
  precondition: { status: 412, onedrive: 'resourceModified', graph: 'preconditionFailed' },
  dependency: { status: 424, onedrive: 'failedDependency', graph: 'failedDependency' },
  tooLarge: { status: 413, onedrive: 'invalidRequest', graph: 'contentTooLarge' },
  unsupportedMedia: { status: 415, onedrive: 'invalidRequest', graph: 'unsupportedMediaType' },
  misdirected: { status: 421, onedrive: 'invalidRequest', graph: 'misdirectedRequest' },
  throttled: { status: 429, onedrive: 'activityLimitReached', graph: 'tooManyRequests' },
  unsupported: { status: 501, onedrive: 'notSupported', graph: 'notImplemented' },
  unavailable: { status: 503, onedrive: 'serviceNotAvailable', graph: 'serviceUnavailable' },
  internal: { status: 500, onedrive: 'generalException', graph: 'internalServerError' },
}

/** Users, groups and roles: where their codes are not those of the guideline. */
const directoryCodes: Readonly<Partial<Record<ErrorKind, string>>> = {
  invalid: 'Request_BadRequest',
  forbidden: 'Authorization_RequestDenied',
  notFound: 'Request_ResourceNotFound',
  notAllowed: 'Request_BadRequest',
  conflict: 'Request_MultipleObjectsWithSameKeyValue',
}

/** Subscriptions to notifications: codes begin with a capital letter, and two are words of their own (events.md §3.7). */
function capitalCode(kind: ErrorKind): string {
  const { graph } = kinds[kind]
  if (kind === 'invalid') return 'InvalidRequest'
  return kind === 'notFound' ? 'ResourceNotFound' : graph.charAt(0).toUpperCase() + graph.slice(1)
}

function codeOf(kind: ErrorKind, dialect: Dialect): string {
  if (dialect === 'capital') return capitalCode(kind)
  return dialect === 'directory' ? (directoryCodes[kind] ?? kinds[kind].graph) : kinds[kind][dialect]
}

/** The code of one fault of a body. */
export function faultCode(dialect: Dialect = 'graph'): string {
  return codeOf('invalid', dialect)
}

/** The code errors of a status have where they name none of their own; undefined: no kind has the status. */
export function codeFor(status: number, dialect: Dialect): string | undefined {
  const kind = (Object.keys(kinds) as ErrorKind[]).find((entry) => kinds[entry].status === status)
  return kind && codeOf(kind, dialect)
}

export interface RequestIds {
  readonly requestId: string
  readonly clientRequestId: string
}

export interface ErrorAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Which check refused the request, and what it follows: for the log, and for a header where that is wanted. */
  readonly check: string
  readonly lacks?: Lack
}

export interface ErrorWords extends Pick<ErrorFacts, 'target' | 'details' | 'inner' | 'more'> {
  readonly code: string
  readonly message: string
}

/** No message of ours is that long, unless it names what was sent: an answer is no echo of megabytes. */
const longestMessage = 2_000
const longestTarget = 400

function bounded<T extends Pick<ErrorWords, 'message' | 'target'>>(words: T): T {
  const { message, target } = words
  if (message.length <= longestMessage && (target?.length ?? 0) <= longestTarget) return words
  const short = target === undefined ? {} : { target: withoutMiddle(target, longestTarget) }
  return { ...words, message: withoutMiddle(message, longestMessage), ...short }
}

/** JSON text. `now` is printed without a zone, as every published sample does. */
export function errorEnvelope(words: ErrorWords, ids: RequestIds, now: Date): string {
  const { code, message, target, inner, more } = bounded(words)
  const details = words.details?.map(bounded)
  return JSON.stringify({
    error: {
      code,
      message,
      ...(target === undefined ? {} : { target }),
      ...(details === undefined ? {} : { details }),
      ...more,
      innerError: {
        ...(inner === undefined ? {} : { code: inner }),
        date: now.toISOString().slice(0, 19),
        'request-id': ids.requestId,
        'client-request-id': ids.clientRequestId,
      },
    },
  })
}

/** The text of a 5xx of our own making is constant. */
export function errorBody(error: AppError, ids: RequestIds, now: Date, dialect: Dialect = 'graph'): ErrorAnswer {
  const { status } = kinds[error.kind]
  const { code = codeOf(error.kind, dialect), headers, lacks } = error.facts
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: errorEnvelope({ ...error.facts, code, message: error.message }, ids, now),
    check: explain(error),
    ...(lacks === undefined ? undefined : { lacks }),
  }
}
