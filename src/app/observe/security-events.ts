/**
 * Which requests are events of security, by the names of OWASP's logging vocabulary
 * (cheatsheetseries.owasp.org, Logging Vocabulary). What such an event is, is decided here and nowhere else; changes that
 * only a rule knows of are told by the rules (`AuditEvent`).
 */
import type { RequestEntry } from '#http/trace.ts'

export type SecurityEvent =
  | 'authn_login_fail'
  | 'authz_fail'
  | 'authz_admin'
  | 'excess_rate_limit_exceeded'
  | 'privilege_permissions_changed'
  | 'sys_clock_changed'

/** The built-in issuer answers a wrong secret, code or password with 400 or 401 (RFC 6749 §5.2). */
const signIn = /\/oauth2\/(?:v2\.0\/)?token$/i
const changes: readonly (readonly [RegExp, SecurityEvent])[] = [
  [/^\/_relata\/clock\/?$/i, 'sys_clock_changed'],
  [/^\/_relata\/term-store\/roles\/?$/i, 'privilege_permissions_changed'],
  [/^\/_relata\//i, 'authz_admin'],
  // Where events of the tenant go.
  [/^\/webhooks\/v1\/registration\/?$/i, 'authz_admin'],
]

/** A batch is answered 200 and names the checks that refused its requests. */
function refusesRight(check: string | undefined): boolean {
  return check !== undefined && /(?:^|[\s,])access\./.test(check)
}

export function securityEventOf({ method, path, status, check, fault }: RequestEntry): SecurityEvent | undefined {
  // A refusal on purpose names no check: nobody has done anything.
  if (fault !== undefined && check === undefined && status >= 400) return undefined
  if (status === 429) return 'excess_rate_limit_exceeded'
  if (status === 401 || (status === 400 && signIn.test(path))) return 'authn_login_fail'
  if (status === 403 || (status === 200 && refusesRight(check))) return 'authz_fail'
  if (status >= 300 || method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return undefined
  return changes.find(([form]) => form.test(path))?.[1]
}
