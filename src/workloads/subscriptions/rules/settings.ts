/** What the rules of subscriptions need of the server around them. */
import type { Tx } from '#edm/ports.ts'

/** Who is told of events: a target as `notify/targets.ts` takes it. */
export interface GraphTarget {
  readonly id: string
  readonly kind: 'graph'
  readonly url: string
  readonly events: readonly string[]
  readonly settings: Readonly<Record<string, unknown>>
  readonly secret?: string | undefined
  readonly lanes?: number
}

/** How others are reached. */
export interface Outreach {
  /** Rejects with `invalid`, whose target is the member, for an address that may not be called (events.md §6.8). */
  checkUrl(url: string, member: string): Promise<void>
  /** Asks whether an address takes notifications (events.md §3.4). Throws `invalid`. Takes up to ten seconds. */
  validate(url: string, member: string, requestId: string): Promise<void>
  addTarget(tx: Tx, target: GraphTarget, now: string): Promise<unknown>
  removeTarget(tx: Tx, id: string, now: string): Promise<void>
}

export interface SubscriptionSettings {
  readonly strict: boolean
  /** Whether the partner’s users have to be in the group AdminAgents (gdap.md §2.2). */
  readonly adminAgents: boolean
  /** Undefined: nobody is told of anything here, and subscriptions cannot be made. */
  readonly outreach: Outreach | undefined
}

export const noSubscriptions: SubscriptionSettings = { strict: false, adminAgents: false, outreach: undefined }
