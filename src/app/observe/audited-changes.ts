/** What rules note of changes (`AuditEvent`), as lines of the log: with who did it, and the id of the request. */
import type { EngineFacts } from '#engine/session.ts'
import type { Log } from './log.ts'
import { whoOf } from './log-fields.ts'

/** Undefined where the log is silent. */
export function auditedIn({ security }: Log): EngineFacts['onAudit'] {
  if (security === undefined) return undefined
  return ({ event, fields }, { actor, request }) => {
    const cause = request === undefined ? {} : { requestId: request.requestId }
    security(event, { ...fields, ...whoOf(actor, request?.remote), ...cause })
  }
}
