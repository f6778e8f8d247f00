/**
 * What is read of the term store, kept while the tab lives: pages of each opened parent, which are open, and what changes
 * elsewhere. The shape of it and its changes are in rows.ts.
 */
import { useSyncExternalStore } from 'react'
import type { FeedEvent } from '../../data/invalidate.ts'
import { onEvent } from '../../data/live.ts'
import { ask } from '../../data/send.ts'
import { scopeKey } from '../../data/session.ts'
import type { Page, TermGroup } from '../../data/types.ts'
import { keep, kept } from '../../kit/kept.ts'
import {
  type AnnotatedSet,
  type AnnotatedTerm,
  childrenPlan,
  firstPage,
  groupNode,
  largestPage,
  laterPage,
  nextPlan,
  nodePlan,
  setNode,
  termNode,
} from '../api.ts'
import {
  type Branch,
  emptyTree,
  findNode,
  keyOfTerm,
  patchNodes,
  putBranch,
  putRead,
  rootKey,
  type TreeModel,
  type TreeNode,
} from '../rows.ts'
import { factsOf, touched } from './reading/events.ts'
import { oneByOne, readBetween } from './reading/turns.ts'

/** Events that come together are acted on together. */
const gatherMs = 150
/** How long what this page has changed is not read again because of its own events. */
const ownMs = 2500
/** Groups that are open at first, where there are no more than that. */
const openAtFirst = 6
/** How long a row that somebody else changed has a dot. */
const changedMs = 4000

export interface TreeStore {
  readonly get: () => TreeModel
  readonly subscribe: (listener: () => void) => () => void
  readonly change: (change: (model: TreeModel) => TreeModel) => void
  /** Reads so many children of a parent, unless they are there. Rejects with `Problem`. */
  readonly load: (key: string, count?: number) => Promise<void>
  readonly open: (key: string) => void
  readonly close: (key: string) => void
  /** Reads again what is read of these parents, and their own rows. */
  readonly refresh: (keys: Iterable<string>) => Promise<void>
  /** What this page changes by itself: its events are no news. */
  readonly noteOwn: (...ids: readonly string[]) => void
  /** Keys that somebody else changed a moment ago. */
  readonly changed: () => ReadonlySet<string>
}

function storageKey(): string {
  return `relata.tree ${scopeKey().join(' ')}`
}

function rememberedOpen(): ReadonlySet<string> | undefined {
  const keys = kept('tab', storageKey())
  return Array.isArray(keys) ? new Set(keys.filter((key) => typeof key === 'string')) : undefined
}

function rememberOpen(open: ReadonlySet<string>): void {
  // Where so many are open that there is no room for them, the tab forgets them when it is loaded again.
  keep('tab', storageKey(), [...open])
}

function nodesOf(key: string, page: Page<unknown>, model: TreeModel): TreeNode[] {
  if (key === rootKey) {
    const nodes = page.value.map((group) => groupNode(group as TermGroup))
    return [...nodes.filter(({ isSystem }) => !isSystem), ...nodes.filter(({ isSystem }) => isSystem)]
  }
  const [first = '', second = ''] = key.split(':')
  if (first === 'g') {
    const isSystem = findNode(model, key)?.node.isSystem ?? false
    return page.value.map((set) => setNode(set as AnnotatedSet, isSystem))
  }
  const setId = first === 's' ? second : first
  return page.value.map((term) => termNode(term as AnnotatedTerm, setId))
}

export function createTreeStore(): TreeStore {
  const remembered = rememberedOpen()
  let model: TreeModel = { ...emptyTree, open: remembered ?? new Set() }
  let changedKeys: ReadonlySet<string> = new Set()
  const listeners = new Set<() => void>()
  const reading = new Map<string, Promise<void>>()
  const own = new Map<string, number>()

  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  const change: TreeStore['change'] = (by) => {
    const before = model
    model = by(model)
    if (model === before) return
    if (model.open !== before.open) rememberOpen(model.open)
    tell()
  }
  const put = (key: string, branch: Partial<Branch>): void => change((now) => putBranch(now, key, branch))

  /** What is known beforehand of how many there are. */
  const totalOf = (key: string, read: number, hasMore: boolean): number =>
    hasMore ? Math.max(findNode(model, key)?.node.children ?? 0, read + 1) : read

  const readMore = async (key: string, count: number): Promise<void> => {
    const branch = model.branches.get(key)
    const plan =
      branch?.next === undefined
        ? childrenPlan(key, key === rootKey || key.startsWith('g:') ? laterPage : Math.max(firstPage, count))
        : nextPlan(branch.next, Math.min(largestPage, Math.max(laterPage, count - branch.items.length)))
    put(key, {
      isReading: true,
      failure: undefined,
      ...(branch === undefined ? { total: findNode(model, key)?.node.children ?? 3 } : {}),
    })
    try {
      const page = await ask(plan)
      const before = branch?.next === undefined ? [] : (model.branches.get(key)?.items ?? [])
      const known = new Set(before.map((item) => item.key))
      const items = [...before, ...nodesOf(key, page, model).filter((item) => !known.has(item.key))]
      const next = page['@odata.nextLink']
      const total = totalOf(key, items.length, next !== undefined)
      change((now) => putRead(now, key, { items, next, total, isReading: false }))
    } catch (failure) {
      put(key, { failure, isReading: false })
      throw failure
    }
  }

  const isComplete = (key: string, count: number): boolean => {
    const branch = model.branches.get(key)
    if (branch === undefined) return false
    return (
      branch.items.length >= count || (branch.next === undefined && !branch.isReading && branch.failure === undefined)
    )
  }

  const load: TreeStore['load'] = (key, count = 1) => {
    if (isComplete(key, count)) return Promise.resolve()
    const running = reading.get(key)
    if (running !== undefined) return running.then(() => load(key, count))
    const run = readMore(key, Math.min(largestPage, count)).finally(() => reading.delete(key))
    reading.set(key, run)
    return run.then(() => load(key, count))
  }

  const openQuietly = (key: string): void => {
    change((now) => ({ ...now, open: new Set(now.open).add(key) }))
    load(key).catch(() => undefined)
  }

  const rereadNode = oneByOne(async (key) => {
    const found = findNode(model, key)
    if (found === undefined || found.node.kind === 'group') return
    const { node } = found
    const read = await readBetween(() => ask(nodePlan(node)))
    const next = node.kind === 'set' ? setNode(read, node.isSystem) : termNode(read as AnnotatedTerm, node.setId)
    // The id of a term that was merged away answers with the term that stays, which has a row of its own.
    if (next.key !== key) return
    change((now) =>
      patchNodes(
        now,
        (one) => one.key === key,
        () => next,
      ),
    )
  })

  /** As much of a branch as is there. */
  const readAgain = async (key: string): Promise<Pick<Branch, 'items' | 'next'>> => {
    const wanted = model.branches.get(key)?.items.length ?? 0
    let page = await ask(childrenPlan(key, Math.min(largestPage, Math.max(firstPage, wanted + 20))))
    let items = nodesOf(key, page, model)
    while (page['@odata.nextLink'] !== undefined && items.length < wanted) {
      page = await ask(nextPlan(page['@odata.nextLink'], largestPage))
      items = [...items, ...nodesOf(key, page, model)]
    }
    return { items, next: page['@odata.nextLink'] }
  }

  const rereadBranch = oneByOne(async (key) => {
    await reading.get(key)?.catch(() => undefined)
    const { items, next } = await readBetween(() => readAgain(key))
    const total = totalOf(key, items.length, next !== undefined)
    change((now) => putRead(now, key, { items, next, failure: undefined, total }))
  })

  const refresh: TreeStore['refresh'] = async (keys) => {
    const all = [...new Set(keys)]
    // First the rows, whose counts of children the branches go by.
    await Promise.all(all.map((key) => rereadNode(key).catch(() => undefined)))
    await Promise.all(
      all.filter((key) => model.branches.has(key)).map((key) => rereadBranch(key).catch(() => undefined)),
    )
    if (all.some((key) => key.startsWith('g:'))) await rereadBranch(rootKey).catch(() => undefined)
  }

  const noteChanged = (keys: readonly string[]): void => {
    changedKeys = new Set([...changedKeys, ...keys])
    tell()
    setTimeout(() => {
      changedKeys = new Set([...changedKeys].filter((key) => !keys.includes(key)))
      tell()
    }, changedMs)
  }

  let dirty = new Set<string>()
  const receive = (event: FeedEvent): void => {
    const isAll = /^relata\.(?:gap|world-reset)$/.test(event.name)
    if (!isAll && !event.name.startsWith('relata.taxonomy.')) return
    if (dirty.size === 0)
      setTimeout(() => {
        const keys = dirty
        dirty = new Set()
        void refresh(keys)
      }, gatherMs)
    if (isAll) for (const key of model.branches.keys()) dirty.add(key)
    else for (const key of touchedBy(event)) dirty.add(key)
  }

  /** The parents whose children may be others now, but for what this page did by itself. */
  const touchedBy = (event: FeedEvent): readonly string[] => {
    const facts = factsOf(event)
    const isOwn = [facts.termId, facts.toTermId, facts.setId, facts.groupId].some(
      (id) => id !== undefined && (own.get(id) ?? 0) > Date.now(),
    )
    if (isOwn) return []
    if (facts.kind === 'term' && facts.setId !== undefined && facts.termId !== undefined)
      noteChanged([keyOfTerm(facts.setId, facts.termId)])
    const { branches, rows } = touched(facts, model, laterPage)
    for (const key of rows) void rereadNode(key).catch(() => undefined)
    return branches
  }

  onEvent(receive)
  const ready = load(rootKey)
    .then(() => {
      const groups = model.branches.get(rootKey)?.items ?? []
      // What was open before is read when it comes in sight.
      if (remembered === undefined && groups.length <= openAtFirst)
        for (const { key, isSystem } of groups) if (!isSystem) openQuietly(key)
    })
    .catch(() => undefined)
  void ready

  return {
    get: () => model,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    change,
    load,
    open: openQuietly,
    close: (key) =>
      change((now) => {
        const open = new Set(now.open)
        open.delete(key)
        return { ...now, open }
      }),
    refresh,
    noteOwn: (...ids) => {
      for (const id of ids) own.set(id, Date.now() + ownMs)
    },
    changed: () => changedKeys,
  }
}

let current: { readonly scope: string; readonly store: TreeStore } | undefined

/** The one of this world, tenant and person. */
export function treeStore(): TreeStore {
  const scope = scopeKey().join(' ')
  if (current?.scope !== scope) current = { scope, store: createTreeStore() }
  return current.store
}

export function useTree(store: TreeStore): TreeModel {
  return useSyncExternalStore(store.subscribe, store.get)
}

export function useChanged(store: TreeStore): ReadonlySet<string> {
  return useSyncExternalStore(store.subscribe, store.changed)
}
