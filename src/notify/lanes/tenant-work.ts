/**
 * The work for one tenant: claims lanes that have something to do, reads their events, lets them be sent, and settles
 * (events.md §6.3). One turn at a time; whoever wakes it during a turn gets another one.
 */
import { AppError, StoreError } from '#base/errors.ts'
import { delivery } from '#workloads/events/types.ts'
import type { OutboxRow, TargetRow } from '../kinds/kind.ts'
import { Backlog } from './backlog.ts'
import { EventPages, type EventQueries } from './event-pages.ts'
import type { DelivererFacts, NodeLimits } from './facts.ts'
import { HeldLanes } from './held-lanes.ts'
import { type DueTime, itemOfRow } from './item.ts'
import { LaneClaims, type LaneRow } from './lane-claims.ts'
import type { OwnedLane } from './owned-lane.ts'
import { Sending } from './sending.ts'
import { Settling } from './settling.ts'
import { type ListedTarget, mayWant, wantsEvent } from './target-list.ts'

/** All in milliseconds of the monotonic clock. */
const settleMillis = 250
const lookMillis = 1_000
const lookAloneMillis = 50
const idleMillis = 60_000
/** Where several processes serve the rows, each takes half of the free lanes at once, and the others when nobody has. */
const yieldMillis = 200
/** Results that are settled at once. */
const mostUnsettled = 100
/** Events that a lane reads ahead of what is settled. */
const mostAhead = 400
/** Lanes that are claimed in one transaction: other writers of the tenant wait for its end. */
const mostClaimed = 256
/** Lanes that read their events at the same time. */
const mostFilled = 256

export interface TenantWorkFacts extends DelivererFacts {
  readonly tenantId: string
  readonly self: string
  readonly ended: ReadonlySet<string>
  readonly queries: EventQueries & { readonly beyond: ConstructorParameters<typeof LaneClaims>[0]['beyond'] }
  readonly limits: NodeLimits
  /** Whether other processes serve the rows, as far as it is known. */
  readonly isShared: () => boolean
}

export class TenantWork {
  readonly #facts: TenantWorkFacts
  readonly #lanes = new HeldLanes()
  readonly #pages: EventPages
  readonly #claims: LaneClaims
  readonly #settling: Settling
  readonly #sending: Sending
  readonly #backlog = new Backlog()
  /** In this turn, by target: how many events were not kept for the lane that had most to read. */
  readonly #missed = new Map<string, number>()
  #running: Promise<void> | undefined
  #again = false
  #isRescanned = true
  #lookedAt = Number.NEGATIVE_INFINITY
  #settle: Promise<void> | undefined
  #settleTimer: NodeJS.Timeout | undefined
  #dueTimer: NodeJS.Timeout | undefined
  #looking: NodeJS.Immediate | undefined
  #isClosed = false

  constructor(facts: TenantWorkFacts) {
    this.#facts = facts
    const { store, tenantId, self, ended, queries, ids, clock, list, kinds, onWrote } = facts
    const isHeld = (id: string): boolean => this.#lanes.has(id)
    this.#pages = new EventPages(store, tenantId, queries)
    this.#claims = new LaneClaims({ store, tenantId, self, ended, beyond: queries.beyond, isHeld })
    const kindOf = ({ kind }: TargetRow) => kinds.need(kind)
    const targetOf = (id: string) => list.of(tenantId).get(id)?.row
    const wrote = (): void => onWrote(tenantId)
    this.#settling = new Settling({ store, tenantId, self, ids, now: () => clock.now(), kindOf, targetOf, wrote })
    this.#sending = new Sending(facts, this.#lanes, (isMuch) => this.#concluded(isMuch))
  }

  get #targets(): ReadonlyMap<string, ListedTarget> {
    return this.#facts.list.of(this.#facts.tenantId)
  }

  #now(): DueTime {
    return { world: this.#facts.clock.now().getTime(), real: this.#facts.realNow() }
  }

  /** `rescan`: rows may have been added, or filters changed. */
  wake(rescan = false): void {
    if (this.#isClosed) return
    if (rescan) this.#isRescanned = false
    this.#again = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#again) this.wake()
    })
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#isClosed) {
        this.#again = false
        await this.#turn()
        this.#facts.observe?.turn('done')
      }
    } catch (error) {
      this.#again = false
      this.#facts.observe?.turn('failed')
      this.#failed(error)
    }
  }

  async #turn(): Promise<void> {
    await this.#pages.refresh()
    if (this.#mayClaim()) await this.#claim()
    this.#stopLanes()
    this.#missed.clear()
    if (!this.#isRescanned) await this.#rescan()
    const hungry = [...this.#lanes.values()].filter(({ queue }) => queue.readTo < this.#pages.newest)
    // Together: the page that still grows is read once for all who ask while it is read.
    for (let at = 0; at < hungry.length; at += mostFilled)
      await Promise.all(hungry.slice(at, at + mostFilled).map((lane) => this.#fill(lane)))
    this.pump()
  }

  /** Sends what may be sent now. */
  pump(): void {
    if (this.#isClosed) return
    const now = this.#now()
    let earliest: DueTime | undefined
    for (const { queue } of this.#lanes.values()) {
      const next = queue.wakeDue(now)
      if (next === undefined) continue
      earliest ??= next
      earliest = { world: Math.min(earliest.world, next.world), real: Math.min(earliest.real, next.real) }
    }
    this.#sending.pump(now)
    this.#scheduleDue(now, earliest)
    if ([...this.#lanes.values()].some(({ isDirty }) => isDirty)) this.#scheduleSettle()
  }

  #scheduleDue(now: DueTime, earliest: DueTime | undefined): void {
    clearTimeout(this.#dueTimer)
    const paused = this.#sending.pausedUntil()
    const dues = [earliest, paused].filter((due) => due !== undefined)
    const waits = dues.flatMap(({ world, real }) => [world - now.world, real - now.real]).filter((millis) => millis > 0)
    // What is due later is found by the steady look.
    const wait = Math.min(...waits)
    if (wait <= this.#facts.tickMillis) this.#dueTimer = setTimeout(() => this.pump(), wait + 1).unref()
  }

  #isOn({ targetId }: { readonly targetId: string }): boolean {
    const row = this.#targets.get(targetId)?.row
    return row?.state === 'active' && this.#facts.kinds.get(row.kind) !== undefined
  }

  /** Whether there may be a lane to claim. */
  #mayClaim(): boolean {
    let wanted = 0
    for (const [targetId, { row }] of this.#targets) if (this.#isOn({ targetId })) wanted += row.lanes
    const pause = this.#facts.isShared() ? lookMillis : lookAloneMillis
    return this.#lanes.size < wanted && performance.now() >= this.#lookedAt + pause
  }

  async #claim(): Promise<void> {
    const { store, tenantId, isShared, self } = this.#facts
    const now = performance.now()
    this.#lookedAt = now
    const free = (await this.#claims.look(now)).filter((row) => this.#isOn(row))
    if (free.length === 0) return
    const targetIds = new Set(free.map(({ targetId }) => targetId))
    const stopped = new Set<string>()
    await store.read(tenantId, async (tx) => {
      const look = async (targetId: string, state: string): Promise<void> => {
        if ((await tx.find(delivery, { targetId, state }, 1)).length > 0) stopped.add(targetId)
      }
      await Promise.all([...targetIds].flatMap((id) => [look(id, 'waiting'), look(id, 'behind')]))
    })
    const hasWork = ({ cursor, targetId }: LaneRow): boolean => cursor < this.#pages.newest || stopped.has(targetId)
    const half = Number.parseInt(self.slice(0, 2), 16) % 2
    const wanted = free.filter(hasWork)
    const mine = wanted.filter(
      ({ id, lane, owner }) =>
        !isShared() || owner !== null || lane % 2 === half || this.#claims.freeFor(id, now) >= yieldMillis,
    )
    if (mine.length < wanted.length) {
      this.#lookedAt = Number.NEGATIVE_INFINITY
      setTimeout(() => this.wake(), yieldMillis + 1).unref()
    }
    const rows = new Map([...this.#targets].map(([id, { row }]) => [id, row]))
    for (let at = 0; at < mine.length && !this.#isClosed; at += mostClaimed)
      for (const lane of await this.#claims.claim(mine.slice(at, at + mostClaimed), rows)) {
        this.#lanes.hold(lane)
        this.#facts.observe?.turn('claimed')
      }
  }

  /** Gives up lanes that were lost, and what is on its way in them is not told of. */
  #dropLost(): void {
    for (const lane of [...this.#lanes.values()]) if (lane.isLost) this.#lanes.drop(lane)
  }

  /** Lanes of targets that are not told of events any more. */
  #stopLanes(): void {
    this.#dropLost()
    const idle = [...this.#lanes.values()].filter((lane) => !this.#isOn(lane) && lane.inFlight === 0)
    if (idle.length > 0) this.#settleNow(new Set(idle))
  }

  /** Skips what is not wanted any more, and takes up what somebody wants to be sent again, or at once. */
  async #rescan(): Promise<void> {
    const { store, tenantId } = this.#facts
    this.#isRescanned = true
    const at = this.#now().world
    const held = [...this.#lanes.values()]
    const added = await store.read(tenantId, (tx) =>
      Promise.all(held.map(({ targetId, lane }) => tx.find(delivery, { targetId, state: 'waiting', lane }))),
    )
    for (const [index, lane] of held.entries()) {
      const target = this.#targets.get(lane.targetId)
      if (target === undefined) continue
      const waiting = (added[index] ?? []).map(itemOfRow)
      lane.queue.add(waiting.filter(({ round }) => round > 0))
      lane.queue.hasten(waiting)
      lane.queue.skipUnless(
        ({ event, eventName }) => (event === undefined ? mayWant(target, eventName) : wantsEvent(target, event)),
        (item) => this.#sending.markSkipped(item, at),
      )
    }
  }

  #isFull(targetId: string): boolean {
    const stopped = this.#lanes.stoppedOf(targetId)
    return this.#backlog.isFull(targetId, stopped, (news) => this.#sending.note(targetId, news))
  }

  async #fill(lane: OwnedLane): Promise<void> {
    const { queue, targetId } = lane
    while (!lane.isLost && !lane.isLeaving && queue.readTo < this.#pages.newest && queue.openCount < mostAhead) {
      const target = this.#targets.get(targetId)
      if (target?.row.state !== 'active' || this.#isFull(targetId)) return
      const { events, to } = await this.#pages.after(queue.readTo)
      // Their numbers have no holes.
      const isGap = to <= queue.readTo || (events[0]?.sequence ?? to + 1) > queue.readTo + 1
      if (isGap && (await this.#skipMissing(lane))) continue
      if (to <= queue.readTo) return
      const isOf = ({ bucket }: OutboxRow): boolean => bucket % target.row.lanes === lane.lane
      const { createdAfterSequence } = target.row
      const kind = this.#facts.kinds.get(target.row.kind)
      const isWanted = (event: OutboxRow): boolean =>
        event.sequence > createdAfterSequence && wantsEvent(target, event) && kind?.wants?.(target.row, event) !== false
      const wanted = events.filter((event) => isOf(event) && isWanted(event))
      queue.take(wanted, to)
      if (wanted.length === 0) continue
      lane.busyAt = performance.now()
      // What is sent meanwhile need not wait until all lanes have read.
      this.#sending.pump(this.#now())
    }
  }

  /** Goes on at the oldest event that is kept: the target was off for too long (events.md §6.6). Returns whether it had to. */
  async #skipMissing({ queue, targetId }: OwnedLane): Promise<boolean> {
    const oldest = await this.#pages.oldest()
    const missed = oldest - 1 - queue.readTo
    if (missed <= 0) return false
    queue.take([], oldest - 1)
    const most = Math.max(missed, this.#missed.get(targetId) ?? 0)
    this.#missed.set(targetId, most)
    this.#sending.note(targetId, {
      patch: { reason: `${most} events were not kept until it was told of events again.` },
    })
    return true
  }

  /** Something has ended. `isMuch`: so much that it is written at once. */
  #concluded(isMuch: boolean): void {
    if (isMuch) this.#settleNow()
    else this.#scheduleSettle()
    // Once for all that end at the same time: each look is at every lane.
    this.#looking ??= setImmediate(() => {
      this.#looking = undefined
      this.#goOn()
    })
  }

  #goOn(): void {
    const isHungry = [...this.#lanes.values()].some(
      ({ queue }) => queue.readTo < this.#pages.newest && queue.openCount < mostAhead / 2,
    )
    if (isHungry) this.wake()
    this.pump()
  }

  #scheduleSettle(): void {
    if (this.#settleTimer !== undefined || this.#isClosed) return
    this.#settleTimer = setTimeout(() => this.#settleNow(), settleMillis)
  }

  #settleNow(released: ReadonlySet<OwnedLane> = new Set()): void {
    clearTimeout(this.#settleTimer)
    this.#settleTimer = undefined
    if (this.#settle !== undefined) {
      this.#scheduleSettle()
      return
    }
    this.#settle = this.#settleOnce(released)
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#settle = undefined
      })
  }

  #failed(error: unknown): void {
    if (this.#isClosed) return
    // The rows were replaced, and the deliverer is about to end.
    if (error instanceof AppError && error.kind === 'unavailable') return
    if (error instanceof StoreError && error.reason === 'tenant') this.close()
    else this.#facts.report(error)
  }

  async #settleOnce(released: ReadonlySet<OwnedLane>): Promise<void> {
    const { list, tenantId, observe } = this.#facts
    const now = performance.now()
    const lanes = [...this.#lanes.values()].filter((lane) => lane.isDirty || lane.needsBeat(now) || released.has(lane))
    const news = this.#sending.takeNews()
    if (lanes.length === 0 && news.size === 0) return
    // Nothing is begun in a lane that may be another's in a moment.
    for (const lane of released) lane.isLeaving = true
    try {
      await this.#settling.settle(lanes, news, released)
    } catch (error) {
      for (const [id, one] of news) this.#sending.note(id, one)
      for (const lane of released) lane.isLeaving = false
      throw error
    }
    observe?.turn('settled')
    for (const lane of released) this.#lanes.drop(lane)
    this.#dropLost()
    if (released.size > 0) this.wake()
    if (news.size > 0) {
      await list.load(tenantId)
      this.#sending.reloaded()
      this.wake()
    }
    if (this.#sending.unsettled >= mostUnsettled) this.#scheduleSettle()
  }

  /** Called again and again: beats, what is due, lanes of others, and idle lanes, which are given back. */
  tick(): void {
    if (this.#isClosed) return
    const now = performance.now()
    const idle = new Set<OwnedLane>()
    for (const lane of this.#lanes.values()) {
      const isBehind = lane.queue.readTo < this.#pages.newest
      if (!lane.isIdle || isBehind) lane.busyAt = now
      else if (now - lane.busyAt > idleMillis) idle.add(lane)
    }
    const isBeat = [...this.#lanes.values()].some((lane) => lane.needsBeat(now) || lane.isDirty)
    if (idle.size > 0 || isBeat) this.#settleNow(idle)
    this.wake()
  }

  /** Begins nothing more. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#settleTimer)
    clearTimeout(this.#dueTimer)
  }

  /** Answers are not counted from now on. */
  cutOff(): void {
    this.#sending.cutOff()
  }

  /** Resolves when what was under way has ended, and all lanes are given back. After `close`. */
  async end(): Promise<void> {
    await this.#running
    await this.#sending.ended()
    await this.#settle
    const lanes = [...this.#lanes.values()].filter(({ isLost }) => !isLost)
    if (lanes.length > 0) await this.#settling.settle(lanes, this.#sending.takeNews(), new Set(lanes))
    this.#lanes.clear()
  }
}
