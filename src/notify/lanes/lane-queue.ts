/**
 * What a lane holds in memory: the events of each key in their order. A waiting event stops its own key only; what is
 * behind it is sent when it is settled (events.md §6.2, §6.3). Knows no clock, no database and no network.
 */
import type { OutboxRow } from '../kinds/kind.ts'
import { changeOf, type DueTime, type Item, type ItemChange, itemOfEvent } from './item.ts'

/** How an attempt ended for an event. */
export type Fate =
  | { readonly state: 'delivered' | 'dead' | 'skipped' }
  /** It is tried again. */
  | { readonly state: 'waiting'; readonly next: DueTime }

export interface LaneStart {
  readonly targetId: string
  /** All events are of one key. */
  readonly isSerial: boolean
  readonly cursor: number
  /** Waiting and behind. */
  readonly items: readonly Item[]
  /** Sequences beyond the cursor that have a row. */
  readonly settled: readonly number[]
}

export class LaneQueue {
  readonly #targetId: string
  readonly #isSerial: boolean
  readonly #keys = new Map<string, Item[]>()
  /** First ones of their keys that may be sent. */
  readonly #ready = new Set<Item>()
  /** First ones of their keys that wait for an instant. */
  readonly #waiting = new Set<Item>()
  /** Read and without a row, in their order. */
  readonly #open = new Set<number>()
  readonly #settled: Set<number>
  /** Ids of the redeliveries that it has, or had: the database may still say of one that has ended that it waits. */
  readonly #repeats = new Set<string>()
  /** By id of the row: what the database does not know yet. */
  #changed = new Set<Item>()
  #readTo: number
  #held = 0

  constructor({ targetId, isSerial, cursor, items, settled }: LaneStart) {
    this.#targetId = targetId
    this.#isSerial = isSerial
    this.#readTo = cursor
    this.#settled = new Set(settled)
    for (const item of [...items].sort(byPlace)) {
      this.#put(item)
      if (item.round > 0) this.#repeats.add(item.id)
    }
    for (const [first] of this.#keys.values()) if (first !== undefined) this.#lead(first)
  }

  #keyOf({ orderingKey }: { readonly orderingKey: string }): string {
    return this.#isSerial ? '' : orderingKey
  }

  #put(item: Item): Item[] {
    const key = this.#keyOf(item)
    const list = this.#keys.get(key) ?? []
    this.#keys.set(key, list)
    list.push(item)
    this.#held += 1
    return list
  }

  /** The item is now the first of its key. */
  #lead(item: Item): void {
    if (item.state === 'waiting') this.#waiting.add(item)
    else {
      item.state = 'due'
      this.#ready.add(item)
    }
  }

  /** Up to which sequence events have been read. */
  get readTo(): number {
    return this.#readTo
  }

  /** Up to which each event has a row, or wants none, when all changes are written. */
  get cursor(): number {
    for (const first of this.#open) return first - 1
    return this.#readTo
  }

  /** How many events it holds that are not settled. */
  get held(): number {
    return this.#held
  }

  /** How many of them wait, or are behind one that does. */
  get stopped(): number {
    return this.#held - this.#open.size
  }

  /** How many of them have no row yet. */
  get openCount(): number {
    return this.#open.size
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0
  }

  get hasReady(): boolean {
    return this.#ready.size > 0
  }

  /** Takes the events of this lane that are wanted, in their order, as far as that sequence. */
  take(events: readonly OutboxRow[], to: number): void {
    for (const event of events) {
      if (event.sequence <= this.#readTo || this.#settled.has(event.sequence)) continue
      const item = itemOfEvent(this.#targetId, event)
      this.#open.add(event.sequence)
      const list = this.#put(item)
      if (list.length === 1) this.#lead(item)
      else if (list[0]?.state === 'waiting') this.#stepBehind(item)
    }
    this.#readTo = Math.max(this.#readTo, to)
    if (this.#settled.size > 0) for (const sequence of this.#settled) if (sequence <= to) this.#settled.delete(sequence)
  }

  #stepBehind(item: Item): void {
    if (item.state === 'behind') return
    item.state = 'behind'
    this.#changed.add(item)
  }

  /** Rows that somebody else has written: redeliveries. Those that it has, or had, are left out. */
  add(items: readonly Item[]): void {
    for (const item of [...items].sort(byPlace)) {
      if (this.#repeats.has(item.id)) continue
      this.#repeats.add(item.id)
      const list = this.#keys.get(this.#keyOf(item)) ?? []
      const [first] = list
      if (first === undefined) {
        this.#put(item)
        this.#lead(item)
        continue
      }
      this.#held += 1
      const from = first.state === 'sending' ? list.findIndex(({ state }) => state !== 'sending') : 0
      const at = list.findIndex((other, index) => index >= Math.max(from, 0) && byPlace(item, other) < 0)
      if (from === -1 || at === -1) list.push(item)
      else list.splice(at, 0, item)
      if (list[0] !== item) continue
      this.#ready.delete(first)
      this.#waiting.delete(first)
      this.#lead(item)
    }
  }

  /**
   * Rows as somebody else has written them: what waits is due as early as they say. Rows of before its last attempt are left
   * out, and so is what the database does not know yet.
   */
  hasten(rows: readonly Item[]): void {
    for (const { id, attempts, lastAt, next, ...row } of rows) {
      const item = this.#keys.get(this.#keyOf(row))?.find((one) => one.id === id)
      if (item?.state !== 'waiting' || item.next === undefined || next === undefined || this.#changed.has(item))
        continue
      const isSame = item.attempts === attempts && (item.lastAt === null || item.lastAt === lastAt)
      if (isSame && (next.world < item.next.world || next.real < item.next.real)) item.next = next
    }
  }

  /** Makes what waits due, if its instant has passed by either clock. Returns the earliest of the others. */
  wakeDue(now: DueTime): DueTime | undefined {
    let earliest: DueTime | undefined
    for (const item of this.#waiting) {
      const { next } = item
      if (next === undefined || next.world <= now.world || next.real <= now.real) {
        this.#waiting.delete(item)
        this.#ready.add(item)
      } else
        earliest = {
          world: Math.min(next.world, earliest?.world ?? Number.POSITIVE_INFINITY),
          real: Math.min(next.real, earliest?.real ?? Number.POSITIVE_INFINITY),
        }
    }
    return earliest
  }

  /** Events for one request, at most so many, each key in its order. They are on their way until `finish`. */
  next(most: number): readonly Item[] {
    const taken: Item[] = []
    for (const first of this.#ready) {
      if (taken.length >= most) break
      this.#ready.delete(first)
      const list = this.#keys.get(this.#keyOf(first)) ?? []
      for (const item of list.slice(0, most - taken.length)) {
        item.state = 'sending'
        taken.push(item)
      }
    }
    return taken.sort(byPlace)
  }

  /** They were not sent after all. */
  putBack(items: readonly Item[]): void {
    for (const item of items) item.state = 'due'
    for (const item of items) if (this.#keys.get(this.#keyOf(item))?.[0] === item) this.#lead(item)
  }

  /** All of one request, or one that is not wanted any more. */
  finish(items: readonly Item[], fateOf: (item: Item) => Fate): void {
    for (const item of items) {
      const list = this.#keys.get(this.#keyOf(item)) ?? []
      // Behind another one of the request that has to be tried again.
      if (list[0] !== item) {
        item.state = 'due'
        this.#stepBehind(item)
        continue
      }
      const fate = fateOf(item)
      item.state = fate.state
      item.next = fate.state === 'waiting' ? fate.next : undefined
      this.#changed.add(item)
      if (fate.state === 'waiting') {
        this.#waiting.add(item)
        for (const other of list.slice(1)) if (other.state !== 'sending') this.#stepBehind(other)
      } else this.#release(list)
    }
  }

  #release(list: Item[]): void {
    const item = list.shift()
    this.#held -= 1
    const [first] = list
    if (first !== undefined && first.state !== 'sending') this.#lead(first)
    else if (first === undefined && item !== undefined) this.#keys.delete(this.#keyOf(item))
  }

  /** Settles what is not on its way and does not pass: those are skipped. */
  skipUnless(isWanted: (item: Item) => boolean, skip: (item: Item) => void): void {
    for (const list of [...this.#keys.values()])
      for (const item of [...list]) {
        if (item.state === 'sending' || isWanted(item)) continue
        skip(item)
        item.state = 'skipped'
        item.next = undefined
        this.#changed.add(item)
        this.#ready.delete(item)
        this.#waiting.delete(item)
        const at = list.indexOf(item)
        if (at === 0) this.#release(list)
        else {
          list.splice(at, 1)
          this.#held -= 1
        }
      }
  }

  /** What has changed since the last time, as it is now. Each has to be followed by `written` or `unwritten`. */
  takeChanges(): readonly ItemChange[] {
    const changes = [...this.#changed].map(changeOf)
    this.#changed = new Set()
    return changes
  }

  /** The cursor when these changes are written, and no others. */
  cursorWith(changes: readonly ItemChange[]): number {
    const written = new Set(changes.map(({ item }) => item.sequence))
    for (const sequence of this.#open) if (!written.has(sequence)) return sequence - 1
    return this.#readTo
  }

  written(changes: readonly ItemChange[]): void {
    for (const { item } of changes) {
      item.isStored = true
      if (item.round === 0) this.#open.delete(item.sequence)
    }
  }

  unwritten(changes: readonly ItemChange[]): void {
    for (const { item } of changes) this.#changed.add(item)
  }
}

function byPlace(one: Item, other: Item): number {
  return one.sequence - other.sequence || one.round - other.round
}
