/**
 * A sweep fires all due entries of all tenants in scheduler order: one transaction after another, many to a commit. The
 * scheduler decides when, and runs one sweep at a time.
 */
import { type Clock, instantOf } from '#base/clock.ts'
import { StoreError } from '#base/errors.ts'
import type { Store, Tx } from '#edm/ports.ts'
import { type DueEntries, forget } from './due-entries.ts'
import { EntryFault, type EntryRows } from './entry-rows.ts'
import type { SchedulerOrder } from './scheduler-order.ts'

/** The most entries of one commit; between two commits other work gets its turn. */
const mostEntries = 250

export interface SweepFacts {
  readonly store: Store
  readonly clock: Clock
  readonly order: SchedulerOrder
  readonly rows: EntryRows
  /** Called for an entry that has failed; it is skipped until it is retried. */
  readonly onFailed: (fault: EntryFault) => void
}

export class Sweep {
  readonly #facts: SweepFacts
  /** The most entries of one transaction: fewer after a failure, so that the next one rolls back little. */
  #size = mostEntries
  /** Whether entries that another process is firing are left to it. */
  #ifFree = false
  readonly #leftToOthers = new Set<DueEntries>()
  isClosed = false

  constructor(facts: SweepFacts) {
    this.#facts = facts
  }

  /**
   * Returns whether all due entries have fired. `ifFree`: entries that another process is firing are left to it; else
   * waits for them. Rejects where the database cannot be written.
   */
  async run(ifFree: boolean): Promise<boolean> {
    const { order } = this.#facts
    const left = this.#leftToOthers
    this.#ifFree = ifFree
    left.clear()
    await this.#load()
    for (;;) {
      const unread = [...order.all()].filter((entries) => entries.head === 'unknown' && !left.has(entries))
      if (unread.length > 0) await Promise.all(unread.map((entries) => this.#readHead(entries)))
      order.refresh()
      if (!order.isDue()) return left.size === 0
      if (left.size > 0 && !order.hasKnownDue(this.#now())) return false
      if (this.isClosed) throw new StoreError('unavailable', 'closed')
      await this.#fireRound()
    }
  }

  #now(): string {
    return instantOf(this.#facts.clock.now())
  }

  async #load(): Promise<void> {
    const { order, store } = this.#facts
    if (order.isLoaded) return
    for (const { id } of await store.tenants()) order.of(id)
    order.isLoaded = true
  }

  async #writeIn(entries: DueEntries, work: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await this.#facts.store.write(entries.tenantId, work, this.#ifFree ? { ifFree: true } : undefined)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      // The tenant was removed, and its entries with it.
      if (error.reason === 'tenant') return this.#facts.order.drop(entries)
      if (error.reason !== 'elsewhere') throw error
      forget(entries)
      this.#leftToOthers.add(entries)
    }
  }

  /** In a write transaction, so that no entry can be set between the query and its result. */
  #readHead(entries: DueEntries): Promise<void> {
    return this.#writeIn(entries, async (tx) => {
      await this.#facts.rows.fire(tx, entries, { limit: '', until: undefined, most: 0 })
    })
  }

  /**
   * Fires up to `mostEntries`, one transaction after another. Each begins inside the one before, as soon as that one
   * knows the next head, so that a store may put them into one commit.
   */
  async #fireRound(): Promise<void> {
    const { order, rows } = this.#facts
    const limit = this.#now()
    const transactions: Promise<void>[] = []
    const faults: [DueEntries, EntryFault][] = []
    let left = mostEntries
    let lost: unknown
    const beginNext = (): void => {
      const { first, until } = order.turn()
      if (first === undefined || first.head.due > limit || left <= 0) return
      const entries: DueEntries = first
      let runs = 0
      let most = 0
      let isCounted = false
      const transaction = this.#writeIn(entries, async (tx) => {
        // The transaction before was rolled back, so the order may have changed.
        if (lost !== undefined) throw lost
        // A first run was rolled back.
        if (runs > 0) forget(entries)
        else most = Math.min(left, this.#size)
        runs += 1
        const fired = await rows.fire(tx, entries, { limit, until, most })
        if (isCounted) return
        isCounted = true
        left -= Math.max(1, fired)
        this.#size = Math.min(mostEntries, this.#size * 2)
        beginNext()
      })
      transactions.push(
        transaction.catch((error: unknown) => {
          if (error instanceof EntryFault) faults.push([entries, error])
          else lost = error
        }),
      )
    }
    beginNext()
    for (let at = 0; at < transactions.length; at++) await transactions[at]
    for (const [entries, fault] of faults) this.#setAside(entries, fault)
    if (lost === undefined) return
    // The heads come from transactions that were rolled back.
    for (const entries of order.all()) forget(entries)
    throw lost
  }

  #setAside(entries: DueEntries, fault: EntryFault): void {
    entries.failed.add(fault.key)
    this.#size = Math.max(1, fault.before)
    this.#facts.onFailed(fault)
  }
}
