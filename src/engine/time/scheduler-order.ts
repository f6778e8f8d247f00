/**
 * Scheduler order: of the due entries of all tenants the earliest fires first, whatever tenant it belongs to. Keeps what
 * is known of each tenant, and the instant of the next entry of all; reads and fires nothing.
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

/** In milliseconds; minus infinity: not known, infinity: there is no entry. */
function millisOf({ head }: DueEntries): number {
  if (head === undefined) return Number.POSITIVE_INFINITY
  return head === 'unknown' ? unknown : Date.parse(head.due)
}

export class SchedulerOrder {
  readonly #clock: Clock
  readonly #tenants = new Map<string, DueEntries>()
  /** When the next committed entry of any tenant is due, as `millisOf` says it. */
  #next = unknown
  /** The same, never later, for a transaction that comes after others that are not committed yet. */
  #nextUncommitted = unknown
  /** Whether every tenant of the store is here. */
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

  of(tenantId: string): DueEntries {
    const known = this.#tenants.get(tenantId)
    if (known !== undefined) return known
    const made = dueEntriesOf(tenantId)
    this.#tenants.set(tenantId, made)
    this.#invalidateNext()
    return made
  }

  /** When the next committed entry is due, in milliseconds since 1970; minus infinity: not known, infinity: never. */
  get next(): number {
    return this.#next
  }

  /** Whether an entry is due by now, or may be. */
  isDue(): boolean {
    return this.#next !== Number.POSITIVE_INFINITY && this.#clock.now().getTime() >= this.#next
  }

  /** Whether a transaction that begins at this instant, in milliseconds, may see entries that are due. */
  isDueWithin(millis: number): boolean {
    return millis >= this.#nextUncommitted
  }

  /** Whether of all tenants this one alone has entries due by now; false where that is not known. */
  isOnlyOneDue(entries: DueEntries, now: string): boolean {
    if (this.#nextUncommitted === unknown) return false
    const { first, until } = this.turn()
    return first === entries && (until === undefined || until.due > now)
  }

  /** Whether an entry that is known is due by now. */
  hasKnownDue(now: string): boolean {
    const { first } = this.turn()
    return first !== undefined && first.head.due <= now
  }

  /** The tenant whose entry is next, and the position at which another tenant's turn begins. */
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

  /** An entry was set before all that its tenant had, and may yet be undone. Returns whether it is the next of all now. */
  noteSet(due: string): boolean {
    const millis = Date.parse(due)
    this.#nextUncommitted = Math.min(this.#nextUncommitted, millis)
    if (millis >= this.#next) return false
    this.#next = millis
    return true
  }

  /** Takes the next instant from what is known of each tenant. */
  refresh(): void {
    this.refreshUncommitted()
    this.#next = this.#nextUncommitted
  }

  refreshUncommitted(): void {
    this.#nextUncommitted = this.isLoaded ? this.#earliest() : unknown
  }

  /** Forgets what is known of the tenant, so that it is read again before anything else. */
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
