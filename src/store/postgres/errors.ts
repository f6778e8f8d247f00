/** PostgreSQL's errors as `StoreError`: postgresql.org/docs/current/errcodes-appendix.html. */

import { AppError, StoreError } from '#base/errors.ts'
import { noNull } from '../values.ts'

/** The SQLSTATE, or the system's name for a fault of the connection. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Errors of a lost connection that `pg` throws without a code. */
function isLost(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(Connection terminated|Client (was closed|has encountered a connection error)|Query read timeout|timeout e)/.test(
      error.message,
    )
  )
}

/** The pool had no free connection in time. The server is not the cause, and a retry would only add load. */
export function isUnsent(error: unknown): boolean {
  return error instanceof Error && /^timeout exceeded/.test(error.message)
}

/** Shutting down, starting up, out of connections, read-only (a standby); and errors of the network. */
const unavailable =
  /^(08...|53...|57P0[1-5]|58...|25006|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|E(HOST|NET)UNREACH|EAI_AGAIN)$/

/** Deadlocks, lock timeouts and serialization failures: the same transaction may succeed when it is run again. */
const conflicting = new Set(['40001', '40P01', '55P03'])

/** Whether the statement has had no effect and may succeed later, or on another connection or host. */
export function isPassing(error: unknown): boolean {
  if (error instanceof StoreError && error.reason === 'standby') return true
  const cause = error instanceof StoreError ? error.cause : error
  const code = codeOf(cause)
  return isLost(cause) || (code !== undefined && (conflicting.has(code) || unavailable.test(code)))
}

/** No such database or role, or not the right password. */
export function isRefused(error: unknown): boolean {
  return /^(28|3D)/.test(codeOf(error) ?? '')
}

/** Converts an error of `pg` into a `StoreError`. Returns any other error, such as a bug of ours, unchanged. */
export function storeErrorOf(error: unknown): unknown {
  const code = codeOf(error)
  if (isLost(error)) return new StoreError('unavailable', 'connection', error)
  if (code === undefined) return error
  if (code === '23505') return new StoreError('conflict', 'unique', error)
  if (code === '23503') return new StoreError('conflict', 'reference', error)
  if (conflicting.has(code)) return new StoreError('unavailable', 'busy', error)
  if (unavailable.test(code)) return new StoreError('unavailable', 'storage', error)
  if (code === '22021') return new AppError('invalid', noNull)
  // Numbers and instants of a query that are out of the range of their type.
  if (/^22(003|008|P02|P05|007|012)$/.test(code))
    return new AppError('invalid', 'A value of the query is out of range.')
  return error
}
