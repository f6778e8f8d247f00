/**
 * A sweep fires all that is due, over all tenants in scheduler order: one transaction after another, many to a commit.
 * One sweep runs at a time; when is the scheduler's business.
 */
import { type Clock, instantOf } from '#base/clock.ts'
import { StoreError } from '#base/errors.ts'
import type { Store, Tx } from '#edm/ports.ts'
import { type DueEntries, forget } from './due-entries.ts'
import { EntryFault, type EntryRows } from './entry-rows.ts'
import type { SchedulerOrder } from './scheduler-order.ts'

/** Entries that share a commit; between two commits the event loop goes round. */
const mostEntries = 250

export interface SweepFacts {
  readonly store: Store
  readonly clock: Clock
  readonly order: SchedulerOrder
  readonly rows: EntryRows
  /** An entry has failed and is passed over until it is retried. */
  readonly onFailed: (fault: EntryFault) => void
}

export class Sweep {
  readonly #facts: SweepFacts
  /** Entries a transaction may fire: fewer after one that failed, so that little is undone with the next. */
  #size = mostEntries
  /** Where what another process is firing is left to it. */
  #ifFree = false
  readonly #leftToOthers = new Set<DueEntries>()
  isClosed = false

  constructor(facts: SweepFacts) {
    this.#facts = facts
  }

  /**
   * Returns whether all that was due has fired. `ifFree`: entries that another process is firing are left to it; else
   * they are waited for. Rejects where the database cannot be written.
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
      if (!(error instanceof StoreError && error.reason === 'elsewhere')) throw error
      forget(entries)
      this.#leftToOthers.add(entries)
    }
  }

  /** In a transaction, after all that were before it: nobody sets an entry between the reading and its result. */
  #readHead(entries: DueEntries): Promise<void> {
    return this.#writeIn(entries, async (tx) => {
      await this.#facts.rows.fire(tx, entries, { limit: '', until: undefined, most: 0 })
    })
  }

  /**
   * Fires up to `mostEntries`, one transaction after another, each begun where the one before knows whose turn is next,
   * so that a store may put them into one commit.
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
        // What came before is gone, so it is no longer this one's turn.
        if (lost !== undefined) throw lost
        // What an undone run found out does not hold.
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
    // Nothing of what the lost transactions found out holds.
    for (const entries of order.all()) forget(entries)
    throw lost
  }

  #setAside(entries: DueEntries, fault: EntryFault): void {
    entries.failed.add(fault.key)
    this.#size = Math.max(1, fault.before)
    this.#facts.onFailed(fault)
  }
}
