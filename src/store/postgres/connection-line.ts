/**
 * The statements of one transaction, in line on one connection. What a write answers is not waited for until the job
 * ends, so writes that follow each other are kept back and go out as one statement, before the next read or at the end.
 */
import { missing, type Step, type Steps } from '../rows/statement.ts'
import type { Take } from '../write/read-tx.ts'
import { type Asked, ask, query, take } from './connection.ts'
import { boundOf, finished, finishedTogether, tableOf } from './statement.ts'

export interface Line {
  /** Waits for every answer. */
  readonly take: Take
  /** Does not wait for what writes answer. */
  readonly takeAhead: Take
  /** Settles when everything is sent and answered; throws what failed first, whoever was told of it. */
  settle(): Promise<void>
  /** The same of what is sent already; the rest is dropped. */
  abandon(): Promise<void>
}

/** `reached` is told before anything is sent that may have to be taken back. */
export function lineOn(asked: Asked, reached: () => void): Line {
  let failure: { readonly error: unknown } | undefined
  let last: Promise<void> | undefined
  let kept: Step[] = []
  const tables = new Set<string>()

  const fail = (error: unknown): void => {
    reached()
    failure ??= { error }
  }
  const heed = ({ must }: Step, count: unknown): void => {
    if (must === true && Number(count) === 0) fail(missing())
  }

  const answers = async (steps: readonly Step[]): Promise<readonly unknown[]> => {
    const [first, ...more] = steps
    if (first === undefined || more.length === 0) return first === undefined ? [] : [await ask(asked, first)]
    const { rows } = await query(
      asked,
      finishedTogether(steps.map(({ text, values }) => finished(text, values))),
      steps.flatMap(({ values }) => boundOf(values)),
    )
    return rows[0] ?? []
  }

  const send = (): void => {
    if (kept.length === 0) return
    const steps = kept
    kept = []
    tables.clear()
    reached()
    last = inOrder(last, steps)
  }

  /** What fails after something else fails for it. */
  const inOrder = async (before: Promise<void> | undefined, steps: readonly Step[]): Promise<void> => {
    const answered = answers(steps).then(
      (counts) => () => {
        steps.forEach((step, at) => {
          heed(step, counts[at])
        })
      },
      (error: unknown) => () => fail(error),
    )
    await before
    const tell = await answered
    tell()
  }

  /** In one statement no part sees what another writes, so each table comes once. */
  const keep = (step: Step): void => {
    const table = tableOf(step.text)
    if (tables.has(table)) send()
    tables.add(table)
    kept.push(step)
  }

  /** PostgreSQL answers nothing in a transaction in which a statement failed, so it is lost whatever the job does. */
  const waited = async (step: Step): Promise<unknown> => {
    send()
    const before = last
    try {
      return await ask(asked, step)
    } catch (error) {
      // What failed before it is the cause.
      await before
      fail(error)
      throw error
    }
  }

  const answered = async (): Promise<void> => {
    await last
    if (failure !== undefined) throw failure.error
  }

  return {
    take: (steps) => take(waited, steps),
    takeAhead: async <T>(steps: Steps<T>): Promise<T> => {
      for (let next = steps.next(); ; ) {
        if (next.done === true) return next.value
        if (next.value.ask !== 'run') next = steps.next(await waited(next.value))
        else {
          keep(next.value)
          next = steps.next(1)
        }
      }
    },
    settle: () => {
      send()
      return answered()
    },
    abandon: () => {
      kept = []
      return answered()
    },
  }
}
