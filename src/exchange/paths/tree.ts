/**
 * Terms that a file names by paths of labels, line by line (exchange.md §3.2, §4.1): the same path is the same term,
 * parents that are not listed are made, an id identifies where it is given.
 */
import { matchingForm } from '../doc-index.ts'
import { type At, fault, type ImportFault } from '../faults.ts'

export interface PathSegment {
  readonly label: string
  readonly id?: string
}

/** `F`: what the lines say about a term beside its path. */
export interface PathTerm<F> {
  at: At
  id: string | undefined
  /** Language of the line → label. */
  readonly labels: Map<string, string>
  readonly children: PathTerm<F>[]
  /** Undefined: no line of its own yet. */
  facts: F | undefined
  refused: boolean
  readonly parent: PathTerm<F> | undefined
  readonly byLabel: Map<string, PathTerm<F>>
  readonly byId: Map<string, PathTerm<F>>
}

export interface PathTree<F> {
  /** Not a term: its children are the first level. */
  readonly root: PathTerm<F>
  /** Of the whole tree. */
  readonly byId: Map<string, PathTerm<F>>
}

function startTerm<F>(at: At, parent: PathTerm<F> | undefined): PathTerm<F> {
  return {
    ...{ at, parent, id: undefined, facts: undefined, refused: false },
    ...{ labels: new Map(), children: [], byLabel: new Map(), byId: new Map() },
  }
}

export function startTree<F>(at: At): PathTree<F> {
  return { root: startTerm<F>(at, undefined), byId: new Map() }
}

export interface Walk {
  readonly segments: readonly PathSegment[]
  /** Language of the labels, as the file names it. */
  readonly tag: string
  readonly at: At
  /** The line is refused: what is made for it is so, too. */
  readonly refused: boolean
  /** What `at.path` of a made parent begins with. */
  readonly prefix: string
}

function labelKey(tag: string, label: string): string {
  return `${tag}\n${matchingForm(label)}`
}

function findChild<F>(parent: PathTerm<F>, { label, id }: PathSegment, tag: string): PathTerm<F> | undefined {
  const known = id === undefined ? undefined : parent.byId.get(id)
  if (known !== undefined) return known
  const named = parent.byLabel.get(labelKey(tag, label))
  return named?.id !== undefined && id !== undefined && named.id !== id ? undefined : named
}

/** What stands against a segment with an id. */
function faultOf<F>(tree: PathTree<F>, found: PathTerm<F> | undefined, { label, id }: PathSegment, walk: Walk) {
  const { at, tag } = walk
  const elsewhere = id === undefined ? undefined : tree.byId.get(id)
  if (elsewhere !== undefined && elsewhere !== found)
    return fault(
      'twice-in-set',
      at,
      `line ${at.line}: the term ${id} is at another place of this set in line ${elsewhere.at.line}. A term can occur only once in a set.`,
    )
  const other = found?.labels.get(tag)
  if (other !== undefined && matchingForm(other) !== matchingForm(label))
    return fault(
      'twice',
      at,
      `line ${at.line}: the term ${id} is '${label}' here and '${other}' in line ${found?.at.line}.`,
    )
  return undefined
}

/** The term of a path, and its parents, made where they are missing; a fault where an id stands against it. */
export function walkPath<F>(tree: PathTree<F>, walk: Walk): PathTerm<F> | ImportFault {
  let term = tree.root
  let path = walk.prefix
  for (const [at, segment] of walk.segments.entries()) {
    path += `/${segment.label}`
    let child = findChild(term, segment, walk.tag)
    const wrong = faultOf(tree, child, segment, walk)
    if (wrong !== undefined) return wrong
    if (child === undefined) {
      child = startTerm({ ...walk.at, path: at === walk.segments.length - 1 ? walk.at.path : path }, term)
      child.refused = walk.refused
      term.children.push(child)
    }
    if (!child.labels.has(walk.tag)) {
      child.labels.set(walk.tag, segment.label)
      const key = labelKey(walk.tag, segment.label)
      if (!term.byLabel.has(key)) term.byLabel.set(key, child)
    }
    if (segment.id !== undefined && child.id === undefined) {
      child.id = segment.id
      term.byId.set(segment.id, child)
      tree.byId.set(segment.id, child)
    }
    if (!walk.refused) child.refused = false
    term = child
  }
  return term
}

/** Notes on parents that no line lists. */
export function madeParents<F>({ root }: PathTree<F>): ImportFault[] {
  const notes: ImportFault[] = []
  function visit(term: PathTerm<F>): void {
    if (term.facts === undefined && !term.refused) {
      const name = [...term.labels.values()][0]
      notes.push(
        fault(
          'parent-made',
          term.at,
          `line ${term.at.line}: '${name}' has no line of its own and is made as a parent.`,
        ),
      )
    }
    for (const child of term.children) visit(child)
  }
  for (const term of root.children) visit(term)
  return notes
}
