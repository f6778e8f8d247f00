/** Terms of a PnP file as nodes: homes, places of shared terms, mirrors below pins (exchange.md §5.2). */
import { fold } from '#base/text/fold.ts'
import type { LabelsDoc, NodeDoc, TermDoc } from '../document.ts'
import type { At } from '../faults.ts'
import type { XmlElement } from '../xml/scan.ts'
import {
  flagOf,
  idOf,
  isFalse,
  languageOf,
  type PnpReading,
  plainId,
  propertiesOf,
  resolved,
  textOf,
} from './reading.ts'

/** What a term has from above. */
export interface Above {
  readonly path: string
  /** Language of names: an LCID, or '' for the store's default. */
  readonly language: string
}

const attributes = [
  ...['Name', 'ID', 'Owner', 'Description', 'IsAvailableForTagging', 'Language', 'CustomSortOrder', 'IsReused'],
  ...['IsSourceTerm', 'IsDeprecated', 'SourceTermId', 'ReuseChildren', 'IsPinned', 'IsPinnedRoot'],
]
const containers = ['Terms', 'Labels', 'CustomProperties', 'LocalCustomProperties']

export function childrenOf(element: XmlElement): XmlElement[] {
  return element.children.filter(({ name }) => name === 'Terms').flatMap(({ children }) => children)
}

/** Whether the element is a place of a term that is at home elsewhere, whatever else the file says. */
export function isPlace(element: XmlElement): boolean {
  return isFalse(element, 'IsSourceTerm')
}

/** The nodes below an element, in order, and how many of them are in custom order. */
export function placesBelow(
  reading: PnpReading,
  element: XmlElement,
  above: Above,
): { children: NodeDoc[]; order?: number } {
  const terms = childrenOf(element).filter(({ name }) => name === 'Term')
  const { sorted, order } = inOrder(reading, terms, above)
  const children = sorted.flatMap((term) => nodeOf(reading, term, above) ?? [])
  return order === undefined ? { children } : { children, order }
}

function inOrder(
  reading: PnpReading,
  terms: readonly XmlElement[],
  { path }: Above,
): { sorted: XmlElement[]; order?: number } {
  const numbered: { term: XmlElement; number: number }[] = []
  const others: XmlElement[] = []
  for (const term of terms) {
    const number = sortOrderOf(reading, term, path)
    if (number > 0) numbered.push({ term, number })
    else others.push(term)
  }
  if (numbered.length === 0) {
    const asInFile = reading.options.order === 'file' && terms.length > 0
    return asInFile ? { sorted: others, order: others.length } : { sorted: others }
  }
  numbered.sort((one, other) => one.number - other.number)
  return { sorted: [...numbered.map(({ term }) => term), ...others], order: numbered.length }
}

function sortOrderOf(reading: PnpReading, term: XmlElement, path: string): number {
  const raw = resolved(term.attributes.get('CustomSortOrder') ?? '0', reading.options).text.trim()
  if (/^-?\d+$/.test(raw)) return Number(raw)
  reading.fault(
    'unknown-member',
    reading.at(term, path),
    `CustomSortOrder '${raw}' is not a whole number, and is not read.`,
  )
  return 0
}

function nodeOf(reading: PnpReading, element: XmlElement, above: Above): NodeDoc | undefined {
  reading.knownOnly(element, attributes, containers)
  const { text: name } = resolved(element.attributes.get('Name') ?? '', reading.options)
  const at = reading.at(element, above.path === '' ? name : `${above.path}/${name}`)
  const id = idOf(reading, element, 'ID', at)
  const home = id === undefined ? undefined : reading.homes.get(id)
  const isElsewhere = isPlace(element) || (home !== undefined && home !== element)
  const node = isElsewhere ? placeOf(reading, element, above, at, id) : homeOf(reading, element, above, at, id)
  return node !== undefined && reading.isRefused(at) ? { ...node, refused: true } : node
}

function homeOf(reading: PnpReading, element: XmlElement, above: Above, at: At, id: string | undefined): NodeDoc {
  const language = languageOf(reading, element, at) ?? above.language
  const term = termOf(reading, element, at, id, language)
  const below = placesBelow(reading, element, { path: at.path, language: above.language })
  return { at, kind: 'home', term, ...localOf(reading, element, at), ...below }
}

/** What belongs to a place, home or not. */
function localOf(
  reading: PnpReading,
  element: XmlElement,
  at: At,
): Pick<NodeDoc, 'isAvailableForTagging' | 'localProperties'> {
  const isAvailableForTagging = flagOf(reading, element, 'IsAvailableForTagging', at)
  const localProperties = propertiesOf(reading, element, 'LocalCustomProperties')
  return {
    ...(isAvailableForTagging === undefined ? {} : { isAvailableForTagging }),
    ...(localProperties === undefined ? {} : { localProperties }),
  }
}

function placeOf(
  reading: PnpReading,
  element: XmlElement,
  above: Above,
  at: At,
  own: string | undefined,
): NodeDoc | undefined {
  const id = idOf(reading, element, 'SourceTermId', at) ?? own
  if (id === undefined) {
    reading.fault('source-missing', at, 'a place of a shared term needs the ID of the term.')
    return undefined
  }
  const local = localOf(reading, element, at)
  if (flagOf(reading, element, 'IsPinned', at) !== true) {
    const reuse = { at, kind: 'reuse', term: { id }, ...local } as const
    const below = placesBelow(reading, element, { path: at.path, language: above.language })
    if (flagOf(reading, element, 'ReuseChildren', at) !== true || childrenOf(element).length > 0)
      return { ...reuse, ...below }
    const source = reading.homes.get(id)
    if (source !== undefined) return { ...reuse, children: branchOf(reading, source, at, [source]) }
    reading.fault('lost', at, 'ReuseChildren of a term that the file does not hold: the term alone is shared.')
    return { ...reuse, withBranch: true, children: [] }
  }
  if (flagOf(reading, element, 'IsPinnedRoot', at) !== true) {
    reading.fault('assumed', at, 'IsPinned without IsPinnedRoot, and no pinned term above: read as a pinned root.')
  }
  const home = reading.homes.get(id)
  if (home !== undefined) compareMirrors(reading, element, home, at.path)
  return { at, kind: 'pin', term: { id }, ...local, children: [] }
}

/** The branch of a source, shared term by term. */
function branchOf(reading: PnpReading, source: XmlElement, above: At, seen: readonly XmlElement[]): NodeDoc[] {
  return childrenOf(source).flatMap((child): NodeDoc[] => {
    reading.countRepeated(above, seen.length)
    const { text: name } = resolved(child.attributes.get('Name') ?? '', reading.options)
    const at: At = { ...above, path: `${above.path}/${name}` }
    const id = plainId(child, 'SourceTermId', reading.options) ?? plainId(child, 'ID', reading.options)
    if (id === undefined) {
      reading.fault('lost', at, `'${name}' is below a reused term, and without an ID it cannot be shared.`)
      return []
    }
    const home = reading.homes.get(id) ?? child
    const children = seen.includes(home) ? [] : branchOf(reading, home, at, [...seen, home])
    return [{ at, kind: 'reuse', term: { id }, children }]
  })
}

/** Below a pin the file may repeat the source's branch, which is compared and not read. */
function compareMirrors(reading: PnpReading, mirror: XmlElement, source: XmlElement, path: string): void {
  const { options } = reading
  const keyOf = (term: XmlElement): string =>
    plainId(term, 'SourceTermId', options) ?? plainId(term, 'ID', options) ?? fold(term.attributes.get('Name') ?? '')
  const sources = new Map(childrenOf(source).map((term) => [keyOf(term), term]))
  for (const child of childrenOf(mirror)) {
    const name = child.attributes.get('Name') ?? ''
    const of = sources.get(keyOf(child))
    if (of !== undefined && (name === '' || fold(name) === fold(of.attributes.get('Name') ?? ''))) {
      compareMirrors(reading, child, reading.homes.get(keyOf(child)) ?? of, `${path}/${name}`)
      continue
    }
    const at = reading.at(child, `${path}/${name}`)
    reading.fault('mirror-differs', at, `'${name}' is below a pinned term, but not below its source; it is not read.`)
  }
}

/** The property in which the store keeps the IRI of a concept (exchange.md §6.4). */
export const iriProperty = 'skos:uri'

function termOf(reading: PnpReading, element: XmlElement, at: At, id: string | undefined, language: string): TermDoc {
  const description = textOf(reading, element, 'Description', at)
  const isDeprecated = flagOf(reading, element, 'IsDeprecated', at)
  const owner = textOf(reading, element, 'Owner', at)
  const { [iriProperty]: uri, ...properties } = propertiesOf(reading, element, 'CustomProperties') ?? {}
  const stated = element.children.some(({ name }) => name === 'CustomProperties')
  const onlyIri = uri !== undefined && Object.keys(properties).length === 0
  return {
    ...(id === undefined ? {} : { id }),
    ...(uri === undefined ? {} : { uri }),
    labels: labelsOf(reading, element, at, language),
    ...(description === undefined ? {} : { descriptions: { [language]: description } }),
    ...(stated && !onlyIri ? { properties } : {}),
    ...(isDeprecated === undefined ? {} : { isDeprecated }),
    ...(owner === undefined ? {} : { owner: owner.trim() === '' ? null : owner }),
  }
}

interface Gathered {
  default?: string
  readonly synonyms: Set<string>
}

function labelsOf(reading: PnpReading, element: XmlElement, at: At, language: string): Record<string, LabelsDoc> {
  const gathered = new Map<string, Gathered>()
  const name = textOf(reading, element, 'Name', at)
  if (name === undefined || name.trim() === '') reading.fault('empty-label', at, 'a term needs a Name.')
  else gathered.set(language, { default: name, synonyms: new Set() })
  reading.countLabel(at)
  for (const label of element.children.filter(({ name }) => name === 'Labels').flatMap(({ children }) => children)) {
    reading.countLabel(at)
    addLabel(reading, label, at, gathered)
  }
  const labels: Record<string, LabelsDoc> = {}
  for (const [tag, { default: first, synonyms }] of gathered) {
    const [lone, ...others] = synonyms
    // While the language of names is not known, it may be this one, in which a label without the flag is a synonym.
    if (first === undefined && lone !== undefined && others.length === 0 && language !== '') {
      reading.fault('assumed', at, `'${lone}' is the only label in language ${tag}: read as its default label.`)
      labels[tag] = { default: lone }
      continue
    }
    labels[tag] = {
      ...(first === undefined ? {} : { default: first }),
      ...(synonyms.size === 0 ? {} : { synonyms: [...synonyms] }),
    }
  }
  return labels
}

function addLabel(reading: PnpReading, label: XmlElement, at: At, gathered: Map<string, Gathered>): void {
  reading.knownOnly(label, ['Language', 'Value', 'IsDefaultForLanguage'], [])
  const tag = languageOf(reading, label, at)
  const value = textOf(reading, label, 'Value', at)
  if (tag === undefined && label.attributes.get('Language') === undefined) {
    reading.fault('lcid', at, 'a label needs the number of its Language.', label.line)
  }
  if (tag === undefined || value === undefined) return
  const labels = gathered.get(tag) ?? { synonyms: new Set<string>() }
  gathered.set(tag, labels)
  const isDefault = flagOf(reading, label, 'IsDefaultForLanguage', at) === true
  if (fold(labels.default ?? '\n') === fold(value)) return
  if (!isDefault) labels.synonyms.add(value)
  else if (labels.default === undefined) labels.default = value
  else {
    reading.fault(
      'two-defaults',
      at,
      `'${labels.default}' and '${value}' are both the default label in language ${tag}. Keep IsDefaultForLanguage on one; or if the names are in another language than the store’s default one, --default-language names it.`,
      label.line,
    )
  }
}
