/**
 * When due entries fire: at their instant, when the clock is moved, before a request, and when another process has set
 * some. sweep.ts fires them, in the order of scheduler-order.ts.
 */
import type { Clock } from '#base/clock.ts'
import type { Store } from '#edm/ports.ts'
import type { EntryFault, EntryRows } from './entry-rows.ts'
import type { SchedulerOrder } from './scheduler-order.ts'
import { Sweep } from './sweep.ts'

/** The longest sleep, and the delay before failed entries are retried. All in milliseconds of real time. */
const longestMillis = 60_000
const afterFailureMillis = 1_000
/** The delay before entries that another process was firing are read again: if it dies, its lock is released. */
const afterOthersMillis = 250
/** How often other processes' writes to the same file are looked for. */
const pollMillis = 2_000

function ignore(): void {
  // Nothing to do.
}

export interface SchedulerFacts {
  readonly store: Store
  readonly clock: Clock
  readonly order: SchedulerOrder
  readonly rows: EntryRows
  readonly report: (error: unknown, requestId: string) => void
}

export class Scheduler {
  readonly #facts: SchedulerFacts
  readonly #sweep: Sweep
  #running: { readonly done: Promise<void>; readonly ifFree: boolean } | undefined
  /** The sweep after the running one, for requests: the running one may leave entries to other processes. */
  #following: Promise<void> | undefined
  /** The value of the store's `foreign` at the last look. */
  #foreign: number | undefined
  #timer: NodeJS.Timeout | undefined
  #retryTimer: NodeJS.Timeout | undefined
  readonly #pollTimer: NodeJS.Timeout
  readonly #stops: readonly ((() => void) | undefined)[]
  #isClosed = false

  constructor(facts: SchedulerFacts) {
    this.#facts = facts
    const { store, clock } = facts
    this.#sweep = new Sweep({ ...facts, onFailed: (fault) => this.#reportFailed(fault) })
    const poll = (): void => {
      this.#poll().catch((error: unknown) => this.#report(error))
    }
    this.#pollTimer = setInterval(
      poll,
      store.processes.foreignWrites === undefined ? longestMillis : pollMillis,
    ).unref()
    this.#stops = [
      store.processes.watch?.((tenantId) => this.#onForeignWrite(tenantId)),
      clock.onMove?.(() => this.#retryFailed()),
    ]
    this.#sleep(0)
  }

  /** Resolves when the running sweep ends; undefined: none is running. */
  get running(): Promise<void> | undefined {
    return this.#running?.done
  }

  /** Undefined: nothing is due. Else resolves when nothing is; rejects where the database cannot be written. */
  pending(): Promise<void> | undefined {
    this.noticeForeignWrites()
    if (this.#running === undefined) return this.#facts.order.isDue() ? this.#begin(false) : undefined
    if (!this.#running.ifFree) return this.#running.done
    if (this.#following === undefined) {
      const again = () => this.pending()
      this.#following = this.#running.done.then(again, again)
      this.#following.catch(ignore)
    }
    return this.#following
  }

  /** Reads the heads of all tenants again where another process has written to the same file. */
  noticeForeignWrites(): void {
    const { order, rows, store } = this.#facts
    const foreign = order.isLoaded && this.#running === undefined ? store.processes.foreignWrites?.() : undefined
    if (foreign === undefined || foreign === this.#foreign) return
    for (const entries of order.all()) {
      const state = rows.stateOf(entries)
      if (state === 'outdated') order.invalidate(entries)
      // Another process has removed the tenant; the entries of the others are read all the same.
      else if (state === 'removed') order.drop(entries)
    }
    this.#foreign = foreign
  }

  /** Call when the next entry may have become an earlier one. A running sweep notices by itself. */
  reschedule(): void {
    if (this.#running === undefined) this.#sleep(0)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#sweep.isClosed = true
    for (const stop of this.#stops) stop?.()
    clearTimeout(this.#timer)
    clearTimeout(this.#retryTimer)
    clearInterval(this.#pollTimer)
    await this.#running?.done.catch(ignore)
  }

  #report(error: unknown): void {
    if (!this.#isClosed) this.#facts.report(error, 'agenda')
  }

  #begin(ifFree: boolean): Promise<void> {
    this.#following = undefined
    const done = this.#sweep.run(ifFree).then(
      (isWhole) => {
        this.#running = undefined
        this.#sleep(isWhole ? 0 : afterOthersMillis)
      },
      (error: unknown) => {
        this.#running = undefined
        this.#facts.order.refresh()
        this.#sleep(afterFailureMillis)
        throw error
      },
    )
    // The caller may fail before it awaits this.
    done.catch(ignore)
    this.#running = { done, ifFree }
    return done
  }

  /** Fires due entries without a waiting request. Entries that another process is firing are left to it. */
  #sweepInBackground(): void {
    if (this.#running !== undefined || !this.#facts.order.isDue()) return
    this.#begin(true).catch((error: unknown) => this.#report(error))
  }

  /** Sleeps until the next entry is due by the clock as it runs now. A stopped clock does not cause early wake-ups. */
  #sleep(leastMillis: number): void {
    clearTimeout(this.#timer)
    if (this.#isClosed) return
    const { clock, order } = this.#facts
    const from = clock.now().getTime()
    const wake = (): void => {
      if (order.isDue()) this.#sweepInBackground()
      else this.#sleep(clock.now().getTime() === from ? longestMillis : 0)
    }
    this.#timer = setTimeout(wake, Math.max(leastMillis, 1, Math.min(order.next - from, longestMillis))).unref()
  }

  #reportFailed(fault: EntryFault): void {
    this.#facts.report(fault.cause, `agenda ${fault.entry}`)
    this.#retryTimer ??= setTimeout(() => this.#retryFailed(), longestMillis).unref()
  }

  #retryFailed(): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = undefined
    if (this.#isClosed) return
    if (this.#running !== undefined) {
      // Nothing else may change the due entries while a sweep runs.
      const retry = () => this.#retryFailed()
      this.#running.done.then(retry, retry)
      return
    }
    const { order } = this.#facts
    for (const entries of order.all()) {
      if (entries.failed.size === 0) continue
      entries.failed.clear()
      order.invalidate(entries)
    }
    if (order.isDue()) this.#sweepInBackground()
    else this.#sleep(0)
  }

  /** Another process may have set entries or added tenants. */
  async #poll(): Promise<void> {
    const { order, store } = this.#facts
    const tenants = await store.tenants()
    if (!order.isLoaded || this.#running !== undefined) return
    this.noticeForeignWrites()
    for (const { id } of tenants)
      if (!order.has(id) || store.processes.foreignWrites === undefined) order.invalidate(order.of(id))
    this.#sweepInBackground()
  }

  /** Its entries may come before all known ones. A running sweep reads the heads again before it ends. */
  #onForeignWrite(tenantId: string | undefined): void {
    const { order } = this.#facts
    if (this.#isClosed || !order.isLoaded) return
    if (tenantId === undefined) order.invalidateAll()
    else order.invalidate(order.of(tenantId))
    this.#sweepInBackground()
  }
}
