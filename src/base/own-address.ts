/** An address of our own, beside Graph's: a request to it and its answer as plain values. No HTTP library is known here. */

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
  /** Address at the other end of the connection. */
  readonly remote?: string | undefined
  readonly requestId: string
  readonly clientRequestId: string
}

export interface OwnAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Throws `AppError`; whoever carries the request words it. */
export type Answering = (request: OwnRequest) => Promise<OwnAnswer>

export const jsonType = { 'Content-Type': 'application/json; charset=utf-8' } as const

export function jsonAnswer(value: unknown): OwnAnswer {
  return {
    status: 200,
    headers: jsonType,
    body: JSON.stringify(value),
  }
}
