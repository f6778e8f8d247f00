/** Relationships as a table for other programs: ISO instants, UTF-8 with its mark, quoted as RFC 4180 has it. Pure. */
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

/** A cell that begins like a formula gets an apostrophe, so that no spreadsheet runs it. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvOf(
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
  return `\uFEFF${[heads, ...lines].map((line) => line.map((text) => cell(text ?? '')).join(',')).join('\r\n')}\r\n`
}

/** Hands a text to the browser as a file. */
export function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
