/**
 * Memory for the texts of a log, in pieces that are filled one after another and used again. Texts that were kept as values
 * would survive each collection of garbage until they are forgotten: a point read cost a sixth more, a page an eighth.
 */

export const segmentBytes = 256 * 1024

export interface LogSegment {
  readonly buffer: Buffer
  /** How much of it is filled. */
  used: number
  /** How many entries are in it. */
  entries: number
}

/** The bytes of all logs of a server. A log that is alone in being over it keeps one segment. */
export interface LogBudget {
  held: number
  readonly most: number
}

export function logBudget(most = 64 * 1024 * 1024): LogBudget {
  return { held: 0, most }
}

/** The segments of one log. `dropOldest` makes room: it forgets the oldest entry, and says whether there was one. */
export class LogMemory {
  readonly #mostBytes: number
  readonly #budget: LogBudget
  readonly #dropOldest: () => boolean
  #current: LogSegment | undefined
  #free: LogSegment[] = []
  #count = 0

  constructor(mostBytes: number, budget: LogBudget, dropOldest: () => boolean) {
    this.#mostBytes = mostBytes
    this.#budget = budget
    this.#dropOldest = dropOldest
  }

  /** A segment with room for so many bytes, at most `segmentBytes`. */
  roomFor(bytes: number): LogSegment {
    const current = this.#current
    if (current !== undefined && current.used + bytes <= segmentBytes) return current
    const next = this.#next()
    this.#current = next
    return next
  }

  /** One entry of it is forgotten. */
  leave(segment: LogSegment): void {
    segment.entries -= 1
    if (segment.entries > 0) return
    segment.used = 0
    if (segment !== this.#current) this.#free.push(segment)
  }

  /** Gives all of it back. */
  release(): void {
    this.#budget.held -= this.#count * segmentBytes
    this.#count = 0
    this.#free = []
    this.#current = undefined
  }

  get #isFull(): boolean {
    if (this.#count === 0) return false
    const { held, most } = this.#budget
    return (this.#count + 1) * segmentBytes > this.#mostBytes || held + segmentBytes > most
  }

  #next(): LogSegment {
    while (this.#free.length === 0 && this.#isFull) {
      // The only segment there is begins anew when its last entry is gone.
      if (this.#current?.entries === 0) return this.#current
      if (!this.#dropOldest()) break
    }
    const free = this.#free.pop()
    if (free !== undefined) return free
    this.#count += 1
    this.#budget.held += segmentBytes
    return { buffer: Buffer.allocUnsafeSlow(segmentBytes), used: 0, entries: 0 }
  }
}
