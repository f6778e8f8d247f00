/** A rule for what goes wrong on purpose, as clients send it and as it is shown: docs/faults.md describes each member. */

/** Which requests the rule is for; all members that are given have to match. */
export interface FaultWhere {
  readonly method?: string | readonly string[]
  /** Glob of a path with its version: `/v1.0/termStore/**`. Absent: every address of Graph's. */
  readonly path?: string
  /** Id or domain. */
  readonly tenant?: string
  /** Id of the application that asks. */
  readonly client?: string
  /** Of the real answer, `201` or `2xx`; with `after` only. */
  readonly status?: number | string
  /** ISO 8601: something was deleted out of the same collection so short a time before. */
  readonly deletedWithin?: string
}

/** Selects rows of a state machine. */
export interface FaultedRows {
  readonly machine: string
  readonly status?: string
  readonly relationshipId?: string
  readonly displayName?: string
  readonly groupId?: string
}

/** Exactly one of `stuck`, `failing` and `latencySeconds` is given. */
export interface GdapFault {
  readonly stuck?: FaultedRows
  readonly failing?: FaultedRows
  /** By name of the transition. */
  readonly latencySeconds?: Readonly<Record<string, number>>
  /** With `latencySeconds`: only for this relationship and what is below it. */
  readonly relationshipId?: string
}

export interface FaultWhat {
  readonly status?: number
  /** Seconds; `none`: the answer has no such header. */
  readonly retryAfter?: number | 'none'
  readonly code?: string
  readonly message?: string
  /** Further headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** A 500 that says nothing, as Microsoft's does. */
  readonly opaque?: boolean
  /** The connection is closed without an answer. */
  readonly drop?: boolean
  readonly latencyMs?: number
  /** Lists have no rows. */
  readonly emptyList?: boolean
  /** ISO 8601: lists do not have what was created so short a time before. */
  readonly listLag?: string
  readonly gdap?: GdapFault
}

export interface FaultWish {
  readonly id?: string
  readonly note?: string
  readonly on?: boolean
  readonly where?: FaultWhere
  readonly what: FaultWhat
  /** The request is carried out first. Absent: nothing is. */
  readonly after?: 'commit'
  /** Requests that match and are let through at first. */
  readonly skip?: number
  /** How often it is applied at most. */
  readonly times?: number
  /** Probability with which it is applied, from 0 to 1. */
  readonly rate?: number
  /** Of the random numbers that `rate` is compared with. */
  readonly seed?: number
  /** ISO 8601, on the clock of the world, since the rule was added. */
  readonly from?: string
  readonly until?: string
}

/** A rule with an id, and what has come of it. */
export interface ShownFault extends FaultWish {
  readonly id: string
  readonly on: boolean
  /** Instant, on the clock of the world, that `from` and `until` count from. */
  readonly startDateTime: string
  /** Requests that it was for, while it was on. */
  readonly matches: number
  /** How often it was applied. */
  readonly hits: number
  readonly lastHit: { readonly dateTime: string; readonly requestId: string | null } | null
}

/** Names that rules may use, from the workload whose state machines they are. */
export interface MachineNames {
  /** Machine → statuses that the service leaves by itself. */
  readonly stuck: Readonly<Record<string, readonly string[]>>
  /** Machine → statuses in which its work can fail. */
  readonly failing: Readonly<Record<string, readonly string[]>>
  /** Transitions that can be delayed. */
  readonly latencies: readonly string[]
}
