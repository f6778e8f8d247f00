/**
 * What differs between kinds of targets: which request events become, how long it may take, when it is tried again
 * (events.md §6.4). Kinds know nothing of lanes, leases and rows of deliveries.
 */
import type { RowOf } from '#edm/infer.ts'
import type { Tx } from '#edm/ports.ts'
import type { outboxEvent } from '#workloads/directory/audit.ts'
import type { deliveryTarget } from '#workloads/events/types.ts'

export type TargetRow = RowOf<typeof deliveryTarget>
export type OutboxRow = RowOf<typeof outboxEvent>
export type KindName = 'partnerCenter' | 'graph' | 'webhook' | 'sink'

/** A POST, complete. */
export interface Outgoing {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent as it is: signatures are over these bytes. */
  readonly body: string
}

/** What a kind may need for the request of an attempt. */
export interface AttemptFacts {
  readonly tenantId: string
  /** 1, 2, … in this round; of several events in one request, of the first. */
  readonly attempt: number
}

/** How an attempt for one event ended. */
export interface Outcome {
  readonly event: OutboxRow
  readonly attempt: number
  /** Undefined: there was no answer. */
  readonly status: number | undefined
  /** Undefined: it was delivered. */
  readonly error: string | undefined
  /** By the world clock, as rows hold it. */
  readonly at: string
  /** No further attempt is made by itself. */
  readonly isLast: boolean
}

/** What becomes of events for a target that answers slowly. */
export interface Throttling {
  /** For so many milliseconds they are held back; absent: they are dropped. */
  readonly heldMillis?: number
  /** In a few words. */
  readonly reason: string
}

export interface TargetKind {
  readonly name: KindName
  /** Milliseconds that a request may take in all. */
  readonly requestMillis: number
  /** 410 disables the target. */
  readonly endsAtGone: boolean
  /**
   * Whether an event that has one of the target's names is meant; if not, it is passed over as one of another name. Absent:
   * the names say it all.
   */
  wants?(target: TargetRow, event: OutboxRow): boolean
  /** How many events of a lane one request carries at most. */
  mostEvents(target: TargetRow): number
  /**
   * Milliseconds until the next attempt, before they are spread. `attempts`: made so far in this round; `sinceFirst`:
   * milliseconds since the first of them, by the world clock. Undefined: there is none, and the delivery is dead.
   */
  nextAfter(attempts: number, sinceFirst: number): number | undefined
  /** The request; undefined: the target may not be told of these events (any more), and they are skipped. */
  outgoing(target: TargetRow, events: readonly OutboxRow[], facts: AttemptFacts): Promise<Outgoing | undefined>
  /** Told how many milliseconds a request with so many events took, whatever the answer. */
  took?(target: TargetRow, events: number, millis: number): void
  /** Whether the target is too slow for its events to be sent now. Redeliveries are sent all the same. */
  throttling?(target: TargetRow): Throttling | undefined
  /** Called in the transaction that writes down how attempts have ended. */
  settled?(tx: Tx, target: TargetRow, outcomes: readonly Outcome[]): Promise<void>
}
