/** What the tree wrote last, so that a move by the mouse or by keys can be shown as the request that it was. */
import { type ActionWords, act } from '../../data/action.ts'
import type { RequestPlan } from '../../data/plan.ts'
import type { Sent } from '../../data/send.ts'
import { noteBegun } from './reading/turns.ts'

let last: readonly RequestPlan[] = []

/** As `act`. `isMore`: of the same change as the one before. */
export function write<Answer>(plan: RequestPlan<Answer>, words?: ActionWords, isMore = false): Promise<Sent<Answer>> {
  noteBegun()
  last = isMore ? [...last, plan] : [plan]
  return act(plan, words)
}

export function lastWritten(): readonly RequestPlan[] {
  return last
}
