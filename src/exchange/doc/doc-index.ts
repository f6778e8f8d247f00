/** The terms of a document by what references name them with, and children in the order in which people see them. */
import { fold } from '#base/text/fold.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'
import { compareTags } from '#workloads/term-store/rules/languages/languages.ts'
import { type Doc, type GroupDoc, isRef, type NodeDoc, type Ref, type SetDoc, type TermDoc } from '../document.ts'

/** Where a term is at home. */
export interface HomeDoc {
  readonly node: NodeDoc
  readonly term: TermDoc
  readonly set: SetDoc
  readonly group: GroupDoc
}

export interface DocIndex {
  /** Undefined: the document does not hold the term. */
  find(ref: Ref): HomeDoc | undefined
  /** The term of a node, at home or elsewhere; undefined as for `find`. */
  termOf(node: NodeDoc): TermDoc | undefined
  /** The name a person reads: the default label in the language, else in the document's, else the first by LCID. */
  nameOf(node: NodeDoc, tag: string): string | undefined
}

/** Text as labels and names are compared with each other: after the text rules, folded. */
export function matchingForm(text: string): string {
  return fold(normalised(text))
}

function pathKey(set: string, path: readonly string[]): string {
  return [set, ...path].map(matchingForm).join('\n')
}

/** A default label that names the term to a person, the wanted language first. */
export function shownLabel(term: TermDoc, ...tags: readonly (string | undefined)[]): string | undefined {
  for (const tag of tags) {
    const label = tag === undefined ? undefined : term.labels[tag]?.default
    if (label !== undefined && label !== '') return label
  }
  const [first] = Object.keys(term.labels)
    .filter((tag) => (term.labels[tag]?.default ?? '') !== '')
    .toSorted(compareTags)
  return first === undefined ? undefined : term.labels[first]?.default
}

export function shownName(set: SetDoc, ...tags: readonly (string | undefined)[]): string {
  for (const tag of tags) if (tag !== undefined && (set.names[tag] ?? '') !== '') return set.names[tag] as string
  const [first] = Object.keys(set.names).toSorted(compareTags)
  return first === undefined ? '' : (set.names[first] as string)
}

/** `elsewhere`: terms that are found as well, by their ids. */
export function indexDoc(doc: Doc, elsewhere: readonly GroupDoc[] = []): DocIndex {
  const byId = new Map<string, HomeDoc>()
  const byUri = new Map<string, HomeDoc>()
  const byPath = new Map<string, HomeDoc>()
  const tag = doc.defaultLanguageTag
  // Paths cost a long text for each term, and few documents refer by them.
  let hasPaths = false

  function addNode(node: NodeDoc, set: SetDoc, group: GroupDoc): void {
    if (!isRef(node.term)) {
      const home = { node, term: node.term, set, group }
      if (node.term.id !== undefined) byId.set(node.term.id, home)
      const uri = node.term.uri ?? node.term.properties?.['skos:uri']
      if (uri !== undefined) byUri.set(uri, home)
    }
    for (const child of node.children) addNode(child, set, group)
  }

  function addPath(node: NodeDoc, set: SetDoc, group: GroupDoc, path: readonly string[]): void {
    const term = isRef(node.term) ? undefined : node.term
    const own = term === undefined ? undefined : shownLabel(term, tag)
    if (own === undefined) return
    const inner = [...path, own]
    if (term !== undefined) byPath.set(pathKey(shownName(set, tag), inner), { node, term, set, group })
    for (const child of node.children) addPath(child, set, group, inner)
  }

  function find(ref: Ref): HomeDoc | undefined {
    if ('id' in ref) return byId.get(ref.id)
    if ('uri' in ref) return byUri.get(ref.uri)
    if (!hasPaths) {
      hasPaths = true
      for (const group of doc.groups)
        for (const set of group.sets) for (const node of set.children) addPath(node, set, group, [])
    }
    return byPath.get(pathKey(ref.set, ref.path))
  }

  function termOf(node: NodeDoc): TermDoc | undefined {
    return isRef(node.term) ? find(node.term)?.term : node.term
  }

  for (const group of [...elsewhere, ...doc.groups])
    for (const set of group.sets) for (const node of set.children) addNode(node, set, group)
  return {
    find,
    termOf,
    nameOf: (node, wanted) => {
      const term = termOf(node)
      return term === undefined ? undefined : shownLabel(term, wanted, tag)
    },
  }
}

/** Custom order first, then by folded default label in the document's language, then by id: exchange.md §1.2. */
export function naturalChildren(
  { children, order = 0 }: { readonly children: readonly NodeDoc[]; readonly order?: number },
  index: DocIndex,
  tag: string,
): NodeDoc[] {
  if (children.length - order < 2) return [...children]
  const keyed = children.slice(order).map((node) => {
    const term = index.termOf(node)
    const id = term?.id ?? (isRef(node.term) && 'id' in node.term ? node.term.id : '')
    return { node, key: fold(index.nameOf(node, tag) ?? ''), id }
  })
  keyed.sort((a, b) => (a.key === b.key ? compareText(a.id, b.id) : compareText(a.key, b.key)))
  return [...children.slice(0, order), ...keyed.map(({ node }) => node)]
}

/** By code units, as listings of the store go. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
