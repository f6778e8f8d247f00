/**
 * The statements of one write, in line on the connection of its transaction. What a write statement answers is not waited
 * for until the write ends, so those that follow each other are kept back and go out as one statement, before the next
 * read or at the end.
 */
import { resultOf, type Statement } from '../rows/statement.ts'
import { ask, type Queryable, query } from './connection.ts'
import { boundOf, tableOf, typedText, typedTogether } from './typed-text.ts'

/** How many rows each of them changed. */
async function countsOf(connection: Queryable, statements: readonly Statement[]): Promise<readonly unknown[]> {
  const parts = statements.map(({ text, values }) => typedText(text, values))
  const [first, ...more] = parts
  if (first === undefined) return []
  const bound = statements.flatMap(({ values }) => boundOf(values))
  if (more.length === 0) return [(await query(connection, first, bound)).rowCount ?? 0]
  const { rows } = await query(connection, typedTogether(parts), bound)
  return rows[0] ?? []
}

export class Pipeline {
  private readonly connection: Queryable
  private readonly touch: () => void
  private failure: { readonly error: unknown } | undefined
  private last: Promise<void> | undefined
  private kept: Statement<void>[] = []
  private readonly tables = new Set<string>()

  /** `touch` is called before anything is sent that may have to be taken back. */
  constructor(connection: Queryable, touch: () => void) {
    this.connection = connection
    this.touch = touch
  }

  /**
   * Waits for the answer, and for all before it. PostgreSQL answers nothing in a transaction in which a statement failed,
   * so it is lost whatever the write does.
   */
  async ask<T>(statement: Statement<T>): Promise<T> {
    this.sendKept()
    const before = this.last
    try {
      return await ask(this.connection, statement)
    } catch (error) {
      // What failed before it is the cause.
      await before
      this.fail(error)
      throw error
    }
  }

  /** Does not wait. */
  send(statements: readonly Statement<void>[]): void {
    for (const statement of statements) this.keep(statement)
  }

  /** Settles when everything is sent and answered; throws what failed first, whoever was told of it. */
  flush(): Promise<void> {
    this.sendKept()
    return this.answered()
  }

  /** The same of what is sent already; the rest is dropped. */
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

  /** In one statement no part sees what another writes, so each table comes once. */
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

  /** What fails after something else fails for it. */
  private async sendAfter(before: Promise<void> | undefined, statements: readonly Statement<void>[]): Promise<void> {
    const answered = countsOf(this.connection, statements).then(
      (counts) => () => {
        for (const [at, statement] of statements.entries()) this.check(statement, counts[at])
      },
      (error: unknown) => () => this.fail(error),
    )
    await before
    const tell = await answered
    tell()
  }

  private check(statement: Statement<void>, count: unknown): void {
    try {
      resultOf(statement, Number(count))
    } catch (error) {
      this.fail(error)
    }
  }
}
