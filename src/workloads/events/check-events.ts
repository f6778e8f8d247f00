/** Checks the places of events: each has a number of its own in the tenant, and the bucket of its ordering key. */
import { bucketOf } from '#base/ids.ts'
import { outboxEvent } from '../directory/audit.ts'
import { type CheckedTenant, fromBackup, rowsIn } from '../finding.ts'

export async function checkEvents(tenant: CheckedTenant): Promise<void> {
  const taken = new Set<number>()
  for await (const row of rowsIn(tenant, outboxEvent, ['sequence', 'orderingKey', 'bucket'])) {
    const at = `event ${row.id}`
    const { sequence, orderingKey, bucket } = row as unknown as {
      sequence: number
      orderingKey: string
      bucket: number
    }
    if (sequence < 1 || taken.has(sequence))
      tenant.report(
        'event-order',
        at,
        `its place in the order is ${sequence}, which is no place of its own`,
        fromBackup,
      )
    taken.add(sequence)
    if (bucket !== bucketOf(orderingKey))
      tenant.report(
        'event-bucket',
        at,
        `its bucket is ${bucket}, and the one of its key is ${bucketOf(orderingKey)}`,
        fromBackup,
      )
  }
}
