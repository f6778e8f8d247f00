/** Our wide CSV, written: exchange.md §3.5. */
import { lcidOf } from '#workloads/term-store/rules/languages/languages.ts'
import { type DocIndex, indexDoc, matchingForm, shownName } from '../doc/doc-index.ts'
import { withoutSystem } from '../doc/leaving-out.ts'
import { collectLosses, type Losses } from '../doc/losses.ts'
import { type Doc, type GroupDoc, isRef, type NodeDoc, type Ref, type SetDoc, type TermDoc } from '../document.ts'
import type { Written } from '../files/written.ts'
import { type Held, loseOfGroup, loseOfPlace, loseOfSet, loseOfTerm } from '../paths/held.ts'
import { type PathPlace, placesOf } from '../paths/places.ts'
import { chosenIn } from './chosen.ts'
import { type CsvColumn, mostLevels, titleOf } from './columns.ts'
import { bracedId, csvText, excelSafe } from './fields.ts'
import { wideColumns } from './wide-shape.ts'

export interface WideCsvWriteOptions {
  /** Of the levels; absent: the document's default. */
  readonly languageTag?: string
  readonly only?: SetDoc
  /** `'` before what spreadsheets take for formulas; the reader has to be told. */
  readonly excelSafe?: boolean
}

const heldByWide: Held = {
  ...{ groups: 'name', ids: true, synonyms: true, descriptions: true, setDescription: true, properties: true },
  ...{ localProperties: true, order: true, isAvailableForTagging: true, setMembers: true, termMembers: true },
}

interface Writing {
  readonly tag: string
  readonly defaultTag: string | undefined
  readonly columns: readonly CsvColumn[]
  readonly index: DocIndex
  readonly losses: Losses
}

interface Record {
  readonly id: string | undefined
  readonly path: string
}

function detail({ id, path }: Record): { id?: string; path: string } {
  return { ...(id === undefined ? {} : { id }), path }
}

/** An empty cell says nothing, so a property without a value has none. */
function propertyCell(properties: Readonly<{ [key: string]: string }> | undefined, key: string): string {
  return properties?.[key] ?? ''
}

function loseEmpty(
  { losses }: Writing,
  what: 'properties' | 'localProperties' | 'set.properties',
  record: Record,
  properties: Readonly<{ [key: string]: string }> = {},
): void {
  for (const [key, value] of Object.entries(properties))
    if (value === '') losses.add(what, { ...detail(record), value: `${key}=` })
}

function withUri({ uri, properties }: TermDoc | SetDoc): Readonly<{ [key: string]: string }> {
  return uri === undefined ? (properties ?? {}) : { 'skos:uri': uri, ...properties }
}

/** Ids and lists are joined by `;`, so an entry cannot hold one. */
function joined({ losses }: Writing, what: 'set.stakeholders', record: Record, entries: readonly string[]): string {
  for (const entry of entries) if (entry.includes(';')) losses.add(what, { ...detail(record), value: entry })
  return entries.filter((entry) => !entry.includes(';')).join(';')
}

function idOf({ index, losses }: Writing, ref: Ref, record: Record): string {
  const id = 'id' in ref ? ref.id : index.find(ref)?.term.id
  if (id === undefined) losses.add('replacedBy', detail(record))
  return id ?? ''
}

function boolean(value: boolean | undefined): string {
  return value === undefined ? '' : value ? 'True' : 'False'
}

function termCell(writing: Writing, term: TermDoc, column: CsvColumn, record: Record): string {
  switch (column.is) {
    case 'description':
      return term.descriptions?.[writing.tag] ?? ''
    case 'label':
      return term.labels[column.tag]?.default ?? ''
    case 'synonyms':
      return (term.labels[column.tag]?.synonyms ?? []).join(';')
    case 'descriptionIn':
      return term.descriptions?.[column.tag] ?? ''
    case 'property':
      return propertyCell(withUri(term), column.key)
    case 'deprecated':
      return boolean(term.isDeprecated)
    case 'replacedBy':
      return term.replacedBy ? idOf(writing, term.replacedBy, record) : ''
    case 'mergedIds':
      return (term.mergedTermIds ?? []).join(';')
    case 'owner':
      return term.owner ?? ''
    default:
      return ''
  }
}

interface TermPlace {
  readonly place: PathPlace
  /** The label, with the id where a sibling has the same. */
  readonly levels: readonly string[]
  readonly order: number | undefined
}

function placeCell(writing: Writing, { place, levels, order }: TermPlace, column: CsvColumn): string {
  const { node, term } = place
  switch (column.is) {
    case 'level':
      return levels[column.level - 1] ?? ''
    case 'available':
      return boolean(node.isAvailableForTagging)
    case 'termId':
      return term.id ?? ''
    case 'kind':
      return node.kind === 'home' ? '' : node.kind
    case 'localProperty':
      return propertyCell(node.localProperties, column.key)
    case 'order':
      return order === undefined ? '' : String(order)
    default:
      return node.kind === 'home' ? termCell(writing, term, column, { id: term.id, path: place.path }) : ''
  }
}

function setCell(writing: Writing, group: GroupDoc, set: SetDoc, column: CsvColumn, record: Record): string {
  switch (column.is) {
    case 'set':
      return shownName(set, writing.tag, writing.defaultTag)
    case 'setDescription':
      return set.description ?? ''
    case 'lcid':
      return String(lcidOf(writing.tag) ?? '')
    case 'available':
      return boolean(set.isAvailableForTagging)
    case 'group':
      return group.name
    case 'groupId':
      return group.id ?? ''
    case 'setId':
      return set.id ?? ''
    case 'label':
      return set.names[column.tag] ?? ''
    case 'property':
      return propertyCell(withUri(set), column.key)
    case 'open':
      return boolean(set.isOpen)
    case 'owner':
      return set.owner ?? ''
    case 'contact':
      return set.contact ?? ''
    case 'stakeholders':
      return joined(writing, 'set.stakeholders', record, set.stakeholders ?? [])
    default:
      return ''
  }
}

/** PathPlace in its siblings' custom order, from 1; of those that have one. */
function ordersOf(set: SetDoc): ReadonlyMap<NodeDoc, number> {
  const orders = new Map<NodeDoc, number>()
  function visit({ children, order = 0 }: SetDoc | NodeDoc): void {
    for (const [at, child] of children.entries()) {
      if (at < order) orders.set(child, at + 1)
      visit(child)
    }
  }
  visit(set)
  return orders
}

/** Labels alone lead to a term, unless siblings without a label in this language are shown with one that is taken. */
function levelsOf(places: readonly PathPlace[]): (place: PathPlace) => string[] {
  const counts = new Map<string, number>()
  const keyOf = (place: PathPlace, length: number): string =>
    place.segments
      .slice(0, length)
      .map(({ label }) => matchingForm(label))
      .join('\n')
  for (const place of places) {
    const key = keyOf(place, place.segments.length)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return (place) =>
    place.segments.map(({ label, id }, at) =>
      id !== undefined && (counts.get(keyOf(place, at + 1)) ?? 0) > 1 ? `${label}|${bracedId(id)}` : label,
    )
}

function loseOf(writing: Writing, place: PathPlace): void {
  const { node, term, path } = place
  const record = { id: term.id, path }
  loseOfPlace(node, detail(record), heldByWide, writing.losses)
  loseEmpty(writing, 'localProperties', record, node.localProperties)
  if (isRef(node.term)) return
  loseOfTerm(term, path, heldByWide, writing.losses)
  loseEmpty(writing, 'properties', record, term.properties)
  const label = place.segments.at(-1)?.label ?? ''
  // With a number for the language a column for its labels says that there is none.
  if (term.labels[writing.tag]?.default !== label && lcidOf(writing.tag) === undefined)
    writing.losses.add('labels.shown', { ...detail(record), languageTag: writing.tag, value: label })
}

function setRows(writing: Writing, group: GroupDoc, set: SetDoc): string[][] {
  const { tag, losses, index, columns } = writing
  const name = shownName(set, tag, writing.defaultTag)
  const record = { id: set.id, path: group.name === '' ? name : `${group.name}/${name}` }
  loseOfSet(set, record.path, heldByWide, losses)
  loseEmpty(writing, 'set.properties', record, set.properties)
  if (set.names[tag] !== name) losses.add('labels.shown', { ...detail(record), languageTag: tag, value: name })
  const all = placesOf(set, { index, tag, losses, prefix: record.path, mirrors: false, mostLevels, ids: true })
  const places = all.filter((place) => {
    const isNamed = place.node.kind === 'home' || place.term.id !== undefined
    if (!isNamed) losses.add('term', { path: place.path })
    return isNamed
  })
  const orders = ordersOf(set)
  const levels = levelsOf(places)
  const rows = [columns.map((column) => setCell(writing, group, set, column, record))]
  for (const place of places) {
    loseOf(writing, place)
    const row = { place, levels: levels(place), order: orders.get(place.node) }
    rows.push(columns.map((column) => placeCell(writing, row, column)))
  }
  return rows
}

export function writeWideCsv(given: Doc, options: WideCsvWriteOptions = {}): Written {
  const losses = collectLosses()
  const doc = withoutSystem(given, losses)
  const tag = options.languageTag ?? doc.defaultLanguageTag ?? ''
  const isChosen = chosenIn(given, doc, options.only)
  const writing: Writing = {
    ...{ tag, defaultTag: doc.defaultLanguageTag, index: indexDoc(doc, doc.elsewhere), losses },
    columns: wideColumns(doc, tag, isChosen),
  }
  const rows = [writing.columns.map(titleOf)]
  for (const group of doc.groups) {
    const sets = group.sets.filter(isChosen)
    if (options.only !== undefined && sets.length === 0) continue
    loseOfGroup(group, heldByWide, writing.losses)
    if (sets.length === 0)
      rows.push(
        writing.columns.map(({ is }) => (is === 'group' ? group.name : is === 'groupId' ? (group.id ?? '') : '')),
      )
    for (const set of sets) rows.push(...setRows(writing, group, set))
  }
  const [titles = [], ...data] = rows
  const safe = options.excelSafe === true ? data.map((fields) => fields.map(excelSafe)) : data
  return { text: csvText([titles, ...safe]), encoding: 'utf-8-bom', losses: losses.list(), faults: [] }
}
