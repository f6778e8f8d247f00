/** How pages write: the request as planned, the answer or the problem, what was done in a toast, and a way back. */
import { useCallback, useRef, useState } from 'react'
import { announce } from '../kit/announce.ts'
import { toast } from '../kit/toasts.ts'
import { forgetUndo, noteWriting, rememberUndo, takeBack, undoChange } from './back/undo.ts'
import { invalidate } from './invalidate.ts'
import { type Once, oneAtATime } from './once.ts'
import type { RequestPlan } from './plan.ts'
import { Problem } from './problem.ts'
import { queryClient } from './query.ts'
import { type Sent, send } from './send.ts'
import type { Acting } from './session.ts'

export interface ActionWords {
  /** What was done, for the toast and for screen readers; absent: nothing is said. */
  readonly done?: string
  /** Names of events (data/invalidate.ts) whose topics are read again at once. */
  readonly touches?: readonly string[]
  readonly acting?: Acting
  /** Takes it back; absent: by the id of the change, where the answer has one. */
  readonly undo?: () => Promise<unknown>
  /** Called when it was taken back: shows what is there again. */
  readonly undone?: () => unknown
  /** Said to screen readers, but no toast; Ctrl+Z takes it back all the same. */
  readonly isQuiet?: boolean
  /** How long it can be taken back; absent: as long as the page is open. */
  readonly undoMs?: number
}

export interface Action {
  readonly isBusy: boolean
  readonly problem: Problem | undefined
  clear(): void
  /** For what awaits something before it sends: pressed again meanwhile, it does nothing. */
  readonly once: Once
  /** Undefined where it failed; `problem` says why, which is announced. */
  run<Answer>(plan: RequestPlan<Answer>, words?: ActionWords): Promise<Sent<Answer> | undefined>
}

export function asProblem(error: unknown, plan: RequestPlan): Problem {
  if (error instanceof Problem) return error
  const message = error instanceof Error ? error.message : String(error)
  return new Problem({ status: 0, code: 'pageError', message, details: [], plan })
}

async function sendAndTell<Answer>(plan: RequestPlan<Answer>, words: ActionWords): Promise<Sent<Answer>> {
  const { done, touches = [], acting, undo, undone, undoMs, isQuiet = false } = words
  const sent = await send(plan, acting === undefined ? {} : { acting })
  invalidate(queryClient, touches)
  const { change } = sent
  const back = undo ?? (change === undefined ? undefined : () => undoChange(change))
  tellDone({ ...(done === undefined ? {} : { done }), back, undone, undoMs, isQuiet })
  return sent
}

/** Sends a write and says what came of it. Throws `Problem`. */
export function act<Answer>(plan: RequestPlan<Answer>, words: ActionWords = {}): Promise<Sent<Answer>> {
  return noteWriting(sendAndTell(plan, words))
}

interface Done {
  readonly done?: string
  readonly back: (() => Promise<unknown>) | undefined
  readonly undone?: (() => unknown) | undefined
  readonly isQuiet?: boolean
  /** How long it can be taken back; absent: as long as the page is open. */
  readonly undoMs?: number | undefined
}

/** Says what was done, and offers to take it back. For actions of several requests; those of one do it by `act`. */
export function tellDone({ done, back, undone, undoMs, isQuiet = false }: Done): void {
  const entry = back && {
    words: done ?? '',
    run: async () => {
      await back()
      await undone?.()
    },
  }
  if (entry !== undefined) rememberUndo(entry)
  if (entry !== undefined && undoMs !== undefined) setTimeout(() => forgetUndo(entry), undoMs)
  if (done === undefined) return
  if (isQuiet) announce(done)
  else toast({ text: done, ...(entry === undefined ? {} : { undo: () => takeBack(entry) }) })
}

export function useAction(): Action {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | undefined>()
  const running = useRef(0)
  const [isWaiting, setWaiting] = useState(false)
  const [once] = useState(() => oneAtATime(setWaiting))
  const run = useCallback(async <Answer>(plan: RequestPlan<Answer>, words: ActionWords = {}) => {
    running.current += 1
    setBusy(true)
    setProblem(undefined)
    try {
      return await act(plan, words)
    } catch (error) {
      const found = asProblem(error, plan)
      setProblem(found)
      announce(found.message, 'assertive')
      return undefined
    } finally {
      running.current -= 1
      setBusy(running.current > 0)
    }
  }, [])
  const clear = useCallback(() => setProblem(undefined), [])
  return { isBusy: isBusy || isWaiting, problem, once, run, clear }
}
