/**
 * The tree of the term store as values: what is known of the children of each parent, and the rows that follow from it.
 * Knows neither requests nor elements.
 */
export type PlaceKind = 'home' | 'pin' | 'mirror' | 'reuse'

export interface NodeLabel {
  readonly name: string
  /** Empty: the name has no language, as that of a group. */
  readonly languageTag: string
  readonly isDefault: boolean
}

export interface TreeNode {
  /** `keyOf…` below. A term occurs in a set once, mirrors included. */
  readonly key: string
  readonly kind: 'group' | 'set' | 'term'
  readonly id: string
  /** Of a set its own id. */
  readonly setId: string
  readonly labels: readonly NodeLabel[]
  /** Undefined: the server does not tell. */
  readonly children: number | undefined
  readonly place: PlaceKind
  readonly relationId: string | undefined
  readonly homeSetId: string
  readonly isDeprecated: boolean
  readonly isAvailable: boolean
  readonly usesElsewhere: number
  readonly problems: number
  /** Has an order that was chosen by hand. */
  readonly isOrdered: boolean
  /** Of the server itself: not changed by people. */
  readonly isSystem: boolean
  readonly isOpenSet: boolean
  readonly isSite: boolean
  /** Of a list of the whole set, which has but one label of it: read when it comes in sight. */
  readonly isBare?: boolean
}

export interface Branch {
  readonly items: readonly TreeNode[]
  /** With those that are not read yet. */
  readonly total: number
  readonly next: string | undefined
  readonly failure: unknown
  readonly isReading: boolean
}

export interface Draft {
  /** Of the term that it becomes. */
  readonly id: string
  readonly parentKey: string
  /** Below this sibling and all that is below it; undefined: as the first. */
  readonly after: string | undefined
}

export interface TreeModel {
  readonly branches: ReadonlyMap<string, Branch>
  readonly open: ReadonlySet<string>
  readonly draft: Draft | undefined
}

export interface TreeRow {
  readonly key: string
  readonly what: 'node' | 'waiting' | 'failed' | 'draft'
  readonly node: TreeNode | undefined
  readonly parentKey: string
  /** Place among the children that are read. */
  readonly index: number
  readonly level: number
  readonly pos: number
  readonly size: number
  readonly isOpen: boolean
}

export const rootKey = ''
export const draftKey = 'draft'
export const emptyTree: TreeModel = { branches: new Map(), open: new Set(), draft: undefined }

export function keyOfGroup(id: string): string {
  return `g:${id}`
}

export function keyOfSet(id: string): string {
  return `s:${id}`
}

export function keyOfTerm(setId: string, id: string): string {
  return `${setId}:${id}`
}

/** The key of a parent in a set: of a term, or without one of the set. */
export function keyOfParent(setId: string, termId: string | undefined | null): string {
  return termId === undefined || termId === null ? keyOfSet(setId) : keyOfTerm(setId, termId)
}

export function canHaveChildren(node: TreeNode): boolean {
  return node.children === undefined || node.children > 0
}

/** The default label in the language, else in that of the store, else any. */
export function labelIn({ labels }: Pick<TreeNode, 'labels'>, language: string, fallback: string): NodeLabel {
  const inLanguage = (tag: string): NodeLabel | undefined =>
    labels.find((label) => label.languageTag === tag && label.isDefault)
  return (
    inLanguage(language) ??
    inLanguage(fallback) ??
    labels.find(({ isDefault }) => isDefault) ??
    labels[0] ?? { name: '', languageTag: '', isDefault: true }
  )
}

interface RowsOptions {
  readonly showsDeprecated: boolean
}

/** In place of children that are not there: to be read, or that they could not be. `total`: as far as that is known. */
function missingRows(
  branch: Branch | undefined,
  total: number,
  of: Omit<TreeRow, 'key' | 'what' | 'index'>,
): TreeRow[] {
  const { parentKey, pos } = of
  const read = branch?.items.length ?? 0
  if (branch?.failure !== undefined)
    return [{ ...of, key: `failed ${parentKey}`, what: 'failed', index: read, pos: pos + 1 }]
  return Array.from({ length: Math.max(0, total - read) }, (_, at) => ({
    ...of,
    key: `${parentKey} ${read + at}`,
    what: 'waiting',
    index: read + at,
    pos: pos + at + 1,
  }))
}

/** All rows that are seen, with places for those that are not read yet. */
export function rowsOf({ branches, open, draft }: TreeModel, { showsDeprecated }: RowsOptions): TreeRow[] {
  const rows: TreeRow[] = []
  // React leaves elements behind where two rows have one key.
  const drawn = new Set<string>()
  const isShown = ({ isDeprecated }: TreeNode): boolean => showsDeprecated || !isDeprecated
  const isOpened = (node: TreeNode): boolean =>
    open.has(node.key) && (canHaveChildren(node) || draft?.parentKey === node.key)
  const walk = (parentKey: string, level: number, known: number): void => {
    const branch = branches.get(parentKey)
    const total = branch?.total ?? known
    const holdsDraft = draft?.parentKey === parentKey
    const items = branch?.items ?? []
    const hidden = showsDeprecated ? 0 : items.reduce((n, item) => n + (isShown(item) ? 0 : 1), 0)
    const size = Math.max(items.length, total) - hidden + (holdsDraft ? 1 : 0)
    let pos = 0
    const more = { parentKey, level, size, isOpen: false, node: undefined }
    const putDraft = (after: string | undefined): void => {
      if (!holdsDraft || draft.after !== after) return
      pos += 1
      rows.push({ ...more, key: draftKey, what: 'draft', index: -1, pos })
    }
    putDraft(undefined)
    for (const [index, node] of items.entries()) {
      if (!isShown(node) || drawn.has(node.key)) continue
      drawn.add(node.key)
      pos += 1
      const isOpen = isOpened(node)
      rows.push({ key: node.key, what: 'node', node, parentKey, index, level, pos, size, isOpen })
      if (isOpen) walk(node.key, level + 1, node.children ?? 1)
      putDraft(node.key)
    }
    for (const row of missingRows(branch, total, { ...more, pos })) rows.push(row)
  }
  walk(rootKey, 1, 0)
  return rows
}

export interface FoundNode {
  readonly node: TreeNode
  readonly parentKey: string
  readonly index: number
}

export function findNode({ branches }: TreeModel, key: string): FoundNode | undefined {
  for (const [parentKey, { items }] of branches) {
    const index = items.findIndex((item) => item.key === key)
    const node = items[index]
    if (node !== undefined) return { node, parentKey, index }
  }
  return undefined
}

/** From the group down to the node itself; what is not read is not there. */
export function pathTo(model: TreeModel, key: string): TreeNode[] {
  const path: TreeNode[] = []
  for (let found = findNode(model, key); found !== undefined; found = findNode(model, found.parentKey)) {
    path.unshift(found.node)
    if (path.length > 20) break
  }
  return path
}

/** Whether `key` is `ancestor` or below it. */
export function isWithin(model: TreeModel, key: string, ancestor: string): boolean {
  return key === ancestor || pathTo(model, key).some((node) => node.key === ancestor)
}

function withBranch(model: TreeModel, key: string, branch: Branch): TreeModel {
  return { ...model, branches: new Map(model.branches).set(key, branch) }
}

export function putBranch(model: TreeModel, key: string, change: Partial<Branch>): TreeModel {
  const before = model.branches.get(key) ?? {
    items: [],
    total: 0,
    next: undefined,
    failure: undefined,
    isReading: false,
  }
  return withBranch(model, key, { ...before, ...change })
}

/** Children as they were read: what came here from another place is there no more, as no row may be there twice. */
export function putRead(
  model: TreeModel,
  key: string,
  change: Partial<Branch> & { readonly items: readonly TreeNode[] },
): TreeModel {
  const here = new Set(change.items.map((item) => item.key))
  let next = putBranch(model, key, change)
  for (const [other, branch] of model.branches) {
    if (other === key || !branch.items.some((item) => here.has(item.key))) continue
    const items = branch.items.filter((item) => !here.has(item.key))
    const total = Math.max(items.length, branch.total - branch.items.length + items.length)
    next = withBranch(next, other, { ...branch, items, total })
  }
  return next
}

/** Changes every node that `fits`: a term is in several sets. */
export function patchNodes(
  model: TreeModel,
  fits: (node: TreeNode) => boolean,
  change: (node: TreeNode) => TreeNode,
): TreeModel {
  let next = model
  for (const [key, branch] of model.branches) {
    if (!branch.items.some(fits)) continue
    next = withBranch(next, key, { ...branch, items: branch.items.map((item) => (fits(item) ? change(item) : item)) })
  }
  return next
}

function changeCount(model: TreeModel, key: string, by: number): TreeModel {
  return patchNodes(
    model,
    (node) => node.key === key,
    (node) => (node.children === undefined ? node : { ...node, children: Math.max(0, node.children + by) }),
  )
}

/** Puts a node behind the sibling `after`, or first; counts it in its parent. */
export function insertNode(model: TreeModel, parentKey: string, node: TreeNode, after: string | undefined): TreeModel {
  const branch = model.branches.get(parentKey)
  const counted = changeCount(model, parentKey, 1)
  if (branch === undefined) return counted
  const at = after === undefined ? 0 : branch.items.findIndex(({ key }) => key === after) + 1
  const items = [...branch.items.slice(0, at), node, ...branch.items.slice(at)]
  return withBranch(counted, parentKey, { ...branch, items, total: branch.total + 1 })
}

export function removeNode(model: TreeModel, key: string): TreeModel {
  const found = findNode(model, key)
  if (found === undefined) return model
  const branch = model.branches.get(found.parentKey) as Branch
  const items = branch.items.filter((item) => item.key !== key)
  const rest = withBranch(model, found.parentKey, { ...branch, items, total: Math.max(items.length, branch.total - 1) })
  return changeCount(rest, found.parentKey, -1)
}

/** Where the focus goes when the row is gone: the next sibling, else the former, else the parent. */
export function keyAfterRemoval(model: TreeModel, key: string, others: ReadonlySet<string> = new Set()): string {
  const found = findNode(model, key)
  if (found === undefined) return rootKey
  const { items } = model.branches.get(found.parentKey) as Branch
  const stays = (node: TreeNode): boolean => node.key !== key && !others.has(node.key)
  return (
    items.slice(found.index + 1).find(stays)?.key ?? items.slice(0, found.index).findLast(stays)?.key ?? found.parentKey
  )
}

export interface Line {
  readonly text: string
  /** From 0. */
  readonly depth: number
}

/** Lines of a pasted list; tabs, or two and more blanks, make a line a child. */
export function parseLines(text: string): Line[] {
  const stack: number[] = []
  const lines: Line[] = []
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().replace(/^[-*•]\s+/, '')
    if (words === '') continue
    const indent = /^\s*/.exec(line)?.[0].replaceAll('\t', '    ').length ?? 0
    while (stack.length > 0 && (stack.at(-1) as number) > indent) stack.pop()
    if (stack.length === 0 || (stack.at(-1) as number) < indent) stack.push(indent)
    lines.push({ text: words, depth: stack.length - 1 })
  }
  return lines
}
