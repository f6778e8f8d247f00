/**
 * One action on many relationships as a plan for the server, which applies it by a job of its own (events.md §7.5): it goes on
 * whatever becomes of the page. Each relationship is a lane of its own, so that what one refuses stops no other.
 */
import { control, type RequestPlan } from '../../../data/plan.ts'
import type { RelationshipRow } from '../../api.ts'
import type { BulkJob } from '../../server-jobs.ts'

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
