/** What the scheduler keeps in memory of a tenant's due entries between transactions. The rows are authoritative. */
import type { Position } from '#edm/query.ts'

/** The place of an entry: by its instant, then in the order in which entries were set. */
export interface EntryPosition {
  readonly due: string
  readonly sequence: number
}

/** Of one tenant. The head may be an entry that no longer exists, but no entry comes before it. */
export interface DueEntries {
  readonly tenantId: string
  /** The first entry that may fire; undefined: there is none. */
  head: EntryPosition | 'unknown' | undefined
  /** Reading begins after this position; the entries up to it have failed. */
  cursor: Position
  /** Keys of entries that have failed; they are skipped until they are retried. */
  readonly failed: Set<string>
  /** The instant that fired last, and how often each entry fired at it. */
  firedAt: string
  readonly firings: Map<string, number>
}

const start: Position = ['', -1, '']

export function dueEntriesOf(tenantId: string): DueEntries {
  return {
    tenantId,
    head: 'unknown',
    cursor: start,
    failed: new Set(),
    firedAt: '',
    firings: new Map(),
  }
}

/** Makes the next transaction read the entries again. Failed entries are still skipped. */
export function forget(entries: DueEntries): void {
  entries.head = 'unknown'
  entries.cursor = start
  entries.firings.clear()
}

/** Restores the state from before a transaction that is rolled back. */
export function restore(entries: DueEntries, { head, cursor }: DueEntries): void {
  entries.head = head
  entries.cursor = cursor
  entries.firings.clear()
}

export function isBefore(one: EntryPosition, other: EntryPosition): boolean {
  return one.due < other.due || (one.due === other.due && one.sequence < other.sequence)
}

/** Moves head and cursor to an entry that is set before them. Returns whether it is the new head. */
export function noteSet(entries: DueEntries, position: EntryPosition): boolean {
  const [due, sequence] = entries.cursor as [string, number, string]
  if (isBefore(position, { due, sequence })) entries.cursor = [position.due, position.sequence, '']
  if (entries.head === 'unknown' || (entries.head !== undefined && isBefore(entries.head, position))) return false
  entries.head = position
  return true
}

const mostFirings = 100

/** Throws when an entry fires more than `mostFirings` times at one instant. */
export function countFiring(entries: DueEntries, due: string, id: string): void {
  if (entries.firedAt !== due) {
    entries.firedAt = due
    entries.firings.clear()
  }
  const firings = (entries.firings.get(id) ?? 0) + 1
  entries.firings.set(id, firings)
  if (firings > mostFirings) throw new Error(`fires again and again at ${due}`)
}
