/** Requests and answers as plain values, which http/ passes in and gets back. No HTTP library is known here. */

import type { Deadline } from '#base/deadline.ts'
import type { Lack } from '#base/errors.ts'
import type { Actor } from '#edm/ports.ts'
import type { Version } from '#edm/props.ts'
import type { Allowance } from './read/budget.ts'

/** How far a request came: for who looks at it later. */
export interface StepTrail {
  /** Undefined: it ended before its address was known. */
  letter: string | undefined
  /** The step that answered or refused it. */
  last: string | undefined
}

export interface PlainRequest {
  readonly method: string
  readonly version: Version
  /** Raw path below the version, still percent-encoded, with its leading slash; `/` for the service root. */
  readonly path: string
  /** Raw query text without the question mark; empty when there is none. */
  readonly query: string
  /** Names in lower case; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Raw bytes, already unzipped; undefined when the request had none. */
  readonly body: Uint8Array | undefined
  /** Scheme, host and port the client used: `https://localhost:4365`. */
  readonly origin: string
  /** The peer's IP address, for what is written down. Absent for reads. */
  readonly remote?: string | undefined
  readonly requestId: string
  readonly clientRequestId: string
  /** The request id of the batch that it is part of. */
  readonly batchId?: string
  /** Absent: the request may take as long as it needs. */
  readonly deadline?: Deadline | undefined
  /** Counts one more request of the client; the seconds it has to wait where that is one too many, else 0. Absent: no limit. */
  readonly throttle?: (() => number) | undefined
  /** The client has sent too many: it is refused, and how long it has to wait. */
  readonly waitSeconds?: number | undefined
  /** Told which steps were taken. */
  readonly trail?: StepTrail | undefined
  /** What is left of the answer that this one is part of. Absent: it is a whole answer. */
  readonly allowance?: Allowance
  /** Undefined: no valid token; `denial` then says why. */
  readonly actor: Actor | undefined
  readonly denial?: string | undefined
  /** What of the token is at fault, in one word for logs. */
  readonly fault?: string | undefined
  /** With an actor: why its token would have been refused if tokens were required. */
  readonly unenforcedDenial?: string | undefined
  /** With a denial: the token cannot be verified at the moment. */
  readonly unverifiable?: true | undefined
}

export interface PlainResponse {
  readonly status: number
  /** Names in the spelling of the answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Of a refusal: the check, and the step of the engine that made it. */
  readonly check?: string
  readonly step?: string
  /** Ids of the rules for faults that were applied; of a batch with the places of its items. */
  readonly fault?: string
  /** The connection is closed, and nothing of this is sent. */
  readonly drop?: true
  /** Of a refusal for want of rights. */
  readonly lacks?: Lack
}

/** The value of the header `relata-explain`: `option.filter; docs/spec/protocol.md 1.7; step options`. */
export function explained({ check, step }: Pick<PlainResponse, 'check' | 'step'>): string | undefined {
  return check === undefined || step === undefined ? check : `${check}; step ${step}`
}

/** One request, whatever the workload. Never throws or rejects: what it cannot answer is a 500 in Graph's envelope. */
export type Handle = (request: PlainRequest) => Promise<PlainResponse>
