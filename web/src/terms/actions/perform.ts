/** What the actions of the drawer send, and what the tree shows after it. */
import { batchPlan } from '../../data/batch.ts'
import type { RequestPlan } from '../../data/plan.ts'
import { t } from '../../i18n/t.ts'
import {
  copyPlan,
  deletePlan,
  deprecatePlan,
  mergePlan,
  movePlan,
  relatePlan,
  type Target,
  undeprecatePlan,
} from '../api.ts'
import { findNode, keyOfParent, type TreeNode } from '../rows.ts'
import {
  actAll,
  actAsOne,
  type DrawerKind,
  moveTerms,
  namesOf,
  parentsOf,
  remove,
  sentAs,
  showAgain,
  type TreeUi,
  type Words,
} from '../tree/commands.ts'
import { reveal } from '../tree/reading/reveal.ts'
import { inTurn } from '../tree/reading/turns.ts'
import { write } from '../tree/sent.ts'

export interface Picked extends Target {
  readonly label: string
}

export interface Chosen {
  readonly kind: DrawerKind
  readonly nodes: readonly TreeNode[]
  readonly target: Picked | undefined
  readonly withChildren: boolean
  /** Of a merge. */
  readonly mergesChildren?: boolean
  /** Of a merge: what the term that stays is given besides, where its own description is not to stay. */
  readonly describe?: RequestPlan | undefined
}

/** Empty: something is still to be chosen. */
export function plansOf({ kind, nodes, target, withChildren, mergesChildren = false }: Chosen): readonly RequestPlan[] {
  if (kind === 'delete') return nodes.map(deletePlan)
  if (kind === 'deprecate') return nodes.map((node) => deprecatePlan(node, target?.termId))
  if (target === undefined) return []
  if (kind === 'merge')
    return target.termId === undefined ? [] : nodes.map((node) => mergePlan(node, target.termId ?? '', mergesChildren))
  if (kind === 'move') return nodes.map((node) => movePlan(node, target))
  if (kind === 'copy') return nodes.map((node) => copyPlan(node, target, withChildren))
  return nodes.map((node) => relatePlan(node, kind, target))
}

/** As it is sent. With a description, a merge is one request, which is done whole or not at all. */
export function sentOf(chosen: Chosen): readonly RequestPlan[] {
  const plans = plansOf(chosen)
  return chosen.describe === undefined ? sentAs(plans) : [batchPlan([...plans, chosen.describe], true)]
}

async function show(ui: TreeUi, parents: readonly string[], setId: string, termId: string | undefined): Promise<void> {
  await ui.store.refresh(parents)
  await reveal(ui.store, setId, termId)
  ui.focus(keyOfParent(setId, termId))
}

interface MergePlaces {
  readonly first: TreeNode
  readonly from: readonly string[]
  readonly to: string
  readonly setId: string
  readonly termId: string | undefined
}

async function merge(ui: TreeUi, chosen: Chosen, { first, from, to, setId, termId }: MergePlaces): Promise<void> {
  const { nodes, target, describe } = chosen
  const beside = findNode(ui.store.get(), to)?.parentKey
  const touched = [...from, to, ...(beside === undefined ? [] : [beside]), ...nodes.map(({ key }) => key)]
  const words: Words = {
    done: t('actions.done.merge', { what: namesOf(ui, nodes), where: target?.label ?? '' }),
    undone: () => showAgain(ui, touched, first),
  }
  if (describe === undefined) await actAll(plansOf(chosen), words)
  else await actAsOne([...plansOf(chosen), describe], words)
  await show(ui, touched, setId, termId)
  ui.show(to)
}

/** Rejects with `Problem`. The focus is on what was acted on then. */
export async function perform(ui: TreeUi, chosen: Chosen): Promise<void> {
  const { kind, nodes, target, withChildren } = chosen
  const [first] = nodes
  if (first === undefined) return
  const { store } = ui
  const from = parentsOf(ui, nodes)
  const what = namesOf(ui, nodes)
  const where = target?.label ?? ''
  if (kind === 'delete') return remove(ui, nodes)
  if (kind === 'move' && target !== undefined) return moveTerms(ui, nodes, target)
  store.noteOwn(...nodes.map(({ id }) => id), ...(target === undefined ? [] : [target.setId, target.termId ?? '']))
  if (kind === 'deprecate') {
    await actAll(plansOf(chosen), {
      done: t('actions.done.deprecate', { what }),
      undone: () => showAgain(ui, from, first),
    })
    await store.refresh(from)
    ui.focus(first.key)
    return
  }
  if (target === undefined) return
  const to = keyOfParent(target.setId, target.termId)
  if (kind === 'merge') return merge(ui, chosen, { first, from, to, setId: target.setId, termId: target.termId })
  const undone = () => showAgain(ui, [...from, to], first)
  if (kind === 'copy') {
    const [node] = nodes
    if (nodes.length > 1 || node === undefined) {
      await actAll(plansOf(chosen), { done: t('actions.done.copy', { what, where }), undone })
      return show(ui, [to], target.setId, target.termId)
    }
    const { body } = await inTurn(() =>
      write(copyPlan(node, target, withChildren), { done: t('actions.done.copy', { what, where }), undone }),
    )
    if (!store.get().open.has(to)) store.open(to)
    return show(ui, [to], target.setId, body.id ?? target.termId)
  }
  await inTurn(() =>
    actAll(plansOf(chosen), {
      done: t(kind === 'pin' ? 'actions.done.pin' : 'actions.done.reuse', { what, where }),
      undone,
    }),
  )
  await store.refresh([...from, to])
  ui.focus(first.key)
}

export async function undeprecate(ui: TreeUi, nodes: readonly TreeNode[]): Promise<void> {
  const [first] = nodes
  if (first === undefined) return
  const from = parentsOf(ui, nodes)
  ui.store.noteOwn(...nodes.map(({ id }) => id))
  await actAll(nodes.map(undeprecatePlan), {
    done: t('actions.done.undeprecate', { what: namesOf(ui, nodes) }),
    undone: () => showAgain(ui, from, first),
  })
  await ui.store.refresh(from)
  ui.focus(first.key)
}
