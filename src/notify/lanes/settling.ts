/**
 * Writes down how attempts have ended, for all lanes of a tenant that have news, in one transaction that makes sure of each
 * lane first (events.md §6.3 step 5). A lane that another process has claimed is given up with what was not written.
 */
import { instantOf } from '#base/clock.ts'
import { bucketOf, type Ids } from '#base/ids.ts'
import type { Store, Tx } from '#edm/ports.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { delivery, deliveryLane, deliveryTarget } from '#workloads/events/types.ts'
import type { Outcome, TargetKind, TargetRow } from '../kinds/kind.ts'
import type { ItemChange } from './item.ts'
import type { LaneRow } from './lane-claims.ts'
import type { OwnedLane, TargetNews } from './owned-lane.ts'

export interface SettleFacts {
  readonly store: Store
  readonly tenantId: string
  readonly self: string
  readonly ids: Ids
  readonly now: () => Date
  readonly kindOf: (target: TargetRow) => TargetKind
  readonly targetOf: (id: string) => TargetRow | undefined
  /** Told when events have been written. */
  readonly wrote: () => void
}

interface LaneNews {
  readonly lane: OwnedLane
  readonly changes: readonly ItemChange[]
  readonly outcomes: readonly Outcome[]
  readonly cursor: number
  /** The lane is given back. */
  readonly isReleased: boolean
}

interface Settled {
  readonly lost: readonly OwnedLane[]
  readonly hasEvents: boolean
}

export class Settling {
  readonly #facts: SettleFacts

  constructor(facts: SettleFacts) {
    this.#facts = facts
  }

  /** An event about a target, for the other targets that ask for it (events.md §1.1). */
  async #raise(tx: Tx, eventName: string, target: TargetRow, after: Readonly<Record<string, unknown>>): Promise<void> {
    const { ids, now } = this.#facts
    await tx.insert(outboxEvent, {
      id: ids.mint(),
      eventName,
      resourceName: 'DeliveryTarget',
      resourcePath: `/deliveryTargets/${target.id}`,
      subjectId: target.id,
      changedDateTime: instantOf(now()),
      orderingKey: target.id,
      bucket: bucketOf(target.id),
      facts: JSON.stringify({ changeType: 'updated', entity: 'deliveryTarget', after }),
    })
  }

  async #writeChanges(tx: Tx, { lane: { targetId, lane }, changes }: LaneNews): Promise<void> {
    const written = instantOf(this.#facts.now())
    for (const { item, row: changed } of changes) {
      // Of a row that was not tried, when it was written.
      const row = { ...changed, lastDateTime: changed.lastDateTime ?? written }
      if (item.isStored) await tx.update(delivery, item.id, row)
      else {
        const { id, sequence, round, eventId, eventName, subjectId, orderingKey } = item
        const key = { id, targetId, lane, sequence, round, eventId, eventName, subjectId, orderingKey }
        await tx.insert(delivery, { ...key, ...row })
      }
    }
  }

  /** Returns whether it wrote an event. */
  async #tellDead(tx: Tx, target: TargetRow, { changes }: LaneNews): Promise<boolean> {
    const dead = changes.filter(({ row }) => row.state === 'dead')
    for (const { item, row } of dead) {
      const { eventId, eventName, sequence } = item
      const { attempts, lastStatus, lastError } = row
      // What is told of a target is not told of again when it cannot be delivered: it would have no end.
      if (eventName === 'relata.delivery-dead') continue
      await this.#raise(tx, 'relata.delivery-dead', target, {
        ...{ kind: target.kind, eventId, eventName, sequence, attempts, lastStatus, lastError },
      })
    }
    return dead.length > 0
  }

  /** `row`: as it is in this transaction. */
  async #writeLane(tx: Tx, news: LaneNews, row: LaneRow | undefined): Promise<'lost' | 'written' | 'told'> {
    const { lane, outcomes, cursor, isReleased } = news
    if (row?.owner !== this.#facts.self || row.epoch !== lane.epoch) return 'lost'
    await this.#writeChanges(tx, news)
    const owner = isReleased ? { owner: null } : {}
    // Before its kind learns of it, which may remove the target with its lanes.
    await tx.update(deliveryLane, lane.id, { cursor, beat: row.beat + 1, ...owner })
    const target = this.#facts.targetOf(lane.targetId)
    let isTold = false
    if (target !== undefined) {
      isTold = await this.#tellDead(tx, target, news)
      const kind = this.#facts.kindOf(target)
      if (outcomes.length > 0) await kind.settled?.(tx, target, outcomes)
      // It may have written more than it was told of.
      isTold ||= kind.settled !== undefined && outcomes.some(({ isLast }) => isLast)
    }
    return isTold ? 'told' : 'written'
  }

  async #writeTarget(tx: Tx, id: string, { patch, event }: TargetNews): Promise<boolean> {
    const row = await tx.get(deliveryTarget, id)
    if (row === undefined || row.state === 'removed') return false
    await tx.update(deliveryTarget, id, patch)
    if (event === undefined) return false
    const { kind, state, reason } = { ...row, ...patch }
    await this.#raise(tx, event, row, { kind, state, reason })
    return true
  }

  async #write(tx: Tx, news: readonly LaneNews[], targets: ReadonlyMap<string, TargetNews>): Promise<Settled> {
    const lost: OwnedLane[] = []
    let hasEvents = false
    // Together: a beat of thousands of lanes must not take thousands of round trips.
    const rows = await Promise.all(news.map(({ lane }) => tx.get(deliveryLane, lane.id)))
    for (const [at, one] of news.entries()) {
      const ended = await this.#writeLane(tx, one, rows[at])
      if (ended === 'lost') lost.push(one.lane)
      hasEvents ||= ended === 'told'
    }
    for (const [id, one] of targets) if (await this.#writeTarget(tx, id, one)) hasEvents = true
    return { lost, hasEvents }
  }

  /**
   * Writes what the lanes have to tell, and a beat for each. `released`: they are given back where nothing is left of them.
   * Throws where it cannot be written; the lanes then still have it.
   */
  async settle(
    lanes: readonly OwnedLane[],
    targets: ReadonlyMap<string, TargetNews>,
    released: ReadonlySet<OwnedLane> = new Set(),
  ): Promise<void> {
    const began = performance.now()
    const news = lanes.map((lane) => {
      const changes = lane.queue.takeChanges()
      const { outcomes } = lane
      lane.outcomes = []
      return { lane, changes, outcomes, cursor: lane.queue.cursorWith(changes), isReleased: released.has(lane) }
    })
    let settled: Settled
    try {
      settled = await this.#facts.store.write(this.#facts.tenantId, (tx) => this.#write(tx, news, targets))
    } catch (error) {
      for (const { lane, changes, outcomes } of news) {
        lane.queue.unwritten(changes)
        lane.outcomes = [...outcomes, ...lane.outcomes]
      }
      throw error
    }
    for (const { lane, changes, cursor } of news) {
      if (settled.lost.includes(lane)) lane.isLost = true
      else {
        lane.queue.written(changes)
        lane.writtenCursor = cursor
        lane.beatAt = began
      }
    }
    if (settled.hasEvents) this.#facts.wrote()
  }
}
