/**
 * The last requests of one world and their answers, in memory. They are kept as they came, so that keeping one costs little;
 * what is secret in them is removed when somebody looks (secrets.ts).
 */
import { randomBytes } from 'node:crypto'
import type { Lack } from '#base/errors.ts'
import type { Asking } from '#base/own-address.ts'
import type { Entry, KeptBody, LoggedAnswer, LoggedRequest } from './logged.ts'
import { type LogBudget, LogMemory, type LogSegment, logBudget } from './segments.ts'

const mostEntries = 1_000
const mostBytes = 16 * 1024 * 1024
/** More of a body is not kept. */
export const keptBodyBytes = 64 * 1024
/** Longer headers are not kept; from a socket there are none. */
const mostHeaderLength = 64 * 1024

/** Told that there is a new entry, or that the log was cleared. */
export type Watcher = (what: 'added' | 'cleared') => void

export interface RequestLogLimits {
  readonly entries?: number
  /** Whole segments of 256 KiB; at least one. */
  readonly bytes?: number
  readonly budget?: LogBudget
}

/**
 * One place of the ring, which is filled anew for each request that comes by. What it refers to lives longer than the
 * request anyway; all that is of the request alone is in the segment: its texts, its body, its answer.
 */
interface Slot {
  segment: LogSegment
  start: number
  textLength: number
  /** -1: there is none. */
  bodyLength: number
  bodySize: number
  answerLength: number
  answerSize: number
  at: number
  ms: number
  status: number
  method: string
  remote: string | undefined
  actor: Asking | undefined
  note: Readonly<Record<string, string>> | undefined
  letter: string | undefined
  last: string | undefined
  answerHeaders: Readonly<Record<string, string>>
  check: string | undefined
  step: string | undefined
  lacks: Lack | undefined
}

/** Of what proves who asks, only the scheme is kept: the rest is long, and nobody may see it. */
function keptHeader(name: string, value: string): string {
  return name === 'authorization' ? value.slice(0, value.indexOf(' ') + 1) : value
}

/** Texts of a request, a line each: none of them can have a line break in HTTP. `own`: headers of this answer only. */
function textsOf(
  { requestId, clientRequestId, path, query, headers, ownHeaders }: LoggedRequest,
  own: LoggedAnswer['headers'],
): string {
  let count = 0
  let ownText = ''
  for (const name in own) {
    count += 2
    ownText += `\n${name}\n${own[name]}`
  }
  if (ownHeaders !== undefined) {
    count += ownHeaders.length
    for (const part of ownHeaders) ownText += `\n${part}`
  }
  let text = `${requestId}\n${clientRequestId}\n${path}\n${query}\n${count}${ownText}`
  const short = text
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) text += `\n${name}\n${keptHeader(name, value)}`
  }
  return text.length > mostHeaderLength ? short.slice(0, mostHeaderLength) : text
}

function pairsOf(list: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let at = 0; at + 1 < list.length; at += 2) pairs.push([list[at] ?? '', list[at + 1] ?? ''])
  return pairs
}

const none: LoggedAnswer['headers'] = {}

function emptySlot(segment: LogSegment): Slot {
  return {
    segment,
    ...{ start: 0, textLength: 0, bodyLength: -1, bodySize: 0, answerLength: -1, answerSize: 0 },
    // A half, so that the members are made for numbers that are not whole.
    ...{ at: 0.5, ms: 0.5, status: 0, method: '', remote: undefined, actor: undefined, note: undefined },
    ...{ letter: undefined, last: undefined, answerHeaders: {}, check: undefined, step: undefined, lacks: undefined },
  }
}

/** Member by member: an object made for each request would live as long as its entry, and cost as much as the rest. */
function fill(slot: Slot, { at, ms, status, method, remote, actor, note, trail, answer }: LoggedRequest): void {
  slot.at = at
  slot.ms = ms
  slot.status = status
  slot.method = method
  slot.remote = remote
  slot.actor = actor
  slot.note = note
  slot.letter = trail?.letter
  slot.last = trail?.last
  slot.check = answer.check
  slot.step = answer.step
  slot.lacks = answer.lacks
}

export class RequestLog {
  /** Tells it from that of another world, and from this one after a reset: positions in one mean nothing in another. */
  readonly epoch = randomBytes(4).toString('hex')
  readonly #most: number
  readonly #segments: LogMemory
  /** By sequence modulo `#most`. */
  readonly #slots: Slot[] = []
  readonly #watchers = new Set<Watcher>()
  /** The sequence of the oldest entry that is kept, and that of the next one to come. */
  #first = 1
  #next = 1
  #isClosed = false
  #lastHeaders: LoggedAnswer['headers'] = none

  constructor({ entries = mostEntries, bytes = mostBytes, budget = logBudget() }: RequestLogLimits = {}) {
    this.#most = entries
    this.#segments = new LogMemory(bytes, budget, () => this.#dropOldest())
  }

  get size(): number {
    return this.#next - this.#first
  }

  /** How many requests came before those that are kept. */
  get dropped(): number {
    return this.#first - 1
  }

  /** The sequence of the newest entry; 0 where there was none yet. */
  get last(): number {
    return this.#next - 1
  }

  add(request: LoggedRequest): void {
    if (this.#isClosed) return
    if (this.size === this.#most) this.#dropOldest()
    const { body, answer } = request
    // Most answers share their headers. Others' are of this request only, and parts of its body may hang on them.
    const isShared = answer.headers === this.#lastHeaders
    this.#lastHeaders = answer.headers
    const texts = textsOf(request, isShared ? none : answer.headers)
    const bodyLength = Math.min(body?.byteLength ?? 0, keptBodyBytes)
    // A unit of UTF-16 has three bytes of UTF-8 at most.
    const answerMost = Math.min((answer.body?.length ?? 0) * 3, keptBodyBytes)
    const segment = this.#segments.roomFor(texts.length + bodyLength + answerMost)
    const { buffer, used } = segment
    // Headers and addresses have one byte for each character.
    const textLength = buffer.write(texts, used, 'latin1')
    const bodyAt = used + textLength
    if (body !== undefined) buffer.set(bodyLength < body.byteLength ? body.subarray(0, bodyLength) : body, bodyAt)
    const answerAt = bodyAt + bodyLength
    const answerLength = answer.body === undefined ? -1 : buffer.write(answer.body, answerAt, answerMost)
    segment.used = answerAt + Math.max(0, answerLength)
    segment.entries += 1
    const slot = this.#nextSlot(segment)
    slot.segment = segment
    slot.start = used
    slot.textLength = textLength
    slot.bodyLength = body === undefined ? -1 : bodyLength
    slot.bodySize = body?.byteLength ?? 0
    slot.answerLength = answerLength
    slot.answerSize = answerLength > keptBodyBytes - 4 ? Buffer.byteLength(answer.body ?? '') : answerLength
    fill(slot, request)
    slot.answerHeaders = isShared ? answer.headers : none
    this.#next += 1
    if (this.#watchers.size > 0) for (const watcher of this.#watchers) watcher('added')
  }

  /** Newest first. */
  *entries(): Generator<Entry> {
    for (let sequence = this.last; sequence >= this.#first; sequence -= 1) {
      const entry = this.#entryAt(sequence)
      if (entry !== undefined) yield entry
    }
  }

  /** The oldest entry after that one that is kept. */
  after(sequence: number): Entry | undefined {
    return this.#entryAt(Math.max(sequence + 1, this.#first))
  }

  /** By request id or client request id; of several the newest. */
  find(id: string): Entry | undefined {
    const wanted = id.toLowerCase()
    for (const entry of this.entries()) {
      const { requestId, clientRequestId } = entry
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

  #nextSlot(segment: LogSegment): Slot {
    const place = this.#next % this.#most
    let slot = this.#slots[place]
    if (slot === undefined) {
      slot = emptySlot(segment)
      this.#slots[place] = slot
    }
    return slot
  }

  #entryAt(sequence: number): Entry | undefined {
    const slot = sequence < this.#first || sequence >= this.#next ? undefined : this.#slots[sequence % this.#most]
    if (slot === undefined) return undefined
    const { segment, start, textLength, bodyLength, answerLength } = slot
    const { at, ms, status, method, remote, actor, note, letter, last, check, step, lacks } = slot
    const bodyAt = start + textLength
    const answerAt = bodyAt + Math.max(0, bodyLength)
    const keptAt = (from: number, length: number, size: number): KeptBody | undefined =>
      length < 1 ? undefined : { bytes: Uint8Array.from(segment.buffer.subarray(from, from + length)), size }
    const lines = segment.buffer.toString('latin1', start, bodyAt).split('\n')
    const [requestId = '', clientRequestId = '', path = '', query = '', own = '0', ...headers] = lines
    const ownLength = Number(own)
    return {
      ...{ sequence, at: new Date(at), ms, status, method, remote, actor, note, trail: { letter, last } },
      ...{ requestId, clientRequestId, path, query, check, step, lacks },
      headers: pairsOf(headers.slice(ownLength)),
      body: keptAt(bodyAt, bodyLength, slot.bodySize),
      answerHeaders: [...Object.entries(slot.answerHeaders), ...pairsOf(headers.slice(0, ownLength))],
      answerBody: keptAt(answerAt, answerLength, slot.answerSize),
    }
  }

  #empty(): void {
    this.#slots.length = 0
    this.#first = this.#next
    this.#segments.release()
  }

  /** False: there is none. */
  #dropOldest(): boolean {
    const slot = this.#slots[this.#first % this.#most]
    if (this.size === 0 || slot === undefined) return false
    this.#first += 1
    this.#segments.leave(slot.segment)
    return true
  }
}
