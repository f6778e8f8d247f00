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

const nothing: Lag = { events: 0, millis: 0 }

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

/** Answers for the targets of one tenant, in one read: targets that stand at the same place share what is read. */
export class Lags {
  readonly #tx: ReadTx
  readonly #queries: Prepares
  readonly #read = new Map<number, Promise<readonly OutboxRow[]>>()
  #newest: Promise<{ readonly sequence: number; readonly at: string } | undefined> | undefined

  constructor(tx: ReadTx, store: Store) {
    this.#tx = tx
    this.#queries = {
      newest: store.prepare(byNumber),
      after: store.prepare(eventsAfter),
      between: store.prepare(rowsBetween),
    }
  }

  async #newestOf() {
    const [found] = await this.#tx.query(this.#queries.newest, { limit: 1 })
    return found && { sequence: Number(found.row['sequence']), at: String(found.row['changedDateTime']) }
  }

  async #after(from: number): Promise<readonly OutboxRow[]> {
    const rows = await this.#tx.query(this.#queries.after, { from, limit: mostRead })
    return rows.map(({ row }) => row as unknown as OutboxRow)
  }

  async of(row: TargetRow, lanes: readonly LaneRow[]): Promise<Lag> {
    this.#newest ??= this.#newestOf()
    const newest = await this.#newest
    const from = Math.max(row.createdAfterSequence, Math.min(...lanes.map(({ cursor }) => cursor)))
    if (newest === undefined || lanes.length === 0 || from >= newest.sequence) return nothing
    const reading = this.#read.get(from) ?? this.#after(from)
    this.#read.set(from, reading)
    const events = await reading
    const last = events.at(-1)
    if (last === undefined) return nothing
    const taken = await this.#tx.query(this.#queries.between, { target: row.id, from, to: last.sequence })
    const hasRow = new Set(taken.map(({ row: { sequence } }) => Number(sequence)))
    const cursors = new Map(lanes.map(({ lane, cursor }) => [lane, cursor]))
    const isWanted = wantedBy(row)
    const counted = events.filter(
      (event) =>
        event.sequence > (cursors.get(event.bucket % row.lanes) ?? 0) && !hasRow.has(event.sequence) && isWanted(event),
    )
    const beyond = events.length < mostRead ? 0 : newest.sequence - last.sequence
    const first = counted[0] ?? (beyond > 0 ? last : undefined)
    const millis = first === undefined ? 0 : Math.max(0, Date.parse(newest.at) - Date.parse(first.changedDateTime))
    return { events: counted.length + beyond, millis }
  }
}
