/** What the actions of the drawer send, and what the tree shows after it. */
import { act } from '../../data/action.ts'
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
  type DrawerKind,
  inTurn,
  moveTerms,
  namesOf,
  parentsOf,
  remove,
  showAgain,
  type TreeUi,
} from '../tree/commands.ts'
import { reveal } from '../tree/reading/reveal.ts'

export interface Picked extends Target {
  readonly label: string
}

export interface Chosen {
  readonly kind: DrawerKind
  readonly nodes: readonly TreeNode[]
  readonly target: Picked | undefined
  readonly withChildren: boolean
}

/** Empty: something is still to be chosen. */
export function plansOf({ kind, nodes, target, withChildren }: Chosen): readonly RequestPlan[] {
  if (kind === 'delete') return nodes.map(deletePlan)
  if (kind === 'deprecate') return nodes.map((node) => deprecatePlan(node, target?.termId))
  if (target === undefined) return []
  if (kind === 'merge')
    return target.termId === undefined ? [] : nodes.map((node) => mergePlan(node, target.termId ?? ''))
  if (kind === 'move') return nodes.map((node) => movePlan(node, target))
  if (kind === 'copy') return nodes.map((node) => copyPlan(node, target, withChildren))
  return nodes.map((node) => relatePlan(node, kind, target))
}

async function show(ui: TreeUi, parents: readonly string[], setId: string, termId: string | undefined): Promise<void> {
  await ui.store.refresh(parents)
  await reveal(ui.store, setId, termId)
  ui.focus(keyOfParent(setId, termId))
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
  if (kind === 'merge') {
    const beside = findNode(store.get(), to)?.parentKey
    const touched = [...from, to, ...(beside === undefined ? [] : [beside]), ...nodes.map(({ key }) => key)]
    await actAll(plansOf(chosen), {
      done: t('actions.done.merge', { what, where }),
      undone: () => showAgain(ui, touched, first),
    })
    await show(ui, touched, target.setId, target.termId)
    ui.show(to)
    return
  }
  const undone = () => showAgain(ui, [...from, to], first)
  if (kind === 'copy') {
    const [node] = nodes
    if (nodes.length > 1 || node === undefined) {
      await actAll(plansOf(chosen), { done: t('actions.done.copy', { what, where }), undone })
      return show(ui, [to], target.setId, target.termId)
    }
    const { body } = await inTurn(() =>
      act(copyPlan(node, target, withChildren), { done: t('actions.done.copy', { what, where }), undone }),
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
