/** The requests of one tenant that are under way: which may begin, and what follows of their ends (events.md §6.3 step 4, §6.4). */
import { instantOf } from '#base/clock.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import type { OutboxRow, Outcome, TargetKind, TargetRow, Throttling } from '../kinds/kind.ts'
import type { SendResult } from '../sending/sender.ts'
import type { DelivererFacts, NodeLimits } from './facts.ts'
import type { DueTime, Item } from './item.ts'
import type { OwnedLane, TargetNews } from './owned-lane.ts'
import { type ListedTarget, wantsEvent } from './target-list.ts'
import { type AttemptVerdict, fateThrottled, verdictOn } from './verdict.ts'

const mostOfTarget = 8
const mostAnswer = 1_024
/** Results that are written at once. */
const much = 100

export interface SendingFacts extends DelivererFacts {
  readonly tenantId: string
  readonly limits: NodeLimits
}

/** A request that could not be made: our bug, or a key that cannot be read. It is tried again as any other failure. */
const unprepared: SendResult = {
  status: undefined,
  error: 'the request could not be prepared',
  answer: '',
  retryAfter: undefined,
  headers: {},
}

/** No database takes U+0000; a receiver that answers with it would hold up all targets of the tenant. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd')
}

export class Sending {
  readonly #facts: SendingFacts
  readonly #lanes: ReadonlyMap<string, OwnedLane>
  readonly #concluded: (isMuch: boolean) => void
  readonly #underWay = new Map<string, number>()
  readonly #running = new Set<Promise<void>>()
  readonly #paused = new Map<string, DueTime>()
  /** Disabled, before the list of targets says so. */
  readonly #stopped = new Set<string>()
  #news = new Map<string, TargetNews>()
  #unsettled = 0
  #turn = 0
  /** Always the same, so that it waits once however often the process is found full. */
  readonly #goOn = (): void => this.#concluded(false)

  constructor(facts: SendingFacts, lanes: ReadonlyMap<string, OwnedLane>, concluded: (isMuch: boolean) => void) {
    this.#facts = facts
    this.#lanes = lanes
    this.#concluded = concluded
  }

  get unsettled(): number {
    return this.#unsettled
  }

  takeNews(): ReadonlyMap<string, TargetNews> {
    const news = this.#news
    this.#news = new Map()
    this.#unsettled = 0
    return news
  }

  /** Adds to what is to be written of the target. */
  note(targetId: string, { patch, event }: TargetNews): void {
    const before = this.#news.get(targetId)
    const told = event ?? before?.event
    this.#news.set(targetId, {
      patch: { ...before?.patch, ...patch },
      ...(told === undefined ? {} : { event: told }),
    })
  }

  /** The list of targets says now what was noted. */
  reloaded(): void {
    this.#stopped.clear()
  }

  /** The earliest end of a pause. */
  pausedUntil(): DueTime | undefined {
    let earliest: DueTime | undefined
    for (const { world, real } of this.#paused.values())
      earliest = {
        world: Math.min(world, earliest?.world ?? Number.POSITIVE_INFINITY),
        real: Math.min(real, earliest?.real ?? Number.POSITIVE_INFINITY),
      }
    return earliest
  }

  #isPaused({ row: { id, pausedUntil } }: ListedTarget, now: DueTime): boolean {
    const until = this.#paused.get(id)
    if (until !== undefined && (until.world <= now.world || until.real <= now.real)) this.#paused.delete(id)
    else if (until !== undefined) return true
    // Another process was asked for patience, or this one before it was started again.
    const isOwn = until !== undefined
    if (isOwn || pausedUntil === null) return false
    const real = Date.parse(pausedUntil)
    if (real <= now.real || this.#seenPauses.get(id) === pausedUntil) return false
    this.#seenPauses.set(id, pausedUntil)
    this.#paused.set(id, { world: now.world + (real - now.real), real })
    return true
  }

  readonly #seenPauses = new Map<string, string>()

  /** Begins all requests that may begin. */
  pump(now: DueTime): void {
    const targets = this.#facts.list.of(this.#facts.tenantId)
    const byTarget = new Map<string, OwnedLane[]>()
    for (const lane of this.#lanes.values()) {
      if (!lane.queue.hasReady) continue
      const before = byTarget.get(lane.targetId)
      if (before === undefined) byTarget.set(lane.targetId, [lane])
      else before.push(lane)
    }
    for (const [targetId, lanes] of byTarget) {
      const target = targets.get(targetId)
      if (target?.row.state !== 'active' || this.#stopped.has(targetId) || this.#isPaused(target, now)) continue
      const kind = this.#facts.kinds.get(target.row.kind)
      if (kind !== undefined && !this.#pumpTarget(target, kind, lanes)) return
    }
  }

  /** Returns whether the process has room for more. */
  #pumpTarget(target: ListedTarget, kind: TargetKind, lanes: readonly OwnedLane[]): boolean {
    const { limits } = this.#facts
    const { id } = target.row
    const at = performance.now()
    const most = kind.mostEvents(target.row)
    // Another lane comes first each time.
    this.#turn += 1
    const open = lanes.map((_, index) => lanes[(index + this.#turn) % lanes.length] as OwnedLane)
    while (open.length > 0 && (this.#underWay.get(id) ?? 0) < mostOfTarget) {
      if (limits.isFull) {
        limits.whenFree(this.#goOn)
        return false
      }
      const lane = open.shift() as OwnedLane
      const items = lane.maySend(at) ? lane.queue.next(most) : []
      if (items.length === 0) continue
      this.#begin(target, kind, lane, items)
      if (lane.queue.hasReady) open.push(lane)
    }
    return true
  }

  #begin(target: ListedTarget, kind: TargetKind, lane: OwnedLane, items: readonly Item[]): void {
    const { limits, report } = this.#facts
    const { id } = target.row
    this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + 1)
    lane.inFlight += 1
    limits.begin()
    const running = this.#deliver(target, kind, lane, items)
      .catch((error: unknown) => {
        lane.queue.putBack(items)
        // It would be tried again at once, and fail again.
        lane.isLost = true
        report(error)
      })
      .finally(() => {
        this.#running.delete(running)
        this.#underWay.set(id, (this.#underWay.get(id) ?? 1) - 1)
        lane.inFlight -= 1
        limits.end()
        this.#concluded(this.#unsettled >= much)
      })
    this.#running.add(running)
  }

  async #load(items: readonly Item[]): Promise<void> {
    const missing = items.filter(({ event }) => event === undefined)
    if (missing.length === 0) return
    await this.#facts.store.read(this.#facts.tenantId, async (tx) => {
      for (const item of missing) item.event = (await tx.get(outboxEvent, item.eventId)) as OutboxRow | undefined
    })
  }

  async #deliver(target: ListedTarget, kind: TargetKind, lane: OwnedLane, items: readonly Item[]): Promise<void> {
    await this.#load(items)
    const wanted = items.filter((item) => isWanted(item, target, kind))
    if (wanted.length < items.length) {
      // Each key keeps its order: what is wanted goes with the next request.
      this.#conclude(lane, target, kind, items, undefined)
      return
    }
    if (this.#throttle(lane, target, kind, items)) return
    const events = wanted.map(({ event }) => event as OutboxRow)
    const { tenantId, report, sender, observe } = this.#facts
    const attempt = (items[0]?.attempts ?? 0) + 1
    const outgoing = await kind.outgoing(target.row, events, { tenantId, attempt }).catch((error: unknown) => {
      report(error)
      return error instanceof Error ? error : new Error(String(error))
    })
    if (outgoing === undefined) return this.#conclude(lane, target, kind, items, undefined)
    if (!lane.maySend(performance.now())) return lane.queue.putBack(items)
    const began = performance.now()
    const result =
      outgoing instanceof Error ? unprepared : await sender.send(outgoing, { requestMillis: kind.requestMillis })
    const outcome = result.error === undefined ? 'delivered' : 'failed'
    const millis = performance.now() - began
    observe?.attempt(kind.name, outcome, millis / 1_000)
    if (this.#isEnding) return
    if (!(outgoing instanceof Error)) kind.took?.(target.row, items.length, millis)
    this.#conclude(lane, target, kind, items, result)
  }

  #isEnding = false

  /** `result` undefined: those that are not wanted any more are skipped, and others wait for the next request. */
  #conclude(
    lane: OwnedLane,
    target: ListedTarget,
    kind: TargetKind,
    items: readonly Item[],
    result: SendResult | undefined,
  ): void {
    const now: DueTime = { world: this.#facts.clock.now().getTime(), real: this.#facts.realNow() }
    if (lane.isLost) return
    if (result === undefined) {
      this.#skip(lane, items, (item) => isWanted(item, target, kind), now)
      return
    }
    const verdict = verdictOn(result, items, target.row, kind, now)
    const at = instantOf(new Date(now.world))
    const answer = result.error === undefined ? null : storable(result.answer.slice(0, mostAnswer))
    this.#unsettled += items.length
    lane.queue.finish(items, (item) => {
      if (verdict.isCounted) item.attempts += 1
      item.firstAt ??= at
      item.lastAt = at
      item.lastStatus = result.status ?? null
      item.lastError = result.error ?? null
      item.answer = answer
      const fate = verdict.fateOf(item)
      lane.outcomes.push(outcomeOf(item, result, at, fate.state !== 'waiting'))
      return fate
    })
    this.#noteTarget(target.row.id, verdict, result, now)
  }

  /** Whether some of them are not sent now, as the target answers slowly; the others then go with the next request. */
  #throttle(lane: OwnedLane, { row }: ListedTarget, kind: TargetKind, items: readonly Item[]): boolean {
    const throttling = kind.throttling?.(row)
    const stopped = throttling === undefined ? [] : stoppedBy(throttling, row, items)
    if (throttling === undefined || stopped.length === 0) return false
    const now: DueTime = { world: this.#facts.clock.now().getTime(), real: this.#facts.realNow() }
    const at = instantOf(new Date(now.world))
    const fate = fateThrottled(throttling, now)
    this.#unsettled += stopped.length
    lane.queue.putBack(items.filter((item) => !stopped.includes(item)))
    lane.queue.finish(stopped, (item) => {
      item.lastAt = at
      item.lastError = throttling.reason
      if (fate.state === 'dead')
        lane.outcomes.push(outcomeOf(item, { status: undefined, error: throttling.reason }, at, true))
      return fate
    })
    return true
  }

  #skip(lane: OwnedLane, items: readonly Item[], isStillWanted: (item: Item) => boolean, now: DueTime): void {
    const left = items.filter((item) => !isStillWanted(item))
    // The kind wants none of them.
    const skipped = new Set(left.length === 0 ? items : left)
    this.#unsettled += skipped.size
    const others = items.filter((item) => !skipped.has(item))
    lane.queue.putBack(others)
    lane.queue.finish([...skipped], (item) => {
      this.markSkipped(item, now.world)
      return { state: 'skipped' }
    })
  }

  markSkipped(item: Item, world: number): void {
    item.lastAt = instantOf(new Date(world))
    item.lastError = 'it is not wanted any more, or was not kept'
  }

  #noteTarget(id: string, verdict: AttemptVerdict, result: SendResult, now: DueTime): void {
    // As it is now: it may have been turned off, by this process or by somebody, since the request began.
    const row = this.#facts.list.of(this.#facts.tenantId).get(id)?.row
    if (row?.state !== 'active' || this.#stopped.has(id)) return
    const { failingSince, pausedUntil } = row
    if (result.error === undefined) {
      if (failingSince !== null || pausedUntil !== null)
        this.note(id, { patch: { failingSince: null, pausedUntil: null, reason: null } })
      return
    }
    const patch = failingSince === null ? { failingSince: instantOf(new Date(now.world)) } : {}
    if (verdict.disabled !== undefined) {
      this.#stopped.add(id)
      const off = { ...patch, state: 'disabled', reason: verdict.disabled }
      this.note(id, { patch: off, event: 'relata.target-disabled' })
    } else if (verdict.pausedUntil !== undefined) {
      this.#paused.set(id, verdict.pausedUntil)
      const until = instantOf(new Date(verdict.pausedUntil.real))
      this.#seenPauses.set(id, until)
      this.note(id, { patch: { ...patch, pausedUntil: until, reason: 'The receiver asked to wait.' } })
    } else if (failingSince === null) this.note(id, { patch })
  }

  /** Resolves when no request is under way. What is cut off then is as if it had not been sent. */
  async ended(): Promise<void> {
    await Promise.all(this.#running)
  }

  /** From now on answers are not counted: their connections are being closed. */
  cutOff(): void {
    this.#isEnding = true
  }
}

function outcomeOf(
  item: Item,
  { status, error }: Pick<SendResult, 'status' | 'error'>,
  at: string,
  isLast: boolean,
): Outcome {
  return { event: item.event as OutboxRow, attempt: item.attempts, status, error, at, isLast }
}

/** The first one of a key says it for those behind it, so that the key keeps its order. What has waited is not held again. */
function stoppedBy({ heldMillis }: Throttling, { lanes }: TargetRow, items: readonly Item[]): readonly Item[] {
  const keyOf = ({ orderingKey }: Item): string => (lanes === 1 ? '' : orderingKey)
  const first = new Map<string, Item>()
  for (const item of items) if (!first.has(keyOf(item))) first.set(keyOf(item), item)
  const isStopped = ({ round, next }: Item): boolean => round === 0 && (heldMillis === undefined || next === undefined)
  return items.filter((item) => isStopped(first.get(keyOf(item)) as Item))
}

function isWanted({ event }: Item, target: ListedTarget, { wants }: TargetKind): boolean {
  return event !== undefined && wantsEvent(target, event) && wants?.(target.row, event) !== false
}
