/** Children in the order that a file has already, new ones at the place of their label: exchange.md §7.3. */
import { fold } from '#base/text/fold.ts'
import { type DocIndex, matchingForm, naturalChildren } from '../doc/doc-index.ts'
import { isRef, type NodeDoc, type SetDoc } from '../document.ts'

export interface Side {
  readonly index: DocIndex
  readonly tag: string
}

/** What makes a place the same one in both: the id of its term, else its label. */
function keyOf(node: NodeDoc, { index, tag }: Side): string {
  const term = index.termOf(node)
  const id = isRef(node.term) && 'id' in node.term ? node.term.id : term?.id
  return id ?? `=${matchingForm(index.nameOf(node, tag) ?? '')}`
}

type Parent = Pick<SetDoc, 'children'> & { readonly order?: number }

/** Those without a place in the custom order: as before, new ones before the first with a later label. */
function mergedRest(rest: readonly NodeDoc[], before: ReadonlyMap<string, number>, now: Side): NodeDoc[] {
  const known = rest.filter((node) => before.has(keyOf(node, now)))
  const merged = known.toSorted((a, b) => (before.get(keyOf(a, now)) ?? 0) - (before.get(keyOf(b, now)) ?? 0))
  for (const node of rest) {
    if (before.has(keyOf(node, now))) continue
    const label = fold(now.index.nameOf(node, now.tag) ?? '')
    const at = merged.findIndex((other) => fold(now.index.nameOf(other, now.tag) ?? '') > label)
    merged.splice(at === -1 ? merged.length : at, 0, node)
  }
  return merged
}

/** `was`: the same parent in the file. Undefined: a new one, whose children come in natural order. */
function keptChildren(parent: Parent, was: Parent | undefined, now: Side, then: Side): NodeDoc[] {
  const order = parent.order ?? 0
  const natural = naturalChildren(parent, now.index, now.tag)
  const before = new Map((was?.children ?? []).map((node, at) => [keyOf(node, then), at]))
  const earlier = new Map((was?.children ?? []).map((node) => [keyOf(node, then), node]))
  const children =
    was === undefined ? natural : [...natural.slice(0, order), ...mergedRest(natural.slice(order), before, now)]
  return children.map((node) => ({
    ...node,
    children: keptChildren(node, earlier.get(keyOf(node, now)), now, then),
  }))
}

/** The set with its terms in the order they have in the file. */
export function inOrderOf(set: SetDoc, was: SetDoc | undefined, now: Side, then: Side): SetDoc {
  return { ...set, children: keptChildren(set, was, now, then) }
}
