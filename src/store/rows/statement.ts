/**
 * Statements as plain values: a text, its values, and a function that decodes the answer. They are the same for SQLite,
 * which answers synchronously, and for PostgreSQL, which does not. Work of several statements is an array of them.
 */
import { StoreError } from '#base/errors.ts'
import type { ColumnKind } from '#edm/types.ts'
import type { RawRow, SqlValue } from '../values.ts'

/** A column with lists as JSON text, and how many bytes an element has at least. */
export interface ElementList {
  readonly table: string
  readonly column: string
  readonly bytes: number
}

/** So many steps for each element of the first list; of the others, which are tested within it, for each element of a row. */
export interface ElementTest {
  readonly weight: number
  readonly lists: readonly ElementList[]
}

/** How much work a statement can be: for each combination of the rows of its tables, so many steps. */
export interface Cost {
  /** Comparing two values is one step. */
  readonly weight: number
  readonly tables: readonly string[]
  readonly tests: readonly ElementTest[]
}

/**
 * What a text does to rows, so that texts of the same form can be sent as one statement for all of their rows. The values
 * of a text are those of the columns, row by row.
 */
export interface RowForm {
  /** `set` and `add` change the row that the last two columns name: those of the tenant and the id. */
  readonly how: 'insert' | 'set' | 'add'
  /** Quoted. */
  readonly table: string
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[]
  /** Another condition on the row that is changed; may be empty. */
  readonly test: string
}

/** A text and its prepared statement on each connection of a store. A text belongs to one store. */
export interface StatementText {
  /** Undefined: it is sent by itself. */
  readonly form: RowForm | undefined
  readonly text: string
  readonly prepared: unknown[]
  /** Undefined: it is cheap by its shape. */
  readonly cost: Cost | undefined
  /** How often in a row it has taken long. */
  slowRuns: number
  /** Until then (of `performance.now()`) it is taken for slow. */
  slowUntil: number
}

/**
 * The placeholder of a value. If a statement sorts, limits or removes duplicates, SQLite looks at the value of a plain `?`
 * while it plans, and plans the statement again each time it runs, which costs more than running it. It does not look into
 * the expression `+?`.
 */
export const placeholder = '+?'

export function textOf(text: string, form?: RowForm): StatementText {
  return { text, form, prepared: [], cost: undefined, slowRuns: 0, slowUntil: 0 }
}

export interface Statement<T = unknown> {
  /** The kind of answer: the first row, all rows, or the number of rows changed. */
  readonly wants: 'get' | 'all' | 'run'
  readonly text: StatementText
  readonly values: readonly SqlValue[]
  /** Decodes the answer. */
  readonly read: (answer: never) => T
  /** Counts what an index finds for it, up to `mostFound`. */
  readonly probe?: Statement<number> | undefined
}

/** Rows that are few: an index has found no more for a statement. */
export const mostFound = 2_000

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

/** Reads the first row. */
export function get(text: StatementText, values: readonly SqlValue[]): Statement<RawRow | undefined>
export function get<T>(
  text: StatementText,
  values: readonly SqlValue[],
  read: (raw: RawRow | undefined) => T,
): Statement<T>
export function get(text: StatementText, values: readonly SqlValue[], read: Statement['read'] = asItIs): Statement {
  return { wants: 'get', text, values, read }
}

/** Reads all rows. */
export function all(text: StatementText, values: readonly SqlValue[]): Statement<RawRow[]>
export function all<T>(text: StatementText, values: readonly SqlValue[], read: (raws: RawRow[]) => T): Statement<T>
export function all(text: StatementText, values: readonly SqlValue[], read: Statement['read'] = asItIs): Statement {
  return { wants: 'all', text, values, read }
}

/** Changes any number of rows, also none. */
export function run(text: StatementText, values: readonly SqlValue[]): Statement<void> {
  return { wants: 'run', text, values, read: nothing }
}

function checkFound(changed: number): void {
  if (changed === 0) throw new StoreError('precondition', 'missing')
}

/** Changes rows that must exist. Throws `precondition` (`missing`) otherwise, perhaps only before the commit. */
export function change(text: StatementText, values: readonly SqlValue[]): Statement<void> {
  return { wants: 'run', text, values, read: checkFound }
}
