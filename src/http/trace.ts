/** Which trace a request belongs to (W3C Trace Context). http/ knows no tracing library: the tracer is an argument. */
import type { IncomingMessage } from 'node:http'
import type { Asking } from '#base/own-address.ts'

/** A finished request, for logs, metrics and traces. */
export interface RequestEntry {
  readonly at: Date
  readonly method: string
  /** `_api` for SharePoint's endpoint. Absent: the address is not below a version. */
  readonly version?: string
  /** Raw, without the query. */
  readonly path: string
  readonly status: number
  readonly ms: number
  /** What the address itself says of what was done, for the log. */
  readonly note?: Readonly<Record<string, string>>
  /** Absent: no token was accepted. */
  readonly actor?: Asking
  /** The peer's IP address. */
  readonly remote?: string
  readonly requestId: string
  readonly clientRequestId: string
  /** Absent: the request is part of no trace. */
  readonly traceId?: string
  /** For a refused request: the name of the check, and the specification it follows. */
  readonly check?: string
  /** Ids of the rules for faults that were applied to it. */
  readonly fault?: string
}

/** The trace of one request. */
export interface RequestTrace {
  readonly traceId: string
  /** Runs the handling of the request as part of the trace. */
  run(work: () => void): void
  end(entry: RequestEntry): void
}

export type StartTrace = (request: IncomingMessage, method: string, path: string) => RequestTrace

const traceparentForm = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/
const noTrace = '0'.repeat(32)

/** The trace id of the client's `traceparent` header; undefined where there is none. */
export function traceIdOf({ headers }: IncomingMessage): string | undefined {
  const given = headers['traceparent']
  const id = typeof given === 'string' ? traceparentForm.exec(given)?.[1] : undefined
  return id === noTrace ? undefined : id
}
