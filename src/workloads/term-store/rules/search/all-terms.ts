/**
 * `relata.getAllTerms`: all terms of a set as one list in natural order, each after the one above it (exchange.md §9.2). A
 * page goes on from the line of terms to the last one of the page before, so that only the children along that line are
 * read again.
 */
import { invariant } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { PageOfValues } from '#edm/define.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Located, ReadContext, ReadTx } from '#edm/ports.ts'
import { type relation, set, store, term } from '../../types.ts'
import { type Languages, languagesOf, storeTag } from '../languages/languages.ts'
import { maxLevels, sharedUnder } from '../places/tree.ts'
import { invalid } from '../refusals.ts'
import { type kindOf, labelIn } from './places.ts'

const usualPage = 1_000
const mostOnPage = 5_000

type Term = RowOf<typeof term>
type Relation = RowOf<typeof relation>

/** A term at its place in the list. */
interface Node {
  readonly row: Term
  readonly kind: (typeof kindOf)[keyof typeof kindOf]
  readonly parentId: string | null
  readonly level: number
  readonly index: number
  readonly path: readonly string[]
  readonly isAvailable: boolean
  /** The set that holds its children, and their order. */
  readonly childSetId: string
  readonly order: readonly string[]
  /** Its children are mirrored here. */
  readonly isMirrored: boolean
  readonly isLeaf: boolean
}

type Parent = Pick<Node, 'childSetId' | 'order' | 'isMirrored' | 'level' | 'path'> & { readonly id: string | null }

interface Child {
  readonly row: Term
  readonly relation: Relation | undefined
}

function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}

/** Those in the order that was chosen, then the others by folded default label and id. */
function inOrder(children: readonly Child[], order: readonly string[]): Child[] {
  const places = new Map([...new Set(order)].map((id, at) => [id, at]))
  const placeOf = ({ row }: Child): number => places.get(row.id) ?? places.size
  return children.toSorted(
    (one, other) =>
      placeOf(one) - placeOf(other) || byText(one.row.sortKey, other.row.sortKey) || byText(one.row.id, other.row.id),
  )
}

async function childrenOf(tx: ReadTx, { id, childSetId: setId, order }: Parent): Promise<Child[]> {
  const home = await tx.find(term, id === null ? { setId, level: 1 } : { setId, parentId: id })
  const shared = await sharedUnder(tx, setId, id)
  const rows = await Promise.all(shared.map(({ toTermId }) => tx.get(term, toTermId)))
  const others = shared.flatMap((row, at): Child[] => {
    const other = rows[at]
    return other === undefined ? [] : [{ row: other, relation: row }]
  })
  return inOrder([...home.map((row): Child => ({ row, relation: undefined })), ...others], order)
}

function nodeOf({ row, relation: shared }: Child, index: number, parent: Parent, tags: readonly string[]): Node {
  const isPin = shared?.relationship === 'pin'
  const held = shared === undefined ? 'home' : isPin ? 'pin' : 'reuse'
  return {
    row,
    kind: parent.isMirrored ? 'mirror' : held,
    parentId: parent.id,
    level: parent.level + 1,
    index,
    path: [...parent.path, labelIn(row, tags)],
    isAvailable: (shared ?? row).isAvailableForTagging,
    childSetId: isPin ? row.setId : parent.childSetId,
    order: (shared ?? row).customSortOrder,
    isMirrored: parent.isMirrored || isPin,
    isLeaf: (shared ?? row).height === 1,
  }
}

async function nodesBelow(tx: ReadTx, parent: Parent, tags: readonly string[]): Promise<Node[]> {
  return (await childrenOf(tx, parent)).map((child, index) => nodeOf(child, index, parent, tags))
}

function asParent(node: Node): Parent {
  return { ...node, id: node.row.id }
}

/** The line of ids from the root to a term. */
function lineIn(token: string | undefined): string[] {
  if (token === undefined) return []
  const line = token.split('.')
  if (line.length > maxLevels || line.some((id) => guidOf(id) !== id))
    throw invalid('The skip token is not valid.', '$skiptoken')
  return line
}

/**
 * The nodes after a line, one after another. Throws `invalid` where a term of the line is no longer there, as what followed
 * it cannot be known.
 */
async function* nodesAfter(
  tx: ReadTx,
  parent: Parent,
  line: readonly string[],
  tags: readonly string[],
): AsyncGenerator<Node> {
  const nodes = await nodesBelow(tx, parent, tags)
  const [next, ...rest] = line
  const at = next === undefined ? -1 : nodes.findIndex(({ row }) => row.id === next)
  if (next !== undefined && at < 0)
    throw invalid('A term of the page before has been moved or deleted: begin with the first page.', '$skiptoken')
  const passed = nodes[at]
  if (passed !== undefined && !passed.isLeaf) yield* nodesAfter(tx, asParent(passed), rest, tags)
  for (const node of nodes.slice(at + 1)) {
    yield node
    if (!node.isLeaf) yield* nodesAfter(tx, asParent(node), [], tags)
  }
}

function listedTerm({ row, kind, parentId, level, index, path, isAvailable }: Node) {
  const { id, setId: homeSetId, isDeprecated } = row
  return { id, parentId, level, index, kind, homeSetId, label: path.at(-1) ?? '', path, isDeprecated, isAvailable }
}

function sizeIn(top: string | undefined): number {
  return Math.min(top === undefined ? usualPage : Number(top), mostOnPage)
}

/** Languages of labels, the wanted one first. Throws `invalid` for one that the store does not have. */
function tagsIn(languages: Languages, wanted: string | undefined): string[] {
  if (wanted === undefined) return [languages.defaultTag]
  const own = storeTag(languages, wanted)
  if (own === undefined)
    throw invalid(`'${wanted}' is not a language of the term store. It has ${languages.tags.join(', ')}.`, 'language')
  return [own, languages.defaultTag]
}

export async function getAllTerms(
  { tx }: ReadContext,
  at: Located | undefined,
  args: Readonly<Record<string, string>>,
): Promise<PageOfValues> {
  invariant(at !== undefined, 'a list of terms is that of a set')
  const row = await tx.get(set, at.id)
  const storeRow = row === undefined ? undefined : await tx.get(store, row.storeId)
  invariant(row !== undefined && storeRow !== undefined, 'the set of a path is there, in a store')
  const size = sizeIn(args['$top'])
  const tags = tagsIn(languagesOf(storeRow), args['language'])
  const root: Parent = {
    id: null,
    childSetId: row.id,
    order: row.customSortOrder,
    isMirrored: false,
    level: 0,
    path: [],
  }
  const values: unknown[] = []
  const line = lineIn(args['$skiptoken'])
  for await (const node of nodesAfter(tx, root, [...line], tags)) {
    const isShown = !node.row.isDeprecated || args['includeDeprecated'] === 'true'
    if (isShown && values.length === size) return { values, next: line.join('.') }
    if (isShown) values.push(listedTerm(node))
    // To the last one that was passed, as those that are not shown may have some below them that are.
    line.splice(node.level - 1, line.length, node.row.id)
  }
  return { values }
}
