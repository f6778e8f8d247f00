/** The IRIs that things of a document have in a file (exchange.md §6.2), and where its terms occur. */
import { type DocIndex, indexDoc, naturalChildren } from '../../doc/doc-index.ts'
import type { Losses } from '../../doc/losses.ts'
import { type Doc, isRef, type NodeDoc, type Ref, type SetDoc, type TermDoc } from '../../document.ts'
import { idOfIri, ownId, ownIri } from '../ids.ts'
import { isIri } from '../vocabulary.ts'
import { iriNode, type ObjectNode, type SubjectNode, text } from './blocks.ts'

export interface SkosWriteOptions {
  readonly syntax: 'turtle' | 'rdf-xml' | 'json-ld'
  /** The setting `exchange.iriBase`. */
  readonly iriBase?: string
  /** Writes IRIs of ours also for what has one of others. */
  readonly iri?: 'own'
  /** Writes `＆` and `＂` as they are stored, and not `&` and `"`. */
  readonly asKept?: boolean
  readonly defaultLanguage?: string
}

export interface IriNaming {
  readonly index: DocIndex
  set(set: SetDoc): SubjectNode
  term(term: TermDoc): SubjectNode
  /** Undefined: nothing names it. */
  ref(ref: Ref): SubjectNode | undefined
  /** The term at a place, by the same name everywhere. */
  node(node: NodeDoc): SubjectNode | undefined
}

/** The IRI of others that a record keeps, in a member of its own or as a property. */
export function keptIri({ uri, properties }: Pick<TermDoc, 'uri' | 'properties'>): string | undefined {
  return uri ?? properties?.['skos:uri']
}

export function namingOf(doc: Doc, { iriBase, iri }: SkosWriteOptions, losses: Losses): IriNaming {
  const index = indexDoc(doc)
  const named = new Map<SetDoc | TermDoc, SubjectNode>()
  const taken = new Set<string>()
  let blanks = 0
  const nameOf = (kind: 'sets' | 'terms', record: SetDoc | TermDoc, path: string): SubjectNode => {
    const known = named.get(record)
    if (known !== undefined) return known
    const kept = keptIri(record)
    const isUsable = kept !== undefined && isIri(kept) && ownId(kept, iriBase) === undefined && !taken.has(kept)
    const isKept = isUsable && iri !== 'own'
    if (isKept) taken.add(kept)
    if (kept !== undefined && !isKept)
      losses.add('uri', { ...(record.id === undefined ? {} : { id: record.id }), path, value: kept })
    blanks += 1
    const own: SubjectNode =
      record.id === undefined ? { kind: 'blank', name: `n${blanks}` } : iriNode(ownIri(kind, record.id, iriBase))
    const subject: SubjectNode = isKept ? iriNode(kept) : own
    named.set(record, subject)
    return subject
  }
  const termName = (term: TermDoc, path = ''): SubjectNode => nameOf('terms', term, path)
  const ref = (of: Ref): SubjectNode | undefined => {
    const home = index.find(of)
    if (home !== undefined) return termName(home.term, home.node.at.path)
    if ('id' in of) return iriNode(ownIri('terms', of.id, iriBase))
    return 'uri' in of && isIri(of.uri) ? iriNode(of.uri) : undefined
  }
  return {
    index,
    set: (set) => nameOf('sets', set, set.at.path),
    term: (term) => termName(term),
    ref,
    node: ({ term, at }) => (isRef(term) ? ref(term) : termName(term, at.path)),
  }
}

/** Where a term occurs, its home and mirrors included. */
export interface Occurring {
  readonly sets: Set<SetDoc>
  /** Sets in which it is at the root. */
  readonly roots: Set<SetDoc>
  /** Parents at any of its places. */
  readonly parents: Set<NodeDoc>
  readonly children: Set<NodeDoc>
}

export type Occurrences = ReadonlyMap<string, Occurring>

export function keyOf(subject: SubjectNode): string {
  return subject.kind === 'iri' ? subject.iri : `_:${subject.name}`
}

/** By the key of the term's name; what is found is in natural order, whatever order the document has. */
export function occurrencesOf(doc: Doc, naming: IriNaming, language: string): Occurrences {
  const found = new Map<string, Occurring>()
  const of = (node: NodeDoc): Occurring | undefined => {
    const subject = naming.node(node)
    if (subject === undefined) return undefined
    const key = keyOf(subject)
    const known = found.get(key) ?? { sets: new Set(), roots: new Set(), parents: new Set(), children: new Set() }
    found.set(key, known)
    return known
  }
  const mirror = (set: SetDoc, node: NodeDoc, above: readonly NodeDoc[]): void => {
    if (above.includes(node)) return
    of(node)?.sets.add(set)
    for (const child of branchOf(naming, node)) mirror(set, child, [...above, node])
  }
  const enter = (set: SetDoc, parent: NodeDoc | undefined, node: NodeDoc): void => {
    const here = of(node)
    here?.sets.add(set)
    if (parent === undefined) here?.roots.add(set)
    else {
      here?.parents.add(parent)
      of(parent)?.children.add(node)
    }
    if (node.kind === 'pin') for (const child of branchOf(naming, node)) mirror(set, child, [node])
    else for (const child of naturalChildren(node, naming.index, language)) enter(set, node, child)
  }
  for (const { sets } of doc.groups)
    for (const set of sets) for (const node of naturalChildren(set, naming.index, language)) enter(set, undefined, node)
  return found
}

/** What is below a node, or, of a pin, below its source. */
function branchOf({ index }: IriNaming, node: NodeDoc): readonly NodeDoc[] {
  if (node.kind !== 'pin' || !isRef(node.term)) return node.children
  return index.find(node.term)?.node.children ?? []
}

/** The id, where it cannot be computed from the IRI. */
export function idTriple({ id }: { readonly id?: string }, subject: SubjectNode): [string, ObjectNode[]][] {
  if (id === undefined || subject.kind !== 'iri' || ownId(subject.iri, undefined) === id || idOfIri(subject.iri) === id)
    return []
  return [['relata:id', [text(id)]]]
}
