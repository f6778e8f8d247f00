/** The columns of SharePoint's import file and of our wide one (exchange.md §3.1, §3.5), and what a header names. */
import { fold } from '#base/text/fold.ts'
import { canonicalTag } from '#workloads/term-store/rules/languages/languages.ts'
import { fault, type ImportFault } from '../faults.ts'
import { firstRecord } from './records.ts'

/** Columns without a parameter, by what they hold. */
const plainColumns = {
  set: 'Term Set Name',
  setDescription: 'Term Set Description',
  lcid: 'LCID',
  available: 'Available for Tagging',
  description: 'Term Description',
  group: 'Group',
  groupId: 'Group Id',
  setId: 'Term Set Id',
  termId: 'Term Id',
  kind: 'Kind',
  deprecated: 'Deprecated',
  replacedBy: 'Replaced By',
  mergedIds: 'Merged Ids',
  order: 'Order',
  open: 'Open',
  owner: 'Owner',
  contact: 'Contact',
  stakeholders: 'Stakeholders',
} as const

export type PlainColumn = keyof typeof plainColumns

export type CsvColumn =
  | { readonly is: PlainColumn }
  | { readonly is: 'level'; readonly level: number }
  | { readonly is: 'label' | 'synonyms' | 'descriptionIn'; readonly tag: string }
  | { readonly is: 'property' | 'localProperty'; readonly key: string }

export const mostLevels = 7

const levels = Array.from({ length: mostLevels }, (_, at): CsvColumn => ({ is: 'level', level: at + 1 }))
const fixed = (['set', 'setDescription', 'lcid', 'available', 'description'] as const).map((is): CsvColumn => ({ is }))

/** The twelve of SharePoint's file, in its order. */
export const sharePointColumns: readonly CsvColumn[] = [...fixed, ...levels]

const prefixes = [
  ['label', 'Label '],
  ['synonyms', 'Synonyms '],
  ['descriptionIn', 'Description '],
  ['property', 'Property '],
  ['localProperty', 'Local Property '],
] as const

export function titleOf(column: CsvColumn): string {
  if (column.is === 'level') return `Level ${column.level} Term`
  const prefix = prefixes.find(([is]) => is === column.is)?.[1]
  if (prefix === undefined) return plainColumns[column.is as PlainColumn]
  return prefix + ('tag' in column ? column.tag : 'key' in column ? column.key : '')
}

function columnForm(name: string): string {
  return fold(name.trim().replaceAll(/\s+/g, ' '))
}

const byName: ReadonlyMap<string, CsvColumn> = new Map(
  [...levels, ...Object.keys(plainColumns).map((is): CsvColumn => ({ is: is as PlainColumn }))].map((column) => [
    columnForm(titleOf(column)),
    column,
  ]),
)

/** Undefined: no column of ours. */
function columnOf(title: string): CsvColumn | undefined {
  const known = byName.get(columnForm(title))
  if (known !== undefined) return known
  const name = title.trimStart()
  for (const [is, prefix] of prefixes) {
    if (!fold(name).startsWith(fold(prefix))) continue
    const rest = name.slice(prefix.length)
    if (rest.trim() === '') return undefined
    if (is === 'property' || is === 'localProperty') return { is, key: rest }
    return { is, tag: canonicalTag(rest.trim()) ?? rest.trim() }
  }
  return undefined
}

const delimiters = [',', ';', '\t'] as const

export interface CsvDialect {
  readonly delimiter: string
  /** In the order of the file. */
  readonly columns: readonly CsvColumn[]
  /** Ours, with more columns than SharePoint's. */
  readonly isWide: boolean
}

interface Candidate {
  readonly delimiter: string
  readonly titles: readonly string[]
  readonly known: number
}

/** The twelve in another language: `LCID` is the same in many. */
function isAtPosition({ titles }: Candidate): boolean {
  if (titles.some((title) => ['set', 'level'].includes(columnOf(title)?.is ?? ''))) return false
  const filled = titles.filter((title) => title.trim() !== '')
  return titles.length === sharePointColumns.length && filled.length === titles.length
}

function bestCandidate(text: string, delimiter: string | undefined): Candidate | undefined {
  const candidates = (delimiter === undefined ? delimiters : [delimiter]).flatMap((one): Candidate[] => {
    const titles = firstRecord(text, one)
    if (titles === undefined) return []
    return [{ delimiter: one, titles, known: titles.filter((title) => columnOf(title) !== undefined).length }]
  })
  return candidates.toSorted((a, b) => b.known - a.known || b.titles.length - a.titles.length)[0]
}

function faultsOfTitles({ titles }: Candidate, file: string): ImportFault[] {
  const at = { file, line: 1, path: '' }
  const seen = new Set<string>()
  const faults: ImportFault[] = []
  for (const title of titles) {
    const column = columnOf(title)
    if (column === undefined && title.trim() !== '')
      faults.push(fault('header', at, `line 1: '${title}' is no column that is known here.`))
    if (column === undefined) continue
    // Keys of properties are as they are: two terms may write one in two ways.
    const name = 'key' in column ? titleOf(column) : columnForm(titleOf(column))
    if (seen.has(name)) faults.push(fault('header', at, `line 1: the column '${title}' is there twice.`))
    seen.add(name)
  }
  for (const needed of ['Term Set Name', 'Level 1 Term'])
    if (!seen.has(columnForm(needed))) faults.push(fault('header', at, `line 1: the column '${needed}' is missing.`))
  return faults
}

/** A column that stands for nothing: its title is blank. */
const noColumn: CsvColumn = { is: 'level', level: 0 }

/** `header`: whether columns go by their names or by the order of SharePoint's twelve; absent: by names, where known. */
export function dialectOf(
  text: string,
  {
    file,
    delimiter,
    header,
  }: { file: string; delimiter?: string | undefined; header?: 'names' | 'position' | undefined },
): CsvDialect | ImportFault[] {
  const best = bestCandidate(text, delimiter)
  const at = { file, line: 1, path: '' }
  if (best === undefined) return [fault('header', at, 'line 1: there is no header with the names of the columns.')]
  if (header === 'position' || (header === undefined && isAtPosition(best))) {
    if (best.titles.length >= sharePointColumns.length)
      return { delimiter: best.delimiter, columns: sharePointColumns, isWide: false }
    return [fault('header', at, `line 1: there are ${best.titles.length} columns; by position there must be 12.`)]
  }
  const faults = faultsOfTitles(best, file)
  if (faults.length > 0) return faults
  const columns = best.titles.map((title) => columnOf(title) ?? noColumn)
  const isWide = columns.some(({ is }) => is === 'kind' || is === 'termId')
  return { delimiter: best.delimiter, columns, isWide }
}

/** Which CSV the text begins as; undefined: none of ours. */
export function csvKind(text: string): 'sharepoint-csv' | 'wide-csv' | undefined {
  const best = bestCandidate(text, undefined)
  const found = best?.titles.map((title) => columnOf(title)?.is) ?? []
  if (!found.includes('set')) return undefined
  return found.includes('kind') || found.includes('termId') ? 'wide-csv' : 'sharepoint-csv'
}
