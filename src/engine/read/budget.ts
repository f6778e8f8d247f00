/**
 * What one answer may cost: rows and characters that are read for it, counted while they are read. The items of a batch
 * share the characters, as they are one answer. Work over many rows gives the event loop back in between.
 */
import { checkTime, type Deadline, untilEnd } from '#base/deadline.ts'
import { AppError } from '#base/errors.ts'
import type { PageRow } from '#edm/ports.ts'
import { type ConcurrencyLimit, limitConcurrency } from './concurrency-limit.ts'

/** What is left of the size of an answer. */
export interface Allowance {
  characters: number
}

const mostRows = 100_000
const mostCharacters = 16 * 1024 * 1024
/** Concurrent reads of expanded rows: on PostgreSQL they share a statement. What they have read when a limit is reached is wasted. */
const readsAtOnce = 64
/** Concurrent reads of single expanded rows. SQLite answers at once, so these are done in one turn of the event loop. */
const singlesAtOnce = 128
/** Large answers that are built at the same time, so that the memory for them does not multiply. */
const largeAtOnce = 2
/** Longest work in one turn of the event loop. */
const longestMillis = 10

export function wholeAllowance(): Allowance {
  return { characters: mostCharacters }
}

function tooMany(check: string, what: string): AppError {
  return new AppError('invalid', `The request would read too many ${what}; expand less, or page with $top.`, {
    inner: 'tooManyResultsRequested',
    check,
  })
}

export function tooManyRows(): AppError {
  return tooMany('limit.rows', 'rows')
}

/** The work of this turn of the event loop, of all requests together. */
let began: number | undefined
let next: Promise<void> | undefined

function nextTurn(): Promise<void> {
  next ??= new Promise((resolve) => {
    setImmediate(() => {
      next = undefined
      began = undefined
      resolve()
    })
  })
  return next
}

function forget(): void {
  began = undefined
}

/** Undefined while there is time in this turn. */
function turnOver(): Promise<void> | undefined {
  const now = performance.now()
  if (began === undefined) {
    began = now
    setImmediate(forget)
  }
  return now - began < longestMillis ? undefined : nextTurn()
}

const largeTurns = limitConcurrency(largeAtOnce)

/** Builds a large answer, a few at a time; the others wait in order. Throws `unavailable` when the request ends. */
export function inLargeTurn<T>(build: () => Promise<T>, deadline: Deadline | undefined): Promise<T> {
  const inTime = async (): Promise<T> => {
    checkTime(deadline)
    return build()
  }
  return untilEnd(largeTurns(inTime), deadline)
}

export class ReadBudget {
  private rows = mostRows
  private isTooLong = false
  private readonly allowance: Allowance
  private readonly deadline: Deadline | undefined
  /** Runs reads, a few at a time. */
  private readonly limited: ConcurrencyLimit = limitConcurrency(readsAtOnce)
  private readonly singles: ConcurrencyLimit = limitConcurrency(singlesAtOnce)

  constructor(allowance: Allowance, deadline: Deadline | undefined) {
    this.allowance = allowance
    this.deadline = deadline
  }

  /** Throws `invalid` for an answer that has become too large: whatever else is read for it is not needed. */
  private check(): void {
    if (this.rows < 0) throw tooManyRows()
    if (this.isTooLong) throw tooMany('limit.bytes', 'characters')
  }

  /** What does not fit is not taken from the allowance, so that other items of a batch may still fit. */
  private take(characters: number): void {
    if (characters > this.allowance.characters) this.isTooLong = true
    else this.allowance.characters -= characters
    this.check()
  }

  /** Waits where the event loop has worked for long without a pause. Throws `unavailable` when the request has ended. */
  async pause(): Promise<void> {
    for (let wait = turnOver(); wait !== undefined; wait = turnOver()) await wait
    checkTime(this.deadline)
  }

  /** Reads a single expanded row. `text` counts it. */
  single<T>(read: () => Promise<T>): Promise<T> {
    return this.singles(async () => {
      await this.pause()
      this.check()
      return read()
    })
  }

  /** Counts the rows of a page that is read. */
  async page(read: () => Promise<PageRow[]>): Promise<PageRow[]> {
    const rows = await this.limited(async () => {
      await this.pause()
      this.check()
      return read()
    })
    this.rows -= rows.length
    this.take(rows.reduce((sum, { json }) => sum + json.length, 0))
    return rows
  }

  /** Counts the text of a page that is read. */
  text(json: string): void {
    this.take(json.length)
  }
}
