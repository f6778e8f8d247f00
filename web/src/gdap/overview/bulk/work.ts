/**
 * One action on many relationships as a plan for the server, which applies it by a job of its own (events.md §7.5): it goes on
 * whatever becomes of the page. Each relationship is a lane of its own, so that what one refuses stops no other.
 */
import { control, type RequestPlan, segment } from '../../../data/plan.ts'
import { Problem } from '../../../data/problem.ts'
import { ask } from '../../../data/send.ts'
import type { Acting } from '../../../data/session.ts'
import type { RelationshipRow } from '../../api.ts'

const everyMs = 300

/** As `relata-gdap-plan/1` has it. */
export interface BulkStep {
  readonly do: 'auto-extend' | 'drop-global-admin' | 'terminate' | 'assign' | 'reassign' | 'unassign'
  readonly id?: string
  readonly relationship?: string
  readonly etag?: string
  readonly body?: unknown
  readonly group?: { readonly id: string }
  readonly before?: readonly string[]
  readonly after?: readonly string[]
}

export interface BulkItem {
  readonly row: RelationshipRow
  /** Absent: nothing is done, for this reason. */
  readonly steps?: readonly BulkStep[]
  readonly reason?: string
}

export interface BulkJob {
  readonly id: string
  readonly state: 'running' | 'done' | 'failed' | 'stopped'
  /** Steps. */
  readonly done: number
  readonly failed: number
  readonly total: number
  readonly failures: readonly { readonly customer: string | null; readonly code: string; readonly message: string }[]
  /** Relationships that have changed since they were read: nothing was sent for them. */
  readonly stale: readonly string[]
  readonly error?: { readonly code: string; readonly message: string }
}

/** `made`: an instant, by which two plans of the same steps differ. */
export function applyPlan(items: readonly BulkItem[], partner: string, made: string): RequestPlan<BulkJob> {
  const steps = items.flatMap(({ row, steps: own = [] }) =>
    own.map((step) => ({ key: row.displayName ?? row.id, customer: row.id, template: null, ...step })),
  )
  const body = {
    format: 'relata-gdap-plan/1',
    made,
    server: location.origin,
    partner,
    inputs: 'pages',
    catalogue: '',
    summary: { steps: steps.length },
    steps: steps.map((step, at) => ({ n: at + 1, ...step })),
    problems: [],
    lines: [],
  }
  return control('POST', '/gdap/apply', { body, token: true })
}

function jobAt(method: 'GET' | 'DELETE', id: string): RequestPlan<BulkJob> {
  return control(method, `/gdap/jobs/${segment(id)}`, { token: true })
}

const by = (acting: Acting | undefined) => (acting === undefined ? {} : { acting })

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
