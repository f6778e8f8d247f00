/** SharePoint's CSV of twelve columns, and PnP's with ids, written: exchange.md §3.4. */
import { maxName } from '#workloads/term-store/rules/labels/text.ts'
import { lcidOf } from '#workloads/term-store/rules/languages/languages.ts'
import { type DocIndex, indexDoc, matchingForm, shownName } from '../doc/doc-index.ts'
import { withoutSystem } from '../doc/leaving-out.ts'
import { collectLosses, type Losses } from '../doc/losses.ts'
import type { Doc, SetDoc } from '../document.ts'
import { type At, fault, type ImportFault } from '../faults.ts'
import type { Written } from '../files/written.ts'
import { type Held, loseOfGroup, loseOfPlace, loseOfSet, loseOfTerm } from '../paths/held.ts'
import { type PathPlace, placesOf } from '../paths/places.ts'
import type { PathSegment } from '../paths/tree.ts'
import { chosenIn } from './chosen.ts'
import { mostLevels, sharePointColumns, titleOf } from './columns.ts'
import { bracedId, csvText } from './fields.ts'

export interface CsvWriteOptions {
  /** Of the paths and descriptions; absent: the document's default. */
  readonly languageTag?: string
  /** Absent: all sets, one after the other, which Relata and Microsoft's toolkit read. */
  readonly only?: SetDoc
  readonly ids?: boolean
  /** `term`: the first term is on the row of the set, as in Microsoft's sample. Default `set`. */
  readonly rowStyle?: 'set' | 'term'
  /** `pnp`: refuse what Import-PnPTermSet would damage, and write descriptions on one line. */
  readonly for?: 'pnp'
  /** Blanks for line breaks in descriptions. */
  readonly oneLine?: boolean
}

interface Writing {
  readonly tag: string
  readonly defaultTag: string | undefined
  readonly ids: boolean
  readonly oneLine: boolean
  readonly forPnp: boolean
  readonly held: Held
  readonly index: DocIndex
  readonly losses: Losses
  readonly faults: ImportFault[]
  /** Ids of terms that a row above is the home of, as a reader takes it. */
  readonly written: Set<string>
  /** Names of the sets above, as a reader compares them. */
  readonly sets: Set<string>
}

const heldByCsv: Held = {
  ...{ groups: 'none', ids: false, synonyms: false, descriptions: true, setDescription: true },
  ...{ properties: false, localProperties: false, order: false, isAvailableForTagging: true },
  ...{ setMembers: false, termMembers: false },
}

function cell({ label, id }: PathSegment, { ids }: Writing): string {
  return ids && id !== undefined ? `${label}|${bracedId(id)}` : label
}

function checkName(writing: Writing, name: string, at: At): void {
  if (!writing.forPnp) return
  if (name.length > maxName)
    writing.faults.push(fault('long-name', at, `PnP cuts '${name.slice(0, 40)}…' to ${maxName} characters.`))
  if (name.startsWith('"') || name.endsWith('"'))
    writing.faults.push(fault('char', at, `PnP takes the quote at the beginning or end off '${name}'.`))
}

function description(writing: Writing, { term, node, path, isMirror }: PathPlace): string {
  const text = term.descriptions?.[writing.tag] ?? ''
  if (writing.forPnp && text.includes('\t'))
    writing.faults.push(fault('tab', node.at, `PnP deletes '${path}' for the tab in its description.`))
  if (!writing.oneLine || !/[\r\n]/.test(text)) return text
  if (node.kind === 'home' && !isMirror)
    writing.losses.add('descriptions.lines', {
      ...(term.id === undefined ? {} : { id: term.id }),
      path,
      languageTag: writing.tag,
      value: text,
    })
  return inOneLine(text)
}

export function inOneLine(text: string): string {
  return text.replaceAll(/\r\n|\n|\r/g, ' ')
}

/** Losses at a place, which for a mirror are those of its pin. */
function lose(writing: Writing, place: PathPlace): void {
  const { node, term, path, isMirror } = place
  const { losses, tag } = writing
  const id = term.id === undefined ? {} : { id: term.id }
  const isFirst = term.id === undefined || !writing.written.has(term.id)
  if (term.id !== undefined) writing.written.add(term.id)
  if (isMirror) return
  if (node.kind === 'home') {
    loseOfTerm(term, path, writing.held, losses)
    const label = writing.index.nameOf(node, tag) ?? ''
    if (term.labels[tag]?.default !== label) losses.add('labels.shown', { ...id, path, languageTag: tag, value: label })
  } else if (node.kind === 'pin') losses.add('kind.pin', { ...id, path })
  else if (!writing.ids || isFirst) losses.add('kind.reuse', { ...id, path })
  loseOfPlace(node, { ...id, path }, writing.held, losses)
}

function termRow(writing: Writing, place: PathPlace): string[] {
  checkName(writing, place.segments.at(-1)?.label ?? '', place.node.at)
  lose(writing, place)
  const levels = place.segments.map((segment) => cell(segment, writing))
  const available = place.node.isAvailableForTagging === false ? 'False' : 'True'
  const empty = Array.from({ length: mostLevels - levels.length }, () => '')
  return ['', '', '', available, description(writing, place), ...levels, ...empty]
}

function setRows(writing: Writing, set: SetDoc, group: string, rowStyle: 'set' | 'term'): string[][] {
  const { tag, held, losses } = writing
  const name = shownName(set, tag, writing.defaultTag)
  const path = group === '' ? name : `${group}/${name}`
  const form = matchingForm(name)
  if (!writing.ids && writing.sets.has(form)) {
    losses.add('set', { ...(set.id === undefined ? {} : { id: set.id }), path })
    return []
  }
  writing.sets.add(form)
  checkName(writing, name, set.at)
  loseOfSet(set, path, held, losses)
  const id = set.id === undefined ? {} : { id: set.id }
  if (set.names[tag] !== name) losses.add('labels.shown', { ...id, path, languageTag: tag, value: name })
  const lines = set.description ?? ''
  if (writing.oneLine && /[\r\n]/.test(lines)) losses.add('descriptions.lines', { ...id, path, value: lines })
  const own = [
    cell({ label: name, ...id }, writing),
    writing.oneLine ? inOneLine(lines) : lines,
    String(lcidOf(tag) ?? ''),
  ]
  const places = placesOf(set, { ...writing, prefix: path, mirrors: true, mostLevels })
  const [first, ...rest] = places.map((place) => termRow(writing, place))
  if (rowStyle === 'term' && first !== undefined) return [[...own, ...first.slice(3)], ...rest]
  const empty = Array.from({ length: sharePointColumns.length - own.length }, () => '')
  return [[...own, ...empty], ...(first === undefined ? [] : [first]), ...rest]
}

export function writeSharePointCsv(given: Doc, options: CsvWriteOptions = {}): Written {
  const losses = collectLosses()
  const doc = withoutSystem(given, losses)
  const tag = options.languageTag ?? doc.defaultLanguageTag ?? ''
  const writing: Writing = {
    ...{
      tag,
      defaultTag: doc.defaultLanguageTag,
      ids: options.ids === true,
      forPnp: options.for === 'pnp',
      index: indexDoc(doc, doc.elsewhere),
    },
    oneLine: options.oneLine === true || options.for === 'pnp',
    held: { ...heldByCsv, ids: options.ids === true, languageTag: tag },
    ...{ losses, faults: [], written: new Set<string>(), sets: new Set<string>() },
  }
  const isChosen = chosenIn(given, doc, options.only)
  const rows = [sharePointColumns.map(titleOf)]
  for (const group of doc.groups) {
    const sets = group.sets.filter(isChosen)
    if (sets.length > 0 || options.only === undefined) loseOfGroup(group, writing.held, writing.losses)
    for (const set of sets) rows.push(...setRows(writing, set, group.name, options.rowStyle ?? 'set'))
  }
  const { faults } = writing
  return { text: faults.length > 0 ? '' : csvText(rows), encoding: 'utf-8-bom', losses: losses.list(), faults }
}
