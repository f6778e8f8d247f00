/**
 * Reads of one turn of the event loop that ask the same with other values become one statement: what a page of rows
 * expands to costs one round trip for each link and not for each row, and so do equal reads of many clients.
 */

import { resultOf, type Statement } from '../../rows/statement.ts'
import type { RawRow, SqlValue } from '../../values.ts'
import { type Queryable, query } from '../connection.ts'
import { isPassing } from '../errors.ts'
import { boundOf, findsByRange, type TypedText, typedForMany, typedText } from '../typed-text.ts'

/** What is wanted of the rows: the first, all, or the first value of the first. */
type Wish = 'get' | 'all' | 'value'

interface Waiting {
  readonly wish: Wish
  readonly bound: readonly SqlValue[]
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface Gather {
  readonly ask: <T>(statement: Statement<T>) => Promise<T>
  /** `bound`: the values that are not part of the text. */
  readonly add: (one: TypedText, bound: readonly SqlValue[], wish: Wish) => Promise<unknown>
}

/** Larger groups keep the others of the turn waiting. */
const mostAtOnce = 64

function answerOf(wish: Wish, rows: readonly RawRow[]): unknown {
  if (wish === 'all') return rows
  return wish === 'get' ? rows[0] : rows[0]?.[0]
}

/** Rows of the group, by the place of who asked, which is their last column. */
function shared(rows: readonly RawRow[], count: number): RawRow[][] {
  const lists: RawRow[][] = Array.from({ length: count }, () => [])
  for (const row of rows) lists[Number(row[row.length - 1]) - 1]?.push(row)
  return lists
}

function columnsOf(group: readonly Waiting[]): SqlValue[][] {
  return (group[0]?.bound ?? []).map((_, at) => group.map(({ bound }) => bound[at] ?? null))
}

export function gatherOn(connection: Queryable): Gather {
  let groups = new Map<TypedText, Waiting[]>()

  const alone = (one: TypedText, { wish, bound, resolve, reject }: Waiting): void => {
    query(connection, one, bound).then(({ rows }) => resolve(answerOf(wish, rows as RawRow[])), reject)
  }

  const together = async (one: TypedText, group: readonly Waiting[]): Promise<void> => {
    try {
      const rows = (await query(connection, typedForMany(one), columnsOf(group))).rows as RawRow[]
      const lists = shared(rows, group.length)
      group.forEach(({ wish, resolve }, at) => {
        resolve(answerOf(wish, lists[at] ?? []))
      })
    } catch (error) {
      // One value may be at fault: each is told for itself. A database that is gone is gone for all of them.
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

  const add: Gather['add'] = (one, bound, wish) =>
    new Promise((resolve, reject) => {
      if (groups.size === 0) setImmediate(flush)
      const list = groups.get(one)
      const waiting = { wish, bound, resolve, reject }
      if (list === undefined) groups.set(one, [waiting])
      else list.push(waiting)
    })

  return {
    add,
    ask: async (statement) => {
      const { wants, text, values } = statement
      return resultOf(statement, await add(typedText(text, values), boundOf(values), wants as Wish))
    },
  }
}
