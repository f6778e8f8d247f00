/**
 * The statements of one write, pipelined on the connection of its transaction. The answers of statements that write are
 * awaited only at the end, so consecutive ones are held back and sent as one statement, before the next read or at the end.
 */
import { resultOf, type Statement } from '../rows/statement.ts'
import { ask, type Queryable, query } from './connect/connection.ts'
import { boundOf, combinedText, tableOf, typedText } from './typed-text.ts'

/** Sends statements that write different tables as one; resolves to the number of rows that each has changed. */
async function countsOf(connection: Queryable, statements: readonly Statement[]): Promise<readonly unknown[]> {
  const parts = statements.map(({ text, values }) => typedText(text, values))
  const [first, ...more] = parts
  if (first === undefined) return []
  const bound = statements.flatMap(({ values }) => boundOf(values))
  if (more.length === 0) return [(await query(connection, first, bound)).rowCount ?? 0]
  const { rows } = await query(connection, combinedText(parts), bound)
  return rows[0] ?? []
}

export class Pipeline {
  private readonly connection: Queryable
  private readonly touch: () => void
  private failure: { readonly error: unknown } | undefined
  private last: Promise<void> | undefined
  private kept: Statement<void>[] = []
  private readonly tables = new Set<string>()

  /** `touch` is called before a statement is sent that may have to be rolled back. */
  constructor(connection: Queryable, touch: () => void) {
    this.connection = connection
    this.touch = touch
  }

  /**
   * Resolves to the result of a statement. After a statement that failed PostgreSQL refuses all others of its transaction,
   * so a failure stays, even if the caller catches it.
   */
  async ask<T>(statement: Statement<T>): Promise<T> {
    this.sendKept()
    const before = this.last
    try {
      return await ask(this.connection, statement)
    } catch (error) {
      // An earlier failure is the cause of this one.
      await before
      this.fail(error)
      throw error
    }
  }

  /** Sends statements that write, or holds them back; does not wait for their answers. */
  send(statements: readonly Statement<void>[]): void {
    for (const statement of statements) this.keep(statement)
  }

  /** Resolves when everything is sent and answered. Throws the first failure, even if a caller has caught it. */
  flush(): Promise<void> {
    this.sendKept()
    return this.answered()
  }

  /** The same for statements that are sent already; those held back are dropped. */
  abandon(): Promise<void> {
    this.kept = []
    return this.answered()
  }

  private fail(error: unknown): void {
    this.touch()
    this.failure ??= { error }
  }

  private async answered(): Promise<void> {
    await this.last
    if (this.failure !== undefined) throw this.failure.error
  }

  /** The parts of one statement do not see each other's changes, so each table is written by one part at most. */
  private keep(statement: Statement<void>): void {
    const table = tableOf(statement.text)
    if (this.tables.has(table)) this.sendKept()
    this.tables.add(table)
    this.kept.push(statement)
  }

  private sendKept(): void {
    if (this.kept.length === 0) return
    const statements = this.kept
    this.kept = []
    this.tables.clear()
    this.touch()
    this.last = this.sendAfter(this.last, statements)
  }

  /** Failures are recorded in the order of the statements, as the first one causes the others. */
  private async sendAfter(before: Promise<void> | undefined, statements: readonly Statement<void>[]): Promise<void> {
    const answered = countsOf(this.connection, statements).then(
      (counts) => () => {
        for (const [at, statement] of statements.entries()) this.check(statement, counts[at])
      },
      (error: unknown) => () => this.fail(error),
    )
    await before
    const record = await answered
    record()
  }

  private check(statement: Statement<void>, count: unknown): void {
    try {
      resultOf(statement, Number(count))
    } catch (error) {
      this.fail(error)
    }
  }
}
