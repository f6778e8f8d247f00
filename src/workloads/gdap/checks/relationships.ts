/**
 * Checks of relationships: the dates fit the status, assignments and operations end with them, customers are listed.
 */

import { inDaysAndTime } from '#base/duration.ts'
import { type CheckedTenant, fromBackup, rowsIn } from '../../finding.ts'
import { isLive } from '../rules/assignment/assignment-states.ts'
import { isOpen } from '../rules/operation/operation-states.ts'
import { endedStatuses, listedStatuses, type RelationshipStatus, steps } from '../rules/relationship/lifecycle.ts'
import type { AssignmentRow, OperationRow, RelationshipRow } from '../rules/typed-rows.ts'
import { assignment, customer, operation, relationship } from '../types.ts'

type Dates = 'lockedDateTime' | 'activatedDateTime' | 'endDateTime'
/** The dates that a row in a status must have, and those that it cannot have yet. */
interface Wants {
  readonly has: readonly Dates[]
  readonly lacks: readonly Dates[]
}

const waiting: Wants = { has: [], lacks: ['activatedDateTime', 'endDateTime'] }
const inForce: Wants = { has: ['activatedDateTime', 'endDateTime'], lacks: [] }
const wantsOf: Readonly<Record<RelationshipStatus, Wants>> = {
  created: { has: [], lacks: ['lockedDateTime', ...waiting.lacks] },
  approvalPending: { ...waiting, has: ['lockedDateTime'] },
  approved: waiting,
  activating: waiting,
  active: inForce,
  terminationRequested: inForce,
  terminating: inForce,
  expiring: inForce,
  terminated: { has: ['endDateTime'], lacks: [] },
  expired: inForce,
}

const known = new Set(steps.flatMap(({ to }) => to ?? []))

/** The part of a relationship that its checks and those of the agenda read. */
export type RelationshipFacts = Pick<
  RelationshipRow,
  'id' | 'displayName' | 'status' | 'customerTenantId' | Dates | 'duration' | 'autoExtendDuration'
>

export async function readRelationships(tenant: CheckedTenant): Promise<ReadonlyMap<string, RelationshipFacts>> {
  const keys = ['displayName', 'status', 'customerTenantId', 'lockedDateTime', 'activatedDateTime', 'endDateTime']
  const rows = new Map<string, RelationshipFacts>()
  for await (const row of rowsIn(tenant, relationship, [...keys, 'duration', 'autoExtendDuration']))
    rows.set(row.id, row as unknown as RelationshipFacts)
  return rows
}

function checkDates({ report }: CheckedTenant, row: RelationshipFacts): void {
  const at = `relationship ${row.id}`
  const { status, activatedDateTime, endDateTime } = row
  if (!known.has(status)) {
    report('status', at, `its status is '${status}', which is not a status`, fromBackup)
    return
  }
  const { has, lacks } = wantsOf[status]
  for (const name of has.filter((date) => row[date] === null))
    report('dates', at, `it is ${status}, but has no ${name}`, fromBackup)
  for (const name of lacks.filter((date) => row[date] !== null))
    report('dates', at, `it is ${status}, but has a ${name} (${row[name]}) already`, fromBackup)
  // Moving the clock back can leave odd dates, but never an end before the beginning.
  const isInForce = listedStatuses.includes(status) && activatedDateTime !== null && endDateTime !== null
  if (isInForce && endDateTime < activatedDateTime)
    report('dates', at, `it ends (${endDateTime}) before it was activated (${activatedDateTime})`, fromBackup)
}

/** Rules that became stricter: rows that were written before are readable, and named here. */
function checkWritten({ report, tenantId }: CheckedTenant, row: RelationshipFacts): void {
  const at = `relationship ${row.id}`
  for (const name of ['duration', 'autoExtendDuration'] as const) {
    const text = row[name]
    if (text !== null && inDaysAndTime(text) !== text)
      report('duration', at, `its ${name} is ${text}, which is not in days and time`, 'set it anew')
  }
  if (row.customerTenantId === tenantId && !endedStatuses.includes(row.status))
    report('own-customer', at, 'the partner is its own customer', 'terminate it, or delete it')
}

async function checkBelow(tenant: CheckedTenant, rows: ReadonlyMap<string, RelationshipFacts>): Promise<void> {
  const endOf = (id: unknown): RelationshipStatus | undefined => {
    const status = rows.get(id as string)?.status
    return status !== undefined && endedStatuses.includes(status) ? status : undefined
  }
  for await (const row of rowsIn(tenant, assignment, ['status', 'relationshipId'])) {
    const ended = endOf(row['relationshipId'])
    if (ended !== undefined && isLive(row['status'] as AssignmentRow['status']))
      tenant.report(
        'outlives',
        `assignment ${row.id}`,
        `it is ${row['status']}, but its relationship is ${ended}`,
        fromBackup,
      )
  }
  for await (const row of rowsIn(tenant, operation, ['status', 'relationshipId'])) {
    const ended = endOf(row['relationshipId'])
    if (ended !== undefined && isOpen(row['status'] as OperationRow['status']))
      tenant.report(
        'outlives',
        `operation ${row.id}`,
        `it is ${row['status']}, but its relationship is ${ended}`,
        fromBackup,
      )
  }
}

async function checkCustomers(tenant: CheckedTenant, rows: ReadonlyMap<string, RelationshipFacts>): Promise<void> {
  const due = new Set(
    [...rows.values()].flatMap(({ status, customerTenantId }) =>
      customerTenantId !== null && listedStatuses.includes(status) ? [customerTenantId] : [],
    ),
  )
  for await (const { id } of rowsIn(tenant, customer, [])) {
    if (!due.delete(id))
      tenant.report('customer', `customer ${id}`, 'it is listed, but no relationship with it is in force', fromBackup)
  }
  for (const id of due)
    tenant.report('customer', `customer ${id}`, 'a relationship with it is in force, but it is not listed', fromBackup)
}

export async function checkRelationships(
  tenant: CheckedTenant,
  rows: ReadonlyMap<string, RelationshipFacts>,
): Promise<void> {
  for (const row of rows.values()) {
    checkDates(tenant, row)
    checkWritten(tenant, row)
  }
  await checkBelow(tenant, rows)
  await checkCustomers(tenant, rows)
}
