/** Refusals of the sign-in endpoints, in the words and the shape of Microsoft's (protocol.md §3.5). */

export interface Refusal {
  readonly status: number
  readonly error: string
  /** The number after AADSTS. */
  readonly code: number
  readonly text: string
}

const refusal = (status: number, error: string, code: number, text: string): Refusal => ({ status, error, code, text })

export const refusals = {
  unknownTenant: (tenant: string) =>
    refusal(
      400,
      'invalid_request',
      90002,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
    ),
  missing: (parameter: string) =>
    refusal(400, 'invalid_request', 900144, `The request body must contain the following parameter: '${parameter}'.`),
  twice: (parameter: string) =>
    refusal(400, 'invalid_request', 9000410, `The parameter '${parameter}' is there more than once, or in two places.`),
  wrongGrant: (grant: string) =>
    refusal(400, 'unsupported_grant_type', 70003, `The app requested an unsupported grant type '${grant}'.`),
  unknownApplication: (application: string, tenant: string) =>
    refusal(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${application}' was not found in the directory '${tenant}'.`,
    ),
  noSecret: () =>
    refusal(
      401,
      'invalid_client',
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
  wrongSecret: (application: string) =>
    refusal(
      401,
      'invalid_client',
      7000215,
      `Invalid client secret provided for app '${application}'. Ensure the secret being sent in the request is the client secret value, not the client secret ID.`,
    ),
  wrongScope: (scope: string) =>
    refusal(
      400,
      'invalid_scope',
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    ),
  wrongMethod: (allowed: string, method: string) =>
    refusal(
      405,
      'invalid_request',
      900561,
      `The endpoint only accepts ${allowed} requests. Received a ${method} request.`,
    ),
} as const

/** `2026-11-22 15:52:56Z`. */
const stamp = (now: Date): string => `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`

export const refusalBody = (
  { error, code, text }: Refusal,
  ids: { readonly requestId: string; readonly clientRequestId: string },
  now: Date,
): string =>
  JSON.stringify({
    error,
    error_description: `AADSTS${code}: ${text} Trace ID: ${ids.requestId} Correlation ID: ${ids.clientRequestId} Timestamp: ${stamp(now)}`,
    error_codes: [code],
    timestamp: stamp(now),
    trace_id: ids.requestId,
    correlation_id: ids.clientRequestId,
  })
