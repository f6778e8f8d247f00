/** What is kept of a request and its answer, as values. */
import type { Lack } from '#base/errors.ts'
import type { Asking } from '#base/own-address.ts'

/** Of the log itself nothing is logged: who looks at it would find little else. */
export const unloggedPath = /^\/_relata\/requests(?:\/|$)/i

/** The part of an answer that is kept. */
export interface LoggedAnswer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly check?: string
  readonly step?: string
  readonly lacks?: Lack
}

/** How far a request came in the engine. */
export interface Trail {
  /** The letter of the request (engine/steps.ts); undefined: it ended before it had one. */
  readonly letter: string | undefined
  /** The last step taken; undefined: none was. */
  readonly last: string | undefined
}

/** What is known of a request beside its texts. */
export interface LoggedFacts {
  /** As sent. */
  readonly method: string
  readonly actor: Asking | undefined
  readonly remote: string | undefined
  readonly note: Readonly<Record<string, string>> | undefined
  readonly trail: Trail | undefined
  /** 0: the connection ended before the answer. */
  readonly status: number
  readonly ms: number
}

/** A request that was answered, for the log. */
export interface LoggedRequest extends LoggedFacts {
  /** When it was answered, by the system's clock, as milliseconds since 1970. */
  readonly at: number
  /** Raw, without the query. */
  readonly path: string
  /** Raw, without the question mark. */
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Unzipped; undefined: there was none, or nobody has read it. */
  readonly body: Uint8Array | undefined
  readonly requestId: string
  readonly clientRequestId: string
  readonly answer: LoggedAnswer
  /** Headers beside those of the answer; names and values alternate. */
  readonly ownHeaders: readonly string[] | undefined
}

/** A body, or how it begins. */
export interface KeptBody {
  readonly bytes: Uint8Array
  /** Of the whole body. */
  readonly size: number
}

/** A request of the log, for who looks at it. */
export interface Entry extends LoggedFacts {
  /** From 1; each request of a log has the next one. */
  readonly sequence: number
  readonly at: Date
  readonly path: string
  readonly query: string
  readonly requestId: string
  readonly clientRequestId: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: KeptBody | undefined
  readonly answerHeaders: readonly (readonly [string, string])[]
  readonly answerBody: KeptBody | undefined
  readonly check: string | undefined
  readonly step: string | undefined
  readonly lacks: Lack | undefined
}
