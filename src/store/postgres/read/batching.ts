/**
 * Batches reads: those of one turn of the event loop that have the same text become one statement. So the expanded rows of
 * a page cost one round trip for each link instead of one for each row, and so do equal reads of many clients. A read that
 * may be costly by its shape is no part of a batch, so that it delays nobody else.
 */

import { checkTime, type Deadline, untilEnd } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'
import { resultOf, type Statement } from '../../rows/statement.ts'
import type { RawRow, SqlValue } from '../../values.ts'
import { type Endable, query } from '../connect/connection.ts'
import { lastOf } from '../connect/ending.ts'
import { boundOf, findsByRange, isCostly, type TypedText, typedForMany, typedText } from '../typed-text.ts'
import type { Turns } from './turns.ts'

interface Waiting {
  readonly tenantNo: number
  readonly wants: Statement['wants']
  readonly bound: readonly SqlValue[]
  readonly deadline: Deadline | undefined
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/** The largest batch: a larger one would delay the other reads of the same turn. */
const mostAtOnce = 64
/** The same where one of them may find many rows. */
const mostOfRanges = 16
/** If a batch of ranges takes longer, one of them has found many: for a while each is read by itself. */
const longMillis = 250
const apartMillis = 10_000

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

function isUnavailable(error: unknown): boolean {
  return error instanceof StoreError && error.kind === 'unavailable'
}

/** Runs reads on a server, batched. Those that may be costly wait for their turn. */
export function batchingOn(server: Endable, turns: Turns) {
  let groups = new Map<TypedText, Waiting[]>()
  /** Texts of ranges that are read apart, and until when. */
  const apart = new WeakMap<TypedText, number>()

  const alone = (one: TypedText, { tenantNo, wants, bound, deadline, resolve, reject }: Waiting): void => {
    const run = () => query(server.within(deadline), one, bound)
    const answered = isCostly(one) ? turns(tenantNo, run, deadline) : run()
    answered.then(({ rows }) => resolve(answerOf(wants, rows as RawRow[])), reject)
  }

  const together = async (one: TypedText, group: readonly Waiting[]): Promise<void> => {
    // The statement goes on until nobody waits for it.
    const within = server.within(lastOf(group.map(({ deadline }) => deadline)))
    const began = performance.now()
    try {
      const rows = (await query(within, typedForMany(one), columnsOf(group))).rows as RawRow[]
      if (findsByRange(one) !== undefined && performance.now() > began + longMillis)
        apart.set(one, performance.now() + apartMillis)
      const lists = shared(rows, group.length)
      group.forEach(({ wants, resolve }, at) => {
        resolve(answerOf(wants, lists[at] ?? []))
      })
    } catch (error) {
      // One value may have caused the error, so each read is repeated alone. If the database is unavailable, all fail.
      if (!isUnavailable(error)) for (const waiting of group) alone(one, waiting)
      else for (const { reject } of group) reject(error)
    }
  }

  const begin = (one: TypedText, list: readonly Waiting[]): void => {
    const range = findsByRange(one)
    const isApart = range === 'freely' || isCostly(one) || performance.now() < (apart.get(one) ?? 0)
    // A range alone as well: the statement for many is planned once.
    const least = isApart || list[0]?.bound.length === 0 ? Number.POSITIVE_INFINITY : range === undefined ? 2 : 1
    const most = range === undefined ? mostAtOnce : mostOfRanges
    for (let at = 0; at < list.length; at += most) {
      const group = list.slice(at, at + most)
      if (group.length >= least) void together(one, group)
      else for (const each of group) alone(one, each)
    }
  }

  const flush = (): void => {
    const taken = groups
    groups = new Map()
    for (const [one, list] of taken) begin(one, list)
  }

  const add = (
    tenantNo: number,
    { wants, text, values }: Statement,
    deadline: Deadline | undefined,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const one = typedText(text, values)
      if (groups.size === 0) setImmediate(flush)
      const list = groups.get(one)
      const waiting = { tenantNo, wants, bound: boundOf(values), deadline, resolve, reject }
      if (list === undefined) groups.set(one, [waiting])
      else list.push(waiting)
    })

  return async <T>(tenantNo: number, statement: Statement<T>, deadline?: Deadline): Promise<T> => {
    checkTime(deadline)
    // A read of a batch ends by itself: its statement may go on for the others.
    return resultOf(statement, await untilEnd(add(tenantNo, statement, deadline), deadline))
  }
}
