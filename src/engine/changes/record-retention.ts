/** Old changes leave the record, oldest first, and old deletions the recycle bin (exchange.md §10.1). */
import type { Clock } from '#base/clock.ts'
import type { ReadTx, Store, Tx } from '#edm/ports.ts'
import { constant, member, param } from '#edm/query.ts'
import { changeId, reachId, recordedRow, recordReach } from '#edm/records/recording.ts'
import { instantBefore, type Pruning } from '../time/retention.ts'

const rowsAtOnce = 1000
const itemsAtOnce = 100

interface RecordTimes {
  /** Undefined: for ever. */
  readonly historyDays?: number | undefined
  readonly binDays?: number | undefined
  /** Whether a change that is old enough has to stay for a while longer. */
  readonly holdsChange?: ((tx: ReadTx, change: number) => Promise<boolean>) | undefined
}

/** How much longer at most. */
const heldDays = 7

/** Changes, whole writes at a time: what is forgotten is first marked so, then removed row by row. */
function ofChanges(store: Store, clock: Clock, days: number, holds: RecordTimes['holdsChange']): Pruning {
  const before = store.prepare({
    type: recordedRow,
    branches: [{ op: 'lt', left: member('id'), right: param('end') }],
    order: [{ by: member('id'), descending: false }],
    limit: true,
    shape: [],
    carry: [],
  })
  const leftOver = async (tx: ReadTx, limit: number) => {
    const { forgotten = 0 } = (await tx.get(recordReach, reachId)) ?? {}
    return (await tx.query(before, { end: changeId(forgotten + 1), limit })).map(({ row }) => row.id)
  }
  /** When the oldest write that is kept happened, if that is too long ago. */
  const oldest = async (tx: ReadTx) => {
    const reach = await tx.get(recordReach, reachId)
    if (reach === undefined || reach.forgotten >= reach.newest) return undefined
    const first = await tx.get(recordedRow, changeId(reach.forgotten + 1))
    const at = first?.changedDateTime ?? reach.sinceDateTime
    if (at >= instantBefore(clock, days)) return undefined
    const mayStay = holds !== undefined && at >= instantBefore(clock, days + heldDays)
    return mayStay && (await holds(tx, reach.forgotten + 1)) ? undefined : { reach, at }
  }
  return {
    kind: 'change',
    isDue: async (tx) => (await leftOver(tx, 1)).length > 0 || (await oldest(tx)) !== undefined,
    prune: async (tx: Tx) => {
      for (let next = await oldest(tx), most = rowsAtOnce; next !== undefined && most > 0; most -= 1) {
        const { reach, at } = next
        // The clock may have been set back in between.
        const [, sinceDateTime = at] = [at, reach.sinceDateTime].sort()
        await tx.update(recordReach, reachId, { forgotten: reach.forgotten + 1, sinceDateTime })
        next = await oldest(tx)
      }
      const ids = await leftOver(tx, rowsAtOnce)
      for (const id of ids) await tx.remove(recordedRow, id)
      return ids.length
    },
  }
}

/** What leaves the recycle bin stays in the record of changes, as long as that is kept. */
function ofBin(store: Store, clock: Clock, days: number): Pruning {
  const binned = store.prepare({
    type: recordedRow,
    branches: [{ op: 'ne', left: member('binned'), right: constant(null) }],
    order: [{ by: member('id'), descending: false }],
    limit: true,
    shape: [],
    carry: ['changedDateTime'],
  })
  const old = async (tx: ReadTx, limit: number) => {
    const rows = (await tx.query(binned, { limit })).map(({ row }) => row)
    return rows.filter((row) => (row['changedDateTime'] as string) <= instantBefore(clock, days))
  }
  return {
    kind: 'deletedItem',
    isDue: async (tx) => (await old(tx, 1)).length > 0,
    prune: async (tx: Tx) => {
      const rows = await old(tx, itemsAtOnce)
      for (const { id } of rows) await tx.update(recordedRow, id, { binned: null })
      return rows.length
    },
  }
}

/** A deletion that can still be restored is kept, even where changes are kept for less time. */
export function recordPrunings(store: Store, clock: Clock, times: RecordTimes): Pruning[] {
  const { historyDays, binDays, holdsChange } = times
  const kept = historyDays === undefined || binDays === undefined ? undefined : Math.max(historyDays, binDays)
  return [
    ...(kept === undefined ? [] : [ofChanges(store, clock, kept, holdsChange)]),
    ...(binDays === undefined ? [] : [ofBin(store, clock, binDays)]),
  ]
}
