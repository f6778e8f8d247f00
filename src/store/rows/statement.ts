/**
 * Work on a database as a list of statements asked one after another, so that it need not say whether the answers are
 * waited for: SQLite gives them at once, PostgreSQL later. Work of several is a generator; most is of one.
 */
import { StoreError } from '#base/errors.ts'
import type { Session, Text } from '../sqlite/session.ts'
import type { RawRow, Value } from '../values.ts'

export interface Step {
  readonly ask: 'get' | 'all' | 'run'
  readonly text: Text
  readonly values: readonly Value[]
  /** Whether it is a fault to change no row. */
  readonly must?: boolean
}

export interface Steps<T> extends Iterable<Step, T, unknown> {
  /** The next statement, given the answer to the one before it, or what came of them. */
  next(answer?: unknown): IteratorResult<Step, T>
  [Symbol.iterator](): Steps<T>
}

/** One statement, and what is made of its answer: it costs no generator. */
class One<A, T> implements Step, Steps<T> {
  readonly ask: Step['ask']
  readonly text: Text
  readonly values: readonly Value[]
  readonly must: boolean
  readonly read: (answer: A) => T
  private isAsked = false

  constructor(ask: Step['ask'], text: Text, values: readonly Value[], read: (answer: A) => T, must: boolean) {
    this.ask = ask
    this.text = text
    this.values = values
    this.read = read
    this.must = must
  }

  next(answer: unknown): IteratorResult<Step, T> {
    if (this.isAsked) return { done: true, value: this.read(answer as A) }
    this.isAsked = true
    return { done: false, value: this }
  }

  [Symbol.iterator](): this {
    return this
  }
}

function asItIs<T>(answer: T): T {
  return answer
}

function nothing(): void {
  // Nothing to do.
}

/** The first row, or what is made of it. */
export function get<T = RawRow | undefined>(
  text: Text,
  values: readonly Value[],
  read: (raw: RawRow | undefined) => T = asItIs as never,
): Steps<T> {
  return new One('get', text, values, read, false)
}

/** All rows, or what is made of them. */
export function all<T = RawRow[]>(
  text: Text,
  values: readonly Value[],
  read: (raws: RawRow[]) => T = asItIs as never,
): Steps<T> {
  return new One('all', text, values, read, false)
}

/** Changes as many rows as there are. */
export function run(text: Text, values: readonly Value[]): Steps<void> {
  return new One('run', text, values, nothing, false)
}

export function missing(): StoreError {
  return new StoreError('precondition', 'missing')
}

function checkFound(changed: number): void {
  if (changed === 0) throw missing()
}

/** Changes rows that must be there. Throws `precondition` (`missing`), perhaps only before the commit. */
export function change(text: Text, values: readonly Value[]): Steps<void> {
  return new One('run', text, values, checkFound, true)
}

/** Takes all steps on a session that answers at once. */
export function atOnce<T>(session: Session, steps: Steps<T>): T {
  if (steps instanceof One) return steps.read(session[steps.ask as 'get'](steps.text, steps.values))
  for (let next = steps.next(); ; ) {
    if (next.done === true) return next.value
    const { ask, text, values } = next.value
    next = steps.next(session[ask](text, values))
  }
}
