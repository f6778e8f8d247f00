/**
 * Files of Microsoft's bulk tool (events.md §7.6): its customers, roles and groups as a directory of ours, and its lists of
 * relationships and assignments as ours. US dates are read as UTC.
 */
import { guidIn } from '#base/ids.ts'
import { type RoleFinder, roleNamed } from '../catalogue.ts'
import { columnAt, csvTable, csvText, NoCsv } from '../csv/table.ts'
import type { PackRole } from '../packs/pack.ts'
import type { WrittenAssignment } from '../packs/written.ts'
import { lengthOf, millisOfDay } from '../wanted.ts'
import { customerColumns } from './customers.ts'
import { InputError, type InputFault } from './reading.ts'

export interface TextFile {
  readonly file: string
  readonly text: string
}

interface ToolTable {
  readonly file: string
  readonly faults: InputFault[]
  readonly header: readonly string[]
  readonly lines: readonly { readonly line: number; readonly cells: readonly string[] }[]
}

function tableIn({ file, text }: TextFile, faults: InputFault[]): ToolTable {
  try {
    return { file, faults, ...csvTable(text) }
  } catch (error) {
    if (!(error instanceof NoCsv)) throw error
    throw new InputError([{ file, line: error.line, path: '', text: error.message }])
  }
}

function needColumn({ file, faults, header }: ToolTable, ...names: readonly string[]): number {
  const at = columnAt(header, ...names)
  if (at === undefined)
    faults.push({ file, line: 1, path: names[0] ?? '', text: `There is no column ${names.join(' or ')}.` })
  return at ?? -1
}

function cell(cells: readonly string[], at: number | undefined): string {
  return at === undefined ? '' : (cells[at] ?? '').trim()
}

/** A role by id or name; one that the catalogue does not have stays as it is written. Malformed ids are faults. */
function roleIn(written: string, finder: RoleFinder, table: ToolTable, line: number): PackRole {
  const found = roleNamed(written, finder)
  if (found.kind === 'role') return { id: found.role.id, name: found.role.name }
  if (found.kind === 'malformed') {
    const text = `'${written}' is neither the id nor the name of a role: an id is a GUID.`
    table.faults.push({ file: table.file, line, path: 'roles', text })
  }
  return { id: found.id ?? written, name: '' }
}

/** `securityGroup.csv`: blanks around the commas of its list of roles are none of them. */
export function toolGroups(file: TextFile, finder: RoleFinder): WrittenAssignment[] {
  const faults: InputFault[] = []
  const table = tableIn(file, faults)
  const [id, name] = [needColumn(table, 'Id'), needColumn(table, 'DisplayName')]
  const roles = needColumn(table, 'CommaSeperatedRoles', 'CommaSeparatedRoles')
  const groups = table.lines.map(({ line, cells }) => {
    const words = cell(cells, roles)
      .split(',')
      .map((word) => word.trim())
    const found = words.filter((word) => word !== '').map((word) => roleIn(word, finder, table, line))
    const own = guidIn(cell(cells, id))
    return { group: { id: own, name: cell(cells, name) }, roles: found }
  })
  if (faults.length > 0) throw new InputError(faults)
  return groups
}

/** `ADRoles.csv`. */
export function toolRoles(file: TextFile, finder: RoleFinder): PackRole[] {
  const faults: InputFault[] = []
  const table = tableIn(file, faults)
  const [id, name] = [needColumn(table, 'Id'), columnAt(table.header, 'Name')]
  const roles = table.lines.map(({ line, cells }) => roleIn(cell(cells, id) || cell(cells, name), finder, table, line))
  if (faults.length > 0) throw new InputError(faults)
  return roles
}

/** `customers.csv` of the tool as ours, each customer with the template. */
export function toolCustomers(file: TextFile, template: string): string {
  const faults: InputFault[] = []
  const table = tableIn(file, faults)
  const id = needColumn(table, 'CustomerTenantId')
  const name = columnAt(table.header, 'OrganizationDisplayName') ?? columnAt(table.header, 'Name')
  const duration = columnAt(table.header, 'Duration')
  const rows = table.lines.map(({ cells }) => {
    const days = cell(cells, duration)
    const plain = /^\d+$/.test(days) ? days : days === '' ? '' : String(lengthOf(days) / millisOfDay || days)
    return [cell(cells, id), cell(cells, name), template, plain, '', 'present']
  })
  if (faults.length > 0) throw new InputError(faults)
  return csvText(customerColumns, rows)
}

const usDate = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([AP]M)?)?$/i

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** `1/6/2026 10:00:00 AM` → `2026-01-06T10:00:00Z`; ISO dates to the second; undefined: it is no date. */
export function isoDate(text: string): string | undefined {
  const found = usDate.exec(text.trim())
  if (found !== null) {
    const [, month, day, year, hour = '0', minute = '0', second = '0', half] = found
    const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0)
    const iso = `${year}-${two(Number(month))}-${two(Number(day))}T${two(hours)}:${two(Number(minute))}:${two(Number(second))}Z`
    const at = Date.parse(iso)
    // The 31st of February is a day of March to a computer.
    return Number.isNaN(at) || !plainInstant(new Date(at).toISOString()).startsWith(iso.slice(0, 10)) ? undefined : iso
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(text.trim())) return undefined
  const at = Date.parse(text.trim())
  return Number.isNaN(at) ? undefined : plainInstant(new Date(at).toISOString())
}

/** Without fractions of a second. */
export function plainInstant(instant: string): string {
  return instant.replace(/\.\d+Z$/, 'Z')
}

function dateIn(text: string, table: ToolTable, line: number): string {
  if (text === '') return ''
  const found = isoDate(text)
  if (found === undefined)
    table.faults.push({ file: table.file, line, path: '', text: `'${text}' is no date, such as 1/6/2026 10:00:00 AM.` })
  return found ?? ''
}

export const relationshipColumns = [
  ...['CustomerTenantId', 'CustomerName', 'RelationshipId', 'DisplayName', 'Status', 'Duration', 'AutoExtend', 'Roles'],
  ...['CreatedDateTime', 'ActivatedDateTime', 'LastModifiedDateTime', 'EndDateTime'],
] as const

export const assignmentColumns = [
  ...['CustomerTenantId', 'CustomerName', 'RelationshipId', 'DisplayName', 'AssignmentId', 'GroupId', 'GroupName'],
  ...['Status', 'Roles', 'CreatedDateTime', 'LastModifiedDateTime'],
] as const

/** `gdapRelationship.csv`, by position: two of its columns are called DisplayName, two TenantId. */
export function toolRelationships(file: TextFile): string {
  const faults: InputFault[] = []
  const table = tableIn(file, faults)
  const rows = table.lines.map(({ line, cells }) => {
    const at = (place: number) => cell(cells, place)
    const date = (place: number) => dateIn(at(place), table, line)
    return [at(5), at(4), at(0), at(2), at(7), at(6), '', '', date(8), date(9), date(10), date(11)]
  })
  if (faults.length > 0) throw new InputError(faults)
  return csvText(relationshipColumns, rows)
}

/** `accessAssignment.csv`, by position. */
export function toolAssignments(file: TextFile): string {
  const faults: InputFault[] = []
  const table = tableIn(file, faults)
  const rows = table.lines.map(({ line, cells }) => {
    const at = (place: number) => cell(cells, place)
    const roles = at(6)
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '')
    const [created, modified] = [dateIn(at(9), table, line), dateIn(at(10), table, line)]
    return [at(3), at(2), at(0), '', at(1), at(4), at(5), at(7), roles.join(' '), created, modified]
  })
  if (faults.length > 0) throw new InputError(faults)
  return csvText(assignmentColumns, rows)
}
