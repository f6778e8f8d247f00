/**
 * The statements of a write transaction, pipelined on its connection. The answers of statements that write are awaited only
 * at the end. Until something is read, they are held back: rows of one table become one statement, and several tables one
 * as well.
 */
import { StoreError } from '#base/errors.ts'
import { type RowForm, resultOf, type Statement } from '../rows/statement.ts'
import type { SqlValue } from '../values.ts'
import { ask, type Queryable, query } from './connect/connection.ts'
import { arrayText, boundOf, combinedText, type TypedText, tableOf, typedForRows, typedText } from './typed-text.ts'

/** Rows that one statement writes at most. */
const mostRows = 1_000

/** What is held back for one table. */
interface Part {
  readonly form: RowForm | undefined
  readonly statements: Statement<void>[]
  /** The places of rows that are changed, by tenant and id. */
  readonly places: Map<string, number>
}

function placeIn({ values }: Statement): string {
  return `${values[values.length - 2]} ${values[values.length - 1]}`
}

function partOf(statement: Statement<void>): Part {
  const { form } = statement.text
  const places = new Map(form === undefined || form.how === 'insert' ? [] : [[placeIn(statement), 0]])
  return { form, statements: [statement], places }
}

/** The same statement with the amounts of another one added. */
function withAmounts(statement: Statement<void>, { values }: Statement): Statement<void> {
  const last = values.length - 2
  const sums = statement.values.map((value, at) => (at < last ? Number(value) + Number(values[at]) : value))
  return { ...statement, values: sums }
}

/** Adds a statement to a part of the same table. False: they cannot be one statement. */
function isJoined({ form, statements, places }: Part, statement: Statement<void>): boolean {
  if (form === undefined || statement.text.form !== form || statements.length >= mostRows) return false
  if (form.how !== 'insert') {
    const place = placeIn(statement)
    const known = places.get(place)
    if (known !== undefined && form.how === 'set') return false
    if (known !== undefined) {
      statements[known] = withAmounts(statements[known] as Statement<void>, statement)
      return true
    }
    places.set(place, statements.length)
  }
  statements.push(statement)
  return true
}

/** Each column of the rows as an array. */
function arraysOf({ columns }: RowForm, statements: readonly Statement[]): string[] {
  const rows = statements.map(({ values }) => values)
  return columns.map((_, column) => arrayText(rows, column, columns.length))
}

interface ReadyPart {
  readonly text: TypedText
  readonly bound: readonly SqlValue[]
}

function readyOf({ form, statements }: Part): ReadyPart {
  const [first] = statements as [Statement<void>]
  if (form === undefined || statements.length === 1)
    return { text: typedText(first.text, first.values), bound: boundOf(first.values) }
  return { text: typedForRows(form), bound: arraysOf(form, statements) }
}

/** Sends statements that write different tables as one; resolves to the number of rows that each has changed. */
async function countsOf(connection: Queryable, parts: readonly ReadyPart[]): Promise<readonly unknown[]> {
  const [first, ...more] = parts
  if (first === undefined) return []
  if (more.length === 0) return [(await query(connection, first.text, first.bound)).rowCount ?? 0]
  const text = combinedText(parts.map((part) => part.text))
  const { rows } = await query(
    connection,
    text,
    parts.flatMap(({ bound }) => bound),
  )
  return rows[0] ?? []
}

/** The first failure of a transaction, and how many statements had been sent before that which failed. */
interface Failure {
  readonly error: unknown
  readonly at: number
}

export class Pipeline {
  private readonly connection: Queryable
  private failure: Failure | undefined
  private last: Promise<void> | undefined
  private parts = new Map<string, Part>()
  private sent = 0
  private isAsked = false

  constructor(connection: Queryable) {
    this.connection = connection
  }

  /**
   * Resolves to the result of a statement. After a statement that failed PostgreSQL refuses all others of its transaction,
   * so a failure stays, even if the caller catches it.
   */
  async ask<T>(statement: Statement<T>): Promise<T> {
    this.sendKept()
    this.isAsked = true
    const before = this.last
    this.sent += 1
    const at = this.sent
    try {
      return await ask(this.connection, statement)
    } catch (error) {
      // An earlier failure is the cause of this one.
      await before
      this.fail(error, at)
      throw error
    }
  }

  /** Sends statements that write, or holds them back; does not wait for their answers. */
  send(statements: readonly Statement<void>[]): void {
    for (const statement of statements) this.keep(statement)
  }

  /** Whether something was asked since the last call. */
  hasAsked(): boolean {
    const { isAsked } = this
    this.isAsked = false
    return isAsked
  }

  /** Sends what is held back. Returns the number of statements sent. */
  mark(): number {
    this.sendKept()
    return this.sent
  }

  /** Resolves when everything is sent and answered. Throws the first failure after a mark, even if a caller has caught it. */
  flush(mark = 0): Promise<void> {
    this.sendKept()
    return this.answered(mark)
  }

  /** The same for statements that are sent already; those held back are dropped. */
  abandon(mark = 0): Promise<void> {
    this.parts.clear()
    return this.answered(mark)
  }

  /** What was sent after a mark has been undone. */
  async forget(mark: number): Promise<void> {
    await this.last
    if (this.failure !== undefined && this.failure.at > mark) this.failure = undefined
  }

  private fail(error: unknown, at: number): void {
    this.failure ??= { error, at }
  }

  private async answered(mark: number): Promise<void> {
    await this.last
    if (this.failure !== undefined && this.failure.at > mark) throw this.failure.error
  }

  /** The parts of one statement do not see each other's changes, so each table is written by one part at most. */
  private keep(statement: Statement<void>): void {
    const table = tableOf(statement.text)
    const part = this.parts.get(table)
    if (part !== undefined && isJoined(part, statement)) return
    if (part !== undefined) this.sendKept()
    this.parts.set(table, partOf(statement))
  }

  private sendKept(): void {
    if (this.parts.size === 0) return
    const parts = [...this.parts.values()]
    this.parts.clear()
    this.sent += 1
    this.last = this.sendAfter(this.last, parts, this.sent)
  }

  /** Failures are recorded in the order of the statements, as the first one causes the others. */
  private async sendAfter(before: Promise<void> | undefined, parts: readonly Part[], at: number): Promise<void> {
    const answered = countsOf(this.connection, parts.map(readyOf)).then(
      (counts) => () => {
        for (const [place, part] of parts.entries()) this.check(part, Number(counts[place]), at)
      },
      (error: unknown) => () => this.fail(error, at),
    )
    await before
    const record = await answered
    record()
  }

  private check({ form, statements }: Part, count: number, at: number): void {
    try {
      if (form === undefined || statements.length === 1) resultOf(statements[0] as Statement<void>, count)
      else if (form.how !== 'insert' && count < statements.length) throw new StoreError('precondition', 'missing')
    } catch (error) {
      this.fail(error, at)
    }
  }
}
