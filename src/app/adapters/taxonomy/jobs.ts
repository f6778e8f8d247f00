/** Plans that are known for a day, and jobs that apply them: kept with the rows of the tenant, so that they survive a restart. */
import type { ReadTx, Tx } from '#edm/ports.ts'

export type JobState = 'running' | 'finished' | 'failed' | 'stopped'

export interface JobRow {
  readonly id: string
  /** `plan`: only the text of a plan. `apply`: a plan that is applied. */
  readonly kind: string
  readonly planDigest: string
  /** Absent: it is with the row of kind `plan`. */
  readonly plan: string | null
  /** How many steps are finished. */
  readonly step: number
  /** Records, applied and in all. */
  readonly done: number
  readonly total: number
  readonly state: string
  /** JSON. */
  readonly report: string | null
  /** JSON of who started it. */
  readonly createdBy: string | null
  readonly createdDateTime: string | null
  readonly finishedDateTime: string | null
}

export interface JobStore {
  get(tx: ReadTx, id: string): Promise<JobRow | undefined>
  /** Of that kind for a plan; the oldest. */
  ofPlan(tx: ReadTx, kind: string, planDigest: string): Promise<JobRow | undefined>
  insert(tx: Tx, row: JobRow): Promise<void>
  update(tx: Tx, id: string, patch: Partial<Omit<JobRow, 'id'>>): Promise<void>
}
