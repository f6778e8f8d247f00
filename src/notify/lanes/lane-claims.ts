/**
 * Who works on which lane, without any clock that two machines would have to share: an owner counts a beat, and who has
 * watched it stand still for long enough takes over (docs/adr/0047).
 */
import type { RowOf } from '#edm/infer.ts'
import type { Prepared, ReadTx, Store, Tx } from '#edm/ports.ts'
import { member, param } from '#edm/query.ts'
import { delivery, deliveryLane } from '#workloads/events/types.ts'
import type { TargetRow } from '../kinds/kind.ts'
import { type DeliveryRow, itemOfRow } from './item.ts'
import { LaneQueue } from './lane-queue.ts'
import { leaseMillis, OwnedLane } from './owned-lane.ts'

export type LaneRow = RowOf<typeof deliveryLane>

interface Seen {
  readonly owner: string | null
  readonly epoch: number
  readonly beat: number
  /** Since when exactly this has been seen. */
  readonly since: number
}

export interface ClaimFacts {
  readonly store: Store
  readonly tenantId: string
  /** Of this process, in this run. */
  readonly self: string
  /** Owners that are known to have ended. */
  readonly ended: ReadonlySet<string>
  readonly beyond: Prepared
  /** Whether this process works on the lane. */
  readonly isHeld: (laneId: string) => boolean
}

/** The rows of a lane beyond its cursor. */
export function beyondQuery(store: Store): Prepared {
  return store.prepare({
    type: delivery,
    branches: [
      {
        op: 'and',
        args: [
          { op: 'eq', left: member('targetId'), right: param('target') },
          { op: 'gt', left: member('sequence'), right: param('cursor') },
          { op: 'eq', left: member('lane'), right: param('lane') },
        ],
      },
    ],
    order: [{ by: member('sequence'), descending: false }],
    shape: [],
    carry: ['sequence'],
  })
}

export class LaneClaims {
  readonly #facts: ClaimFacts
  readonly #seen = new Map<string, Seen>()

  constructor(facts: ClaimFacts) {
    this.#facts = facts
  }

  /** Looks who owns the lanes; returns those that may be claimed now. */
  async look(now: number): Promise<readonly LaneRow[]> {
    const { store, tenantId } = this.#facts
    const rows = await store.read(tenantId, (tx) => tx.find(deliveryLane, {}))
    const ids = new Set(rows.map(({ id }) => id))
    for (const id of this.#seen.keys()) if (!ids.has(id)) this.#seen.delete(id)
    return rows.filter((row) => this.#note(row, now))
  }

  /** For how long it has been known that nobody owns it. */
  freeFor(id: string, now: number): number {
    const seen = this.#seen.get(id)
    return seen?.owner === null ? now - seen.since : 0
  }

  #note({ id, owner, epoch, beat }: LaneRow, now: number): boolean {
    const { self, ended, isHeld } = this.#facts
    const known = this.#seen.get(id)
    const isSame = known?.owner === owner && known.epoch === epoch && known.beat === beat
    const since = known !== undefined && isSame ? known.since : now
    this.#seen.set(id, { owner, epoch, beat, since })
    if (isHeld(id)) return false
    return owner === null || owner === self || ended.has(owner) || now - since >= leaseMillis
  }

  /** In a write: takes those that are still as they were seen. */
  async #take(tx: Tx, rows: readonly LaneRow[]): Promise<readonly LaneRow[]> {
    // Together: reads that are asked for at the same time share a statement.
    const present = await Promise.all(rows.map(({ id }) => tx.get(deliveryLane, id)))
    const taken: LaneRow[] = []
    for (const [at, { id, owner, epoch, beat }] of rows.entries()) {
      const row = present[at]
      if (row === undefined || row.owner !== owner || row.epoch !== epoch || row.beat !== beat) continue
      const claimed = { owner: this.#facts.self, epoch: epoch + 1, beat: beat + 1 }
      await tx.update(deliveryLane, id, claimed)
      taken.push({ ...row, ...claimed })
    }
    return taken
  }

  async #open(tx: ReadTx, row: LaneRow, target: TargetRow, since: number): Promise<OwnedLane> {
    const { id, targetId, lane, cursor, epoch, beat } = row
    const [waiting, behind, beyond] = await Promise.all([
      tx.find(delivery, { targetId, state: 'waiting', lane }),
      tx.find(delivery, { targetId, state: 'behind', lane }),
      tx.query(this.#facts.beyond, { target: targetId, cursor, lane }),
    ])
    const open: readonly DeliveryRow[] = [...waiting, ...behind]
    const queue = new LaneQueue({
      targetId,
      isSerial: target.lanes === 1,
      cursor,
      items: open.map(itemOfRow),
      settled: beyond.map(({ row: { sequence } }) => Number(sequence)),
    })
    return new OwnedLane({ id, lane, targetId, epoch, beat, queue, since })
  }

  /** Claims lanes that `look` has named; returns those that this process has now, with what waits in them. */
  async claim(rows: readonly LaneRow[], targets: ReadonlyMap<string, TargetRow>): Promise<readonly OwnedLane[]> {
    const { store, tenantId } = this.#facts
    if (rows.length === 0) return []
    const since = performance.now()
    const taken = await store.write(tenantId, (tx) => this.#take(tx, rows))
    for (const { id, owner, epoch, beat } of taken) this.#seen.set(id, { owner, epoch, beat, since })
    return store.read(tenantId, async (tx) => {
      const opened = taken.map((row) => {
        const target = targets.get(row.targetId)
        return target && this.#open(tx, row, target, since)
      })
      return (await Promise.all(opened)).filter((lane) => lane !== undefined)
    })
  }
}
