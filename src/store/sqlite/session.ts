/** A connection with its prepared statements. Each text is prepared once and keeps its prepared statement. */
import { resultOf, type Statement, type StatementText } from '../rows/statement.ts'
import type { RawRow, SqlValue } from '../values.ts'
import type { Connection, PreparedStatement } from './driver.ts'
import { storeErrorOf } from './sqlite.ts'

/** All throw `StoreError`. */
export interface SqliteSession {
  get(text: StatementText, values: readonly SqlValue[]): RawRow | undefined
  all(text: StatementText, values: readonly SqlValue[]): RawRow[]
  run(text: StatementText, values: readonly SqlValue[]): number
  answer<T>(statement: Statement<T>): T
  close(): void
}

/** `number`: the index of the connection among those of the store. */
export function sessionOf(connection: Connection, number: number): SqliteSession {
  const preparedOf = (text: StatementText): PreparedStatement => {
    const ready = text.prepared[number] as PreparedStatement | undefined
    if (ready !== undefined) return ready
    const prepared = connection.prepare(text.text)
    text.prepared[number] = prepared
    return prepared
  }
  const session: SqliteSession = {
    get: (text, values) => {
      try {
        return preparedOf(text).get(values)
      } catch (error) {
        throw storeErrorOf(error)
      }
    },
    all: (text, values) => {
      try {
        return preparedOf(text).all(values)
      } catch (error) {
        throw storeErrorOf(error)
      }
    },
    run: (text, values) => {
      try {
        return preparedOf(text).run(values)
      } catch (error) {
        throw storeErrorOf(error)
      }
    },
    answer: (statement) => resultOf(statement, session[statement.wants](statement.text, statement.values)),
    close: () => connection.close(),
  }
  return session
}
