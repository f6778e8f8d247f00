/**
 * Work on a database as a list of statements asked one after another, so that it need not say whether the answers are
 * waited for: SQLite gives them at once, PostgreSQL later.
 */
import { StoreError } from '#base/errors.ts'
import type { RawRow } from './driver.ts'
import type { Value } from './layout.ts'
import type { Session, Text } from './session.ts'

export interface Step {
  readonly ask: 'get' | 'all' | 'run'
  readonly text: Text
  readonly values: readonly Value[]
  /** Whether it is a fault to change no row. */
  readonly must?: true
}

export type Steps<T> = Generator<Step, T, unknown>

/** The first row. */
export function* get(text: Text, values: readonly Value[]): Steps<RawRow | undefined> {
  return (yield { ask: 'get', text, values }) as RawRow | undefined
}

export function* all(text: Text, values: readonly Value[]): Steps<RawRow[]> {
  return (yield { ask: 'all', text, values }) as RawRow[]
}

/** Changes as many rows as there are. */
export function* run(text: Text, values: readonly Value[]): Steps<void> {
  yield { ask: 'run', text, values }
}

export const missing = (): StoreError => new StoreError('precondition', 'missing')

/** Changes rows that must be there. Throws `precondition` (`missing`), perhaps only before the commit. */
export function* change(text: Text, values: readonly Value[]): Steps<void> {
  if ((yield { ask: 'run', text, values, must: true }) === 0) throw missing()
}

/** Takes all steps on a session that answers at once. */
export const atOnce = <T>(session: Session, steps: Steps<T>): T => {
  for (let next = steps.next(); ; ) {
    if (next.done === true) return next.value
    const { ask, text, values } = next.value
    next = steps.next(session[ask](text, values))
  }
}
