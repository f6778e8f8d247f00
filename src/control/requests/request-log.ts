/**
 * The last requests of one world and their answers, in memory. They are kept as they came, so that keeping one costs next to
 * nothing; what is secret in them is removed when somebody looks (secrets.ts).
 */
import { randomBytes } from 'node:crypto'
import type { Lack } from '#base/errors.ts'
import type { Asking } from '#base/own-address.ts'

const mostEntries = 1_000
const mostBytes = 16 * 1024 * 1024
/** Of all logs of a server; one that is over it is left `leastBytes`. */
const mostBytesTogether = 64 * 1024 * 1024
const leastBytes = 64 * 1024
/** More of a body is not kept. */
export const keptBodyBytes = 64 * 1024
/** What an entry takes beside its bodies: its headers above all. */
const entryBytes = 2 * 1024

/** Of the log itself nothing is logged: who looks at it would find little else. */
export const unloggedPath = /^\/_relata\/requests(?:\/|$)/i

/** The part of an answer that is kept. */
export interface LoggedAnswer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly check?: string
  readonly step?: string
  readonly lacks?: Lack
}

/** How far a request came in the engine. */
export interface Trail {
  /** The letter of the request (engine/steps.ts); undefined: it ended before it had one. */
  letter: string | undefined
  /** The last step taken; undefined: none was. */
  last: string | undefined
}

export interface LoggedRequest {
  /** By the system's clock. */
  readonly at: Date
  /** As sent. */
  readonly method: string
  /** Raw, without the query. */
  readonly path: string
  /** Raw, without the question mark. */
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Unzipped; undefined: there was none, or nobody has read it. */
  readonly body: Uint8Array | undefined
  readonly requestId: string
  readonly clientRequestId: string
  readonly actor: Asking | undefined
  readonly remote: string | undefined
  readonly note: Readonly<Record<string, string>> | undefined
  readonly trail: Trail | undefined
  /** 0: the connection ended before the answer. */
  readonly status: number
  readonly ms: number
  readonly answer: LoggedAnswer
  /** Headers beside those of the answer; names and values alternate. */
  readonly ownHeaders: readonly string[] | undefined
}

/** Of bodies, one of which is too long to be kept whole: how they begin, and how many bytes they have. */
export interface LongBodies {
  readonly requestStart: Uint8Array | undefined
  readonly requestBytes: number
  readonly answerStart: Uint8Array | undefined
  readonly answerBytes: number
}

export interface Entry {
  /** From 1; each request of a log has the next one. */
  readonly sequence: number
  /** Without the bodies where `long` has them. */
  readonly request: LoggedRequest
  readonly long: LongBodies | undefined
}

/** Told that there is a new entry, or that the log was cleared. */
export type Watcher = (what: 'added' | 'cleared') => void

/** The bytes of all logs of a server. */
export interface LogBudget {
  held: number
  readonly most: number
}

export function logBudget(most = mostBytesTogether): LogBudget {
  return { held: 0, most }
}

export interface RequestLogLimits {
  readonly entries?: number
  readonly bytes?: number
  readonly budget?: LogBudget
}

/** A copy, as a part of a buffer or of a text would keep the whole of it in memory. */
function startOf(body: Uint8Array | string): Uint8Array {
  return typeof body === 'string'
    ? Uint8Array.from(Buffer.from(body.slice(0, keptBodyBytes)).subarray(0, keptBodyBytes))
    : Uint8Array.from(body.subarray(0, keptBodyBytes))
}

function longEntry(sequence: number, request: LoggedRequest): Entry {
  const { body, answer } = request
  const long: LongBodies = {
    requestStart: body && startOf(body),
    requestBytes: body?.byteLength ?? 0,
    answerStart: answer.body === undefined ? undefined : startOf(answer.body),
    answerBytes: Buffer.byteLength(answer.body ?? ''),
  }
  return { sequence, request: { ...request, body: undefined, answer: { ...answer, body: undefined } }, long }
}

export class RequestLog {
  /** Tells it from that of another world, and from this one after a reset: positions in one mean nothing in another. */
  readonly epoch = randomBytes(4).toString('hex')
  readonly #most: number
  readonly #mostBytes: number
  readonly #budget: LogBudget
  /** By sequence modulo `#most`. */
  readonly #entries: (Entry | undefined)[] = []
  readonly #sizes: number[] = []
  readonly #watchers = new Set<Watcher>()
  /** The sequence of the oldest entry that is kept, and that of the next one to come. */
  #first = 1
  #next = 1
  #bytes = 0
  #isClosed = false

  constructor({ entries = mostEntries, bytes = mostBytes, budget = logBudget() }: RequestLogLimits = {}) {
    this.#most = entries
    this.#mostBytes = bytes
    this.#budget = budget
  }

  get size(): number {
    return this.#next - this.#first
  }

  /** How many requests came before those that are kept. */
  get dropped(): number {
    return this.#first - 1
  }

  add(request: LoggedRequest): void {
    if (this.#isClosed) return
    const { body, answer } = request
    const requestBytes = body?.byteLength ?? 0
    const answerLength = answer.body?.length ?? 0
    const isLong = requestBytes > keptBodyBytes || answerLength > keptBodyBytes
    const sequence = this.#next
    const entry: Entry = isLong ? longEntry(sequence, request) : { sequence, request, long: undefined }
    const size = entryBytes + Math.min(requestBytes, keptBodyBytes) + Math.min(answerLength, keptBodyBytes)
    if (this.size === this.#most) this.#dropOldest()
    const place = sequence % this.#most
    this.#entries[place] = entry
    this.#sizes[place] = size
    this.#bytes += size
    this.#budget.held += size
    this.#next = sequence + 1
    while (this.size > 1 && this.#isOver) this.#dropOldest()
    if (this.#watchers.size > 0) for (const watcher of this.#watchers) watcher('added')
  }

  /** Newest first. */
  *entries(): Generator<Entry> {
    for (let sequence = this.#next - 1; sequence >= this.#first; sequence -= 1) {
      const entry = this.#entries[sequence % this.#most]
      if (entry !== undefined) yield entry
    }
  }

  /** The sequence of the newest entry; 0 where there was none yet. */
  get last(): number {
    return this.#next - 1
  }

  /** The oldest entry after that one that is kept. */
  after(sequence: number): Entry | undefined {
    const next = Math.max(sequence + 1, this.#first)
    return next < this.#next ? this.#entries[next % this.#most] : undefined
  }

  /** By request id or client request id; of several the newest. */
  find(id: string): Entry | undefined {
    const wanted = id.toLowerCase()
    for (const entry of this.entries()) {
      const { requestId, clientRequestId } = entry.request
      if (requestId.toLowerCase() === wanted || clientRequestId.toLowerCase() === wanted) return entry
    }
    return undefined
  }

  clear(): void {
    this.#empty()
    for (const watcher of this.#watchers) watcher('cleared')
  }

  /** Returns what ends the watching. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Keeps nothing any more: its world has ended. */
  close(): void {
    this.#isClosed = true
    this.#empty()
  }

  get #isOver(): boolean {
    const { held, most } = this.#budget
    return this.#bytes > this.#mostBytes || (held > most && this.#bytes > leastBytes)
  }

  #empty(): void {
    this.#entries.length = 0
    this.#sizes.length = 0
    this.#first = this.#next
    this.#budget.held -= this.#bytes
    this.#bytes = 0
  }

  #dropOldest(): void {
    const place = this.#first % this.#most
    const size = this.#sizes[place] ?? 0
    this.#bytes -= size
    this.#budget.held -= size
    this.#entries[place] = undefined
    this.#first += 1
  }
}
