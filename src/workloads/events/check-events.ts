/** Checks events: each has a number of its own in the tenant, and the bucket of its key; those for tests have a target. */
import { bucketOf } from '#base/ids.ts'
import { isObject } from '#base/json.ts'
import { outboxEvent } from '../directory/audit.ts'
import { type CheckedTenant, fromBackup, rowsIn } from '../finding.ts'
import { deliveryTarget, validationEvent } from './types.ts'

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

function isResult(value: unknown): boolean {
  if (!isObject(value)) return false
  const { status, error, at } = value
  const isStatus = status === null || typeof status === 'number'
  return isStatus && (error === null || typeof error === 'string') && typeof at === 'string'
}

function resultsIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Validation events of a registration, which stays for longer than they do. */
export async function checkValidationEvents(tenant: CheckedTenant): Promise<void> {
  const targets = new Set<string>()
  for await (const { id } of rowsIn(tenant, deliveryTarget, [])) targets.add(id)
  for await (const row of rowsIn(tenant, validationEvent, ['targetId', 'results'])) {
    const results = resultsIn(String(row['results']))
    const isGood = targets.has(String(row['targetId'])) && Array.isArray(results) && results.every(isResult)
    if (!isGood)
      tenant.report(
        'validation-event',
        `validation event ${row.id}`,
        'it is of no registration, or its results cannot be read',
        'wait until it is removed, 7 days after it was asked for',
      )
  }
}
