/** A request to the endpoint and its answer as plain values, and what the endpoint is given. Knows no HTTP library. */
import type { Deadline } from '#base/deadline.ts'
import type { Actor, Prepared, ReadTx } from '#edm/ports.ts'

/** The answer to it is in Graph's shape, or in that of the endpoint. */
export interface RestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface RestRequest {
  /** HEAD arrives as GET. */
  readonly method: string
  /** The request target as sent, path and query together. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array | undefined
  /** Scheme, host and port the client used. */
  readonly origin: string
  /** Undefined: no valid token; whatever Graph is asked then says why. */
  readonly actor: Actor | undefined
  readonly deadline?: Deadline | undefined
  readonly budget: RestBudget
}

/** What the answer may cost: Graph's limits hold here as well. */
export interface RestBudget {
  /** Gives others a turn where there has been long work. Throws `unavailable` when the request has ended. */
  pause(): Promise<void>
  /** Counts a part of the answer. Throws `invalid` for one that becomes too large. */
  text(json: string): void
  /** Builds a large answer, a few at a time. */
  inTurn<T>(build: () => Promise<T>): Promise<T>
}

/** A request to Graph, in the name of the same caller. */
export interface GraphCall {
  readonly method: string
  /** Below the version, encoded. */
  readonly path: string
  /** Raw, without the question mark. */
  readonly query?: string
  readonly prefer?: string
  readonly body?: unknown
}

export type AskGraph = (call: GraphCall) => Promise<RestAnswer>

/** How many rows a parent has below it, of one kind. */
export interface ChildCounts {
  /** Home terms below a term: `set`, `term`. */
  readonly terms: Prepared<'count'>
  /** Terms shared below a term: `set`, `term`. */
  readonly shared: Prepared<'count'>
  /** Home terms at the root of a set: `set`. */
  readonly rootTerms: Prepared<'count'>
  /** Terms shared at the root of a set: `set`. */
  readonly rootShared: Prepared<'count'>
}

export interface EndpointParts {
  /** Reads of one tenant, in one state of the database. */
  read<T>(tenantId: string, work: (tx: ReadTx) => Promise<T>, deadline: Deadline | undefined): Promise<T>
  readonly counts: ChildCounts
  /** What the clock of the rows shows. */
  now(): Date
  /** Whether a search finds `ä` by `ae` as well. */
  readonly searchUmlauts: boolean
}
