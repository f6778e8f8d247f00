/** Everything else a concept says: kept as properties, or counted as lost (exchange.md §6.6). */
import { isBlank, type RdfLiteral, type RdfObject } from '../syntax/graph.ts'
import { iri, keptPredicates, prefixed, prefixes } from '../vocabulary.ts'
import type { VocabularyFile } from './vocabulary-file.ts'

/** What is read by other rules, or says nothing that they do not. */
const readElsewhere = new Set(
  [
    ...['prefLabel', 'altLabel', 'broader', 'narrower', 'broaderTransitive', 'narrowerTransitive', 'inScheme'],
    ...['topConceptOf', 'hasTopConcept', 'semanticRelation', 'inSchemeOf'],
  ].map((name) => prefixes.skos + name),
)
for (const name of [
  'skosxl:prefLabel',
  'skosxl:altLabel',
  'owl:deprecated',
  'dct:created',
  'dct:modified',
  'dct:isReplacedBy',
  'dct:replaces',
] as const)
  readElsewhere.add(iri(name))

const knownTypes = new Set(
  (['skos:Concept', 'skos:ConceptScheme', 'owl:DeprecatedClass', 'owl:NamedIndividual', 'owl:Ontology'] as const).map(
    iri,
  ),
)

/** Predicate → how often something of it was left out. */
export type LostCounts = Map<string, number>

export function lose(lost: LostCounts, predicate: string): void {
  lost.set(predicate, (lost.get(predicate) ?? 0) + 1)
}

/** A literal as a property's value: plain text as it is, others as N-Triples write them. */
export function propertyValue({ value, language, datatype }: RdfLiteral): string {
  if (language === '' && datatype === '') return value
  return `${quoted(value)}${language === '' ? `^^<${datatype}>` : `@${language}`}`
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' }

export function quoted(value: string): string {
  return `"${value.replace(/[\\"\n\r]/g, (character) => escapes[character] as string)}"`
}

/** Key → value, `#2`, `#3` for repeats. */
export interface Keeper {
  keep(name: string, value: string): void
  readonly properties: Record<string, string>
}

export function keeper(properties: Record<string, string>): Keeper {
  const counts = new Map<string, number>()
  return {
    properties,
    keep: (name, value) => {
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      properties[count === 1 ? name : `${name}#${count}`] = value
    },
  }
}

/** Keeps what the list of exchange.md §6.6 has; `used`: predicates that other members of this record have taken. */
export function keepRest(
  file: VocabularyFile,
  key: string,
  used: ReadonlySet<string>,
  into: Keeper,
  lost: LostCounts,
): void {
  for (const [predicate, objects] of file.graph.subjects.get(key)?.objects ?? []) {
    if (used.has(predicate) || readElsewhere.has(predicate) || predicate.startsWith(prefixes.relata)) continue
    if (isTermGuid(predicate)) continue
    const name = prefixed(predicate) ?? predicate
    const isKept = keptPredicates.has(name) || file.options.keep?.includes(predicate) === true
    for (const object of predicate === iri('rdf:type') ? objects.filter(isOtherType) : objects)
      keepOne(file, name, predicate, object, isKept, into, lost)
  }
}

function isOtherType(object: RdfObject): boolean {
  return object.kind === 'resource' && !knownTypes.has(object.key)
}

function isTermGuid(predicate: string): boolean {
  return /[/#]termguid$/i.test(predicate)
}

function keepOne(
  { options }: VocabularyFile,
  name: string,
  predicate: string,
  object: RdfObject,
  isKept: boolean,
  into: Keeper,
  lost: LostCounts,
): void {
  if (name === 'skos:hiddenLabel' && options.hidden === 'synonym') return
  if (!isKept || (object.kind === 'resource' && isBlank(object.key))) lose(lost, predicate)
  else into.keep(name, object.kind === 'resource' ? object.key : propertyValue(object))
}
