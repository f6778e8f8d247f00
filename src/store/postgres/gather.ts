/**
 * Reads of one turn of the event loop that ask the same with other values become one statement: what a page of rows
 * expands to costs one round trip for each link and not for each row, and so do equal reads of many clients.
 */
import type { RawRow } from '../driver.ts'
import type { Value } from '../layout.ts'
import type { Step } from '../steps.ts'
import { type Asked, ask, query } from './connection.ts'
import { isPassing } from './errors.ts'
import { boundOf, type Finished, findsByRange, finished, finishedForMany } from './statement.ts'

interface Waiting {
  readonly step: Step
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Larger groups keep the others of the turn waiting. */
const mostAtOnce = 64

const answerOf = ({ ask: way }: Step, rows: readonly RawRow[]): unknown => (way === 'get' ? rows[0] : rows)

/** Rows of the group, by the place of who asked, which is their last column. */
const shared = (rows: readonly RawRow[], count: number): RawRow[][] => {
  const lists: RawRow[][] = Array.from({ length: count }, () => [])
  for (const row of rows) lists[Number(row[row.length - 1]) - 1]?.push(row)
  return lists
}

const columnsOf = (group: readonly Waiting[]): Value[][] => {
  const rows = group.map(({ step }) => boundOf(step.values))
  return (rows[0] ?? []).map((_, at) => rows.map((row) => row[at] ?? null))
}

export const gatherOn = (asked: Asked): ((step: Step) => Promise<unknown>) => {
  let groups = new Map<Finished, Waiting[]>()

  const alone = ({ step, resolve, reject }: Waiting): void => {
    ask(asked, step).then(resolve, reject)
  }

  const together = async (one: Finished, group: readonly Waiting[]): Promise<void> => {
    try {
      const rows = (await query(asked, finishedForMany(one), columnsOf(group))).rows
      const lists = shared(rows, group.length)
      group.forEach(({ step, resolve }, at) => {
        resolve(answerOf(step, lists[at] ?? []))
      })
    } catch (error) {
      // One value may be at fault: each is told for itself. A database that is gone is gone for all of them.
      if (!isPassing(error)) for (const waiting of group) alone(waiting)
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
        if (first !== undefined && (more.length === 0 || first.step.values.length === 0 || findsByRange(one)))
          for (const each of group) alone(each)
        else void together(one, group)
      }
    }
  }

  return (step) =>
    new Promise((resolve, reject) => {
      const one = finished(step.text, step.values)
      if (groups.size === 0) setImmediate(flush)
      const list = groups.get(one) ?? []
      groups.set(one, list)
      list.push({ step, resolve, reject })
    })
}
