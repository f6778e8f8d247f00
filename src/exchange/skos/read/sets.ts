/** A scheme as a set, with its places as a tree. */
import { compareText } from '../../doc/doc-index.ts'
import type { NodeDoc, SetDoc } from '../../document.ts'
import { type At, fault, fileLimits, Unreadable } from '../../faults.ts'
import { iri } from '../vocabulary.ts'
import type { ConceptPlace, Placing } from './places.ts'
import { keeper, keepRest, lose } from './properties.ts'
import { refTo, type TermContext, termOf } from './terms.ts'
import {
  descriptionsOf,
  descriptionsOfSets,
  flagOf,
  labelsOf,
  lastPart,
  literalsOf,
  namesOf,
  namesOfSets,
  pairsOf,
  shownOf,
  textOf,
} from './texts.ts'
import { identityOf, orderKey, type VocabularyFile, values } from './vocabulary-file.ts'

export interface SetContext extends TermContext {
  readonly placing: Placing
}

/** In the language that terms are shown in. */
function shownIn(names: Readonly<Record<string, string>>, wanted: string | undefined): string {
  const english = Object.keys(names).find((tag) => /^en\b/i.test(tag))
  return names[wanted ?? ''] ?? names[english ?? ''] ?? Object.values(names)[0] ?? ''
}

export function setOf(context: SetContext, scheme: string): SetDoc {
  const { file, placing, lost } = context
  const names = setNames(file, scheme)
  const path = shownIn(names, file.options.defaultLanguage)
  const at = file.at(scheme, path)
  const { id, uri } = scheme === '' ? {} : identityOf(file, scheme)
  const { texts, predicate, rest } = descriptionsOf(file.graph, scheme, descriptionsOfSets)
  // A set has one description, in no language of its own.
  const unheld = Math.max(0, Object.keys(texts ?? {}).length - 1) + rest.length
  for (let count = 0; count < unheld; count += 1) lose(lost, predicate ?? '')
  const keeping = keeper({ ...pairsOf(file.graph, scheme, iri('relata:property')) })
  const titles = [iri('dct:title'), iri('dc:title'), iri('rdfs:label')]
  keepRest(file, scheme, new Set([...titles, predicate ?? '']), keeping, lost)
  loseNames(context, scheme, Object.values(names))
  const children = rootsOf(context, scheme, at)
  return {
    at,
    ...(file.isRefused(at) ? { refused: true } : {}),
    ...(id === undefined ? {} : { id }),
    ...(uri === undefined ? {} : { uri }),
    names,
    ...(texts === undefined ? {} : { description: describing(texts, file) }),
    ...(Object.keys(keeping.properties).length === 0 ? {} : { properties: keeping.properties }),
    ...membersOf(file, scheme),
    // A vocabulary that is read again is whole; of concepts that others add to a scheme nothing can be known.
    complete: placing.sets.has(scheme),
    ...children,
  }
}

/** The places at the root. Those that nothing declares to be there are left out or put below a term, on demand. */
function rootsOf(context: SetContext, scheme: string, at: At): { children: NodeDoc[]; order?: number } {
  const { file, placing, lost } = context
  const { parentless = 'root' } = file.options
  const meant = placing.parentless.get(scheme)
  if (parentless === 'root' || meant === undefined || meant.size === 0)
    return childrenOf(context, scheme, '', at.path, 1)
  const kept = childrenOf(context, scheme, '', at.path, 1, (key) => !meant.has(key))
  if (parentless === 'skip') {
    for (const _ of meant) lose(lost, 'skos:Concept without a broader one')
    return kept
  }
  const path = `${at.path}/${parentless.under}`
  const { children } = childrenOf(context, scheme, '', path, 2, (key) => meant.has(key))
  const under: NodeDoc = {
    at: { ...at, path },
    kind: 'home',
    term: { labels: { '': { default: parentless.under } } },
    children,
  }
  return { ...kept, children: [...kept.children, under] }
}

function describing(texts: Readonly<Record<string, string>>, { options }: VocabularyFile): string {
  return texts[options.defaultLanguage ?? ''] ?? texts[''] ?? Object.values(texts)[0] ?? ''
}

/** Of a scheme its names, of a top concept its preferred labels; without a scheme the caller's name or the file's. */
function setNames(file: VocabularyFile, scheme: string): Record<string, string> {
  const { options, graph } = file
  if (scheme === '') return { '': options.set ?? options.file.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '') }
  if (!file.concepts.has(scheme)) return { ...namesOf(graph, scheme) }
  const labels = labelsOf(file, scheme, file.at(scheme, ''))
  const names = Object.entries(labels).flatMap(([tag, { default: name }]) => (name === undefined ? [] : [[tag, name]]))
  return names.length === 0 ? { '': lastPart(scheme) } : Object.fromEntries(names)
}

/** Names that a set has no room for: other titles, and synonyms of a top concept that becomes a set. */
function loseNames({ file, lost }: SetContext, scheme: string, names: readonly string[]): void {
  for (const predicate of [...namesOfSets, iri('skos:altLabel')]) {
    for (const { value } of literalsOf(file.graph, scheme, predicate)) if (!names.includes(value)) lose(lost, predicate)
  }
}

function membersOf({ graph }: VocabularyFile, scheme: string): Partial<SetDoc> {
  const isOpen = flagOf(graph, scheme, iri('relata:open'))
  const isAvailableForTagging = flagOf(graph, scheme, iri('relata:available'))
  const owner = textOf(graph, scheme, iri('relata:owner'))
  const contact = textOf(graph, scheme, iri('relata:contact'))
  const stakeholders = values(graph.of(scheme, iri('relata:stakeholder')))
  return {
    ...(isOpen === undefined ? {} : { isOpen }),
    ...(isAvailableForTagging === undefined ? {} : { isAvailableForTagging }),
    ...(owner === undefined ? {} : { owner }),
    ...(contact === undefined ? {} : { contact }),
    ...(stakeholders.length === 0 ? {} : { stakeholders }),
  }
}

function childrenOf(
  context: SetContext,
  scheme: string,
  parent: string,
  path: string,
  depth: number,
  isMeant: (key: string) => boolean = () => true,
): { children: NodeDoc[]; order?: number } {
  const { file, placing } = context
  const places = (placing.sets.get(scheme)?.get(parent) ?? []).filter(({ key }) => isMeant(key))
  if (places.length > 0 && depth > fileLimits.nesting) {
    throw new Unreadable(
      fault('limit', file.at(parent, path), `Concepts are nested deeper than ${fileLimits.nesting}.`),
    )
  }
  const { sorted, order } = inOrder(file, places, scheme, parent)
  const children = sorted.map((place) => nodeOf(context, scheme, place, path, depth))
  return order === undefined ? { children } : { children, order }
}

function inOrder(
  file: VocabularyFile,
  places: readonly ConceptPlace[],
  scheme: string,
  parent: string,
): { sorted: readonly ConceptPlace[]; order?: number } {
  const listed =
    file.orders.get(orderKey(scheme, parent === '' ? scheme : parent)) ??
    (file.options.order === 'notation' ? byNotation(file, places) : [])
  const byKey = new Map(places.map((place) => [place.key, place]))
  const first = [...new Set(listed)].flatMap((key) => byKey.get(key) ?? [])
  if (first.length === 0) return { sorted: places }
  const taken = new Set(first)
  return { sorted: [...first, ...places.filter((place) => !taken.has(place))], order: first.length }
}

/** Numbers in notations count as numbers: `9` stands before `10`. */
function byNotation({ graph }: VocabularyFile, places: readonly ConceptPlace[]): string[] {
  const keyed = places.flatMap(({ key }) => {
    const [notation] = values(graph.of(key, iri('skos:notation')))
    return notation === undefined ? [] : [{ key, by: notation.replace(/\d+/g, (digits) => digits.padStart(20, '0')) }]
  })
  return keyed.toSorted((one, other) => compareText(one.by, other.by)).map(({ key }) => key)
}

function nodeOf(context: SetContext, scheme: string, place: ConceptPlace, above: string, depth: number): NodeDoc {
  const { file, placing } = context
  const { key, kind, occurrence } = place
  const path = `${above}/${shownOf(file, key)}`
  const at: At = file.at(occurrence?.key ?? key, path)
  const holder = occurrence?.key ?? key
  const localProperties =
    kind === 'home' || occurrence !== undefined ? pairsOf(file.graph, holder, iri('relata:localProperty')) : undefined
  const isAvailableForTagging =
    kind === 'home' || occurrence !== undefined ? flagOf(file.graph, holder, iri('relata:available')) : undefined
  const withBranch = occurrence === undefined ? undefined : flagOf(file.graph, holder, iri('relata:withBranch'))
  const term = kind === 'home' ? termOf(context, key, at) : refTo(file, key)
  if (kind === 'home') for (const { code, text } of placing.remarks.get(key) ?? []) file.fault(code, at, text)
  const below = kind === 'pin' ? { children: [] } : childrenOf(context, scheme, key, path, depth + 1)
  return {
    at,
    ...(file.isRefused(at) ? { refused: true } : {}),
    kind,
    term,
    ...(isAvailableForTagging === undefined ? {} : { isAvailableForTagging }),
    ...(localProperties === undefined ? {} : { localProperties }),
    ...(withBranch === true ? { withBranch } : {}),
    ...below,
  }
}
