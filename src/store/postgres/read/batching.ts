/**
 * Batches reads: those of one turn of the event loop that have the same text become one statement. So the expanded rows of
 * a page cost one round trip for each link instead of one for each row, and so do equal reads of many clients.
 */

import { resultOf, type Statement } from '../../rows/statement.ts'
import type { RawRow, SqlValue } from '../../values.ts'
import { type Queryable, query } from '../connection.ts'
import { isPassing } from '../errors.ts'
import { boundOf, findsByRange, type TypedText, typedForMany, typedText } from '../typed-text.ts'

interface Waiting {
  readonly wants: Statement['wants']
  readonly bound: readonly SqlValue[]
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/** The largest batch: a larger one would delay the other reads of the same turn. */
const mostAtOnce = 64

function answerOf(wants: Statement['wants'], rows: readonly RawRow[]): unknown {
  return wants === 'all' ? rows : rows[0]
}

/** Rows of a batch by read; the last column is the number of the read. */
function shared(rows: readonly RawRow[], count: number): RawRow[][] {
  const lists: RawRow[][] = Array.from({ length: count }, () => [])
  for (const row of rows) lists[Number(row[row.length - 1]) - 1]?.push(row)
  return lists
}

function columnsOf(group: readonly Waiting[]): SqlValue[][] {
  return (group[0]?.bound ?? []).map((_, at) => group.map(({ bound }) => bound[at] ?? null))
}

/** Runs reads on a connection pool, batched. */
export function batchingOn(connection: Queryable) {
  let groups = new Map<TypedText, Waiting[]>()

  const alone = (one: TypedText, { wants, bound, resolve, reject }: Waiting): void => {
    query(connection, one, bound).then(({ rows }) => resolve(answerOf(wants, rows as RawRow[])), reject)
  }

  const together = async (one: TypedText, group: readonly Waiting[]): Promise<void> => {
    try {
      const rows = (await query(connection, typedForMany(one), columnsOf(group))).rows as RawRow[]
      const lists = shared(rows, group.length)
      group.forEach(({ wants, resolve }, at) => {
        resolve(answerOf(wants, lists[at] ?? []))
      })
    } catch (error) {
      // One value may have caused the error, so each read is repeated alone. If the database is unavailable, all fail.
      if (!isPassing(error)) for (const waiting of group) alone(one, waiting)
      else for (const { reject } of group) reject(error)
    }
  }

  const flush = (): void => {
    const taken = groups
    groups = new Map()
    for (const [one, list] of taken) {
      for (let at = 0; at < list.length; at += mostAtOnce) {
        const group = list.slice(at, at + mostAtOnce)
        const [first, ...more] = group
        if (first !== undefined && (more.length === 0 || first.bound.length === 0 || findsByRange(one)))
          for (const each of group) alone(one, each)
        else void together(one, group)
      }
    }
  }

  const add = ({ wants, text, values }: Statement): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const one = typedText(text, values)
      if (groups.size === 0) setImmediate(flush)
      const list = groups.get(one)
      const waiting = { wants, bound: boundOf(values), resolve, reject }
      if (list === undefined) groups.set(one, [waiting])
      else list.push(waiting)
    })

  return async <T>(statement: Statement<T>): Promise<T> => resultOf(statement, await add(statement))
}
