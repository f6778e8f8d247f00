/** Refusals of the sign-in endpoints, with Microsoft's texts and format (protocol.md §3.5). */

export interface Refusal {
  readonly status: number
  readonly error: string
  /** The number after AADSTS. */
  readonly code: number
  readonly text: string
  readonly suberror?: string
  /** Seconds until a retry makes sense. */
  readonly retryAfter?: number
}

/** Thrown by the parts of sign-in, and answered in authority.ts. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`AADSTS${refusal.code}`)
    this.refusal = refusal
  }
}

function refusal(status: number, error: string, code: number, text: string): Refusal {
  return { status, error, code, text }
}

function request(code: number, text: string) {
  return refusal(400, 'invalid_request', code, text)
}

function grant(code: number, text: string) {
  return refusal(400, 'invalid_grant', code, text)
}

function client(code: number, text: string) {
  return refusal(401, 'invalid_client', code, text)
}

export const refusals = {
  unknownTenant: (tenant: string) =>
    request(
      90002,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
    ),
  missing: (parameter: string) =>
    request(900144, `The request body must contain the following parameter: '${parameter}'.`),
  twice: (parameter: string) =>
    request(9000410, `The parameter '${parameter}' is there more than once, or in two places.`),
  invalidValue: (parameter: string) =>
    request(90023, `The provided value for the parameter '${parameter}' is not valid.`),
  tooLong: (limitBytes: number) =>
    refusal(413, 'invalid_request', 90015, `The request body is longer than ${limitBytes} bytes.`),
  wrongMethod: (allowed: string, method: string) =>
    refusal(
      405,
      'invalid_request',
      900561,
      `The endpoint only accepts ${allowed} requests. Received a ${method} request.`,
    ),
  unknownAddress: (path: string) =>
    refusal(404, 'invalid_request', 90023, `The authority serves nothing at the address '${path}'.`),
  tooMany: (retryAfter: number): Refusal => ({
    ...refusal(429, 'temporarily_unavailable', 90055, 'Too many requests from this client. Try again later.'),
    retryAfter,
  }),

  wrongGrant: (name: string) =>
    refusal(400, 'unsupported_grant_type', 70003, `The app requested an unsupported grant type '${name}'.`),
  unknownApplication: (application: string, tenant: string) =>
    refusal(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${application}' was not found in the directory '${tenant}'.`,
    ),

  noSecret: () =>
    client(7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
  wrongSecret: (application: string) =>
    client(
      7000215,
      `Invalid client secret provided for app '${application}'. Ensure the secret being sent in the request is the client secret value, not the client secret ID.`,
    ),
  publicClient: () =>
    client(700025, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."),
  badAssertion: () => client(50027, 'The client assertion is not a valid JSON web token.'),
  unknownCertificate: (application: string) =>
    client(
      700027,
      `The certificate with identifier used to sign the client assertion is not registered on application '${application}'.`,
    ),
  assertionSignature: () => client(700027, 'Client assertion failed signature validation.'),
  assertionAudience: () => client(700023, 'Client assertion audience claim does not match Realm issuer.'),
  assertionTime: () => client(700024, 'Client assertion is not within its valid time range.'),
  assertionClient: () =>
    client(700021, "Client assertion application identifier does not match 'client_id' parameter."),

  wrongScope: (scope: string) =>
    refusal(
      400,
      'invalid_scope',
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    ),
  badScope: (scope: string) =>
    refusal(
      400,
      'invalid_scope',
      70011,
      `The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
    ),
  severalResources: () =>
    request(
      28000,
      'Provided value for the input parameter scope is not valid because it contains more than one resource.',
    ),
  unknownResource: (resource: string, tenant: string) =>
    refusal(
      400,
      'invalid_resource',
      500011,
      `The resource principal named ${resource} was not found in the tenant named ${tenant}.`,
    ),
  noConsent: (id: string, name: string): Refusal => ({
    ...grant(
      65001,
      `The user or administrator has not consented to use the application with ID '${id}' named '${name}'. Send an interactive authorization request for this user and resource.`,
    ),
    suberror: 'consent_required',
  }),

  malformedRequest: () => request(9002313, 'Invalid request. Request is malformed or invalid.'),
  malformedGrant: () => grant(9002313, 'Invalid request. Request is malformed or invalid.'),
  codeExpired: () =>
    grant(
      70008,
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    ),
  codeRedeemed: () =>
    grant(
      54005,
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
    ),
  otherClient: () => grant(70000, 'The provided grant was issued to another client, or is not valid any more.'),
  otherTenant: () =>
    grant(
      700005,
      'Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for (/common or /{tenant-ID} as appropriate).',
    ),
  otherRedirect: (given: string, wanted: string) =>
    grant(
      500112,
      `The reply address '${given}' does not match the reply address '${wanted}' provided when requesting Authorization code.`,
    ),
  noVerifier: () =>
    grant(50148, 'The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.'),
  wrongVerifier: () =>
    grant(501481, 'The Code_Verifier does not match the code_challenge supplied in the authorization request.'),
  pkceNeeded: () =>
    request(9002325, 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.'),
  challengeMethod: () => request(50149, 'Invalid Code_Challenge_method parameter.'),
  challengeSize: () => request(501491, 'Invalid size of Code_Challenge parameter.'),
  crossOriginOnly: () =>
    request(
      9002327,
      "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
    ),
  notCrossOrigin: () =>
    request(9002326, "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type."),
  refreshExpired: () => grant(700082, 'The refresh token has expired due to inactivity.'),
  refreshEnded: () =>
    grant(
      700084,
      'The refresh token was issued to a single page app, and therefore has a fixed, limited lifetime, which cannot be extended.',
    ),
  revoked: () => grant(50173, 'The provided grant has expired due to it being revoked, a fresh auth token is needed.'),

  pending: () =>
    refusal(
      400,
      'authorization_pending',
      70016,
      'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
    ),
  slowDown: () =>
    refusal(400, 'slow_down', 70016, 'OAuth 2.0 device flow error. Polling too often. Wait longer between polls.'),
  deviceExpired: () =>
    refusal(
      400,
      'expired_token',
      70020,
      "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
    ),
  deviceDeclined: () => refusal(400, 'authorization_declined', 65004, 'User declined to consent to access the app.'),
  deviceUnknown: () =>
    refusal(
      400,
      'bad_verification_code',
      70018,
      "The provided value for the input parameter 'device_code' is not valid.",
    ),

  assertionNotOurs: () => grant(50013, 'Assertion failed signature validation.'),
  assertionForOther: (given: string, wanted: string) =>
    grant(
      500131,
      `Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '${given}' and the expected audience is '${wanted}' or one of the Application Uris of this application.`,
    ),
  assertionExpired: () => grant(500133, 'Assertion is not within its valid time range.'),
  assertionOfId: () =>
    request(240002, "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant."),
  assertionOfApp: () => request(7000114, 'Application is not allowed to make application on-behalf-of calls.'),

  unknownUser: (user: string, tenant: string) =>
    grant(50034, `The user account ${user} does not exist in the ${tenant} directory.`),
  wrongPassword: () => grant(50126, 'Error validating credentials due to invalid username or password.'),
  disabledUser: () => grant(50057, 'The user account is disabled.'),
  foreignUser: (facts: { user: string; home: string; tenant: string; application: string; name: string }) =>
    grant(
      50020,
      `User account '${facts.user}' from identity provider 'https://sts.windows.net/${facts.home}/' does not exist in tenant '${facts.tenant}' and cannot access the application '${facts.application}'(${facts.name}) in that tenant. The account needs to be added as an external user in the tenant first.`,
    ),
  notAssigned: (facts: { user: string; application: string; name: string }) =>
    grant(
      50105,
      `The signed in user '${facts.user}' is not assigned to a role for the application '${facts.application}'(${facts.name}).`,
    ),

  wrongRedirect: (uri: string, application: string) =>
    request(
      50011,
      `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the application '${application}'.`,
    ),
  notEnabled: (type: string) =>
    refusal(
      400,
      'unsupported_response_type',
      type === 'token' ? 700051 : 700054,
      `response_type '${type}' is not enabled for the application.`,
    ),
  wrongResponseType: (type: string) =>
    refusal(400, 'unsupported_response_type', 70005, `The response_type '${type}' is not supported.`),
  wrongMode: (mode: string) =>
    request(70007, `'${mode}' is not a supported value of 'response_mode' for the response_type that was asked for.`),
  loginRequired: () =>
    refusal(400, 'login_required', 50058, 'Session information is not sufficient for single-sign-on.'),
  cancelled: () => refusal(400, 'access_denied', 65004, 'User declined to consent to access the app.'),
} as const

/** Throws unless there is a value. */
export function need<T>(value: T | undefined, otherwise: () => Refusal): T {
  if (value === undefined) throw new Refused(otherwise())
  return value
}

export interface RefusalIds {
  readonly requestId: string
  readonly clientRequestId: string
}

/** `2026-11-22 15:52:56Z`. */
function stamp(now: Date): string {
  return `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`
}

export function descriptionOf({ code, text }: Refusal, ids: RefusalIds, now: Date): string {
  return `AADSTS${code}: ${text} Trace ID: ${ids.requestId} Correlation ID: ${ids.clientRequestId} Timestamp: ${stamp(now)}`
}

export function errorUri(origin: string, { code }: Refusal): string {
  return `${origin}/error?code=${code}`
}

export function refusalBody(refused: Refusal, ids: RefusalIds, now: Date, origin: string): string {
  return JSON.stringify({
    error: refused.error,
    error_description: descriptionOf(refused, ids, now),
    error_codes: [refused.code],
    timestamp: stamp(now),
    trace_id: ids.requestId,
    correlation_id: ids.clientRequestId,
    error_uri: errorUri(origin, refused),
    ...(refused.suberror === undefined ? {} : { suberror: refused.suberror }),
  })
}
