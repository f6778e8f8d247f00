/** PnP's text, one path a line, read into a document: exchange.md §4. */
import { guidIn, noGuid } from '#base/ids.ts'
import type { Doc, GroupDoc, NodeDoc, SetDoc } from '../document.ts'
import { type At, fault, type ImportFault } from '../faults.ts'
import { NamedRecords } from '../paths/named.ts'
import { madeParents, type PathSegment, type PathTerm, type PathTree, startTree, walkPath } from '../paths/tree.ts'

export interface PnpTextReadOptions {
  readonly file: string
  /** Any text but `;#`. Default `|`. */
  readonly delimiter?: string
  /** LCID or tag of all labels. Absent: the store's default language. */
  readonly language?: string
  /** For files that begin at the set, or at the first level. */
  readonly group?: string
  readonly set?: string
  /** What parts a code from the rest of the line, as in `537 - Baby`; the code becomes `skos:notation` of the term. */
  readonly leadingCode?: string
  /** Lines that begin with `#` say nothing. */
  readonly comments?: boolean
}

interface Facts {
  readonly notation?: string
}

interface SetDraft {
  readonly at: At
  readonly name: string
  id: string | undefined
  readonly tree: PathTree<Facts>
  complete: boolean
}

interface GroupDraft {
  readonly at: At
  readonly name: string
  id: string | undefined
  readonly sets: NamedRecords<SetDraft>
}

interface Reading {
  readonly options: PnpTextReadOptions
  readonly delimiter: string
  readonly tag: string
  readonly groups: NamedRecords<GroupDraft>
  readonly faults: ImportFault[]
}

/** Nesting at most (exchange.md §14); the levels of a set are checked later. */
const mostSegments = 64

/**
 * PnP quotes a label for its comma only. So the outer quotes belong to the file where there is a comma within, else to
 * the label; those that are left become full-width ones, as PnP makes them.
 */
function labelIn(text: string): string {
  const label = text.trim()
  const isQuoted = label.length > 1 && label.startsWith('"') && label.endsWith('"') && label.includes(',')
  const inner = isQuoted ? label.slice(1, -1).trim() : label
  return inner.replaceAll('"', '＂').replaceAll('&', '＆')
}

function segmentIn(text: string): PathSegment | { wrong: string } {
  const mark = text.lastIndexOf(';#')
  if (mark === -1) return { label: labelIn(text) }
  const written = text.slice(mark + 2).trim()
  const id = guidIn(written)
  if (id === undefined) return { wrong: written }
  const label = labelIn(text.slice(0, mark))
  return id === noGuid ? { label } : { label, id }
}

function refuse(reading: Reading, code: 'guid' | 'gap' | 'twice' | 'limit', at: At, text: string): void {
  reading.faults.push(fault(code, at, `line ${at.line}: ${text}`))
}

/** The record of this id, else of this name; made where there is none. */
function found<T extends { readonly name: string; id: string | undefined }>(
  known: NamedRecords<T>,
  { label, id }: PathSegment,
  make: () => T,
): T {
  const same = known.same(id, label)
  const record = same ?? make()
  if (same === undefined) known.add(record)
  if (record.id === undefined && id !== undefined) known.identify(record, id)
  return record
}

function addLine(reading: Reading, segments: readonly PathSegment[], line: number, facts: Facts): void {
  const { file } = reading.options
  const [group, set, ...terms] = segments
  const path = (count: number): string =>
    segments
      .slice(0, count)
      .map(({ label }) => label)
      .filter((label) => label !== '')
      .join('/')
  const at = (count: number): At => ({ file, line, path: path(count) })
  if (group === undefined) return
  const groupDraft = found(reading.groups, group, () => ({
    ...{ at: at(1), name: group.label, id: undefined, sets: new NamedRecords<SetDraft>() },
  }))
  if (set === undefined) return
  const draft = found(groupDraft.sets, set, () => ({
    ...{ at: at(2), name: set.label, id: undefined, complete: true, tree: startTree<Facts>(at(2)) },
  }))
  if (terms.length === 0) return
  const own = at(segments.length)
  const walk = { segments: terms, tag: reading.tag, at: own, refused: false, prefix: draft.at.path }
  const term = walkPath(draft.tree, walk)
  if ('code' in term) {
    reading.faults.push(term)
    draft.complete = false
  } else if (term.facts === undefined) {
    term.facts = facts
    term.at = own
  } else if (term.facts.notation !== facts.notation)
    refuse(reading, 'twice', own, `'${path(segments.length)}' is in line ${term.at.line} already, with another code.`)
}

/** Segments that every line has before its own. */
function givenSegments({ options }: Reading): PathSegment[] {
  if (options.set !== undefined) return [{ label: options.group ?? '' }, { label: options.set }]
  return options.group === undefined ? [] : [{ label: options.group }]
}

/** A code in front of the line is no part of the first name. */
function withoutCode({ options }: Reading, line: string): { text: string; facts: Facts } {
  const at = options.leadingCode === undefined ? -1 : line.indexOf(options.leadingCode)
  if (at <= 0 || options.leadingCode === undefined) return { text: line, facts: {} }
  return { text: line.slice(at + options.leadingCode.length), facts: { notation: line.slice(0, at).trim() } }
}

function readLine(reading: Reading, line: string, number: number): void {
  const { text, facts } = withoutCode(reading, line)
  const at: At = { file: reading.options.file, line: number, path: '' }
  const parts = text.split(reading.delimiter)
  if (parts.length > mostSegments) {
    refuse(reading, 'limit', at, `there are more than ${mostSegments} names.`)
    return
  }
  const segments: PathSegment[] = []
  for (const part of parts) {
    const segment = segmentIn(part)
    if ('wrong' in segment) {
      refuse(reading, 'guid', at, `'${segment.wrong}' after ';#' is no GUID.`)
      return
    }
    segments.push(segment)
  }
  // A delimiter at the end says nothing.
  while (segments.length > 1 && segments.at(-1)?.label === '') segments.pop()
  if (segments.some(({ label }) => label === '')) {
    refuse(reading, 'gap', at, `a name between two '${reading.delimiter}' is empty.`)
    return
  }
  addLine(reading, [...givenSegments(reading), ...segments], number, facts)
}

/** Of an id at several places the first is read as home. */
function nodeOf(draft: PathTerm<Facts>, tag: string, homes: Set<string>): NodeDoc {
  const { id, facts } = draft
  const isPlace = id !== undefined && homes.has(id)
  if (id !== undefined) homes.add(id)
  const label = draft.labels.get(tag) ?? ''
  const term = {
    ...(id === undefined ? {} : { id }),
    labels: { [tag]: { default: label } },
    ...(facts?.notation === undefined ? {} : { properties: { 'skos:notation': facts.notation } }),
  }
  return {
    at: draft.at,
    ...(draft.refused ? { refused: true } : {}),
    ...(isPlace ? { kind: 'reuse', term: { id } } : { kind: 'home', term }),
    children: draft.children.map((child) => nodeOf(child, tag, homes)),
  }
}

function setOf({ at, id, name, tree, complete }: SetDraft, tag: string, homes: Set<string>): SetDoc {
  const children = tree.root.children.map((child) => nodeOf(child, tag, homes))
  return { at, ...(id === undefined ? {} : { id }), names: { [tag]: name }, complete, children }
}

/** `text` without a byte order mark. */
export function readPnpText(text: string, options: PnpTextReadOptions): Doc {
  const { delimiter = '|', language: tag = '', file } = options
  if (delimiter === '' || delimiter.includes(';#')) {
    const at = { file, line: 1, path: '' }
    return { groups: [], faults: [fault('syntax', at, `'${delimiter}' cannot part names: ';#' comes before ids.`)] }
  }
  const reading: Reading = { options, delimiter, tag, groups: new NamedRecords(), faults: [] }
  for (const [at, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === '' || (options.comments === true && line.startsWith('#'))) continue
    readLine(reading, line, at + 1)
  }
  // A line that was left out may have been of any set.
  const isWhole = !reading.faults.some(({ code }) => code === 'guid' || code === 'gap' || code === 'limit')
  const homes = new Set<string>()
  const groups = reading.groups.all.map(({ at, id, name, sets }): GroupDoc => {
    const own = sets.all.map((set) => setOf({ ...set, complete: set.complete && isWhole }, tag, homes))
    return { at, ...(id === undefined ? {} : { id }), name, complete: false, sets: own }
  })
  const notes = reading.groups.all.flatMap(({ sets }) => sets.all.flatMap(({ tree }) => madeParents(tree)))
  return { groups, faults: [...reading.faults, ...notes], guessesKinds: true }
}
