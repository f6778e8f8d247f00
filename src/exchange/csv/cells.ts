/** What the cells of one row say: exchange.md §3.2, §3.5. */
import { guidIn, noGuid } from '#base/ids.ts'
import { tagOfLcid } from '../doc/language-tags.ts'
import type { FaultCode } from '../faults.ts'
import type { PathSegment } from '../paths/tree.ts'
import { type CsvColumn, type CsvDialect, titleOf } from './columns.ts'
import type { CsvRecord } from './records.ts'

/** One cell that states something; the value in one form, whatever way it was written. */
export interface Fact {
  readonly column: CsvColumn
  /** Of the twelve columns' texts: the language of the row. */
  readonly tag: string
  /** Booleans are `true` or `false`, GUIDs in lower case. Empty: stated as none. */
  readonly value: string
}

/** Column, and language for texts of the row's language → what it says. */
export type Facts = Map<string, Fact>

export interface CellFault {
  readonly code: FaultCode
  readonly text: string
}

export interface Row {
  readonly line: number
  readonly group: string
  readonly groupId: string
  readonly set: PathSegment | undefined
  readonly setId: string
  /** Undefined: not given here. */
  readonly lcid: string | undefined
  readonly segments: readonly PathSegment[]
  readonly facts: Facts
  readonly faults: readonly CellFault[]
}

const words: ReadonlyMap<string, string> = new Map([
  ...['true', 'yes', '1', 'wahr', 'vrai'].map((word): [string, string] => [word, 'true']),
  ...['false', 'no', '0', 'falsch', 'faux'].map((word): [string, string] => [word, 'false']),
])

const booleans: ReadonlySet<string> = new Set(['available', 'deprecated', 'open'])
const kinds: ReadonlySet<string> = new Set(['home', 'reuse', 'pin'])
/** Cells that say which record a row is about, and no more. */
const ofTheRecord: ReadonlySet<string> = new Set(['level', 'set', 'setId', 'lcid', 'group', 'groupId'])
/** Columns whose empty cell cannot mean "none". */
const neverNone: ReadonlySet<string> = new Set([...booleans, 'kind', 'termId', 'order'])

/** Text, or text and GUID after the last `|`. */
export function segmentIn(cell: string): PathSegment | CellFault {
  const bar = cell.lastIndexOf('|')
  if (bar === -1) return { label: cell.trim() }
  const id = guidIn(cell.slice(bar + 1).trim())
  if (id === undefined)
    return { code: 'guid', text: `'${cell.slice(bar + 1)}' after '|' in '${cell}' is no GUID. Write Name|{GUID}.` }
  const label = cell.slice(0, bar).trim()
  return id === noGuid ? { label } : { label, id }
}

function isFault(value: object): value is CellFault {
  return 'code' in value
}

function guidValue(text: string, title: string): string | CellFault {
  const id = guidIn(text.trim())
  return id ?? { code: 'guid', text: `'${text}' in the column "${title}" is no GUID.` }
}

function valueIn(column: CsvColumn, cell: string): string | CellFault {
  const title = titleOf(column)
  const text = cell.trim()
  if (booleans.has(column.is))
    return (
      words.get(text.toLowerCase()) ?? {
        code: 'boolean',
        text: `'${text}' in the column "${title}" is neither true nor false.`,
      }
    )
  if (column.is === 'kind') {
    const kind = text.toLowerCase()
    return kinds.has(kind) ? kind : { code: 'value', text: `'${text}' in the column "Kind" is not home, reuse or pin.` }
  }
  if (column.is === 'order')
    return /^\d{1,9}$/.test(text)
      ? text
      : { code: 'value', text: `'${text}' in the column "Order" is no whole number.` }
  if (column.is === 'termId' || column.is === 'replacedBy') return guidValue(text, title)
  if (column.is !== 'mergedIds') return cell
  const ids = text.split(';').map((id) => guidValue(id, title))
  return ids.find((id) => typeof id !== 'string') ?? ids.join(';')
}

export interface RowReader {
  readonly dialect: CsvDialect
  readonly excelSafe: boolean
  /** An empty cell means "none". */
  readonly clears: boolean
  /** Indexes of the level columns, by level. */
  readonly levels: readonly number[]
  readonly indexes: ReadonlyMap<string, number>
}

export function rowReader(
  dialect: CsvDialect,
  { excelSafe, clears }: { excelSafe: boolean; clears: boolean },
): RowReader {
  const { columns } = dialect
  const levels: { level: number; at: number }[] = []
  const indexes = new Map<string, number>()
  for (const [at, column] of columns.entries()) {
    if (column.is !== 'level') indexes.set(column.is, at)
    else if (column.level > 0) levels.push({ level: column.level, at })
  }
  const sorted = levels.toSorted((a, b) => a.level - b.level).map(({ at }) => at)
  return { dialect, excelSafe, clears, levels: sorted, indexes }
}

/** Spreadsheets take `'` before a cell for "this is text". */
function cellOf({ excelSafe }: RowReader, field: string | undefined): string {
  if (field === undefined) return ''
  return excelSafe && field.startsWith("'") ? field.slice(1) : field
}

function segmentsOf(reader: RowReader, fields: readonly string[], faults: CellFault[]): PathSegment[] {
  const segments: PathSegment[] = []
  let gap: number | undefined
  for (const at of reader.levels) {
    const cell = cellOf(reader, fields[at])
    if (cell.trim() === '') {
      gap ??= at
      continue
    }
    if (gap !== undefined) {
      const [empty, filled] = [gap, at].map((index) => titleOf(reader.dialect.columns[index] as CsvColumn))
      faults.push({ code: 'gap', text: `the column "${empty}" is empty, and "${filled}" is not.` })
      return []
    }
    const segment = segmentIn(cell)
    if (isFault(segment)) faults.push(segment)
    segments.push(isFault(segment) ? { label: cell.slice(0, cell.lastIndexOf('|')).trim() } : segment)
  }
  return segments
}

function factsOf(reader: RowReader, fields: readonly string[], faults: CellFault[]): Facts {
  const facts: Facts = new Map()
  for (const [at, column] of reader.dialect.columns.entries()) {
    if (ofTheRecord.has(column.is)) continue
    const cell = cellOf(reader, fields[at])
    if (cell === '' || (cell.trim() === '' && !('key' in column))) {
      if (reader.clears && !neverNone.has(column.is)) facts.set(`${at}`, { column, tag: '', value: '' })
      continue
    }
    const value = valueIn(column, cell)
    if (typeof value === 'string') facts.set(`${at}`, { column, tag: '', value })
    else faults.push(value)
  }
  return facts
}

/** LCID of the row. SharePoint's tools take what is no number for none. */
function lcidOf(cell: string, faults: CellFault[]): string | undefined {
  const text = cell.trim()
  if (text === '') return undefined
  if (tagOfLcid(text) !== undefined) return String(Number(text))
  faults.push({ code: 'lcid', text: `'${text}' is the LCID of no language. English (United States) is 1033.` })
  return undefined
}

function setOf(cell: string, faults: CellFault[]): PathSegment | undefined {
  if (cell.trim() === '') return undefined
  const segment = segmentIn(cell)
  if (!isFault(segment)) return segment
  faults.push(segment)
  return { label: cell.slice(0, cell.lastIndexOf('|')).trim() }
}

export function readRow(reader: RowReader, { line, fields }: CsvRecord): Row {
  const faults: CellFault[] = []
  const cell = (is: string): string => {
    const at = reader.indexes.get(is)
    return at === undefined ? '' : cellOf(reader, fields[at])
  }
  const extra = fields.slice(reader.dialect.columns.length).find((field) => field.trim() !== '')
  if (extra !== undefined)
    faults.push({
      code: 'columns',
      text: `the row has more fields than the header, among them '${extra}'. A field with a ${JSON.stringify(reader.dialect.delimiter)} in it needs quotes.`,
    })
  const guid = (is: 'setId' | 'groupId', title: string): string => {
    const text = cell(is)
    const id = text.trim() === '' ? '' : guidValue(text, title)
    if (typeof id === 'string') return id
    faults.push(id)
    return ''
  }
  return {
    line,
    group: cell('group').trim(),
    groupId: guid('groupId', 'Group Id'),
    set: setOf(cell('set'), faults),
    setId: guid('setId', 'Term Set Id'),
    lcid: lcidOf(cell('lcid'), faults),
    segments: segmentsOf(reader, fields, faults),
    facts: factsOf(reader, fields, faults),
    faults,
  }
}
