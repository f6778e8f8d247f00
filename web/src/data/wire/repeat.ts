/** Whether and when a write that the server could not take at the moment is sent again, without anybody asking for it. */
import type { RequestPlan } from '../plan.ts'
import type { Problem } from '../problem.ts'

/** Conflicts with what is under way, locks, and a server that is busy; only where it says when. */
const passing: ReadonlySet<number> = new Set([409, 423, 503])
const mostTries = 3
/** All tries together take no longer. */
const longestMs = 10_000

/** Whether twice is the same as once. What a POST makes is made again, unless its id was given with it. */
export function isSafeToRepeat({ method, body }: RequestPlan): boolean {
  if (method !== 'POST') return true
  return typeof body === 'object' && body !== null && typeof (body as { id?: unknown }).id === 'string'
}

interface Tried {
  /** How often it was sent. */
  readonly times: number
  /** Since it was sent first. */
  readonly ms: number
}

/** Milliseconds to wait for; undefined: the problem is for people. Reads are repeated by the cache. */
export function waitBefore(plan: RequestPlan, problem: Problem, { times, ms }: Tried): number | undefined {
  const { status, retryAfter } = problem
  if (plan.method === 'GET' || !passing.has(status) || retryAfter === undefined) return undefined
  if (times >= mostTries || !isSafeToRepeat(plan)) return undefined
  const wait = retryAfter * 1000
  return ms + wait > longestMs ? undefined : wait
}
