/** Several writes as one: all of them or none, with one way back. */
import { useCallback, useState } from 'react'
import { type ActionWords, act, asProblem, tellDone } from '../../../data/action.ts'
import { undoChange } from '../../../data/back/undo.ts'
import { type BatchAnswer, batchPlan, refusalOf } from '../../../data/batch.ts'
import { invalidate } from '../../../data/invalidate.ts'
import { graph, type RequestPlan } from '../../../data/plan.ts'
import { Problem } from '../../../data/problem.ts'
import { queryClient } from '../../../data/query.ts'
import { send } from '../../../data/send.ts'
import { announce } from '../../../kit/announce.ts'

/** What is sent for these: one request as it is, several as one batch. */
export function planOfAll(plans: readonly RequestPlan[]): RequestPlan {
  const [first] = plans
  return plans.length === 1 && first !== undefined ? first : batchPlan(plans, true)
}

function problemIn(plan: RequestPlan, { responses }: BatchAnswer): Problem | undefined {
  const refused = responses.find(({ status }) => status >= 400 && status !== 424)
  const why = refused && refusalOf(refused)
  if (refused === undefined || why === undefined) return undefined
  const check = refused.headers?.['relata-explain']
  return new Problem({
    status: refused.status,
    details: [],
    plan,
    code: why.code,
    message: why.message,
    ...(check === undefined ? {} : { check }),
  })
}

/** All of them or none; says what was done, with one way back. Throws `Problem`. */
export async function actAll(plans: readonly RequestPlan[], words: ActionWords): Promise<void> {
  const [first] = plans
  if (first === undefined) return
  if (plans.length === 1) {
    await act(first, words)
    return
  }
  const { done, touches = [], undone } = words
  const plan = batchPlan(plans, true)
  const { body, change } = await send(plan)
  const problem = problemIn(plan, body)
  if (problem !== undefined) throw problem
  invalidate(queryClient, touches)
  const back = change === undefined ? undefined : () => undoChange(change)
  tellDone({ ...(done === undefined ? {} : { done }), back, undone })
}

interface Saving {
  readonly isBusy: boolean
  readonly problem: Problem | undefined
  clear(): void
  /** Whether it was done; if not, `problem` says why, which is announced. */
  run(what: () => Promise<void>): Promise<boolean>
}

/** Like `useAction`, for actions of several requests. */
export function useSaving(): Saving {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | undefined>()
  const run = useCallback(async (what: () => Promise<void>) => {
    setBusy(true)
    setProblem(undefined)
    try {
      await what()
      return true
    } catch (error) {
      const found = asProblem(error, graph('GET', '/termStore'))
      setProblem(found)
      announce(found.message, 'assertive')
      return false
    } finally {
      setBusy(false)
    }
  }, [])
  const clear = useCallback(() => setProblem(undefined), [])
  return { isBusy, problem, clear, run }
}
