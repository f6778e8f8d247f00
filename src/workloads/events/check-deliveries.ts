/** Checks targets and their lanes: complete, not beyond what has happened, and no delivery of a target that nobody knows. */
import { outboxEvent } from '../directory/audit.ts'
import { type CheckedTenant, fromBackup, rowsIn } from '../finding.ts'
import { delivery, deliveryLane, deliveryTarget } from './types.ts'

async function newestOf(tenant: CheckedTenant): Promise<number> {
  let newest = 0
  for await (const row of rowsIn(tenant, outboxEvent, ['sequence'])) newest = Math.max(newest, Number(row['sequence']))
  return newest
}

export async function checkDeliveries(tenant: CheckedTenant): Promise<void> {
  const targets = new Map<string, { readonly lanes: number; readonly isRemoved: boolean }>()
  for await (const row of rowsIn(tenant, deliveryTarget, ['lanes', 'state']))
    targets.set(row.id, { lanes: Number(row['lanes']), isRemoved: row['state'] === 'removed' })
  const lanes = new Map<string, Set<number>>([...targets.keys()].map((id) => [id, new Set<number>()]))
  const newest = await newestOf(tenant)
  for await (const row of rowsIn(tenant, deliveryLane, ['targetId', 'lane', 'cursor'])) {
    const at = `lane ${row.id}`
    const known = lanes.get(String(row['targetId']))
    if (known === undefined) tenant.report('lane-target', at, 'its target is not there', fromBackup)
    known?.add(Number(row['lane']))
    if (Number(row['cursor']) > newest)
      tenant.report(
        'lane-cursor',
        at,
        `it has read up to ${row['cursor']}, and the newest event is ${newest}: later events would not be sent`,
        fromBackup,
      )
  }
  for (const [id, { lanes: wanted, isRemoved }] of targets) {
    const count = lanes.get(id)?.size ?? 0
    if (!isRemoved && count !== wanted)
      tenant.report('target-lanes', `target ${id}`, `it has ${count} of ${wanted} lanes`, fromBackup)
  }
  for await (const row of rowsIn(tenant, delivery, ['targetId']))
    if (!targets.has(String(row['targetId'])))
      tenant.report('delivery-target', `delivery ${row.id}`, 'its target is not there', fromBackup)
}
