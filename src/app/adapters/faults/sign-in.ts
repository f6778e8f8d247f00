/** Adapter: rules for faults that are about addresses of the built-in issuer, answered as it answers (protocol.md §3.5). */
import type { Authority } from '#auth/issuer/authority.ts'
import { type Refusal, refusalBody } from '#auth/issuer/oauth-error.ts'
import type { Clock } from '#base/clock.ts'
import { type AddressHandler, jsonType, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import { applyFaults } from '#faults/apply-faults.ts'
import { faultHeader, retryAfterOf } from '#faults/fault-answer.ts'
import type { FaultRules } from '#faults/fault-rules.ts'
import { segmentsOf } from '#faults/path-glob.ts'
import type { FaultWhat } from '#faults/rule.ts'

export interface SignInFaultsFacts {
  readonly rules: FaultRules
  readonly tenantId: (idOrDomain: string) => string | undefined
  /** The system's time. */
  readonly clock: Clock
}

/** The application that a request names: in its form, its query, or by HTTP Basic. */
function clientOf({ query, headers, body }: OwnRequest): string | undefined {
  const form = new URLSearchParams(body === undefined ? query : Buffer.from(body).toString('latin1'))
  const named = form.get('client_id') ?? new URLSearchParams(query).get('client_id')
  if (named !== null) return named
  const [, basic] = /^basic +(\S+)$/i.exec(headers['authorization'] ?? '') ?? []
  return basic === undefined ? undefined : Buffer.from(basic, 'base64').toString('latin1').split(':', 1)[0]
}

/** AADSTS codes: too many requests, a passing fault of the service, a request that is refused. */
function refusalOf({ status = 500, code, message, ...what }: FaultWhat): Refusal {
  const retryAfter = retryAfterOf({ ...what, status })
  const wait = retryAfter === undefined ? {} : { retryAfter }
  const [error, number, text] =
    status === 429
      ? (['temporarily_unavailable', 90055, 'Too many requests from this client. Try again later.'] as const)
      : status >= 500
        ? (['temporarily_unavailable', 90033, 'A transient error has occurred. Please try again.'] as const)
        : (['invalid_request', 9002313, 'Invalid request. Request is malformed or invalid.'] as const)
  return { status, error: code ?? error, code: number, text: message ?? text, ...wait }
}

function insteadOf(what: FaultWhat, fault: string, request: OwnRequest, now: Date): OwnAnswer {
  const refusal = refusalOf(what)
  const { status, retryAfter } = refusal
  const named = { [faultHeader]: fault }
  if (what.drop === true) return { status, headers: named, body: '', drop: true, fault }
  const wait = retryAfter === undefined ? {} : { 'Retry-After': `${retryAfter}` }
  return {
    status,
    headers: { ...jsonType, ...wait, ...what.headers, ...named },
    body: refusalBody(refusal, request, now, request.origin),
    fault,
  }
}

function faulty(handler: AddressHandler, { rules, tenantId, clock }: SignInFaultsFacts): AddressHandler {
  const handle: AddressHandler = (request) => {
    const { method, requestId, deadline } = request
    const path = segmentsOf(request.path)
    const client = clientOf(request)
    const asked = { place: 'signIn', method, path, tenantId: tenantId(path[0] ?? ''), client, requestId } as const
    return applyFaults<OwnAnswer>(rules, asked, {
      deadline,
      handle: () => handler(request),
      instead: (what, fault) => insteadOf(what, fault, request, clock.now()),
      named: (answer, fault) => ({ ...answer, headers: { ...answer.headers, [faultHeader]: fault }, fault }),
    })
  }
  return handler.admit === undefined ? handle : Object.assign(handle, { admit: handler.admit })
}

/** The authority with its sign-in addresses made faulty; control addresses that it serves are left alone. */
export function faultySignIn(authority: Authority, facts: SignInFaultsFacts): Authority {
  return {
    ...authority,
    find: (path) => {
      const handler = authority.find(path)
      if (handler === undefined || facts.rules.isQuiet || path.toLowerCase().startsWith('/_relata/')) return handler
      return faulty(handler, facts)
    },
  }
}
