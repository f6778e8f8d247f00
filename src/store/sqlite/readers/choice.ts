/**
 * Where a statement is read. One that is cheap by its shape, or costly over few rows, is read on the event loop, as the way
 * to another process and back costs more than it does. All others go to a reader process. What turns out to take long on
 * the loop goes there from then on. In memory there is no other process: what would take too long is refused.
 */
import { checkTime, type Deadline } from '#base/deadline.ts'
import { AppError } from '#base/errors.ts'
import type { Ask } from '../../query/run.ts'
import { mostFound, type Statement, type StatementText, textOf } from '../../rows/statement.ts'
import { quoted } from '../../schema/ddl.ts'
import type { SqliteSession } from '../session.ts'
import type { ReaderPool } from './reader-pool.ts'

/** Steps on the event loop at a time: at most forty milliseconds, as a step takes 20 to 200 nanoseconds. */
const mostSteps = 200_000
/** In memory, and in a write, for which all other writes wait: less than a second. */
const mostStepsAlone = 5_000_000
const slowMillis = 50
/** A larger table is not counted any further. */
const mostCounted = 20_001
const countedForMillis = 1_000

/** The rows of a table, of all tenants together, as of at most a second ago. */
function sizesOn(session: SqliteSession): (table: string) => number {
  const known = new Map<string, { readonly count: StatementText; rows: number; until: number }>()
  return (table) => {
    const now = performance.now()
    const entry = known.get(table) ?? {
      count: textOf(`select count(*) from (select 1 from ${quoted(table)} limit ${mostCounted})`),
      rows: 0,
      until: 0,
    }
    known.set(table, entry)
    if (now < entry.until) return entry.rows
    entry.rows = Number(session.get(entry.count, [])?.[0])
    entry.until = now + countedForMillis
    return entry.rows
  }
}

function tooCostly(why: string): AppError {
  return new AppError('invalid', `The request would look at too many rows ${why}.`, {
    inner: 'tooManyResultsRequested',
    check: 'limit.cost',
  })
}

export interface ReadChoice {
  /** How the statements of one read are answered. */
  asking(tenantNo: number, deadline: Deadline | undefined): Ask
  /** Throws `invalid` for a statement that may take too long where all other writes wait for it. */
  checkWrite(statement: Statement): void
}

/** `pool`: undefined in memory. */
export function choiceOf(reader: SqliteSession, pool: ReaderPool | undefined): ReadChoice {
  const rowsIn = sizesOn(reader)
  const stepsOf = ({ cost }: StatementText): number =>
    cost === undefined ? 0 : cost.tables.reduce((steps, table) => steps * rowsIn(table), cost.weight)

  const timed = <T>(statement: Statement<T>): T => {
    const began = performance.now()
    const answer = reader.answer(statement)
    if (performance.now() - began > slowMillis) statement.text.isSlow = true
    return answer
  }
  return {
    asking: (tenantNo, deadline) => (statement) => {
      const { text, probe } = statement
      checkTime(deadline)
      if (text.cost === undefined && !text.isSlow) {
        const isMuch = pool !== undefined && probe !== undefined && reader.answer(probe) >= mostFound
        return isMuch ? pool.answer(tenantNo, statement, deadline) : timed(statement)
      }
      const steps = stepsOf(text)
      if (pool === undefined) {
        if (steps > mostStepsAlone) throw tooCostly('for rows that are kept in memory')
        return timed(statement)
      }
      return text.isSlow || steps > mostSteps ? pool.answer(tenantNo, statement, deadline) : timed(statement)
    },
    checkWrite: ({ text }) => {
      if (text.cost !== undefined && stepsOf(text) > mostStepsAlone)
        throw tooCostly('while other writes wait for it; send it by itself')
    },
  }
}
