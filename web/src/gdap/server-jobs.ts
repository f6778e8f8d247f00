/** Jobs of the server that apply a plan to many relationships (events.md §7.5): they go on whatever becomes of the page. */
import { control, type RequestPlan, segment } from '../data/plan.ts'
import { Problem } from '../data/problem.ts'
import { ask } from '../data/send.ts'
import type { Acting } from '../data/session.ts'

const everyMs = 300

export interface StepFailure {
  /** Name of the relationship, or `group:` and the name of a group. */
  readonly key: string
  readonly do: string
  /** Null: it is about no customer. */
  readonly customer: string | null
  readonly code: string
  readonly message: string
}

export interface BulkJob {
  readonly id: string
  readonly state: 'running' | 'done' | 'failed' | 'stopped'
  /** Steps. */
  readonly done: number
  readonly failed: number
  readonly total: number
  /** Digest of its plan. */
  readonly plan: string
  readonly createdDateTime: string
  /** The first hundred. */
  readonly failures: readonly StepFailure[]
  /** Customers that have changed since they were read: nothing was sent for them. */
  readonly stale: readonly string[]
  readonly error?: { readonly code: string; readonly message: string }
}

export function jobAt(method: 'GET' | 'DELETE', id: string): RequestPlan<BulkJob> {
  return control(method, `/gdap/jobs/${segment(id)}`, { token: true })
}

export const by = (acting: Acting | undefined) => (acting === undefined ? {} : { acting })

/** Resolves when it has ended; undefined: there is no such job any more, as after a reset. */
export async function followJob(
  first: BulkJob,
  acting: Acting | undefined,
  onProgress: (job: BulkJob) => void,
): Promise<BulkJob | undefined> {
  let job = first
  while (job.state === 'running') {
    await new Promise((done) => setTimeout(done, everyMs))
    try {
      job = await ask(jobAt('GET', job.id), by(acting))
      onProgress(job)
    } catch (error) {
      // What cannot be reached is asked again.
      if (error instanceof Problem && error.status >= 400 && error.status < 500) return undefined
    }
  }
  return job
}

export function stopJob(id: string, acting: Acting | undefined): Promise<BulkJob> {
  return ask(jobAt('DELETE', id), by(acting))
}
