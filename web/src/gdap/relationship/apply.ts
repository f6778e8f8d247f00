/**
 * Applies a plan of assignments, one request after another, and tells how each stands. Where a group's old assignment is still
 * being deleted (409), it waits and tries again.
 */
import { useCallback, useState } from 'react'
import { act, asProblem } from '../../data/action.ts'
import { invalidate } from '../../data/invalidate.ts'
import type { Problem } from '../../data/problem.ts'
import { queryClient } from '../../data/query.ts'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { toast } from '../../kit/toasts.ts'
import { touched } from '../api.ts'
import type { AssignmentStep } from '../matrix.ts'

export interface StepState {
  readonly state: 'waits' | 'running' | 'again' | 'done' | 'failed'
  readonly problem?: Problem
}

const tries = 30
const waitMs = 1000

async function sent(step: AssignmentStep, onAgain: () => void): Promise<void> {
  for (let at = 1; ; at += 1) {
    try {
      await act(step.plan)
      return
    } catch (error) {
      const problem = asProblem(error, step.plan)
      if (step.kind !== 'made' || problem.status !== 409 || at === tries) throw problem
      if (at === 1) onAgain()
      await new Promise((done) => setTimeout(done, waitMs))
    }
  }
}

export function useApply() {
  const [states, setStates] = useState<ReadonlyMap<string, StepState>>(new Map())
  const [isBusy, setBusy] = useState(false)
  const apply = useCallback(async (steps: readonly AssignmentStep[]): Promise<boolean> => {
    setBusy(true)
    setStates(new Map(steps.map(({ groupId }) => [groupId, { state: 'waits' }])))
    const put = (groupId: string, state: StepState): void => setStates((before) => new Map(before).set(groupId, state))
    let failed = 0
    for (const step of steps) {
      put(step.groupId, { state: 'running' })
      try {
        await sent(step, () => {
          put(step.groupId, { state: 'again' })
          announce(t('gdap.step.again'))
        })
        put(step.groupId, { state: 'done' })
      } catch (error) {
        failed += 1
        put(step.groupId, { state: 'failed', problem: asProblem(error, step.plan) })
      }
    }
    invalidate(queryClient, touched)
    setBusy(false)
    if (failed === 0) toast({ text: t('gdap.plan.done', { n: steps.length }) })
    else toast({ text: t('gdap.plan.failed', { n: failed }), kind: 'failed' })
    return failed === 0
  }, [])
  return { states, isBusy, apply }
}
