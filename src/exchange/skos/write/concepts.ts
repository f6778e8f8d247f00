/** A term at home as a concept: exchange.md §6.3, in the order of its table. */
import { fold } from '#base/text/fold.ts'
import { compareText } from '../../doc/doc-index.ts'
import { idOf } from '../../doc/leaving-out.ts'
import type { NodeDoc, SetDoc, TermDoc } from '../../document.ts'
import { isIri } from '../vocabulary.ts'
import { dateNode, iriNode, type ObjectNode, properties, type SubjectBlock, type SubjectNode, text } from './blocks.ts'
import { keptTriples, pairs } from './kept.ts'
import { type IriNaming, idTriple, keyOf, type Occurring } from './naming.ts'
import { byLanguage, flags, type SkosWriting } from './writing.ts'

export function conceptBlock(
  writing: SkosWriting,
  set: SetDoc,
  parent: NodeDoc | undefined,
  node: NodeDoc,
  term: TermDoc,
): SubjectBlock {
  const { naming, occurrences, related } = writing
  const subject = naming.term(term)
  const here = occurrences.get(keyOf(subject)) as Occurring
  const names = (nodes: Iterable<NodeDoc>): ObjectNode[] =>
    distinct([...nodes].flatMap((one) => naming.node(one) ?? []))
  const sets = (of: Iterable<SetDoc>): ObjectNode[] => [...of].map((one) => naming.set(one))
  const { known, others } = keptOf(writing, term, here)
  const hasFurther = known.some(([name]) => name === 'skos:broader')
  const isNamedHome = here.sets.size > 1 || hasFurther
  const homeParent = parent === undefined ? undefined : naming.node(parent)
  return {
    subject,
    type: 'skos:Concept',
    properties: properties(
      ...textsOf(writing, term),
      ['skos:topConceptOf', sets(here.roots)],
      ['skos:broader', names(here.parents)],
      ['skos:narrower', [...names(here.children), ...narrowerOf(writing, subject)]],
      ['skos:inScheme', sets(here.sets)],
      ['owl:deprecated', flags(term.isDeprecated)],
      ['dct:isReplacedBy', replacementOf(writing, term, node)],
      ['dct:replaces', (term.mergedTermIds ?? []).toSorted(compareText).map((id) => iriNode(`urn:uuid:${id}`))],
      ...known,
      ['skos:related', subject.kind === 'iri' ? (related.get(subject.iri) ?? []).map(iriNode) : []],
      ['relata:property', others],
      ['dct:created', term.created === undefined ? [] : [dateNode(term.created)]],
      ['dct:modified', term.modified === undefined ? [] : [dateNode(term.modified)]],
      ['relata:home', isNamedHome ? [naming.set(set)] : []],
      ['relata:homeParent', isNamedHome && homeParent !== undefined ? [homeParent] : []],
      ['relata:localProperty', pairs(node.localProperties)],
      ['relata:available', flags(node.isAvailableForTagging)],
      ['relata:owner', term.owner ? [text(term.owner)] : []],
      ...idTriple(term, subject),
    ),
  }
}

function distinct(subjects: readonly SubjectNode[]): SubjectNode[] {
  return [...new Map(subjects.map((subject) => [keyOf(subject), subject])).values()]
}

function byFold(one: string, other: string): number {
  return compareText(fold(one), fold(other)) || compareText(one, other)
}

function textsOf({ label }: SkosWriting, { labels, descriptions }: TermDoc): [string, ObjectNode[]][] {
  const all = byLanguage(labels)
  return [
    ['skos:prefLabel', all.flatMap(([tag, { default: name }]) => (name === undefined ? [] : [label(name, tag)]))],
    [
      'skos:altLabel',
      all.flatMap(([tag, { synonyms = [] }]) => synonyms.toSorted(byFold).map((synonym) => label(synonym, tag))),
    ],
    ['skos:definition', byLanguage(descriptions ?? {}).map(([tag, value]) => text(value, tag))],
  ]
}

/** The broader concepts that a term keeps as properties, if reading would keep them in the same way; else none. */
export function furtherParents(naming: IriNaming, { parents }: Occurring, term: TermDoc): string[] {
  const keys = Object.keys(term.properties ?? {}).filter((key) => /^skos:broader(?:#\d+)?$/.test(key))
  const values = keys.map((_, at) => term.properties?.[at === 0 ? 'skos:broader' : `skos:broader#${at + 1}`] ?? '')
  const above = new Set([...parents].flatMap((node) => naming.node(node) ?? []).map(keyOf))
  const own = keyOf(naming.term(term))
  const isKept = (value: string, at: number): boolean =>
    isIri(value) && value !== own && !above.has(value) && (values[at - 1] ?? '') < value
  return values.every(isKept) ? values : []
}

/** Properties that would be read as something else are written as Relata's own. */
function keptOf(writing: SkosWriting, term: TermDoc, here: Occurring) {
  const { descriptions = {}, properties: values = {}, replacedBy } = term
  const hasDescription = Object.keys(descriptions).length > 0
  const areFurther = furtherParents(writing.naming, here, term).length > 0
  return keptTriples(values, (name, node) => {
    if (name === 'skos:broader') return areFurther
    if (name === 'skos:definition') return node.kind === 'text' && Object.hasOwn(descriptions, node.language)
    if (name === 'skos:scopeNote' || name === 'dct:description' || name === 'rdfs:comment') return hasDescription
    // Of several replacements the smallest IRI is read as the member.
    if (name === 'dct:isReplacedBy')
      return replacedBy === undefined || replacedBy === null ? node.kind === 'text' : isLater(writing, term, node)
    return true
  })
}

function isLater({ naming }: SkosWriting, { replacedBy }: TermDoc, node: ObjectNode): boolean {
  const first = replacedBy ? naming.ref(replacedBy) : undefined
  return node.kind === 'text' || (node.kind === 'iri' && first?.kind === 'iri' && node.iri > first.iri)
}

/** Concepts that keep this one as a further broader one. */
function narrowerOf({ further }: SkosWriting, subject: SubjectNode): ObjectNode[] {
  return (further.get(keyOf(subject)) ?? []).map(iriNode)
}

function replacementOf({ naming, losses }: SkosWriting, term: TermDoc, { at }: NodeDoc): ObjectNode[] {
  if (!term.replacedBy) return []
  const subject = naming.ref(term.replacedBy)
  if (subject !== undefined) return [subject]
  losses.add('replacedBy', { ...idOf(term), path: at.path, value: Object.values(term.replacedBy).flat().join('/') })
  return []
}
