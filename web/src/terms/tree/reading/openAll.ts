/** Opens all that is below a set or a term, from the list of the whole set, and reads the rest of a list. */
import type { RequestPlan } from '../../../data/plan.ts'
import { ask } from '../../../data/send.ts'
import type { ListedTerm, Page } from '../../../data/types.ts'
import { numberText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { allTermsPlan, bareNode, countPlan, largestPage, laterPage, nextPlan } from '../../api.ts'
import { keyOfParent, putBranch, type TreeModel, type TreeNode } from '../../rows.ts'
import type { TreeStore } from '../store.ts'

/** A tree of more rows is more than anybody looks through. */
export const mostOpened = 50_000

export interface Reading {
  /** `total`: undefined where it is not known beforehand. */
  readonly onProgress: (done: number, total: number | undefined) => void
  readonly isCancelled: () => boolean
}

function tooMany(n: number | undefined): Error {
  const most = numberText(mostOpened)
  return new Error(n === undefined ? t('tree.all.tooManyBelow', { most }) : t('tree.all.tooMany', { n, most }))
}

/** Terms by the key of what they are below, of a page after another. */
interface Listing {
  readonly below: Map<string, ListedTerm[]>
  n: number
  /** Of the term whose branch is wanted; undefined: the whole set, or not there yet. */
  level: number | undefined
}

/** Whether the branch goes on behind the page. */
function takePage(listing: Listing, node: TreeNode, page: readonly ListedTerm[]): boolean {
  for (const term of page) {
    const level = term.level ?? 0
    if (node.kind === 'term') {
      if (listing.level !== undefined && level <= listing.level) return false
      if (listing.level === undefined) {
        if (term.id === node.id) listing.level = level
        continue
      }
    }
    const key = keyOfParent(node.setId, term.parentId)
    const siblings = listing.below.get(key)
    if (siblings === undefined) listing.below.set(key, [term])
    else siblings.push(term)
    listing.n += 1
  }
  return true
}

function opened(model: TreeModel, { below }: Listing, node: TreeNode, language: string): TreeModel {
  const whole = new Map<string, TreeNode>()
  for (const { items } of model.branches.values()) for (const item of items) whole.set(item.key, item)
  let next = model
  const branches = new Map(model.branches)
  for (const [key, terms] of below) {
    const items = terms.map((term) => {
      const own = keyOfParent(node.setId, term.id)
      const children = below.get(own)?.length ?? 0
      const known = whole.get(own)
      return known === undefined ? bareNode(term, node.setId, language, children) : { ...known, children }
    })
    branches.set(key, { items, total: items.length, next: undefined, failure: undefined, isReading: false })
  }
  next = { ...next, branches, open: new Set([...model.open, ...below.keys()]) }
  return below.has(node.key) ? next : putBranch(next, node.key, { total: 0 })
}

/** Whether it is done: no, if it was cancelled. Rejects with `Problem`, and with a reason where there are too many. */
export async function openAllBelow(
  store: TreeStore,
  node: TreeNode,
  language: string,
  { onProgress, isCancelled }: Reading,
): Promise<boolean> {
  const isSet = node.kind === 'set'
  const total = isSet ? Number(await ask(countPlan(node.setId))) : undefined
  if (total !== undefined && total > mostOpened) throw tooMany(total)
  const listing: Listing = { below: new Map(), n: 0, level: undefined }
  let plan: RequestPlan<Page<ListedTerm>> | undefined = allTermsPlan(node.setId, language)
  while (plan !== undefined) {
    const page: Page<ListedTerm> = await ask(plan)
    if (isCancelled()) return false
    const goesOn = takePage(listing, node, page.value)
    if (listing.n > mostOpened) throw tooMany(undefined)
    onProgress(listing.n, total)
    const link = page['@odata.nextLink']
    plan = link === undefined || !goesOn ? undefined : (nextPlan(link, laterPage) as RequestPlan<Page<ListedTerm>>)
  }
  store.change((now) => opened(now, listing, node, language))
  return true
}

/** Whether all children are there then: no, if it was cancelled. Rejects with `Problem`. */
export async function readRest(
  store: TreeStore,
  parentKey: string,
  { onProgress, isCancelled }: Reading,
): Promise<boolean> {
  await store.load(parentKey)
  for (;;) {
    const branch = store.get().branches.get(parentKey)
    if (branch === undefined) return false
    onProgress(branch.items.length, branch.total)
    if (branch.next === undefined) return true
    if (isCancelled()) return false
    await store.load(parentKey, branch.items.length + largestPage)
  }
}
