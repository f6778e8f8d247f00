/**
 * Which read is next. Tenants take turns, and none has all processes at once where there are several, nor all places in the
 * queue. One more process is an express lane: it reads what has not taken long so far, for a moment at most, so that short
 * reads do not wait for long ones.
 */
import type { ReadOrder } from './messages.ts'

const mostWaiting = 500
const mostOfTenant = 100
/** How long a text is remembered as one that takes long, and how many are. */
const longForMillis = 60_000
const mostRemembered = 1_000

export interface QueuedRead {
  readonly tenantNo: number
  readonly order: ReadOrder
}

/** A read that runs, or is the next one. */
export interface Turn<T> {
  readonly job: T
  /** In the express lane. */
  readonly isExpress: boolean
}

export class ReadQueue<T extends QueuedRead> {
  private readonly waiting: T[] = []
  private readonly mostAtOnce: number
  /** Until when each text is known as one that takes long. */
  private readonly long = new Map<string, number>()

  /** `mostAtOnce`: processes beside the express lane. */
  constructor(mostAtOnce: number) {
    this.mostAtOnce = mostAtOnce
  }

  get length(): number {
    return this.waiting.length
  }

  /** False: there are too many, of all tenants or of this one. */
  add(job: T): boolean {
    const ofTenant = this.waiting.filter(({ tenantNo }) => tenantNo === job.tenantNo).length
    if (this.waiting.length >= mostWaiting || ofTenant >= mostOfTenant) return false
    this.waiting.push(job)
    return true
  }

  /** Whatever the limits are, as it has been admitted before. */
  addAgain(job: T): void {
    this.waiting.push(job)
  }

  addFirst(job: T): void {
    this.waiting.unshift(job)
  }

  remove(job: T): void {
    const at = this.waiting.indexOf(job)
    if (at !== -1) this.waiting.splice(at, 1)
  }

  removeAll(): T[] {
    return this.waiting.splice(0)
  }

  /** Remembers that reads of this text take long. */
  tookLong({ order }: T): void {
    if (this.long.size >= mostRemembered) this.long.clear()
    this.long.set(order.text, performance.now() + longForMillis)
  }

  /** Takes the next read, for a process that is free. */
  next(running: readonly Turn<T>[]): Turn<T> | undefined {
    const turn = this.turn(running)
    if (turn !== undefined) this.remove(turn.job)
    return turn
  }

  hasTurn(running: readonly Turn<T>[]): boolean {
    return this.turn(running) !== undefined
  }

  private turn(running: readonly Turn<T>[]): Turn<T> | undefined {
    const counts = new Map<number, number>()
    for (const { job } of running) counts.set(job.tenantNo, (counts.get(job.tenantNo) ?? 0) + 1)
    const others = running.filter(({ isExpress }) => !isExpress)
    if (others.length < this.mostAtOnce) {
      const job = this.fairest(counts, Math.max(1, this.mostAtOnce - 1), () => true)
      if (job !== undefined) return { job, isExpress: false }
    }
    if (others.length < running.length) return undefined
    const now = performance.now()
    const job = this.fairest(counts, Infinity, ({ order }) => (this.long.get(order.text) ?? 0) <= now)
    return job && { job, isExpress: true }
  }

  /** Of the tenant for which the fewest are being done, the one that has waited longest. */
  private fairest(counts: ReadonlyMap<number, number>, below: number, fits: (job: T) => boolean): T | undefined {
    let best: T | undefined
    let fewest = below
    for (const job of this.waiting) {
      const count = counts.get(job.tenantNo) ?? 0
      if (count < fewest && fits(job)) [best, fewest] = [job, count]
    }
    return best
  }
}
