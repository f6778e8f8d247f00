/**
 * Statements as plain values: a text, its values, and what is made of the answer. None of them says whether the answer
 * comes at once, as from SQLite, or later, as from PostgreSQL. Work that takes several statements is an array of them.
 */
import { StoreError } from '#base/errors.ts'
import type { RawRow, SqlValue } from '../values.ts'

/** A text with its prepared form on each connection of a store: one text belongs to one store. */
export interface StatementText {
  readonly text: string
  readonly prepared: unknown[]
}

/**
 * What stands for a value in our texts. SQLite reads the value of a bare `?` while it plans a statement that sorts, limits
 * or drops doubles, and then plans it anew each time it is run, which costs more than to run it; an expression has none.
 */
export const placeholder = '+?'

export function textOf(text: string): StatementText {
  return { text, prepared: [] }
}

export interface Statement<T = unknown> {
  /** What it answers: the first row, all rows, or the number of rows changed. */
  readonly wants: 'get' | 'all' | 'run'
  readonly text: StatementText
  readonly values: readonly SqlValue[]
  /** Makes the result of the answer. */
  readonly read: (answer: never) => T
}

/** The result of a statement, given its answer. */
export function resultOf<T>({ read }: Statement<T>, answer: unknown): T {
  return (read as (answer: unknown) => T)(answer)
}

function asItIs<T>(answer: T): T {
  return answer
}

function nothing(): void {
  // Nothing to do.
}

/** The first row, or what is made of it. */
export function get(text: StatementText, values: readonly SqlValue[]): Statement<RawRow | undefined>
export function get<T>(
  text: StatementText,
  values: readonly SqlValue[],
  read: (raw: RawRow | undefined) => T,
): Statement<T>
export function get(text: StatementText, values: readonly SqlValue[], read: Statement['read'] = asItIs): Statement {
  return { wants: 'get', text, values, read }
}

/** All rows, or what is made of them. */
export function all(text: StatementText, values: readonly SqlValue[]): Statement<RawRow[]>
export function all<T>(text: StatementText, values: readonly SqlValue[], read: (raws: RawRow[]) => T): Statement<T>
export function all(text: StatementText, values: readonly SqlValue[], read: Statement['read'] = asItIs): Statement {
  return { wants: 'all', text, values, read }
}

/** Changes as many rows as there are. */
export function run(text: StatementText, values: readonly SqlValue[]): Statement<void> {
  return { wants: 'run', text, values, read: nothing }
}

function checkFound(changed: number): void {
  if (changed === 0) throw new StoreError('precondition', 'missing')
}

/** Changes rows that must be there. Its result throws `precondition` (`missing`), perhaps only before the commit. */
export function change(text: StatementText, values: readonly SqlValue[]): Statement<void> {
  return { wants: 'run', text, values, read: checkFound }
}
