/** To which trace a request belongs (W3C Trace Context). Who keeps traces is handed in; http/ knows no library for them. */
import type { IncomingMessage } from 'node:http'

/** What is known of a request when its answer has gone out. */
export interface RequestEntry {
  readonly at: Date
  readonly method: string
  /** Absent: an address of our own. */
  readonly version?: string
  /** Raw, without the query. */
  readonly path: string
  readonly status: number
  readonly ms: number
  readonly requestId: string
  readonly clientRequestId: string
  /** Of the trace it belongs to, where there is one. */
  readonly traceId?: string
  /** Of a refusal: which check it was, and what that follows. */
  readonly check?: string
}

/** One request being traced. */
export interface RequestTrace {
  readonly traceId: string
  /** Runs the answering as part of the trace. */
  run(work: () => void): void
  end(entry: RequestEntry): void
}

export type StartTrace = (request: IncomingMessage, method: string, path: string) => RequestTrace

const traceparentForm = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/
const noTrace = '0'.repeat(32)

/** The trace the client says it is in; undefined where it says none. */
export function traceIdOf({ headers }: IncomingMessage): string | undefined {
  const given = headers['traceparent']
  const id = typeof given === 'string' ? traceparentForm.exec(given)?.[1] : undefined
  return id === noTrace ? undefined : id
}
