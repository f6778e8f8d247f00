/** Several writes as one: all of them or none, with one way back. */
import { useCallback, useState } from 'react'
import { type ActionWords, act, asProblem } from '../../data/action.ts'
import { invalidate } from '../../data/invalidate.ts'
import { graph, type RequestPlan } from '../../data/plan.ts'
import { Problem, type ProblemFacts } from '../../data/problem.ts'
import { queryClient } from '../../data/query.ts'
import { send } from '../../data/send.ts'
import { rememberUndo, takeBack, undoChange } from '../../data/undo.ts'
import { announce } from '../../kit/announce.ts'
import { toast } from '../../kit/toasts.ts'

export interface BatchAnswer {
  readonly responses: readonly {
    readonly id: string
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
  }[]
}

export const mostInBatch = 20

interface GraphError {
  readonly error?: { readonly code?: string; readonly message?: string; readonly target?: string }
}

/** `isAtomic`: all or none. */
export function batchPlan(plans: readonly RequestPlan[], isAtomic: boolean): RequestPlan<BatchAnswer> {
  return graph('POST', '/$batch', {
    body: {
      requests: plans.map(({ method, path, headers, body }, at) => ({
        id: String(at + 1),
        ...(isAtomic ? { atomicityGroup: 'all' } : {}),
        method,
        url: path.replace(/^\/v1\.0/, ''),
        ...(body === undefined && headers === undefined
          ? {}
          : { headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers } }),
        ...(body === undefined ? {} : { body }),
      })),
    },
  })
}

/** What the server said of one request of a batch; undefined: it was done. */
export function refusalOf(
  answer: BatchAnswer['responses'][number],
): Pick<ProblemFacts, 'code' | 'message'> | undefined {
  if (answer.status < 400) return undefined
  const { error } = (answer.body ?? {}) as GraphError
  return { code: error?.code ?? `http${answer.status}`, message: error?.message ?? String(answer.status) }
}

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
    ...why,
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
  const { done = '', touches = [] } = words
  const plan = batchPlan(plans, true)
  const { body, change } = await send(plan)
  const problem = problemIn(plan, body)
  if (problem !== undefined) throw problem
  invalidate(queryClient, touches)
  const entry = change === undefined ? undefined : { words: done, run: () => undoChange(change) }
  if (entry !== undefined) rememberUndo(entry)
  toast({ text: done, ...(entry === undefined ? {} : { undo: () => takeBack(entry) }) })
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
