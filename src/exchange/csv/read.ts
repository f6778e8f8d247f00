/** SharePoint's import CSV, PnP's with ids, and our wide one, read into a document: exchange.md §3. */

import { tagOfLcid } from '../doc/language-tags.ts'
import type { Doc } from '../document.ts'
import { type At, type FaultCode, fault, type ImportFault } from '../faults.ts'
import { NamedRecords } from '../paths/named.ts'
import { madeParents, type PathTerm, startTree, walkPath } from '../paths/tree.ts'
import { documentOf, type GroupDraft, type SetDraft } from './build.ts'
import { type Fact, type Facts, type Row, readRow, rowReader } from './cells.ts'
import { type CsvDialect, dialectOf, titleOf } from './columns.ts'
import { recordsOf } from './records.ts'

export interface CsvReadOptions {
  readonly file: string
  readonly delimiter?: string
  /** Absent: by names; by position where none is known and there are twelve columns. */
  readonly header?: 'names' | 'position'
  /** For a file that names no group, or no set. */
  readonly group?: string
  readonly set?: string
  /** What an empty cell of the wide CSV means. Default `keeps`: nothing. */
  readonly blank?: 'keeps' | 'clears'
  /** Cells that begin with `'` have it before their text. */
  readonly excelSafe?: boolean
}

interface Reading {
  readonly file: string
  readonly dialect: CsvDialect
  readonly options: CsvReadOptions
  readonly groups: NamedRecords<GroupDraft>
  readonly faults: ImportFault[]
  group: GroupDraft
  set: SetDraft | undefined
}

function addFault(reading: Reading, code: FaultCode, at: At, text: string): void {
  reading.faults.push(fault(code, at, `line ${at.line}: ${text}`))
}

function groupFor(reading: Reading, { group: name, groupId: id, line }: Row): GroupDraft {
  if (name === '' && id === '') return reading.group
  const known = reading.groups.withIdOrName(id === '' ? undefined : id, name)
  if (known !== undefined) return known
  const added: GroupDraft = {
    at: { file: reading.file, line, path: name },
    name,
    ...(id === '' ? {} : { id }),
    sets: new NamedRecords(),
  }
  reading.groups.add(added)
  return added
}

function pathOf(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/')
}

function addSet(reading: Reading, name: string, line: number, id: string | undefined): SetDraft {
  const at = { file: reading.file, line, path: pathOf(reading.group.name, name) }
  const added: SetDraft = {
    ...{ at, name, tag: undefined, facts: new Map(), refused: false, complete: true, tree: startTree<Facts>(at) },
    ...(id === undefined ? {} : { id }),
  }
  reading.group.sets.add(added)
  return added
}

/** The set of the row: the one it names, else that of the row before. */
function setFor(reading: Reading, row: Row): SetDraft | undefined {
  if (row.group !== '' || row.groupId !== '') reading.group = groupFor(reading, row)
  const given = reading.options.set
  if (row.set === undefined)
    return reading.set ?? (given === undefined ? undefined : addSet(reading, given, row.line, undefined))
  const name = row.set.label
  const id = row.setId === '' ? row.set.id : row.setId
  return reading.group.sets.same(id, name) ?? addSet(reading, name, row.line, id)
}

const ofSets: ReadonlySet<string> = new Set(['setDescription', 'open', 'contact', 'stakeholders'])
const ofSetsAndTerms: ReadonlySet<string> = new Set(['owner', 'available', 'label', 'property'])

/** Facts of a row by the record they are about; what no record of the row can hold is named. */
function divide(reading: Reading, row: Row, at: At): { ofSet: Facts; ofTerm: Facts } {
  const ofSet: Facts = new Map()
  const ofTerm: Facts = new Map()
  const hasTerm = row.segments.length > 0
  for (const [key, fact] of row.facts) {
    const isOfSet = ofSets.has(fact.column.is) || (!hasTerm && ofSetsAndTerms.has(fact.column.is))
    if (!isOfSet && hasTerm) ofTerm.set(key, fact)
    else if (isOfSet && (row.set !== undefined || !hasTerm)) ofSet.set(key, fact)
    else if (fact.value !== '')
      addFault(
        reading,
        'lost',
        at,
        `the column "${titleOf(fact.column)}" says nothing about ${hasTerm ? 'a term' : 'a set'}.`,
      )
  }
  return { ofSet, ofTerm }
}

/** Adds facts that are new; the first that contradicts one that is known. */
function joined(known: Facts, added: Facts): Fact | undefined {
  for (const [key, { value }] of added) {
    const before = known.get(key)
    if (before !== undefined && before.value !== value) return before
  }
  for (const [key, fact] of added) known.set(key, fact)
  return undefined
}

function withLanguage(facts: Facts, tag: string): Facts {
  const said: Facts = new Map()
  for (const [key, fact] of facts) said.set(fact.column.is === 'description' ? `${key} ${tag}` : key, { ...fact, tag })
  return said
}

function addSetFacts(reading: Reading, set: SetDraft, facts: Facts, at: At): void {
  const other = joined(set.facts, facts)
  if (other === undefined) return
  const text = `the set '${set.name}' has another "${titleOf(other.column)}" in an earlier row. Keep one of the two.`
  addFault(reading, 'twice', at, text)
}

function addTermFacts(reading: Reading, term: PathTerm<Facts>, facts: Facts, at: At): void {
  if (term.facts === undefined) {
    term.facts = facts
    term.at = at
    return
  }
  const other = joined(term.facts, facts)
  if (other === undefined) return
  const text = `the term is in line ${term.at.line} already, with another "${titleOf(other.column)}". Keep one of the two rows.`
  addFault(reading, 'twice', at, text)
}

/** A row that is refused still says that its term is there. */
function addTerm(reading: Reading, set: SetDraft, row: Row, facts: Facts, tag: string, at: At): void {
  const refused = row.faults.length > 0
  const id = [...facts.values()].find(({ column }) => column.is === 'termId')?.value
  const last = row.segments.length - 1
  const segments = row.segments.map((segment, index) =>
    index === last && id !== undefined ? { ...segment, id } : segment,
  )
  const term = walkPath(set.tree, { segments, tag, at, refused, prefix: set.at.path })
  if ('code' in term) reading.faults.push(term)
  else if (!refused) addTermFacts(reading, term, facts, at)
}

/** The wide CSV names its other languages by tag, and so this one, too. */
function languageOf({ dialect }: Reading, lcid: string): string {
  return dialect.isWide ? (tagOfLcid(lcid) ?? lcid) : lcid
}

function addRow(reading: Reading, row: Row): void {
  const set = setFor(reading, row)
  const labels = row.segments.map(({ label }) => label)
  const isGroup = set === undefined || (row.set === undefined && labels.length === 0 && row.group !== '')
  const at = { file: reading.file, line: row.line, path: pathOf(set?.at.path ?? reading.group.name, ...labels) }
  for (const { code, text } of row.faults) addFault(reading, code, at, text)
  if (isGroup && labels.length === 0 && (row.group !== '' || row.groupId !== '')) return
  if (set === undefined) {
    addFault(reading, 'parent-missing', at, 'the row belongs to no term set: "Term Set Name" is empty so far.')
    return
  }
  reading.set = set
  const own = row.lcid === undefined ? undefined : languageOf(reading, row.lcid)
  if (row.set !== undefined) set.tag ??= own
  // Whatever is below a language that is not known would be in the wrong one.
  if (row.faults.some(({ code }) => code === 'lcid')) set.refused = true
  if (row.faults.length > 0 && labels.length === 0) set.complete = false
  const { ofSet, ofTerm } = divide(reading, row, at)
  addSetFacts(reading, set, ofSet, at)
  if (labels.length === 0) return
  const tag = own ?? set.tag ?? ''
  addTerm(reading, set, row, withLanguage(ofTerm, tag), tag, at)
}

function stopped(faults: readonly ImportFault[]): Doc {
  return { groups: [], faults }
}

/** `text` without a byte order mark. */
export function readCsv(text: string, options: CsvReadOptions): Doc {
  const { file, delimiter, header } = options
  const dialect = dialectOf(text, { file, delimiter, header })
  if (Array.isArray(dialect)) return stopped(dialect)
  const records = recordsOf(text, dialect.delimiter, file)
  if (!Array.isArray(records)) return stopped([records])
  const first: GroupDraft = {
    at: { file, line: 1, path: options.group ?? '' },
    name: options.group ?? '',
    sets: new NamedRecords(),
  }
  const groups = new NamedRecords<GroupDraft>()
  groups.add(first)
  const reading: Reading = { file, dialect, options, groups, faults: [], group: first, set: undefined }
  const clears = options.blank === 'clears' && dialect.isWide
  const reader = rowReader(dialect, { excelSafe: options.excelSafe === true, clears })
  for (const record of records.slice(1)) addRow(reading, readRow(reader, record))
  for (const { sets } of groups.all) for (const { tree } of sets.all) reading.faults.push(...madeParents(tree))
  const filled = groups.all.filter((group) => group !== first || group.sets.all.length > 0)
  return documentOf(filled, dialect, reading.faults)
}
