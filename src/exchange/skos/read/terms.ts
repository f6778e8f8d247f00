/** A concept as a term: exchange.md §6.3 and §6.6. */
import { compareText } from '../../doc/doc-index.ts'
import type { Ref, TermDoc } from '../../document.ts'
import type { At } from '../../faults.ts'
import { guidAtEnd, ownId } from '../ids.ts'
import { iri } from '../vocabulary.ts'
import { type Keeper, keeper, keepRest, type LostCounts, lose, propertyValue } from './properties.ts'
import {
  descriptionsOf,
  descriptionsOfTerms,
  firstOf,
  flagOf,
  labelsOf,
  namesOfTerms,
  pairsOf,
  textOf,
} from './texts.ts'
import { identityOf, resources, type VocabularyFile, values } from './vocabulary-file.ts'

const maxIri = 1000

export interface TermContext {
  readonly file: VocabularyFile
  readonly lost: LostCounts
  /** Concept → parents that no place of it has. */
  readonly kept: ReadonlyMap<string, readonly string[]>
  /** Concept → labels of the collections it is a member of. */
  readonly collectionsOf: ReadonlyMap<string, readonly string[]>
}

export function refTo(file: VocabularyFile, key: string): Ref {
  const { id, uri } = identityOf(file, key)
  return file.concepts.has(key) || uri === undefined ? { id: id ?? '' } : { uri }
}

export function termOf({ file, lost, kept, collectionsOf }: TermContext, key: string, at: At): TermDoc {
  const { graph } = file
  const { id, uri } = identityOf(file, key)
  if ((uri?.length ?? 0) > maxIri) file.fault('long-value', at, `the IRI is longer than ${maxIri} characters.`)
  const { texts, predicate, rest } = descriptionsOf(graph, key, descriptionsOfTerms)
  const own = pairsOf(graph, key, iri('relata:property'))
  const keeping = keeper({ ...own })
  for (const literal of rest) keeping.keep('skos:definition', propertyValue(literal))
  const { predicate: namedBy } = firstOf(graph, key, namesOfTerms)
  keepRest(file, key, new Set([predicate ?? '', namedBy ?? '']), keeping, lost)
  for (const parent of kept.get(key) ?? []) keeping.keep('skos:broader', parent)
  for (const label of collectionsOf.get(key) ?? []) keeping.keep('skos:memberOf', label)
  const replacedBy = replacementOf(file, key, keeping)
  const mergedTermIds = mergedOf(file, key, lost)
  const isDeprecated = deprecatedOf(file, key)
  const dates = { created: textOf(graph, key, iri('dct:created')), modified: textOf(graph, key, iri('dct:modified')) }
  const owner = textOf(graph, key, iri('relata:owner'))
  return {
    ...(id === undefined ? {} : { id }),
    ...(uri === undefined ? {} : { uri }),
    labels: labelsOf(file, key, at),
    ...(texts === undefined ? {} : { descriptions: texts }),
    ...(Object.keys(keeping.properties).length === 0 ? {} : { properties: keeping.properties }),
    ...(isDeprecated === undefined ? {} : { isDeprecated }),
    ...(replacedBy === undefined ? {} : { replacedBy }),
    ...(mergedTermIds.length === 0 ? {} : { mergedTermIds }),
    ...(owner === undefined ? {} : { owner }),
    ...(dates.created === undefined ? {} : { created: dates.created }),
    ...(dates.modified === undefined ? {} : { modified: dates.modified }),
  }
}

function deprecatedOf({ graph, options }: VocabularyFile, key: string): boolean | undefined {
  if (resources(graph.of(key, iri('rdf:type'))).includes(iri('owl:DeprecatedClass'))) return true
  const isMeant = (options.deprecatedWhen ?? []).some(({ predicate, value }) => {
    const objects = graph.of(key, predicate)
    return values(objects).includes(value) || resources(objects).includes(value)
  })
  return isMeant ? true : flagOf(graph, key, iri('owl:deprecated'))
}

/** The first by IRI; the rest is kept. */
function replacementOf(file: VocabularyFile, key: string, keeping: Keeper): Ref | undefined {
  const [first, ...others] = resources(file.graph.of(key, iri('dct:isReplacedBy'))).toSorted(compareText)
  for (const other of others) keeping.keep('dct:isReplacedBy', other)
  for (const text of values(file.graph.of(key, iri('dct:isReplacedBy')))) keeping.keep('dct:isReplacedBy', text)
  return first === undefined ? undefined : refTo(file, first)
}

function mergedOf(file: VocabularyFile, key: string, lost: LostCounts): string[] {
  const objects = file.graph.of(key, iri('dct:replaces'))
  const ids: string[] = []
  for (const replaced of resources(objects)) {
    const id = ownId(replaced, file.options.iriBase) ?? guidAtEnd(replaced)
    if (id !== undefined && !file.concepts.has(replaced)) ids.push(id)
    else lose(lost, iri('dct:replaces'))
  }
  for (const _ of values(objects)) lose(lost, iri('dct:replaces'))
  return ids
}
