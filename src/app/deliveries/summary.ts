/** How far each target of a tenant has been told, for people and for metrics (events.md §6.6). */
import type { ReadTx, Store } from '#edm/ports.ts'
import { constant, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { TargetRow } from '#notify/kinds/kind.ts'
import type { LaneRow } from '#notify/lanes/lane-claims.ts'
import { delivery, deliveryLane, deliveryTarget } from '#workloads/events/types.ts'
import { subscription } from '#workloads/subscriptions/types.ts'
import { lagsOf, nothing } from './lag.ts'

export interface TargetSummary extends Readonly<Record<string, unknown>> {
  readonly target: string
  readonly kind: string
  readonly state: string
  /** Sequence up to which all lanes have been read. */
  readonly cursor: number
  /** Those that it is still to be told of and has no row of (`lagsOf`). */
  readonly lagEvents: number
  readonly lagSeconds: number
  readonly waiting: number
  readonly behind: number
  readonly dead: number
}

/** The last failure that something waits for, else that something died of: one row, however many there are. */
async function lastErrorOf(
  tx: ReadTx,
  store: Store,
  target: string,
  counts: Readonly<Record<'waiting' | 'dead', number>>,
): Promise<string | null> {
  const newest = store.prepare(newestOfState)
  for (const state of ['waiting', 'dead'] as const) {
    if (counts[state] === 0) continue
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

type Watching = Readonly<Record<'resource' | 'changeType', string | null>>

/** What a target is told of: the names it asks for; of a Graph subscription what it watches, or whose life cycle. */
function wishOf({ id, kind, events, settings }: TargetRow, watching: ReadonlyMap<string, Watching>) {
  const names = JSON.parse(events) as readonly string[]
  const nothing = { resource: null, changeType: null, lifeCycleOf: null }
  if (kind !== 'graph') return { events: names, ...nothing }
  const { lifeCycleOf = null } = JSON.parse(settings) as { readonly lifeCycleOf?: string }
  const { resource = null, changeType = null } = watching.get(lifeCycleOf ?? id) ?? {}
  return { events: names, resource, changeType: lifeCycleOf === null ? changeType : null, lifeCycleOf }
}

/** Of all targets together: a tenant may have thousands, and each read is a way to the database. */
async function readFor(tx: ReadTx, store: Store, targets: readonly TargetRow[]) {
  const lanes = new Map<string, LaneRow[]>(targets.map(({ id }) => [id, []]))
  for (const lane of await tx.find(deliveryLane, {})) lanes.get(lane.targetId)?.push(lane)
  const ids = targets.map(({ id }) => id)
  const count = (state: string) => tx.countEach(delivery, { state }, 'targetId', ids)
  const isWatching = targets.some(({ kind }) => kind === 'graph')
  const subscriptions = isWatching ? await tx.find(subscription, {}) : []
  return {
    lanes,
    waiting: await count('waiting'),
    behind: await count('behind'),
    dead: await count('dead'),
    watching: new Map(subscriptions.map((one) => [one.id, one])),
    lags: await lagsOf(
      tx,
      store,
      targets.map((row) => ({ row, lanes: lanes.get(row.id) ?? [] })),
    ),
  }
}

export function summaryOf(store: Store, tenantId: string, realNow: number): Promise<readonly TargetSummary[]> {
  return store.read(tenantId, async (tx) => {
    const targets = (await tx.find(deliveryTarget, {})).filter(({ state }) => state !== 'removed')
    if (targets.length === 0) return []
    const read = await readFor(tx, store, targets)
    const found: TargetSummary[] = []
    for (const row of targets) {
      const { id, kind, url, state, reason, pausedUntil, failingSince } = row
      const cursor = Math.min(...(read.lanes.get(id) ?? []).map((lane) => lane.cursor))
      const [waiting = 0, behind = 0, dead = 0] = [read.waiting, read.behind, read.dead].map((counts) => counts.get(id))
      const isPaused = state === 'active' && pausedUntil !== null && Date.parse(pausedUntil) > realNow
      const { events: lagEvents, millis } = read.lags.get(id) ?? nothing
      found.push({
        ...wishOf(row, read.watching),
        ...{ target: id, kind, url, state: isPaused ? 'paused' : state, reason, failingSince, cursor },
        pausedUntil: isPaused ? pausedUntil : null,
        lagEvents,
        lagSeconds: Math.round(millis / 1_000),
        ...{ waiting, behind, dead },
        lastError: await lastErrorOf(tx, store, id, { waiting, dead }),
      })
    }
    return found
  })
}
