/** Plans that are known for a day, and jobs that apply them: kept with the rows of the tenant, so that they survive a restart. */
import type { ReadTx, Tx } from '#edm/ports.ts'
import { job } from '#workloads/term-store/own-types.ts'

export interface JobRow {
  readonly id: string
  readonly kind: string
  /** SHA-256 of the plan. */
  readonly digest: string
  /** A piece of the text of a plan; null: the row is no piece. */
  readonly content: string | null
  /** JSON: of a plan, how much of it is kept. */
  readonly options: string
  /** JSON of who asked for it. */
  readonly by: string
  /** waiting (a plan and its pieces), running, done, failed or stopped. */
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
  /** Neither is the text of a plan among them. */
  ofKind(tx: ReadTx, kind: string): Promise<JobRow[]>
  insert(tx: Tx, row: JobRow): Promise<void>
  update(tx: Tx, id: string, patch: Partial<Omit<JobRow, 'id'>>): Promise<void>
  remove(tx: Tx, id: string): Promise<void>
}

export const storedJobs: JobStore = {
  get: (tx, id) => tx.get(job, id),
  ofDigest: (tx, kind, digest) => tx.find(job, { digest, kind }),
  ofKind: (tx, kind) => tx.find(job, { kind }),
  insert: async (tx, row) => void (await tx.insert(job, { ...row })),
  update: (tx, id, patch) => tx.update(job, id, patch),
  remove: (tx, id) => tx.remove(job, id),
}
