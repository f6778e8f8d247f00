/** GDAP: a status goes with certain dates, what is below a relationship ends with it, and customers are listed. */

import { fromBackup, rowsIn, type Ward } from '../../finding.ts'
import { isLive } from '../rules/assignment/assignment-states.ts'
import { isOpen } from '../rules/operation/operation-states.ts'
import { endedStatuses, listedStatuses, type RelationshipStatus, steps } from '../rules/relationship/lifecycle.ts'
import type { AssignmentRow, OperationRow, RelationshipRow } from '../rules/rows.ts'
import { assignment, customer, operation, relationship } from '../types.ts'

type Dates = 'lockedDateTime' | 'activatedDateTime' | 'endDateTime'
/** Dates a row in the status has, and dates it cannot have yet. */
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

/** What the checks of relationships and of the agenda need of them. */
export type RelationshipFacts = Pick<
  RelationshipRow,
  'id' | 'displayName' | 'status' | 'customerTenantId' | Dates | 'duration' | 'autoExtendDuration'
>

export async function readRelationships(ward: Ward): Promise<ReadonlyMap<string, RelationshipFacts>> {
  const keys = ['displayName', 'status', 'customerTenantId', 'lockedDateTime', 'activatedDateTime', 'endDateTime']
  const rows = new Map<string, RelationshipFacts>()
  for await (const row of rowsIn(ward, relationship, [...keys, 'duration', 'autoExtendDuration']))
    rows.set(row.id, row as unknown as RelationshipFacts)
  return rows
}

function checkDates({ report }: Ward, row: RelationshipFacts): void {
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
  // A clock that was moved back makes odd dates; an end before the beginning only a fault does.
  const isInForce = listedStatuses.includes(status) && activatedDateTime !== null && endDateTime !== null
  if (isInForce && endDateTime < activatedDateTime)
    report('dates', at, `it ends (${endDateTime}) before it was activated (${activatedDateTime})`, fromBackup)
}

async function checkBelow(ward: Ward, rows: ReadonlyMap<string, RelationshipFacts>): Promise<void> {
  const endOf = (id: unknown): RelationshipStatus | undefined => {
    const status = rows.get(id as string)?.status
    return status !== undefined && endedStatuses.includes(status) ? status : undefined
  }
  for await (const row of rowsIn(ward, assignment, ['status', 'relationshipId'])) {
    const ended = endOf(row['relationshipId'])
    if (ended !== undefined && isLive(row['status'] as AssignmentRow['status']))
      ward.report(
        'outlives',
        `assignment ${row.id}`,
        `it is ${row['status']}, but its relationship ${ended}`,
        fromBackup,
      )
  }
  for await (const row of rowsIn(ward, operation, ['status', 'relationshipId'])) {
    const ended = endOf(row['relationshipId'])
    if (ended !== undefined && isOpen(row['status'] as OperationRow['status']))
      ward.report(
        'outlives',
        `operation ${row.id}`,
        `it is ${row['status']}, but its relationship ${ended}`,
        fromBackup,
      )
  }
}

async function checkCustomers(ward: Ward, rows: ReadonlyMap<string, RelationshipFacts>): Promise<void> {
  const due = new Set(
    [...rows.values()].flatMap(({ status, customerTenantId }) =>
      customerTenantId !== null && listedStatuses.includes(status) ? [customerTenantId] : [],
    ),
  )
  for await (const { id } of rowsIn(ward, customer, [])) {
    if (!due.delete(id))
      ward.report('customer', `customer ${id}`, 'it is listed, but no relationship with it is in force', fromBackup)
  }
  for (const id of due)
    ward.report('customer', `customer ${id}`, 'a relationship with it is in force, but it is not listed', fromBackup)
}

export async function checkRelationships(ward: Ward, rows: ReadonlyMap<string, RelationshipFacts>): Promise<void> {
  for (const row of rows.values()) checkDates(ward, row)
  await checkBelow(ward, rows)
  await checkCustomers(ward, rows)
}
