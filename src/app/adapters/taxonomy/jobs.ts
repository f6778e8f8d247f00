/** Plans that are known for a day, and jobs that apply them: kept with the rows of the tenant, so that they survive a restart. */
import type { ReadTx, Tx } from '#edm/ports.ts'
import { job } from '#workloads/term-store/own-types.ts'

export interface JobRow {
  readonly id: string
  readonly kind: string
  /** SHA-256 of the plan. */
  readonly digest: string
  /** Text of the plan; null: it is with another row. */
  readonly content: string | null
  /** JSON of what its caller has chosen. */
  readonly options: string
  /** JSON of who asked for it. */
  readonly by: string
  /** waiting (only the text of a plan, which nobody applies yet), running, done, failed or stopped. */
  readonly state: string
  /** How many steps are finished. */
  readonly step: number
  /** Records, applied and in all. */
  readonly done: number
  readonly total: number
  /** JSON of its outcome. */
  readonly report: string | null
  readonly createdDateTime: string
  readonly changedDateTime: string
}

export interface JobStore {
  get(tx: ReadTx, id: string): Promise<JobRow | undefined>
  /** Of that kind for a plan, oldest first. */
  ofDigest(tx: ReadTx, kind: string, digest: string): Promise<JobRow[]>
  insert(tx: Tx, row: JobRow): Promise<void>
  update(tx: Tx, id: string, patch: Partial<Omit<JobRow, 'id'>>): Promise<void>
}

export const storedJobs: JobStore = {
  get: (tx, id) => tx.get(job, id),
  ofDigest: async (tx, kind, digest) => (await tx.find(job, { digest })).filter((row) => row.kind === kind),
  insert: async (tx, row) => void (await tx.insert(job, { ...row })),
  update: (tx, id, patch) => tx.update(job, id, patch),
}
