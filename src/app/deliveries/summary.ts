/** How far each target of a tenant has been told, for people and for metrics (events.md §6.6). */
import type { ReadTx, Store } from '#edm/ports.ts'
import { constant, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { TargetRow } from '#notify/kinds/kind.ts'
import { delivery, deliveryLane, deliveryTarget } from '#workloads/events/types.ts'
import { subscription } from '#workloads/subscriptions/types.ts'
import { Lags } from './lag.ts'

export interface TargetSummary extends Readonly<Record<string, unknown>> {
  readonly target: string
  readonly kind: string
  readonly state: string
  /** Sequence up to which all lanes have been read. */
  readonly cursor: number
  /** Those that it is still to be told of and has no row of (`Lags`). */
  readonly lagEvents: number
  readonly lagSeconds: number
  readonly waiting: number
  readonly behind: number
  readonly dead: number
}

/** The last failure that something waits for, else that something died of: one row, however many there are. */
async function lastErrorOf(tx: ReadTx, store: Store, target: string): Promise<string | null> {
  const newest = store.prepare(newestOfState)
  for (const state of ['waiting', 'dead']) {
    const [found] = await tx.query(newest, { target, state, limit: 1 })
    if (found !== undefined) return found.row['lastError'] as string | null
  }
  return null
}

const newestOfState: RowQuery = {
  type: delivery,
  branches: [
    {
      op: 'and',
      args: [
        { op: 'eq', left: member('targetId'), right: param('target') },
        { op: 'eq', left: member('state'), right: param('state') },
        { op: 'ne', left: member('lastDateTime'), right: constant(null) },
      ],
    },
  ],
  order: [{ by: member('lastDateTime'), descending: true }],
  limit: true,
  shape: [],
  carry: ['lastError'],
}

/** What a target is told of: the names it asks for; of a Graph subscription what it watches, or whose life cycle. */
async function wishOf(tx: ReadTx, { id, kind, events, settings }: TargetRow) {
  const names = JSON.parse(events) as readonly string[]
  const nothing = { resource: null, changeType: null, lifeCycleOf: null }
  if (kind !== 'graph') return { events: names, ...nothing }
  const { lifeCycleOf = null } = JSON.parse(settings) as { readonly lifeCycleOf?: string }
  const watching = await tx.get(subscription, lifeCycleOf ?? id)
  const { resource = null, changeType = null } = watching ?? {}
  return { events: names, resource, changeType: lifeCycleOf === null ? changeType : null, lifeCycleOf }
}

export function summaryOf(store: Store, tenantId: string, realNow: number): Promise<readonly TargetSummary[]> {
  return store.read(tenantId, async (tx) => {
    const targets = (await tx.find(deliveryTarget, {})).filter(({ state }) => state !== 'removed')
    if (targets.length === 0) return []
    const lags = new Lags(tx, store)
    const found: TargetSummary[] = []
    for (const row of targets) {
      const { id, kind, url, state, reason, pausedUntil, failingSince } = row
      const lanes = await tx.find(deliveryLane, { targetId: id })
      const cursor = Math.min(...lanes.map((lane) => lane.cursor))
      const counts = await tx.countEach(delivery, { targetId: id }, 'state', ['waiting', 'behind', 'dead'])
      const isPaused = state === 'active' && pausedUntil !== null && Date.parse(pausedUntil) > realNow
      const { events: lagEvents, millis } = await lags.of(row, lanes)
      found.push({
        ...(await wishOf(tx, row)),
        ...{ target: id, kind, url, state: isPaused ? 'paused' : state, reason, failingSince, cursor },
        pausedUntil: isPaused ? pausedUntil : null,
        lagEvents,
        lagSeconds: Math.round(millis / 1_000),
        waiting: counts.get('waiting') ?? 0,
        behind: counts.get('behind') ?? 0,
        dead: counts.get('dead') ?? 0,
        lastError: await lastErrorOf(tx, store, id),
      })
    }
    return found
  })
}
