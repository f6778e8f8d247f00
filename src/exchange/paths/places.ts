/** The places of a set line by line, as formats of paths write them: depth first, in natural order, mirrors shown. */
import { type DocIndex, matchingForm, naturalChildren } from '../doc/doc-index.ts'
import type { Losses } from '../doc/losses.ts'
import type { NodeDoc, SetDoc, TermDoc } from '../document.ts'
import type { PathSegment } from './tree.ts'

export interface PathPlace {
  readonly node: NodeDoc
  readonly term: TermDoc
  /** The path from the first level on, itself included. */
  readonly segments: readonly PathSegment[]
  readonly path: string
  /** Shown by a pin above it: not a record of the document. */
  readonly isMirror: boolean
}

export interface PlacesOptions {
  readonly index: DocIndex
  /** Language of the paths. */
  readonly tag: string
  /** What `path` begins with. */
  readonly prefix: string
  /** Whether what a pin shows is listed. */
  readonly mirrors: boolean
  /** Deepest level that the format can write. */
  readonly mostLevels: number
  /** Siblings with one label in the file can be told apart. */
  readonly ids: boolean
  readonly losses: Losses
}

function idOf(node: NodeDoc): string | undefined {
  return 'id' in node.term ? node.term.id : undefined
}

/** The branch is not written: its terms cannot be named. */
function loseBranch(node: NodeDoc, path: string, options: PlacesOptions): void {
  const id = idOf(node) ?? options.index.termOf(node)?.id
  options.losses.add('term', { ...(id === undefined ? {} : { id }), path })
  for (const child of node.children)
    loseBranch(child, `${path}/${options.index.nameOf(child, options.tag) ?? ''}`, options)
}

interface Above {
  readonly segments: readonly PathSegment[]
  readonly path: string
  readonly isMirror: boolean
}

function visit(nodes: readonly NodeDoc[], above: Above, options: PlacesOptions, places: PathPlace[]): void {
  const { index, tag } = options
  const taken = new Set<string>()
  for (const node of nodes) {
    const term = index.termOf(node)
    const label = index.nameOf(node, tag)
    const path = `${above.path}/${label ?? ''}`
    const isTaken = label !== undefined && taken.has(matchingForm(label))
    const isTooDeep = above.segments.length === options.mostLevels
    if (
      term === undefined ||
      label === undefined ||
      isTooDeep ||
      (isTaken && !(options.ids && term.id !== undefined))
    ) {
      loseBranch(node, path, options)
      continue
    }
    taken.add(matchingForm(label))
    const segments = [...above.segments, { label, ...(term.id === undefined ? {} : { id: term.id }) }]
    places.push({ node, term, segments, path, isMirror: above.isMirror })
    const shown = node.kind === 'pin' && options.mirrors ? homeOf(node, index) : node
    if (shown === undefined) continue
    const isMirror = above.isMirror || shown !== node
    visit(naturalChildren(shown, index, tag), { segments, path, isMirror }, options, places)
  }
}

function homeOf(node: NodeDoc, index: DocIndex): NodeDoc | undefined {
  return 'labels' in node.term ? node : index.find(node.term)?.node
}

export function placesOf(set: SetDoc, options: PlacesOptions): PathPlace[] {
  const places: PathPlace[] = []
  const above = { segments: [], path: options.prefix, isMirror: false }
  visit(naturalChildren(set, options.index, options.tag), above, options, places)
  return places
}
