/**
 * A document as SKOS: exchange.md §6.2 and §6.3. Subjects by set and natural order, predicates in the order of the table,
 * so that two exports differ only where the taxonomy does.
 */
import { canonicalTag } from '#workloads/term-store/rules/languages/languages.ts'
import { compareText, naturalChildren } from '../../doc/doc-index.ts'
import { withPlainTags } from '../../doc/language-tags.ts'
import { idOf, withoutSystem } from '../../doc/leaving-out.ts'
import { collectLosses, type Losses } from '../../doc/losses.ts'
import { type Doc, type GroupDoc, isRef, type Loss, type NodeDoc, type SetDoc } from '../../document.ts'
import { ownIri } from '../ids.ts'
import { prefixes } from '../vocabulary.ts'
import { iriNode, properties, type SubjectBlock, type TextNode, type Triples, text } from './blocks.ts'
import { conceptBlock, furtherParents } from './concepts.ts'
import { jsonLdText } from './json-ld.ts'
import { keptTriples, pairs } from './kept.ts'
import {
  type IriNaming,
  idTriple,
  keyOf,
  namingOf,
  type Occurrences,
  occurrencesOf,
  type SkosWriteOptions,
} from './naming.ts'
import { rdfXmlText } from './rdf-xml.ts'
import { turtleText } from './turtle.ts'
import { withoutUnwritable } from './unwritable.ts'
import { byLanguage, flags, type SkosWriting } from './writing.ts'

const writers = { turtle: turtleText, 'rdf-xml': rdfXmlText, 'json-ld': jsonLdText }

export function writeSkos(given: Doc, options: SkosWriteOptions): { text: string; losses: Loss[] } {
  const losses = collectLosses()
  const language = options.defaultLanguage ?? given.defaultLanguageTag ?? ''
  const doc = withPlainTags(withoutSystem(given, losses), language)
  const naming = namingOf(doc, options, losses)
  const occurrences = occurrencesOf(doc, naming, language)
  const writing: SkosWriting = {
    options,
    losses,
    naming,
    occurrences,
    language,
    ...linksOf(doc, naming, occurrences, losses),
    label: (value, tag) => {
      const plain = options.asKept === true ? value : value.replaceAll('＆', '&').replaceAll('＂', '"')
      return text(plain, tag === '' ? '' : (canonicalTag(tag) ?? tag))
    },
  }
  const blocks = [
    ...doc.groups.map((group) => groupBlock(writing, group)),
    ...doc.groups.flatMap(({ sets }) => sets.flatMap((set) => setBlocks(writing, set))),
  ]
  const writable = withoutUnwritable(blocks, options.syntax, losses)
  return { text: writers[options.syntax](writable, prefixesIn(writable)), losses: losses.list() }
}

/** In the order of our list. */
function prefixesIn(blocks: readonly SubjectBlock[]): string[] {
  const used = new Set<string>()
  const enter = (entries: Triples): void => {
    for (const [predicate, values] of entries) {
      used.add(predicate.split(':')[0] ?? '')
      for (const value of values) if (value.kind === 'inner') enter(value.properties)
    }
  }
  for (const block of blocks) {
    used.add(block.type.split(':')[0] ?? '')
    enter(block.properties)
  }
  return Object.keys(prefixes).filter((prefix) => used.has(prefix))
}

function groupBlock({ options, losses, naming, label, language }: SkosWriting, group: GroupDoc): SubjectBlock {
  const where = { ...idOf(group), path: group.name }
  if (group.scope === 'siteCollection') losses.add('group.scope', { ...where, value: group.scope })
  if (group.siteId !== undefined) losses.add('group.siteId', { ...where, value: group.siteId })
  for (const value of group.managers ?? []) losses.add('group.managers', { ...where, value })
  for (const value of group.contributors ?? []) losses.add('group.contributors', { ...where, value })
  return {
    subject: group.id === undefined ? undefined : iriNode(ownIri('groups', group.id, options.iriBase)),
    type: 'relata:Group',
    properties: properties(
      ['dct:title', [label(group.name, language)]],
      ['dct:description', group.description === undefined ? [] : [text(group.description, language)]],
      ['dct:hasPart', group.sets.map((set) => naming.set(set))],
    ),
  }
}

function setBlocks(writing: SkosWriting, set: SetDoc): SubjectBlock[] {
  const { naming } = writing
  const after: SubjectBlock[] = []
  const concepts: SubjectBlock[] = []
  const walk = (parent: SetDoc | NodeDoc): void => {
    const natural = naturalChildren(parent, naming.index, writing.language)
    const order = orderBlock(writing, set, parent)
    if (order !== undefined) after.push(order)
    for (const node of natural) {
      if (isRef(node.term)) after.push(...placeBlock(writing, set, 'names' in parent ? undefined : parent, node))
      else concepts.push(conceptBlock(writing, set, 'names' in parent ? undefined : parent, node, node.term))
      if (node.kind !== 'pin') walk(node)
    }
  }
  walk(set)
  return [setBlock(writing, set), ...concepts, ...after]
}

function texts(names: Readonly<Record<string, string>>, make: (value: string, tag: string) => TextNode): TextNode[] {
  return byLanguage(names).map(([tag, value]) => make(value, tag))
}

function setBlock(writing: SkosWriting, set: SetDoc): SubjectBlock {
  const { naming, label, language } = writing
  const subject = naming.set(set)
  const names = texts(set.names, label)
  const described = set.description !== undefined && set.description !== ''
  // Without a description, these would be read as one.
  const asDescription = new Set(['dct:description', 'skos:definition', 'skos:note', 'rdfs:comment'])
  const { known, others } = keptTriples(
    set.properties,
    (name) => name !== 'dct:description' && (described || !asDescription.has(name)),
  )
  return {
    subject,
    type: 'skos:ConceptScheme',
    properties: properties(
      ['skos:prefLabel', names],
      ['dct:title', names],
      ['dct:description', described ? [text(set.description ?? '', language)] : []],
      ['skos:hasTopConcept', naturalChildren(set, naming.index, language).flatMap((node) => naming.node(node) ?? [])],
      ...known,
      ['relata:property', others],
      ['relata:available', flags(set.isAvailableForTagging)],
      ['relata:open', flags(set.isOpen)],
      ['relata:owner', set.owner ? [text(set.owner)] : []],
      ['relata:contact', set.contact ? [text(set.contact)] : []],
      ['relata:stakeholder', (set.stakeholders ?? []).map((value) => text(value))],
      ...idTriple(set, subject),
    ),
  }
}

function orderBlock({ naming }: SkosWriting, set: SetDoc, parent: SetDoc | NodeDoc): SubjectBlock | undefined {
  const { children, order = 0 } = parent
  const of = 'names' in parent ? naming.set(parent) : naming.node(parent)
  const members = children.slice(0, order).flatMap((node) => naming.node(node) ?? [])
  if (of === undefined || members.length === 0) return undefined
  return {
    subject: undefined,
    type: 'skos:OrderedCollection',
    properties: properties(
      ['relata:ordersChildrenOf', [of]],
      ['relata:inSet', [naming.set(set)]],
      ['skos:memberList', [{ kind: 'list', members }]],
    ),
  }
}

function placeBlock(
  { naming, losses }: SkosWriting,
  set: SetDoc,
  parent: NodeDoc | undefined,
  node: NodeDoc,
): SubjectBlock[] {
  const term = naming.node(node)
  const under = parent === undefined ? undefined : naming.node(parent)
  if (term === undefined) {
    losses.add('place', { path: node.at.path, value: node.kind })
    return []
  }
  const entries = properties(
    ['relata:term', [term]],
    ['relata:inSet', [naming.set(set)]],
    ['relata:under', under === undefined ? [] : [under]],
    ['relata:kind', [text(node.kind)]],
    ['relata:localProperty', pairs(node.localProperties)],
    ['relata:available', flags(node.isAvailableForTagging)],
    ['relata:withBranch', flags(node.withBranch)],
  )
  return [{ subject: undefined, type: 'relata:Occurrence', properties: entries }]
}

interface Linking {
  readonly node: NodeDoc
  readonly related: ReadonlySet<string>
  readonly broader: readonly string[]
}

/** What other concepts of the document say of a concept, which is written on its side as well. */
function linksOf(
  doc: Doc,
  naming: IriNaming,
  occurrences: Occurrences,
  losses: Losses,
): Pick<SkosWriting, 'further' | 'related'> {
  const byIri = linkingOf(doc, naming, occurrences)
  const related = new Map<string, string[]>()
  const further = new Map<string, string[]>()
  for (const [iri, own] of byIri) {
    for (const parent of own.broader) if (byIri.has(parent)) further.set(parent, [...(further.get(parent) ?? []), iri])
    for (const other of own.related) {
      const there = byIri.get(other)
      if (there === undefined || there.related.has(iri) || other === iri) continue
      related.set(other, [...(related.get(other) ?? []), iri])
      losses.add('related-added', {
        ...idOf(naming.index.termOf(there.node) ?? {}),
        path: there.node.at.path,
        value: iri,
      })
    }
  }
  for (const list of [...related.values(), ...further.values()]) list.sort(compareText)
  return { related, further }
}

function linkingOf(doc: Doc, naming: IriNaming, occurrences: Occurrences): Map<string, Linking> {
  const byIri = new Map<string, Linking>()
  const enter = (node: NodeDoc): void => {
    for (const child of node.children) enter(child)
    if (isRef(node.term)) return
    const subject = naming.term(node.term)
    const here = occurrences.get(keyOf(subject))
    if (subject.kind !== 'iri' || here === undefined) return
    const related = Object.entries(node.term.properties ?? {}).flatMap(([key, value]) =>
      /^skos:related(?:#\d+)?$/.test(key) ? [value] : [],
    )
    byIri.set(subject.iri, { node, related: new Set(related), broader: furtherParents(naming, here, node.term) })
  }
  for (const { sets } of doc.groups) for (const { children } of sets) for (const node of children) enter(node)
  return byIri
}
