/** Branches that are copied: what is read of the original, and the rows of the copy (exchange.md §9.4). */
import { invariant } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { relation, set, store, term } from '../../../types.ts'
import { birthOf, stampOf } from '../../author.ts'
import { labelOfTerm, titleOfSet, titleOfTerm } from '../../labels/titles.ts'
import { occursTwice } from '../../places/once.ts'
import { touch } from '../../places/remove-branch.ts'
import { type Occurrence, rowsUnder } from '../../places/tree.ts'
import { invalid } from '../../refusals.ts'
import { relationId } from '../../relations/relation-id.ts'
import type { TermStoreSettings } from '../../settings.ts'
import { checkRoom } from '../checks.ts'

type TermRow = RowOf<typeof term>
type SetRow = RowOf<typeof set>

/** `flatten`: all terms are new. `keep`: shared ones are shared again. `reuse`: those at home are shared as well. */
export type CopyMode = 'flatten' | 'keep' | 'reuse'

/** A term in a copy: a new one, or one that is shared. */
export interface CopiedNode {
  readonly source: TermRow
  /** Undefined: a new term. */
  readonly shared: 'pin' | 'reuse' | undefined
  /** Of the term in the copy. */
  readonly id: string
  readonly local: Pick<TermRow, 'customSortOrder' | 'isAvailableForTagging' | 'localProperties'>
  readonly children: readonly CopiedNode[]
  readonly height: number
}

/** What is read of an original. */
export interface Copying {
  readonly context: WriteContext
  readonly mode: CopyMode
  /** Labels of terms that are left out with their branches: deprecated ones are not shared. */
  readonly leftOut: string[]
}

async function localOf(tx: ReadTx, row: Occurrence, source: TermRow): Promise<CopiedNode['local']> {
  const { customSortOrder, isAvailableForTagging, localProperties } =
    row.kind === 'source' ? source : ((await tx.get(relation, row.id)) ?? source)
  return { customSortOrder, isAvailableForTagging, localProperties }
}

function sharedAs({ kind }: Occurrence, mode: CopyMode): CopiedNode['shared'] {
  if (mode === 'flatten') return undefined
  if (kind === 'source') return mode === 'reuse' ? 'reuse' : undefined
  return kind
}

/** The set that holds what is below a row. */
function childSetOf({ kind, setId }: Occurrence, source: TermRow): string {
  return kind === 'pin' ? source.setId : setId
}

/** The rows under a parent, as they will be in the copy. */
export async function readChildren(copying: Copying, setId: string, parentId: string | null): Promise<CopiedNode[]> {
  const { context, leftOut, mode } = copying
  const nodes: CopiedNode[] = []
  for (const row of await rowsUnder(context.tx, setId, parentId)) {
    const shared = sharedAs(row, mode)
    const source = await context.tx.get(term, row.termId)
    invariant(source !== undefined, 'an occurrence has its term')
    if (shared !== undefined && source.isDeprecated) leftOut.push(await labelOfTerm(context.tx, source.id))
    else nodes.push(await readNode(copying, row, source, shared))
  }
  return nodes
}

async function readNode(
  copying: Copying,
  row: Occurrence,
  source: TermRow,
  shared: CopiedNode['shared'],
): Promise<CopiedNode> {
  const { tx, ids } = copying.context
  // A pin brings what it mirrors, so that nothing of it is copied.
  const children = shared === 'pin' ? [] : await readChildren(copying, childSetOf(row, source), row.termId)
  return {
    source,
    shared,
    id: shared === undefined ? ids.mint() : source.id,
    local: await localOf(tx, row, source),
    children,
    height: shared === 'pin' ? source.height : 1 + Math.max(0, ...children.map(({ height }) => height)),
  }
}

/** The term at the top of a copied branch is always new. */
export async function readTop(copying: Copying, row: Occurrence, withChildren: boolean): Promise<CopiedNode> {
  const { tx } = copying.context
  const source = await tx.get(term, row.termId)
  invariant(source !== undefined, 'an occurrence has its term')
  const whole = withChildren ? await readNode(copying, row, source, undefined) : undefined
  return (
    whole ?? {
      source,
      shared: undefined,
      id: copying.context.ids.mint(),
      local: await localOf(tx, row, source),
      children: [],
      height: 1,
    }
  )
}

function eachNode(nodes: readonly CopiedNode[]): CopiedNode[] {
  return nodes.flatMap((node) => [node, ...eachNode(node.children)])
}

/** Ids of originals → those of the copy. */
function idsOf(nodes: readonly CopiedNode[]): ReadonlyMap<string, string> {
  return new Map(nodes.map(({ source, id }) => [source.id, id]))
}

function orderIn(order: readonly string[], children: readonly CopiedNode[]): string[] {
  const ids = idsOf(children)
  return order.flatMap((id) => ids.get(id) ?? [])
}

/** The order of the copies at a place. */
export const copiedOrder = orderIn

interface Target {
  readonly setId: string
  readonly parentId: string | null
  readonly level: number
}

interface Writing {
  readonly context: WriteContext
  readonly ids: ReadonlyMap<string, string>
}

async function insertNode({ context, ids }: Writing, node: CopiedNode, at: Target): Promise<void> {
  const { tx, now } = context
  const { source, shared, id, local, children, height } = node
  const customSortOrder = shared === 'pin' ? local.customSortOrder : orderIn(local.customSortOrder, children)
  const place = { ...local, customSortOrder, setId: at.setId, level: at.level, height }
  if (shared !== undefined) {
    await tx.insert(relation, {
      ...place,
      id: relationId(at.setId, at.parentId, id),
      relationship: shared,
      fromTermId: at.parentId,
      toTermId: id,
      createdDateTime: now,
    })
  } else {
    const { labels, descriptions, properties, isDeprecated, replacedBy, sortKey } = source
    await tx.insert(term, {
      ...place,
      id,
      parentId: at.parentId,
      labels,
      descriptions,
      properties,
      isDeprecated,
      replacedBy: replacedBy === null ? null : (ids.get(replacedBy) ?? replacedBy),
      sortKey,
      ...birthOf(context),
    })
  }
  for (const child of children)
    await insertNode({ context, ids }, child, { setId: at.setId, parentId: id, level: at.level + 1 })
}

/** None of the terms that are shared again is in the set. */
async function checkAbsent(tx: ReadTx, shared: readonly CopiedNode[], to: SetRow): Promise<void> {
  for (const { source } of shared)
    if (source.setId === to.id || (await tx.has(relation, { setId: to.id, toTermId: source.id })))
      throw occursTwice(await titleOfTerm(tx, source.id), await titleOfSet(tx, to.id), 'shared')
}

/** Stores a copy in a set. Returns whether terms are shared in it. */
export async function writeCopy(
  settings: TermStoreSettings,
  context: WriteContext,
  nodes: readonly CopiedNode[],
  { to, parentId, level }: { readonly to: SetRow; readonly parentId: string | null; readonly level: number },
): Promise<boolean> {
  const { tx } = context
  const all = eachNode(nodes)
  const fresh = all.filter(({ shared }) => shared === undefined)
  const shared = all.filter((node) => node.shared !== undefined)
  await checkAbsent(tx, shared, to)
  await checkRoom(tx, to, fresh.length, settings, 'set')
  const storeRow = await tx.get(store, to.storeId)
  invariant(storeRow !== undefined, 'a set is in a store')
  if (storeRow.termCount + fresh.length > settings.limits.terms)
    throw invalid(`The store would exceed its limit of ${settings.limits.terms} terms.`)
  const ids = idsOf(fresh)
  for (const node of nodes) await insertNode({ context, ids }, node, { setId: to.id, parentId, level })
  if (fresh.length > 0) {
    await tx.add(set, to.id, { termCount: fresh.length })
    await tx.add(store, to.storeId, { termCount: fresh.length })
  }
  await touch(
    tx,
    shared.map(({ id }) => id),
    stampOf(context),
  )
  return shared.length > 0
}

const mostNamed = 10

/** Tells the caller which terms a copy lacks. */
export function remarkLeftOut({ context, leftOut }: Copying): void {
  if (leftOut.length === 0) return
  const more = leftOut.length > mostNamed ? ` and ${leftOut.length - mostNamed} more` : ''
  const names = leftOut.slice(0, mostNamed).map((name) => `'${name}'`)
  context.remark?.(
    `Deprecated terms cannot be shared, and were left out with their branches: ${names.join(', ')}${more}.`,
  )
}
