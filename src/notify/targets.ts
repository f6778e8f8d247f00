/** Targets of a tenant: made with their lanes, changed, removed. Always in a transaction of the caller (events.md §6.2). */
import type { Store, Tx } from '#edm/ports.ts'
import { constant, member } from '#edm/query.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { delivery, deliveryLane, deliveryTarget } from '#workloads/events/types.ts'
import type { KindName, TargetRow } from './kinds/kind.ts'

/** What its maker says of a target. */
export interface TargetDraft {
  readonly id: string
  readonly kind: KindName
  readonly url: string
  /** Names of events, in which `*` stands for any text. */
  readonly events: readonly string[]
  /** Undefined: events of all customers, and of none. */
  readonly customers?: readonly string[] | undefined
  /** What its kind keeps of it. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly secret?: string | undefined
  /** Default: 8. Order over all events needs one. */
  readonly lanes?: number
}

export interface Targets {
  /** It is told of events that are committed after this transaction. */
  add(tx: Tx, draft: TargetDraft, now: string): Promise<TargetRow>
  /** Removes it with its lanes; what was not delivered is skipped, and its rows stay for their retention. */
  remove(tx: Tx, id: string, now: string): Promise<void>
}

export const usualLanes = 8

export function laneIdOf(targetId: string, lane: number): string {
  return `${targetId}:${lane}`
}

/** Whether a filter of names wants an event. */
export function wantsName(patterns: readonly string[], eventName: string): boolean {
  return patterns.some((pattern) => {
    if (!pattern.includes('*')) return pattern === eventName
    const form = pattern.split('*').map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'))
    return new RegExp(`^${form.join('.*')}$`).test(eventName)
  })
}

const open = ['waiting', 'behind'] as const

export function targetsOn(store: Store): Targets {
  const newest = store.prepare({
    type: outboxEvent,
    branches: [constant(true)],
    order: [{ by: member('sequence'), descending: true }],
    limit: true,
    shape: [],
    carry: ['sequence'],
  })
  return {
    add: async (tx, { id, kind, url, events, customers, settings = {}, secret, lanes = usualLanes }, now) => {
      const last = (await tx.query(newest, { limit: 1 }))[0]?.row['sequence'] as number | undefined
      const cursor = last ?? 0
      const row = await tx.insert(deliveryTarget, {
        id,
        kind,
        url,
        events: JSON.stringify(events),
        customers: customers === undefined ? null : JSON.stringify(customers),
        settings: JSON.stringify(settings),
        secret: secret ?? null,
        createdAfterSequence: cursor,
        lanes,
        createdDateTime: now,
        changedDateTime: now,
      })
      for (let lane = 0; lane < lanes; lane += 1)
        await tx.insert(deliveryLane, { id: laneIdOf(id, lane), targetId: id, lane, cursor })
      return row
    },
    remove: async (tx, id, now) => {
      for (const { id: laneId } of await tx.find(deliveryLane, { targetId: id })) await tx.remove(deliveryLane, laneId)
      for (const state of open)
        for (const row of await tx.find(delivery, { targetId: id, state }))
          await tx.update(delivery, row.id, { state: 'skipped', nextWorld: null, nextReal: null, lastDateTime: now })
      // A copy of a world has what belongs to a target, and not the target.
      if ((await tx.get(deliveryTarget, id)) !== undefined)
        await tx.update(deliveryTarget, id, { state: 'removed', secret: null, changedDateTime: now })
    },
  }
}
