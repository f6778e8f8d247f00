/** PostgreSQL's errors as `StoreError`: postgresql.org/docs/current/errcodes-appendix.html. */

import { AppError, StoreError } from '#base/errors.ts'
import { noNull } from '../../values.ts'

/** The SQLSTATE, or the system's name for a fault of the connection. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Errors of a lost connection that `pg` throws without a code. */
function isLost(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(Connection terminated|Client (was closed|has encountered a connection error)|timeout expired)/.test(
      error.message,
    )
  )
}

/** The pool had no free connection in time. The server is not the cause, and a retry would only add load. */
export function isUnsent(error: unknown): boolean {
  return causeOf(error) instanceof Error && /^timeout exceeded/.test((causeOf(error) as Error).message)
}

/** A connection was not made in time. */
export function isLate(error: unknown): boolean {
  const cause = causeOf(error)
  return cause instanceof Error && /^timeout expired/.test(cause.message)
}

/** The server has not answered in time. The statement may still run there. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof Error && /^Query read timeout/.test(error.message)
}

/** A table or a row was locked by another session for too long. */
export function isLocked(error: unknown): boolean {
  return codeOf(causeOf(error)) === '55P03'
}

/** A named statement was planned before a table changed: it can be prepared anew on another connection. */
function isOutdated(error: unknown): boolean {
  return codeOf(error) === '0A000' && (error as { routine?: unknown }).routine === 'RevalidateCachedQuery'
}

/** A fault of TLS, by its name in Node or OpenSSL; or the server has no TLS. */
function isOfTls(error: unknown): boolean {
  const code = codeOf(error) ?? ''
  return (
    /^(ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH)/.test(code) ||
    (error instanceof Error &&
      /^(The server does not support SSL|There was an error establishing an SSL)/.test(error.message))
  )
}

/** SQLSTATE, or the system's name → why the database cannot answer. The first that fits. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/^57014$/, 'timeout'],
  [/^55P03$/, 'locked'],
  [/^(40001|40P01)$/, 'busy'],
  [/^53100$/, 'full'],
  [/^53300$/, 'connections'],
  [/^25006$/, 'readOnly'],
  [/^57P0[123]$/, 'starting'],
  [/^(3D...|3F...|42P01|57P04)$/, 'missing'],
  [/^(28...|42501)$/, 'denied'],
  [/^XX00[12]$/, 'damaged'],
  [/^(53|58)...$/, 'storage'],
  [/^(08...|57P05|25P0[34])$/, 'connection'],
  [/^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/, 'connection'],
  [/^(E(HOST|NET)UNREACH|ENETDOWN|EADDRNOTAVAIL|EMFILE|ENFILE)$/, 'connection'],
]

/** Those that another connection, another host or another try may get over. */
const passing = new Set(['busy', 'locked', 'connections', 'full', 'readOnly', 'starting', 'storage', 'connection'])

function reasonOf(error: unknown): string | undefined {
  if (isUnsent(error)) return 'pool'
  if (isUnanswered(error)) return 'timeout'
  if (isLost(error)) return 'connection'
  if (isOutdated(error)) return 'busy'
  if (isOfTls(error)) return 'certificate'
  const code = codeOf(error)
  return code === undefined ? undefined : reasons.find(([form]) => form.test(code))?.[1]
}

function causeOf(error: unknown): unknown {
  return error instanceof StoreError ? error.cause : error
}

/** Whether the statement has had no effect and may succeed later, or on another connection or host. */
export function isPassing(error: unknown): boolean {
  if (error instanceof StoreError && error.reason === 'standby') return true
  return isUnsent(error) || passing.has(reasonOf(causeOf(error)) ?? '')
}

/** Whether it is the database that cannot be used, and not a mistake of ours. */
export function isUnavailable(error: unknown): boolean {
  return (error instanceof StoreError && error.kind === 'unavailable') || reasonOf(causeOf(error)) !== undefined
}

/** Converts an error of `pg` into a `StoreError`. Returns any other error, such as a bug of ours, unchanged. */
export function storeErrorOf(error: unknown): unknown {
  const reason = reasonOf(error)
  if (reason !== undefined) return new StoreError('unavailable', reason, error)
  const code = codeOf(error)
  if (code === undefined) return error
  if (code === '23505') return new StoreError('conflict', 'unique', error)
  if (code === '23503') return new StoreError('conflict', 'reference', error)
  if (code === '22021') return new AppError('invalid', noNull)
  // Numbers and instants of a query that are out of the range of their type.
  if (/^22(003|008|P02|P05|007|012)$/.test(code))
    return new AppError('invalid', 'A value of the query is out of range.')
  // Deeper or longer than the server can take.
  if (/^54/.test(code)) return new AppError('invalid', 'The query is too complex for the database.')
  return error
}
