/** Adapter: GDAP in bulk, whose code is loaded when it is first used, and what goes on after a start. */
import { storedJobs } from '../../taxonomy/jobs.ts'
import { whenUsed } from '../../taxonomy/when-used.ts'
import type { TenantList } from '../../tenant-list.ts'
import type { BulkJobs } from './bulk-jobs.ts'
import type { BulkJobFacts } from './bulk-run.ts'

const calls = ['plan', 'apply', 'job', 'stop', 'resume', 'settle'] as const

export interface BulkWhenUsed extends BulkJobs {
  /** Goes on with the jobs that a process had to leave: one small read a tenant. */
  resumeAll(): Promise<void>
}

export function bulkWhenUsed(
  facts: Omit<BulkJobFacts, 'jobs'> & { readonly tenants: Pick<TenantList, 'all'> },
): BulkWhenUsed {
  const { store, tenants } = facts
  let loaded: Promise<BulkJobs> | undefined
  const load = (): Promise<BulkJobs> => {
    loaded ??= import('./bulk-jobs.ts').then(({ bulkJobsOn }) => bulkJobsOn({ ...facts, jobs: storedJobs }))
    return loaded
  }
  const jobs = whenUsed(load, calls)
  return {
    ...jobs,
    // What is not loaded has nothing to halt.
    halt: async () => (await loaded)?.halt(),
    resumeAll: async () => {
      for (const { id: tenantId } of tenants.all()) {
        const left = await store.read(tenantId, (tx) => storedJobs.ofKind(tx, 'gdap-apply'))
        for (const { id, state } of left) if (state === 'running') await jobs.resume(tenantId, id)
      }
    },
  }
}
