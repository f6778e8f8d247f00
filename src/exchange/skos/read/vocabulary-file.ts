/** What a SKOS file holds: its concepts, schemes and what Relata writes beside them (exchange.md §6.3). */

import { guidIn } from '#base/ids.ts'
import { fold } from '#base/text/fold.ts'
import { type At, type FaultCode, fault, type ImportFault } from '../../faults.ts'
import { guidAtEnd, idOfIri, ownId } from '../ids.ts'
import { isBlank, type RdfGraph, type RdfObject, type RdfSubject } from '../syntax/graph.ts'
import { iri } from '../vocabulary.ts'

export interface SkosOptions {
  readonly file: string
  /** Base of relative IRIs, where the file gives none. */
  readonly base?: string
  /** The setting `exchange.iriBase`. */
  readonly iriBase?: string
  /** Name of the group for schemes that the file puts into none. */
  readonly group?: string
  /** Name of the set where the file has no scheme. */
  readonly set?: string
  readonly defaultLanguage?: string
  readonly hidden?: 'synonym'
  readonly deprecatedWhen?: readonly { readonly predicate: string; readonly value: string }[]
  readonly order?: 'notation'
  readonly secondParents?: 'keep' | 'refuse'
  /** `tops`: each top concept becomes a set. */
  readonly sets?: 'schemes' | 'tops'
  /** What becomes of concepts without a parent that are no declared tops. */
  readonly parentless?: 'root' | 'skip' | { readonly under: string }
  readonly collections?: 'property'
  /** IRIs of predicates that are kept as properties beside those of exchange.md §6.6. */
  readonly keep?: readonly string[]
  readonly guidFromIri?: boolean
}

/** A place that Relata has written. */
export interface WrittenPlace {
  readonly key: string
  readonly term: string
  readonly scheme: string
  readonly under: string | undefined
  readonly kind: 'reuse' | 'pin'
}

export interface VocabularyFile {
  readonly graph: RdfGraph
  readonly options: SkosOptions
  readonly faults: ImportFault[]
  /** In the order of the file, as all that follow. */
  readonly concepts: ReadonlyMap<string, RdfSubject>
  readonly schemes: readonly string[]
  readonly groups: readonly RdfSubject[]
  readonly occurrences: readonly WrittenPlace[]
  /** Keys of ordered children, by the scheme and what they are children of: the scheme itself, or a concept. */
  readonly orders: ReadonlyMap<string, readonly string[]>
  readonly collections: readonly RdfSubject[]
  fault(code: FaultCode, at: At, text: string): void
  isRefused(at: At): boolean
  at(key: string, path: string): At
}

const types = {
  concept: iri('skos:Concept'),
  scheme: iri('skos:ConceptScheme'),
  collection: iri('skos:Collection'),
  ordered: iri('skos:OrderedCollection'),
  group: iri('relata:Group'),
  occurrence: iri('relata:Occurrence'),
  deprecated: iri('owl:DeprecatedClass'),
}

/** Subjects with one of these are concepts, whatever their type. */
const ofConcepts = [iri('skos:broader'), iri('skos:narrower'), iri('skos:topConceptOf')]

export function resources(objects: readonly RdfObject[]): string[] {
  return objects.flatMap((object) => (object.kind === 'resource' ? [object.key] : []))
}

export function values(objects: readonly RdfObject[]): string[] {
  return objects.flatMap((object) => (object.kind === 'literal' ? [object.value] : []))
}

export function orderKey(scheme: string, parent: string): string {
  return `${scheme}\n${parent}`
}

interface Found {
  readonly concepts: Map<string, RdfSubject>
  readonly schemes: Set<string>
  readonly groups: RdfSubject[]
  readonly occurrences: RdfSubject[]
  readonly collections: RdfSubject[]
}

function sort(graph: RdfGraph): Found {
  const found: Found = { concepts: new Map(), schemes: new Set(), groups: [], occurrences: [], collections: [] }
  for (const [key, subject] of graph.subjects) {
    const own = new Set(resources(subject.objects.get(iri('rdf:type')) ?? []))
    if (own.has(types.scheme)) found.schemes.add(key)
    if (own.has(types.group)) found.groups.push(subject)
    if (own.has(types.occurrence)) found.occurrences.push(subject)
    if (own.has(types.collection) || own.has(types.ordered)) found.collections.push(subject)
    const isOther = [types.group, types.collection, types.ordered].some((type) => own.has(type))
    const isConcept =
      own.has(types.concept) || own.has(types.deprecated) || ofConcepts.some((one) => subject.objects.has(one))
    if (isConcept && !isOther) found.concepts.set(key, subject)
    addImplied(graph, key, found)
  }
  for (const scheme of found.schemes) found.concepts.delete(scheme)
  return found
}

/** What is a scheme or a concept because others say so. */
function addImplied(graph: RdfGraph, key: string, { schemes, concepts }: Found): void {
  const named = [...graph.of(key, iri('skos:inScheme')), ...graph.of(key, iri('skos:topConceptOf'))]
  for (const scheme of resources(named)) schemes.add(scheme)
  for (const top of resources(graph.of(key, iri('skos:hasTopConcept')))) {
    schemes.add(key)
    const subject = graph.subjects.get(top)
    if (subject !== undefined) concepts.set(top, subject)
  }
}

export function vocabularyFile(graph: RdfGraph, options: SkosOptions): VocabularyFile {
  const faults: ImportFault[] = []
  const refused = new Set<At>()
  const { concepts, schemes, groups, occurrences, collections } = sort(graph)
  return {
    graph,
    options,
    faults,
    concepts,
    schemes: [...schemes],
    groups,
    occurrences: occurrences.flatMap((subject) => occurrenceOf(graph, subject)),
    orders: ordersOf(graph, collections),
    collections: collections.filter(({ objects }) => !objects.has(iri('relata:ordersChildrenOf'))),
    fault: (code, at, text) => {
      const made = fault(code, at, `line ${at.line}: ${text}`)
      faults.push(made)
      if (made.severity === 'refused') refused.add(at)
    },
    isRefused: (at) => refused.has(at),
    at: (key, path) => ({ file: options.file, line: graph.subjects.get(key)?.line ?? 1, path }),
  }
}

function occurrenceOf(graph: RdfGraph, { key }: RdfSubject): WrittenPlace[] {
  const [term] = resources(graph.of(key, iri('relata:term')))
  const [scheme] = resources(graph.of(key, iri('relata:inSet')))
  const [under] = resources(graph.of(key, iri('relata:under')))
  const [kind] = values(graph.of(key, iri('relata:kind')))
  if (term === undefined || scheme === undefined) return []
  return [{ key, term, scheme, under, kind: kind === 'pin' ? 'pin' : 'reuse' }]
}

function ordersOf(graph: RdfGraph, collections: readonly RdfSubject[]): Map<string, string[]> {
  const orders = new Map<string, string[]>()
  for (const { key } of collections) {
    const [parent] = resources(graph.of(key, iri('relata:ordersChildrenOf')))
    const [scheme] = resources(graph.of(key, iri('relata:inSet')))
    const [head] = resources(graph.of(key, iri('skos:memberList')))
    if (parent !== undefined && head !== undefined) orders.set(orderKey(scheme ?? parent, parent), listOf(graph, head))
  }
  return orders
}

/** The members of an `rdf:List`. */
export function listOf(graph: RdfGraph, head: string): string[] {
  const members: string[] = []
  const seen = new Set<string>()
  for (let at: string | undefined = head; at !== undefined && !seen.has(at); ) {
    seen.add(at)
    members.push(...resources(graph.of(at, iri('rdf:first'))))
    at = resources(graph.of(at, iri('rdf:rest')))[0]
  }
  return members
}

/** The id of a resource, and the IRI where that is not ours: exchange.md §6.4. */
export function identityOf({ graph, options }: VocabularyFile, key: string): { id?: string; uri?: string } {
  const subject = graph.subjects.get(key)
  let stated: string | undefined
  for (const [predicate, objects] of subject?.objects ?? []) {
    const name = fold(predicate.slice(Math.max(predicate.lastIndexOf('#'), predicate.lastIndexOf('/')) + 1))
    if (predicate === iri('relata:id') || name === 'termguid') stated ??= guidIn(values(objects)[0] ?? '')
  }
  if (isBlank(key)) return stated === undefined ? {} : { id: stated }
  const own = ownId(key, options.iriBase)
  if (own !== undefined) return { id: own }
  const atEnd = options.guidFromIri === true ? guidAtEnd(key) : undefined
  return { id: stated ?? atEnd ?? idOfIri(key), uri: key }
}
