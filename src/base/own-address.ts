/** Relata's own addresses, beside Graph's: a request to one and its answer as plain values. Knows no HTTP library. */

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
  readonly requestId: string
  readonly clientRequestId: string
}

export interface OwnAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Throws `AppError`, which http/ answers. */
export type AddressHandler = (request: OwnRequest) => Promise<OwnAnswer>

export const jsonType = { 'Content-Type': 'application/json; charset=utf-8' } as const

export function jsonAnswer(value: unknown): OwnAnswer {
  return {
    status: 200,
    headers: jsonType,
    body: JSON.stringify(value),
  }
}
