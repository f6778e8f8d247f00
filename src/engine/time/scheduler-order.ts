/**
 * Scheduler order: over all tenants, the earliest due entry fires first. Keeps the due entries of each tenant and the
 * instant of the next one of all. Reads and fires nothing.
 */
import type { Clock } from '#base/clock.ts'
import { type DueEntries, dueEntriesOf, type EntryPosition, forget, isBefore } from './due-entries.ts'

const unknown = Number.NEGATIVE_INFINITY

interface WithHead extends DueEntries {
  head: EntryPosition
}

export function hasHead(entries: DueEntries): entries is WithHead {
  return entries.head !== undefined && entries.head !== 'unknown'
}

/** In milliseconds; minus infinity: unknown, infinity: no entry. */
function millisOf({ head }: DueEntries): number {
  if (head === undefined) return Number.POSITIVE_INFINITY
  return head === 'unknown' ? unknown : Date.parse(head.due)
}

export class SchedulerOrder {
  readonly #clock: Clock
  readonly #tenants = new Map<string, DueEntries>()
  /** When the next committed entry of any tenant is due, as `millisOf` says it. */
  #next = unknown
  /** The same as a transaction sees it that follows uncommitted ones; never later than `#next`. */
  #nextUncommitted = unknown
  /** Whether the tenants of the store have been loaded. */
  isLoaded = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  all(): Iterable<DueEntries> {
    return this.#tenants.values()
  }

  has(tenantId: string): boolean {
    return this.#tenants.has(tenantId)
  }

  /** The tenant was removed. */
  drop({ tenantId }: DueEntries): void {
    this.#tenants.delete(tenantId)
    this.refresh()
  }

  of(tenantId: string): DueEntries {
    const known = this.#tenants.get(tenantId)
    if (known !== undefined) return known
    const made = dueEntriesOf(tenantId)
    this.#tenants.set(tenantId, made)
    this.#invalidateNext()
    return made
  }

  /** When the next committed entry is due, in milliseconds since 1970; minus infinity: unknown, infinity: never. */
  get next(): number {
    return this.#next
  }

  /** Whether an entry is due, or may be where that is unknown. */
  isDue(): boolean {
    return this.#next !== Number.POSITIVE_INFINITY && this.#clock.now().getTime() >= this.#next
  }

  /** Whether entries may be due for a transaction that begins at this instant, in milliseconds. */
  isDueWithin(millis: number): boolean {
    return millis >= this.#nextUncommitted
  }

  /** Whether no other tenant has due entries; false where that is unknown. */
  isOnlyOneDue(entries: DueEntries, now: string): boolean {
    if (this.#nextUncommitted === unknown) return false
    const { first, until } = this.turn()
    return first === entries && (until === undefined || until.due > now)
  }

  /** Whether an entry that has been read is due. */
  hasKnownDue(now: string): boolean {
    const { first } = this.turn()
    return first !== undefined && first.head.due <= now
  }

  /** The tenant with the next entry, and the position of the next entry of another tenant. */
  turn(): { first: WithHead | undefined; until: EntryPosition | undefined } {
    let first: WithHead | undefined
    let until: EntryPosition | undefined
    for (const entries of this.#tenants.values()) {
      if (!hasHead(entries)) continue
      if (first === undefined || isBefore(entries.head, first.head)) {
        until = first?.head
        first = entries
      } else if (until === undefined || isBefore(entries.head, until)) until = entries.head
    }
    return { first, until }
  }

  /** Takes note of a new head of a tenant, which may still be rolled back. Returns whether it is now the next of all. */
  noteSet(due: string): boolean {
    const millis = Date.parse(due)
    this.#nextUncommitted = Math.min(this.#nextUncommitted, millis)
    if (millis >= this.#next) return false
    this.#next = millis
    return true
  }

  /** Computes the next instant from the heads of all tenants. */
  refresh(): void {
    this.refreshUncommitted()
    this.#next = this.#nextUncommitted
  }

  refreshUncommitted(): void {
    this.#nextUncommitted = this.isLoaded ? this.#earliest() : unknown
  }

  /** The tenant's entries have to be read again, before anything fires. */
  invalidate(entries: DueEntries): void {
    forget(entries)
    this.#invalidateNext()
  }

  invalidateAll(): void {
    for (const entries of this.#tenants.values()) forget(entries)
    this.#invalidateNext()
  }

  #invalidateNext(): void {
    this.#next = unknown
    this.#nextUncommitted = unknown
  }

  #earliest(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const entries of this.#tenants.values()) earliest = Math.min(earliest, millisOf(entries))
    return earliest
  }
}
