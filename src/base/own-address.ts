/** Relata's own addresses, beside Graph's: a request to one and its answer as plain values. Knows no HTTP library. */
import type { Deadline } from './deadline.ts'

/** Who asks, as tokens say it. */
export interface Asking {
  readonly kind: 'app' | 'user' | 'system'
  readonly tenantId: string
  readonly appId?: string
  readonly userId?: string
  readonly homeTenantId?: string
  readonly name?: string
}

export interface OwnRequest {
  /** HEAD arrives as GET. */
  readonly method: string
  /** Raw path with its leading slash. */
  readonly path: string
  /** Raw query text without the question mark. */
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array | undefined
  /** Scheme, host and port the client used. */
  readonly origin: string
  /** The peer's IP address. */
  readonly remote?: string | undefined
  /** Told who asks, where a token says so: for the log. */
  readonly asked?: (actor: Asking) => void
  /** Told what was done, by name, where the address alone does not say it: for the log. */
  readonly noted?: (note: Readonly<Record<string, string>>) => void
  readonly requestId: string
  readonly clientRequestId: string
  /** Absent: the request may take as long as it needs. */
  readonly deadline?: Deadline | undefined
}

/** Where the pieces of a live answer go. What comes after its end is dropped. */
export interface LiveSink {
  write(text: string): void
  /** What was written and waits to be sent: it stays in memory. */
  readonly unreadBytes: number
  /** Resolves when the client has read nearly all of it, or has left: for who writes much. Who has not read it for long has left. */
  taken(): Promise<void>
  end(): void
}

/** Why a live answer ended: the client has left, has left too much unread, or for too long, or the server stops or replaces the world. */
export type LiveEnd = 'gone' | 'slow' | 'stopping' | 'done'

/** Begins a live answer. What it returns is called once, at the end; if `stopping`, it may still write a last piece. */
export type LiveBody = (sink: LiveSink) => (why: LiveEnd) => void

export interface OwnAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ids of the rules for faults that were applied. */
  readonly fault?: string
  /** The connection is closed, and nothing of this is sent. */
  readonly drop?: true
  /** In place of `body`, which is empty: a file. */
  readonly bytes?: Buffer
  /** Follows in place of `body`, which is empty, until the client leaves: server-sent events. */
  readonly live?: LiveBody
}

/** Throws `AppError`, which http/ answers. */
export interface AddressHandler {
  (request: OwnRequest): Promise<OwnAnswer>
  /** Called before the body is read, with a request without one: throws for who may not send it. Absent: anybody may. */
  readonly admit?: (request: OwnRequest) => Promise<void>
}

/** Most bytes of a form. */
export const formLimitBytes = 64 * 1024

export const jsonType = { 'Content-Type': 'application/json; charset=utf-8' } as const

export function jsonAnswer(value: unknown): OwnAnswer {
  return {
    status: 200,
    headers: jsonType,
    body: JSON.stringify(value),
  }
}
