/** What the tree does: each command changes the rows at once, sends, and takes back only its own change where that failed. */
import { tellDone } from '../../data/action.ts'
import { undoChange } from '../../data/back/undo.ts'
import { batchPlan, mostInBatch, refusalOf } from '../../data/batch.ts'
import type { RequestPlan } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { toast } from '../../kit/toasts.ts'
import {
  type AnnotatedSet,
  type AnnotatedTerm,
  type DryRun,
  deletePlan,
  dryRunOf,
  movePlan,
  moveSetPlan,
  nodePlan,
  renamePlan,
  setNode,
  type Target,
  termNode,
} from '../api.ts'
import {
  findNode,
  keyAfterRemoval,
  keyOfGroup,
  keyOfParent,
  labelIn,
  type NodeLabel,
  patchNodes,
  putBranch,
  removeNode,
  type TreeNode,
} from '../rows.ts'
import { reveal } from './reading/reveal.ts'
import { inTurn } from './reading/turns.ts'
import { write } from './sent.ts'
import type { TreeStore } from './store.ts'

export type DrawerKind = 'move' | 'copy' | 'pin' | 'reuse' | 'merge' | 'deprecate' | 'delete'

export interface DrawerRequest {
  readonly kind: DrawerKind
  readonly nodes: readonly TreeNode[]
  readonly target?: TreeNode
}

/** What commands need of the page. */
export interface TreeUi {
  readonly store: TreeStore
  /** Of labels. */
  readonly language: string
  readonly defaultLanguage: string
  readonly focus: (key: string) => void
  readonly openDrawer: (request: DrawerRequest) => void
  /** The object of the page is gone: another one is shown. */
  readonly show: (key: string) => void
}

export function nameIn(ui: Pick<TreeUi, 'language' | 'defaultLanguage'>, node: TreeNode): string {
  return labelIn(node, ui.language, ui.defaultLanguage).name
}

export function namesOf(ui: TreeUi, nodes: readonly TreeNode[]): string {
  const [first] = nodes
  if (nodes.length === 1 && first !== undefined) return nameIn(ui, first)
  return t('tree.terms', { n: nodes.length })
}

/** Of what was typed: one blank between words. */
export function typedName(text: string): string {
  return text.trim().replace(/\s+/g, ' ')
}

export function failed(error: unknown): void {
  toast({ text: error instanceof Error ? error.message : String(error), kind: 'failed' })
}

export interface Words {
  readonly done: string
  readonly undone?: () => unknown
  readonly isQuiet?: boolean
}

/** Of requests that are sent as batches. */
export interface BatchOutcome {
  /** Ids of changes, the newest first. */
  readonly changes: string[]
  /** Why some were not done. */
  readonly refused: string[]
}

interface BatchOptions {
  /** All or none. */
  readonly isAtomic?: boolean
  /** Of the same change as the batch before. */
  readonly isMore?: boolean
}

export async function sendBatch(
  plans: readonly RequestPlan[],
  { changes, refused }: BatchOutcome,
  { isAtomic = false, isMore = false }: BatchOptions = {},
): Promise<void> {
  const { body, headers } = await write(batchPlan(plans, isAtomic), {}, isMore)
  const change = headers.get('relata-change-batch')
  if (change !== null) changes.unshift(change)
  refused.push(...body.responses.flatMap((item) => refusalOf(item)?.message ?? []))
}

/** Says what came of them, with one way back for all. */
export function tellBatch({ changes, refused }: BatchOutcome, words: Words): void {
  const back = async (): Promise<void> => {
    for (const change of changes) await undoChange(change)
  }
  if (changes.length > 0) tellDone({ ...words, back })
  if (refused.length > 0)
    toast({ text: t('tree.refused', { n: refused.length, why: refused[0] ?? '' }), kind: 'failed' })
}

/** Several writes as they are sent: 20 in one request. */
export function sentAs(plans: readonly RequestPlan[]): readonly RequestPlan[] {
  if (plans.length < 2) return plans
  return Array.from({ length: Math.ceil(plans.length / mostInBatch) }, (_, at) =>
    batchPlan(plans.slice(at * mostInBatch, (at + 1) * mostInBatch)),
  )
}

/** Sends several writes, 20 in one request. Returns why some were refused. */
export async function actAll(plans: readonly RequestPlan[], words: Words): Promise<readonly string[]> {
  const [first] = plans
  if (plans.length === 1 && first !== undefined) {
    await write(first, words)
    return []
  }
  const outcome: BatchOutcome = { changes: [], refused: [] }
  for (let at = 0; at < plans.length; at += mostInBatch)
    await sendBatch(plans.slice(at, at + mostInBatch), outcome, { isMore: at > 0 })
  tellBatch(outcome, words)
  return outcome.refused
}

/** All or none, in one request with one way back. Rejects with the reason where it is refused. */
export async function actAsOne(plans: readonly RequestPlan[], words: Words): Promise<void> {
  const outcome: BatchOutcome = { changes: [], refused: [] }
  await sendBatch(plans, outcome, { isAtomic: true })
  const [why] = outcome.refused
  if (why !== undefined) throw new Error(why)
  tellBatch(outcome, words)
}

export async function dryRuns(plans: readonly RequestPlan[]): Promise<DryRun> {
  const all: DryRun[] = []
  for (let at = 0; at < plans.length; at += mostInBatch) {
    const part = plans.slice(at, at + mostInBatch)
    const [only] = part
    if (part.length === 1 && only !== undefined) {
      all.push(await ask(dryRunOf(only)))
      continue
    }
    const { responses } = await ask(batchPlan(part.map(dryRunOf)))
    for (const { body } of responses) all.push(body as unknown as DryRun)
  }
  const effects = new Map<string, DryRun['effects'][number]>()
  for (const effect of all.flatMap((one) => one.effects ?? [])) {
    const name = `${effect.kind} ${effect.action}`
    const known = effects.get(name)
    effects.set(
      name,
      known === undefined
        ? effect
        : {
            ...effect,
            count: known.count + effect.count,
            sample: [...known.sample, ...effect.sample].slice(0, 10),
          },
    )
  }
  return {
    refusals: all.flatMap((one) => one.refusals ?? []),
    effects: [...effects.values()],
    needs: all.flatMap((one) => one.needs ?? []),
  }
}

/** Shows rows that came back, or where they went, and puts the focus there. */
async function showAgain(ui: TreeUi, parents: readonly string[], node: TreeNode): Promise<void> {
  await ui.store.refresh(parents)
  if (node.kind !== 'group') await reveal(ui.store, node.setId, node.kind === 'term' ? node.id : undefined)
  ui.focus(node.key)
}

export function parentsOf(ui: TreeUi, nodes: readonly TreeNode[]): string[] {
  const model = ui.store.get()
  return [...new Set(nodes.flatMap(({ key }) => findNode(model, key)?.parentKey ?? []))]
}

function replaced(labels: readonly NodeLabel[], old: NodeLabel, name: string): NodeLabel[] {
  const isIt = (label: NodeLabel): boolean => label.languageTag === old.languageTag && label.isDefault
  return labels.some(isIt)
    ? labels.map((label) => (isIt(label) ? { ...label, name } : label))
    : [...labels, { ...old, name }]
}

/** What renaming sends, by the labels that are known. */
export function renamePreview(ui: TreeUi, node: TreeNode, name: string): RequestPlan {
  return renamePlan(node, replaced(node.labels, labelIn(node, ui.language, ui.defaultLanguage), name), name)
}

/** Changes the label that is shown, in its own language. Rejects with `Problem`, and the old label is back then. */
export async function rename(ui: TreeUi, node: TreeNode, name: string): Promise<void> {
  const { store } = ui
  const old = labelIn(node, ui.language, ui.defaultLanguage)
  const isIt = (one: TreeNode): boolean => one.kind === node.kind && one.id === node.id
  const put = (next: string): void =>
    store.change((now) => patchNodes(now, isIt, (one) => ({ ...one, labels: replaced(one.labels, old, next) })))
  put(name)
  store.noteOwn(node.id)
  try {
    await inTurn(async () => {
      // Graph replaces the whole list of labels, so the newest of it is needed.
      const read = node.kind === 'group' ? undefined : await ask(nodePlan(node))
      const now =
        read === undefined
          ? node
          : node.kind === 'set'
            ? setNode(read as AnnotatedSet, node.isSystem)
            : termNode(read as AnnotatedTerm, node.setId)
      await write(renamePlan(node, replaced(now.labels, old, name), name), {
        done: t('tree.done.rename', { old: old.name, name }),
        touches: [`relata.taxonomy.${node.kind}-changed`],
        undone: async () => {
          put(old.name)
          ui.focus(node.key)
        },
      })
    })
  } catch (error) {
    put(old.name)
    throw error
  }
}

/** Below these numbers deleting is done at once, as it is taken back as quickly. */
const mostAtOnce = 20

/** At once where little goes, else the drawer says what. */
export async function askToDelete(ui: TreeUi, nodes: readonly TreeNode[]): Promise<void> {
  try {
    const { refusals, effects } = await dryRuns(nodes.map(deletePlan))
    const [refusal] = refusals
    if (refusal !== undefined) throw new Error(refusal.message)
    const gone = effects.reduce(
      (n, { action, kind, count }) => n + (action === 'delete' && kind === 'term' ? count : 0),
      0,
    )
    const hasUses = effects.some(
      ({ kind, action }) =>
        action === 'orphan' || (kind === 'relation' && nodes.every((one) => one.relationId === undefined)),
    )
    if (gone < mostAtOnce && !hasUses) await remove(ui, nodes)
    else ui.openDrawer({ kind: 'delete', nodes })
  } catch (error) {
    failed(error)
  }
}

/** Rejects with `Problem`, and the rows are back then. */
export async function remove(ui: TreeUi, nodes: readonly TreeNode[]): Promise<void> {
  const { store } = ui
  const [first] = nodes
  if (first === undefined) return
  const keys = new Set(nodes.map(({ key }) => key))
  const parents = parentsOf(ui, nodes)
  const next = keyAfterRemoval(store.get(), first.key, keys)
  store.change((now) => [...keys].reduce(removeNode, now))
  ui.focus(next)
  ui.show(next)
  store.noteOwn(...nodes.map(({ id }) => id))
  const isUnshared = nodes.every(({ relationId }) => relationId !== undefined)
  try {
    await inTurn(() =>
      actAll(nodes.map(deletePlan), {
        done: t(isUnshared ? 'tree.done.unshare' : 'tree.done.delete', { what: namesOf(ui, nodes) }),
        undone: () => showAgain(ui, parents, first),
      }),
    )
  } catch (error) {
    await store.refresh(parents)
    throw error
  }
}

function targetKey({ setId, termId, where }: Target, ui: TreeUi): string {
  if (where === 'inside' || termId === undefined) return keyOfParent(setId, termId)
  return findNode(ui.store.get(), keyOfParent(setId, termId))?.parentKey ?? keyOfParent(setId, undefined)
}

/** Moves terms within a set or into another one. Rejects with `Problem`. */
export async function moveTerms(ui: TreeUi, nodes: readonly TreeNode[], target: Target): Promise<void> {
  const { store } = ui
  const [first] = nodes
  if (first === undefined) return
  const from = parentsOf(ui, nodes)
  const to = targetKey(target, ui)
  store.noteOwn(...nodes.map(({ id }) => id), target.setId)
  const place = findNode(store.get(), to)?.node
  const refused = await inTurn(() =>
    actAll(
      // Behind one sibling, the last of them is moved first.
      (target.where === 'after' ? [...nodes].reverse() : nodes).map((node) => movePlan(node, target)),
      {
        done: t('tree.done.move', { what: namesOf(ui, nodes), where: place === undefined ? '' : nameIn(ui, place) }),
        undone: () => showAgain(ui, [...from, to], first),
      },
    ),
  )
  if (refused.length === nodes.length && nodes.length > 0 && refused.length > 0) return
  await store.refresh([...from, to])
  if (!store.get().open.has(to)) store.open(to)
  await reveal(store, target.setId, first.id)
  ui.focus(keyOfParent(target.setId, first.id))
}

export async function moveSet(ui: TreeUi, node: TreeNode, group: TreeNode): Promise<void> {
  const from = parentsOf(ui, [node])
  await write(moveSetPlan(node, group.id), {
    done: t('tree.done.move', { what: nameIn(ui, node), where: nameIn(ui, group) }),
    undone: () => showAgain(ui, [...from, group.key], node),
  })
  await ui.store.refresh([...from, keyOfGroup(group.id)])
  if (!ui.store.get().open.has(group.key)) ui.store.open(group.key)
  await ui.store.load(group.key)
  ui.focus(node.key)
}

/** One place up or down among the siblings, at once; the order is kept by hand from then on. */
export async function order(ui: TreeUi, node: TreeNode, step: 1 | -1): Promise<void> {
  const { store } = ui
  const found = findNode(store.get(), node.key)
  const branch = found && store.get().branches.get(found.parentKey)
  if (found === undefined || branch === undefined) return
  const sibling = branch.items[found.index + step]
  if (sibling === undefined) {
    announce(t(step < 0 ? 'tree.first' : 'tree.last', { name: nameIn(ui, node) }))
    return
  }
  const items = [...branch.items]
  items[found.index + step] = node
  items[found.index] = sibling
  store.change((now) => putBranch(now, found.parentKey, { items }))
  store.noteOwn(node.id, node.setId)
  ui.focus(node.key)
  const target: Target = { setId: node.setId, termId: sibling.id, where: step < 0 ? 'before' : 'after' }
  try {
    await inTurn(() =>
      write(movePlan(node, target), {
        done: t('tree.done.order', { name: nameIn(ui, node), pos: found.index + step + 1, size: branch.total }),
        isQuiet: true,
        undone: () => showAgain(ui, [found.parentKey], node),
      }),
    )
  } catch (error) {
    await store.refresh([found.parentKey])
    failed(error)
  }
}

/** To the level of its parent, or below the sibling above it. */
export async function changeLevel(ui: TreeUi, node: TreeNode, step: 1 | -1): Promise<void> {
  const model = ui.store.get()
  const found = findNode(model, node.key)
  if (found === undefined) return
  const above =
    step < 0 ? findNode(model, found.parentKey)?.node : model.branches.get(found.parentKey)?.items[found.index - 1]
  if (above?.kind !== 'term') {
    announce(t(step < 0 ? 'tree.outmost' : 'tree.nothingAbove', { name: nameIn(ui, node) }))
    return
  }
  try {
    await moveTerms(ui, [node], { setId: node.setId, termId: above.id, where: step < 0 ? 'after' : 'inside' })
  } catch (error) {
    failed(error)
  }
}

export { showAgain }
