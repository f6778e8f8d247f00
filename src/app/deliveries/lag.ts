/**
 * How many events a target is still to be told of, of those that no lane has taken up (events.md §6.6). What it does not want
 * is not counted, as nobody will ever send it; so events are read, and no more than so many of them for each target.
 */
import type { Prepared, ReadTx, Store } from '#edm/ports.ts'
import { constant, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { KindName, OutboxRow, TargetRow } from '#notify/kinds/kind.ts'
import type { LaneRow } from '#notify/lanes/lane-claims.ts'
import { listedTarget, wantsEvent } from '#notify/lanes/target-list.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { delivery } from '#workloads/events/types.ts'
import { wantsByKind } from './kinds.ts'

/** Of events that are further behind each one is counted, wanted or not: a target that was off for weeks has very many. */
const mostRead = 2_000

export interface Lag {
  readonly events: number
  /** From the first of them to the newest event of the tenant. */
  readonly millis: number
}

export const nothing: Lag = { events: 0, millis: 0 }

const byNumber: RowQuery = {
  type: outboxEvent,
  branches: [constant(true)],
  order: [{ by: member('sequence'), descending: true }],
  limit: true,
  shape: [],
  carry: ['sequence', 'changedDateTime'],
}

const eventsAfter: RowQuery = {
  ...byNumber,
  branches: [{ op: 'gt', left: member('sequence'), right: param('from') }],
  order: [{ by: member('sequence'), descending: false }],
  carry: Object.keys(outboxEvent.props).filter((name) => name !== 'id'),
}

const rowsBetween: RowQuery = {
  type: delivery,
  branches: [
    {
      op: 'and',
      args: [
        { op: 'eq', left: member('targetId'), right: param('target') },
        { op: 'gt', left: member('sequence'), right: param('from') },
        { op: 'le', left: member('sequence'), right: param('to') },
      ],
    },
  ],
  order: [{ by: member('sequence'), descending: false }],
  shape: [],
  carry: ['sequence'],
}

/** Whether the target is to be told of an event, as whoever sends it decides it. */
export function wantedBy(row: TargetRow): (event: OutboxRow) => boolean {
  const target = listedTarget(row)
  const wants = wantsByKind[row.kind as KindName]
  return (event) => wantsEvent(target, event) && wants?.(row, event) !== false
}

interface Prepares {
  readonly newest: Prepared
  readonly after: Prepared
  readonly between: Prepared
}

interface Newest {
  readonly sequence: number
  readonly at: string
}

/** A target with its lanes, and from where on it is still to be told. */
interface Standing {
  readonly row: TargetRow
  readonly lanes: readonly LaneRow[]
  readonly from: number
}

function standingOf(row: TargetRow, lanes: readonly LaneRow[]): Standing {
  return { row, lanes, from: Math.max(row.createdAfterSequence, Math.min(...lanes.map(({ cursor }) => cursor))) }
}

/** Of one tenant, in one read. */
class Lags {
  readonly #tx: ReadTx
  readonly #queries: Prepares
  /** Events in their order, from some place on without a hole, for targets that stand near to each other. */
  #events: OutboxRow[] = []
  /** There are none behind the last of them. */
  #isAll = false

  constructor(tx: ReadTx, store: Store) {
    this.#tx = tx
    this.#queries = {
      newest: store.prepare(byNumber),
      after: store.prepare(eventsAfter),
      between: store.prepare(rowsBetween),
    }
  }

  async newest(): Promise<Newest | undefined> {
    const [found] = await this.#tx.query(this.#queries.newest, { limit: 1 })
    return found && { sequence: Number(found.row['sequence']), at: String(found.row['changedDateTime']) }
  }

  /** At most so many events behind a place, which is never before that of the last call: each event is read once. */
  async #after(from: number): Promise<readonly OutboxRow[]> {
    const first = this.#events.findIndex(({ sequence }) => sequence > from)
    this.#events = first === -1 ? [] : this.#events.slice(first)
    if (!this.#isAll && this.#events.length < mostRead) {
      const behind = this.#events.at(-1)?.sequence ?? from
      const read = await this.#tx.query(this.#queries.after, { from: behind, limit: mostRead })
      this.#events.push(...read.map(({ row }) => row as unknown as OutboxRow))
      this.#isAll = read.length < mostRead
    }
    return this.#events.slice(0, mostRead)
  }

  /** Those of the events that have a row. */
  async #taken(targetId: string, events: readonly OutboxRow[]): Promise<ReadonlySet<number>> {
    const [first, last] = [events[0], events.at(-1)]
    if (first === undefined || last === undefined) return new Set()
    const bind = { target: targetId, from: first.sequence - 1, to: last.sequence }
    const taken = await this.#tx.query(this.#queries.between, bind)
    return new Set(taken.map(({ row: { sequence } }) => Number(sequence)))
  }

  async of({ row, lanes, from }: Standing, newest: Newest): Promise<Lag> {
    const events = await this.#after(from)
    const last = events.at(-1)
    if (last === undefined) return nothing
    const cursors = new Map(lanes.map(({ lane, cursor }) => [lane, cursor]))
    const isWanted = wantedBy(row)
    const due = events.filter(
      (event) => event.sequence > (cursors.get(event.bucket % row.lanes) ?? 0) && isWanted(event),
    )
    const taken = await this.#taken(row.id, due)
    const counted = due.filter(({ sequence }) => !taken.has(sequence))
    const beyond = events.length < mostRead ? 0 : newest.sequence - last.sequence
    const first = counted[0] ?? (beyond > 0 ? last : undefined)
    const millis = first === undefined ? 0 : Math.max(0, Date.parse(newest.at) - Date.parse(first.changedDateTime))
    return { events: counted.length + beyond, millis }
  }
}

/** By ids of the targets; those that are not there have been told of everything. One read more for each that has not. */
export async function lagsOf(
  tx: ReadTx,
  store: Store,
  targets: readonly { readonly row: TargetRow; readonly lanes: readonly LaneRow[] }[],
): Promise<ReadonlyMap<string, Lag>> {
  const lags = new Lags(tx, store)
  const newest = await lags.newest()
  const found = new Map<string, Lag>()
  if (newest === undefined) return found
  const standing = targets
    .filter(({ lanes }) => lanes.length > 0)
    .map(({ row, lanes }) => standingOf(row, lanes))
    .filter(({ from }) => from < newest.sequence)
    .sort((one, other) => one.from - other.from)
  for (const one of standing) found.set(one.row.id, await lags.of(one, newest))
  return found
}
