/**
 * Work on a database as a list of statements asked one after another, so that it need not say whether the answers are
 * waited for: SQLite gives them at once, PostgreSQL later.
 */
import type { RawRow } from './driver.ts'
import type { Value } from './layout.ts'
import type { Session, Text } from './session.ts'

export interface Step {
  readonly ask: 'get' | 'all' | 'run'
  readonly text: Text
  readonly values: readonly Value[]
}

export type Steps<T> = Generator<Step, T, unknown>

/** The first row. */
export function* get(text: Text, values: readonly Value[]): Steps<RawRow | undefined> {
  return (yield { ask: 'get', text, values }) as RawRow | undefined
}

export function* all(text: Text, values: readonly Value[]): Steps<RawRow[]> {
  return (yield { ask: 'all', text, values }) as RawRow[]
}

/** The number of rows changed. */
export function* run(text: Text, values: readonly Value[]): Steps<number> {
  return (yield { ask: 'run', text, values }) as number
}

/** Takes all steps on a session that answers at once. */
export const atOnce = <T>(session: Session, steps: Steps<T>): T => {
  for (let next = steps.next(); ; ) {
    if (next.done === true) return next.value
    const { ask, text, values } = next.value
    next = steps.next(session[ask](text, values))
  }
}
