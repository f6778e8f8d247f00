/** What became of a validation event, as Partner Center shows it: events.md §2.6. */
import { sevenDigits } from './registration.ts'

/** How one attempt ended. */
export interface ValidationResult {
  /** Undefined: there was no answer. */
  readonly status: number | undefined
  /** Why there was none. */
  readonly error: string | undefined
  /** By the world clock. */
  readonly at: string
}

export interface Validation {
  readonly correlationId: string
  readonly partnerId: string
  readonly callbackUrl: string
  /** In their order; empty until the first attempt has ended. */
  readonly results: readonly ValidationResult[]
}

/** Names of .NET's `HttpStatusCode`. */
const names: Readonly<Partial<Record<number, string>>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  203: 'NonAuthoritativeInformation',
  204: 'NoContent',
  205: 'ResetContent',
  206: 'PartialContent',
  207: 'MultiStatus',
  208: 'AlreadyReported',
  226: 'IMUsed',
  300: 'Ambiguous',
  301: 'MovedPermanently',
  302: 'Found',
  303: 'SeeOther',
  304: 'NotModified',
  305: 'UseProxy',
  307: 'TemporaryRedirect',
  308: 'PermanentRedirect',
  400: 'BadRequest',
  401: 'Unauthorized',
  402: 'PaymentRequired',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  407: 'ProxyAuthenticationRequired',
  408: 'RequestTimeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'LengthRequired',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  414: 'RequestUriTooLong',
  415: 'UnsupportedMediaType',
  416: 'RequestedRangeNotSatisfiable',
  417: 'ExpectationFailed',
  421: 'MisdirectedRequest',
  422: 'UnprocessableEntity',
  423: 'Locked',
  424: 'FailedDependency',
  426: 'UpgradeRequired',
  428: 'PreconditionRequired',
  429: 'TooManyRequests',
  431: 'RequestHeaderFieldsTooLarge',
  451: 'UnavailableForLegalReasons',
  500: 'InternalServerError',
  501: 'NotImplemented',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
  505: 'HttpVersionNotSupported',
  506: 'VariantAlsoNegotiates',
  507: 'InsufficientStorage',
  508: 'LoopDetected',
  510: 'NotExtended',
  511: 'NetworkAuthenticationRequired',
}

function shownResult({ status, error, at }: ValidationResult): Readonly<Record<string, unknown>> {
  return {
    responseCode: status === undefined ? null : (names[status] ?? String(status)),
    responseMessage: error ?? '',
    systemError: status === undefined,
    dateTimeUtc: sevenDigits(at),
  }
}

export function shownValidation(validation: Validation): Readonly<Record<string, unknown>> {
  const { correlationId, partnerId, callbackUrl, results } = validation
  return {
    correlationId,
    partnerId,
    status: results.length === 0 ? 'inProgress' : 'completed',
    callbackUrl,
    results: results.map(shownResult),
  }
}
