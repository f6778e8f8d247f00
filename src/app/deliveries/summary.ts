/** How far each target of a tenant has been told, for people and for metrics (events.md §6.6). */
import type { ReadTx, Store } from '#edm/ports.ts'
import { constant, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { delivery, deliveryLane, deliveryTarget } from '#workloads/events/types.ts'

export interface TargetSummary extends Readonly<Record<string, unknown>> {
  readonly target: string
  readonly kind: string
  readonly state: string
  /** Sequence up to which all lanes have been read. */
  readonly cursor: number
  readonly lagEvents: number
  readonly lagSeconds: number
  readonly waiting: number
  readonly behind: number
  readonly dead: number
}

async function newestIn(
  tx: ReadTx,
  store: Store,
): Promise<{ readonly sequence: number; readonly at: string } | undefined> {
  const newest = store.prepare(newestQuery)
  const row = (await tx.query(newest, { limit: 1 }))[0]?.row
  return row && { sequence: Number(row['sequence']), at: String(row['changedDateTime']) }
}

const newestQuery = {
  type: outboxEvent,
  branches: [constant(true)],
  order: [{ by: member('sequence'), descending: true }],
  limit: true,
  shape: [],
  carry: ['sequence', 'changedDateTime'],
} as const

/** Milliseconds from the first event that was not read to the newest one. */
async function lagOf(
  tx: ReadTx,
  cursor: number,
  newest: { readonly sequence: number; readonly at: string },
): Promise<number> {
  if (cursor >= newest.sequence) return 0
  const [first] = await tx.find(outboxEvent, { sequence: cursor + 1 }, 1)
  return first === undefined ? 0 : Math.max(0, Date.parse(newest.at) - Date.parse(first.changedDateTime))
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

export function summaryOf(store: Store, tenantId: string, realNow: number): Promise<readonly TargetSummary[]> {
  return store.read(tenantId, async (tx) => {
    const targets = (await tx.find(deliveryTarget, {})).filter(({ state }) => state !== 'removed')
    if (targets.length === 0) return []
    const newest = await newestIn(tx, store)
    const found: TargetSummary[] = []
    for (const { id, kind, url, state, reason, pausedUntil, failingSince } of targets) {
      const lanes = await tx.find(deliveryLane, { targetId: id })
      const cursor = Math.min(...lanes.map((lane) => lane.cursor))
      const counts = await tx.countEach(delivery, { targetId: id }, 'state', ['waiting', 'behind', 'dead'])
      const isPaused = state === 'active' && pausedUntil !== null && Date.parse(pausedUntil) > realNow
      const lag = newest === undefined ? 0 : await lagOf(tx, cursor, newest)
      found.push({
        ...{ target: id, kind, url, state: isPaused ? 'paused' : state, reason, failingSince, cursor },
        pausedUntil: isPaused ? pausedUntil : null,
        lagEvents: Math.max(0, (newest?.sequence ?? 0) - cursor),
        lagSeconds: Math.round(lag / 1_000),
        waiting: counts.get('waiting') ?? 0,
        behind: counts.get('behind') ?? 0,
        dead: counts.get('dead') ?? 0,
        lastError: await lastErrorOf(tx, store, id),
      })
    }
    return found
  })
}
