/** Checks subscriptions: each has its target and its end, and no target is left of one that is gone (events.md §3.5, §6.2). */
import { isObject } from '#base/json.ts'
import { agendaEntry } from '../common.ts'
import { deliveryTarget } from '../events/types.ts'
import { type CheckedTenant, fromBackup, rowsIn } from '../finding.ts'
import { endKind, lapseKind } from './creator-changed.ts'
import { subscription } from './types.ts'

const again = 'remove the subscription, and let its application make it again'

interface TargetFacts {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly settings: string
}

/** Ids of the targets that are there for subscriptions → the subscription of which they tell the life cycle. */
async function targetsIn(tenant: CheckedTenant): Promise<ReadonlyMap<string, string | undefined>> {
  const found = new Map<string, string | undefined>()
  for await (const row of rowsIn(tenant, deliveryTarget, ['kind', 'state', 'settings'])) {
    const { id, kind, state, settings } = row as unknown as TargetFacts
    if (kind !== 'graph' || state === 'removed') continue
    const value: unknown = JSON.parse(settings)
    const about = isObject(value) ? value['lifeCycleOf'] : undefined
    found.set(id, typeof about === 'string' ? about : undefined)
  }
  return found
}

/** Ids of the subscriptions that due entries of a kind are for. */
async function subjectsOf({ store, tenantId }: CheckedTenant, kind: string): Promise<ReadonlySet<string>> {
  const rows = await store.read(tenantId, (tx) => tx.find(agendaEntry, { kind }))
  return new Set(rows.map(({ subject }) => subject))
}

async function checkEntries(tenant: CheckedTenant, known: ReadonlySet<string>): Promise<void> {
  for (const kind of [endKind, lapseKind])
    for (const id of await subjectsOf(tenant, kind))
      if (!known.has(id))
        tenant.report(
          'agenda-stale',
          `due entry ${kind}|${id}`,
          'what it is for is not there',
          'delete the entry: it does nothing',
        )
}

export async function checkSubscriptions(tenant: CheckedTenant): Promise<void> {
  const [targets, ends] = [await targetsIn(tenant), await subjectsOf(tenant, endKind)]
  const known = new Set<string>()
  for await (const row of rowsIn(tenant, subscription, ['lifecycleTargetId'])) {
    const { id } = row
    const lifeCycle = row['lifecycleTargetId'] as string | null
    const at = `subscription ${id}`
    known.add(id)
    for (const target of [id, ...(lifeCycle === null ? [] : [lifeCycle])])
      if (!targets.has(target))
        tenant.report('subscription-target', at, `nobody sends what it asks for: it has no target ${target}`, again)
    if (!ends.has(id)) tenant.report('subscription-end', at, 'it would never end: there is no due entry for it', again)
  }
  await checkEntries(tenant, known)
  // That of a life cycle stays until the end was told.
  for (const [id, about] of targets)
    if (about === undefined && !known.has(id))
      tenant.report('subscription-left', `target ${id}`, 'its subscription is not there', fromBackup)
}
