/**
 * Terms that a file names by paths of labels, line by line (exchange.md §3.2, §4.1): the same path is the same term,
 * parents that are not listed are made, an id identifies where it is given.
 */
import { matchingForm } from '../doc/doc-index.ts'
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
  /** Made for a line about a term below it. */
  readonly isParent: boolean
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

function startTerm<F>(at: At, parent: PathTerm<F> | undefined, isParent: boolean): PathTerm<F> {
  return {
    ...{ at, parent, isParent, id: undefined, facts: undefined, refused: false },
    ...{ labels: new Map(), children: [], byLabel: new Map(), byId: new Map() },
  }
}

export function startTree<F>(at: At): PathTree<F> {
  return { root: startTerm<F>(at, undefined, true), byId: new Map() }
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

/** What the segment says of a term for the first time. */
function addNames<F>(
  tree: PathTree<F>,
  parent: PathTerm<F>,
  child: PathTerm<F>,
  { label, id }: PathSegment,
  tag: string,
): void {
  if (!child.labels.has(tag)) {
    child.labels.set(tag, label)
    const key = labelKey(tag, label)
    if (!parent.byLabel.has(key)) parent.byLabel.set(key, child)
  }
  if (id === undefined || child.id !== undefined) return
  child.id = id
  parent.byId.set(id, child)
  tree.byId.set(id, child)
}

/** The term of a path, and its parents, made where they are missing; a fault where an id stands against it. */
export function walkPath<F>(tree: PathTree<F>, walk: Walk): PathTerm<F> | ImportFault {
  let term = tree.root
  let path = walk.prefix
  const made: PathTerm<F>[] = []
  for (const [at, segment] of walk.segments.entries()) {
    path += `/${segment.label}`
    let child = findChild(term, segment, walk.tag)
    const wrong = faultOf(tree, child, segment, walk)
    if (wrong !== undefined) {
      // Parents that only this line asked for.
      for (const parent of made) parent.refused = true
      return wrong
    }
    if (child === undefined) {
      const isParent = at < walk.segments.length - 1
      child = startTerm(isParent ? { ...walk.at, path } : walk.at, term, isParent)
      child.refused = walk.refused
      term.children.push(child)
      made.push(child)
    }
    addNames(tree, term, child, segment, walk.tag)
    if (!walk.refused) child.refused = false
    term = child
  }
  return term
}

/** Parents that no line lists are made, with a note; those of refused lines alone are refused as well. */
export function madeParents<F>({ root }: PathTree<F>): ImportFault[] {
  const faults: ImportFault[] = []
  function visit(term: PathTerm<F>): void {
    const { at, labels, refused } = term
    if (term.facts === undefined && term.isParent) {
      const name = `line ${at.line}: '${[...labels.values()][0]}'`
      faults.push(
        refused
          ? fault('parent-refused', at, `${name} would only be the parent of a row that is refused.`)
          : fault(
              'parent-made',
              at,
              `${name} has no line of its own; it is a parent, and made where the store has none.`,
            ),
      )
    }
    for (const child of term.children) visit(child)
  }
  for (const term of root.children) visit(term)
  return faults
}
