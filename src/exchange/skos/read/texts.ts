/** Labels, names and descriptions of concepts and schemes: exchange.md §6.3. */
import { fold } from '#base/text/fold.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'
import type { LabelsDoc, Texts } from '../../document.ts'
import type { At } from '../../faults.ts'
import type { RdfGraph, RdfLiteral, RdfObject } from '../syntax/graph.ts'
import { iri } from '../vocabulary.ts'
import { resources, type VocabularyFile } from './vocabulary-file.ts'

/** The literals of the first predicate that has any, and which it is. */
export function firstOf(
  graph: RdfGraph,
  key: string,
  predicates: readonly string[],
): { literals: RdfLiteral[]; predicate: string | undefined } {
  for (const predicate of predicates) {
    const literals = literalsOf(graph, key, predicate)
    if (literals.length > 0) return { literals, predicate }
  }
  return { literals: [], predicate: undefined }
}

/** The literals of a predicate: its own, those of SKOS-XL's labels, and those of notes that are resources. */
export function literalsOf(graph: RdfGraph, key: string, predicate: string): RdfLiteral[] {
  return graph.of(key, predicate).flatMap((object) => literalIn(graph, object))
}

function literalIn(graph: RdfGraph, object: RdfObject): RdfLiteral[] {
  if (object.kind === 'literal') return [object]
  const inside = [...graph.of(object.key, iri('skosxl:literalForm')), ...graph.of(object.key, iri('rdf:value'))]
  return inside.flatMap((one) => (one.kind === 'literal' ? [one] : []))
}

export const namesOfTerms = [iri('skos:prefLabel'), iri('skosxl:prefLabel'), iri('rdfs:label'), iri('dct:title')]
export const namesOfSets = [iri('skos:prefLabel'), iri('dct:title'), iri('dc:title'), iri('rdfs:label')]
export const descriptionsOfTerms = [
  iri('skos:definition'),
  iri('skos:scopeNote'),
  iri('dct:description'),
  iri('rdfs:comment'),
]
export const descriptionsOfSets = [
  iri('dct:description'),
  iri('skos:definition'),
  iri('skos:note'),
  iri('rdfs:comment'),
]

interface Gathered {
  default?: string
  readonly synonyms: string[]
  /** Forms of the labels so far: a concept may have many thousands. */
  readonly known: Set<string>
}

function formOf(label: string): string {
  return fold(normalised(label))
}

export function labelsOf(file: VocabularyFile, key: string, at: At): Record<string, LabelsDoc> {
  const { graph, options } = file
  const gathered = new Map<string, Gathered>()
  const of = (language: string): Gathered => {
    const known = gathered.get(language) ?? { synonyms: [], known: new Set<string>() }
    gathered.set(language, known)
    return known
  }
  for (const { language, value } of firstOf(graph, key, namesOfTerms).literals) {
    const labels = of(language)
    if (labels.default === undefined) {
      labels.default = value
      labels.known.add(formOf(value))
    } else if (formOf(labels.default) !== formOf(value)) {
      const where = language === '' ? 'without a language' : `in language ${language}`
      file.fault('two-defaults', at, `'${labels.default}' and '${value}' are both the preferred label ${where}.`)
    }
  }
  const synonyms = [
    iri('skos:altLabel'),
    iri('skosxl:altLabel'),
    ...(options.hidden === 'synonym' ? [iri('skos:hiddenLabel')] : []),
  ]
  for (const { language, value } of synonyms.flatMap((predicate) => literalsOf(graph, key, predicate))) {
    const labels = of(language)
    const form = formOf(value)
    if (labels.known.has(form)) continue
    labels.known.add(form)
    labels.synonyms.push(value)
  }
  return Object.fromEntries(
    [...gathered].map(([language, { default: first, synonyms: others }]) => [
      language,
      { ...(first === undefined ? {} : { default: first }), ...(others.length === 0 ? {} : { synonyms: others }) },
    ]),
  )
}

/** The first text in each language, and what is left over with the predicate it came from. */
export function descriptionsOf(
  graph: RdfGraph,
  key: string,
  predicates: readonly string[],
): { texts: Texts | undefined; predicate: string | undefined; rest: RdfLiteral[] } {
  const { literals, predicate } = firstOf(graph, key, predicates)
  const texts = new Map<string, string>()
  const rest: RdfLiteral[] = []
  for (const literal of literals) {
    if (texts.has(literal.language)) rest.push(literal)
    else texts.set(literal.language, literal.value)
  }
  return { texts: literals.length === 0 ? undefined : Object.fromEntries(texts), predicate, rest }
}

export function namesOf(graph: RdfGraph, key: string): Texts {
  const names = new Map<string, string>()
  for (const { language, value } of firstOf(graph, key, namesOfSets).literals)
    if (!names.has(language)) names.set(language, value)
  return names.size > 0 ? Object.fromEntries(names) : { '': lastPart(key) }
}

/** What a person may take for the name of an IRI. */
export function lastPart(key: string): string {
  const part = key.replace(/[/#]+$/, '')
  const last = part.slice(Math.max(part.lastIndexOf('/'), part.lastIndexOf('#'), part.lastIndexOf(':')) + 1)
  try {
    return decodeURIComponent(last)
  } catch (error) {
    // Not everything after a per cent sign is an escape.
    if (error instanceof URIError) return last
    throw error
  }
}

/** A label that names a concept to a person: the caller's language, none, English, the first. */
export function shownOf({ graph, options }: VocabularyFile, key: string): string {
  const { literals } = firstOf(graph, key, namesOfTerms)
  const inLanguage = (tag: string | undefined): string | undefined =>
    literals.find(({ language }) => language === tag)?.value
  const english = literals.find(({ language }) => /^en\b/.test(language))?.value
  return inLanguage(options.defaultLanguage) ?? inLanguage('') ?? english ?? literals[0]?.value ?? lastPart(key)
}

export function textOf(graph: RdfGraph, key: string, predicate: string): string | undefined {
  return literalsOf(graph, key, predicate)[0]?.value
}

export function flagOf(graph: RdfGraph, key: string, predicate: string): boolean | undefined {
  const value = textOf(graph, key, predicate)?.trim().toLowerCase()
  return value === undefined ? undefined : value === 'true' || value === '1'
}

/** Keys and values that Relata wrote as such. */
export function pairsOf(graph: RdfGraph, key: string, predicate: string): Record<string, string> | undefined {
  const pairs = resources(graph.of(key, predicate)).flatMap((pair): [string, string][] => {
    const name = textOf(graph, pair, iri('relata:key'))
    return name === undefined ? [] : [[name, textOf(graph, pair, iri('rdf:value')) ?? '']]
  })
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs)
}
