/**
 * Where a statement is read. One that is cheap by its shape, or costly over few rows, is read on the event loop, as the way
 * to another process and back costs more than it does. All others go to a reader process. What turns out to take long on
 * the loop twice in a row goes there for a minute. In memory there is no other process: what would take too long is refused.
 */
import { checkTime, type Deadline } from '#base/deadline.ts'
import { AppError } from '#base/errors.ts'
import type { Ask } from '../../query/run.ts'
import {
  type Cost,
  type ElementList,
  mostFound,
  type Statement,
  type StatementText,
  textOf,
} from '../../rows/statement.ts'
import { quoted } from '../../schema/ddl.ts'
import type { SqliteSession } from '../session.ts'
import type { ReaderPool } from './reader-pool.ts'

/** Steps on the event loop at a time: at most forty milliseconds, as a step takes 20 to 200 nanoseconds. */
const mostSteps = 200_000
/** In memory, and in a write, for which all other writes wait: less than a second. */
const mostStepsAlone = 5_000_000
const slowMillis = 50
const runsToBeSlow = 2
const slowForMillis = 60_000
/** Bytes that a list of a large table, where not all are measured, may have. */
const longList = 100_000
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

interface Lengths {
  /** Bytes of the lists of all rows, and of the longest one. */
  readonly all: number
  readonly longest: number
}

/** The lists of a column, of all tenants together, as of at most a second ago. Those of a large table may be all of the database. */
function lengthsOn(session: SqliteSession): (list: ElementList) => Lengths {
  const known = new Map<string, { readonly measure: StatementText; lengths: Lengths; until: number }>()
  const pages = textOf('pragma page_count')
  const pageSize = textOf('pragma page_size')
  const bytes = (): number => Number(session.get(pages, [])?.[0]) * Number(session.get(pageSize, [])?.[0])
  return ({ table, column }) => {
    const now = performance.now()
    const key = `${table}.${column}`
    const entry = known.get(key) ?? {
      measure: textOf(
        `select count(*) as c0, coalesce(sum(n), 0) as c1, coalesce(max(n), 0) as c2 from (select octet_length(${quoted(column)}) as n from ${quoted(table)} limit ${mostCounted})`,
      ),
      lengths: { all: 0, longest: 0 },
      until: 0,
    }
    known.set(key, entry)
    if (now < entry.until) return entry.lengths
    const [rows, all, longest] = (session.get(entry.measure, []) ?? []).map(Number)
    const isAll = Number(rows) < mostCounted
    entry.lengths = { all: isAll ? Number(all) : bytes(), longest: Math.max(Number(longest), isAll ? 0 : longList) }
    entry.until = performance.now() + countedForMillis
    return entry.lengths
  }
}

/** How many steps a statement can take, with the rows and the lists that there are. */
function stepsOn(session: SqliteSession): (cost: Cost | undefined) => number {
  const rowsIn = sizesOn(session)
  const lengthsOf = lengthsOn(session)
  const product = (tables: readonly string[]): number => tables.reduce((steps, table) => steps * rowsIn(table), 1)
  return (cost) => {
    if (cost === undefined) return 0
    const { weight, tables, tests } = cost
    const ofTests = tests.map((test) =>
      test.lists.reduce((steps, list, at) => {
        if (at > 0) return (steps * lengthsOf(list).longest) / list.bytes
        // The rows of its own table are counted with the elements.
        const own = tables.indexOf(list.table)
        const others = product(tables.filter((_, place) => place !== own))
        const { all, longest } = lengthsOf(list)
        return (steps * others * (own === -1 ? longest : all)) / list.bytes
      }, test.weight),
    )
    return ofTests.reduce((sum, steps) => sum + steps, weight * product(tables))
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
  const stepsOf = stepsOn(reader)
  /** What takes long again and again is taken for slow, for a while: once may be the load of the machine. */
  const timed = <T>(statement: Statement<T>): T => {
    const { text } = statement
    const began = performance.now()
    const answer = reader.answer(statement)
    const now = performance.now()
    text.slowRuns = now - began > slowMillis ? text.slowRuns + 1 : 0
    if (text.slowRuns >= runsToBeSlow) text.slowUntil = now + slowForMillis
    return answer
  }
  return {
    asking: (tenantNo, deadline) => (statement) => {
      const { text, probe } = statement
      checkTime(deadline)
      if (text.cost === undefined) {
        const isMuch = pool !== undefined && probe !== undefined && reader.answer(probe) >= mostFound
        return isMuch ? pool.answer(tenantNo, statement, deadline) : reader.answer(statement)
      }
      const steps = stepsOf(text.cost)
      if (pool === undefined) {
        if (steps > mostStepsAlone) throw tooCostly('for rows that are kept in memory')
        return reader.answer(statement)
      }
      const isSlow = performance.now() < text.slowUntil
      return isSlow || steps > mostSteps ? pool.answer(tenantNo, statement, deadline) : timed(statement)
    },
    checkWrite: ({ text }) => {
      if (text.cost !== undefined && stepsOf(text.cost) > mostStepsAlone)
        throw tooCostly('while other writes wait for it; send it by itself')
    },
  }
}
