/** All relationships and all assignments as CSV, and read back (events.md §7.6). */
import type { RoleFinder } from '../catalogue.ts'
import { columnAt, csvTable, csvText } from '../csv/table.ts'
import { assignmentColumns, relationshipColumns } from '../input/tool-files.ts'
import { type BulkState, groupFinder } from '../state.ts'
import { dateCell, extensionCell, rolesCell } from './reports.ts'

export function relationshipsCsv({ relationships }: BulkState, finder: RoleFinder): string {
  const rows = relationships.map((one) => [
    ...[one.customerId ?? '', one.customerName, one.id, one.displayName, one.status, one.duration],
    ...[extensionCell(one.autoExtend), rolesCell(one.roles, finder), dateCell(one.createdDateTime)],
    ...[dateCell(one.activatedDateTime), dateCell(one.lastModifiedDateTime), dateCell(one.endDateTime)],
  ])
  return csvText(relationshipColumns, rows)
}

export function assignmentsCsv({ relationships, groups }: BulkState, finder: RoleFinder): string {
  const known = groupFinder(groups)
  const rows = relationships.flatMap((one) =>
    one.assignments.map(({ id, groupId, status, roles, createdDateTime, lastModifiedDateTime }) => [
      ...[one.customerId ?? '', one.customerName, one.id, one.displayName, id, groupId],
      ...[known.byId(groupId)?.name ?? '', status, rolesCell(roles, finder)],
      ...[dateCell(createdDateTime), dateCell(lastModifiedDateTime)],
    ]),
  )
  return csvText(assignmentColumns, rows)
}

/** Rows of such a list, each by its columns. Throws `NoCsv`. */
export function listRows(text: string, columns: readonly string[]): Record<string, string>[] {
  const { header, lines } = csvTable(text)
  const places = columns.map((name) => [name, columnAt(header, name)] as const)
  return lines.map(({ cells }) =>
    Object.fromEntries(places.map(([name, at]) => [name, at === undefined ? '' : (cells[at] ?? '')])),
  )
}
