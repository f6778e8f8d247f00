/** Relationships as a table for other programs: ISO instants, UTF-8 with its mark, quoted as RFC 4180 has it. Pure. */
import { csvOf } from '../../kit/values/csv.ts'
import { type RelationshipRow, type Role, roleIdsOf } from '../api.ts'
import { groupOf, liveAssignments } from '../matrix.ts'

const heads = [
  'id',
  'displayName',
  'status',
  'customerTenantId',
  'customerName',
  'duration',
  'autoExtendDuration',
  'createdDateTime',
  'activatedDateTime',
  'endDateTime',
  'roles',
  'groups',
] as const

export function relationshipsCsv(
  rows: readonly RelationshipRow[],
  roles: ReadonlyMap<string, Role>,
  groupNames: ReadonlyMap<string, string>,
): string {
  const lines = rows.map((row) => [
    row.id,
    row.displayName,
    row.status,
    row.customer?.tenantId,
    row.customer?.displayName,
    row.duration,
    row.autoExtendDuration,
    row.createdDateTime,
    row.activatedDateTime,
    row.endDateTime,
    roleIdsOf(row)
      .map((id) => roles.get(id)?.displayName ?? id)
      .join('; '),
    [...liveAssignments(row.accessAssignments ?? []).values()]
      .map((assignment) => groupNames.get(groupOf(assignment)) ?? groupOf(assignment))
      .join('; '),
  ])
  return csvOf(
    heads,
    lines.map((line) => line.map((text) => text ?? '')),
  )
}
