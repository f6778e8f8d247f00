/** Adapter: GDAP in bulk, whose code is loaded when it is first used, and what goes on after a start. */
import type { Clock } from '#base/clock.ts'
import type { Ids } from '#base/ids.ts'
import type { BulkControl } from '#control/customer/bulk.ts'
import type { Store } from '#edm/ports.ts'
import type { Handle } from '#engine/request.ts'
import type { EngineControls } from '#engine/session.ts'
import type { PartSettings } from '../../../settings/part-settings.ts'
import type { RolesInForce } from '../../../tenants/roles-in-force.ts'
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

interface PartsForBulk {
  readonly store: Pick<Store, 'read'>
  readonly clock: Clock
  readonly ids: Ids
  readonly settings: Pick<PartSettings, 'report'>
  readonly engine: Handle & Pick<EngineControls, 'inTenant'>
  readonly roles: Pick<RolesInForce, 'current'>
  readonly tenants: Pick<TenantList, 'all'>
  readonly adminAgents: boolean
}

export function bulkWhenUsed({
  store,
  clock,
  ids,
  settings,
  engine,
  roles,
  tenants,
  adminAgents,
}: PartsForBulk): BulkWhenUsed {
  const facts: BulkJobFacts = {
    ...{ store, clock, ids, adminAgents, jobs: storedJobs, handle: engine, inTenant: engine.inTenant },
    roles: () => roles.current().catalogue,
    report: (error) => settings.report?.(error, 'gdap'),
  }
  let loaded: Promise<BulkJobs> | undefined
  const load = (): Promise<BulkJobs> => {
    loaded ??= import('./bulk-jobs.ts').then(({ bulkJobsOn }) => bulkJobsOn(facts))
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

const controlCalls = ['tenantId', 'plan', 'apply', 'job', 'stop', 'templates'] as const

/** Its control addresses; `tenantId`: the tenant that is meant, as for taxonomies. */
export function bulkControlOn(bulk: BulkJobs, { tenantId }: Pick<BulkControl, 'tenantId'>): BulkControl {
  const load = async () => (await import('./bulk-control.ts')).bulkControlOf(bulk, tenantId)
  return whenUsed(load, controlCalls)
}
