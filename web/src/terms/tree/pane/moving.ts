/** From one place of the tree to another: cut, copied and pasted, or dragged. */
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { perform } from '../../actions/perform.ts'
import { findNode, type TreeNode } from '../../rows.ts'
import { failed, moveSet, moveTerms, namesOf } from '../commands.ts'
import type { DropChoice } from '../menus/DropMenu.tsx'
import { heldNodes, holdNodes } from '../moving/clipboard.ts'
import type { DropState } from '../moving/drop.ts'
import { whyNot, whyNotInto } from '../rules.ts'
import { type Pane, refuse } from './pane.ts'

const none: ReadonlySet<string> = new Set()

export function hold({ ui, nodesAt }: Pane, mode: 'cut' | 'copy', key: string): void {
  const nodes = nodesAt(key).filter(({ kind }) => kind === 'term' || (kind === 'set' && mode === 'cut'))
  if (nodes.length === 0) return
  if (mode === 'cut' && refuse(nodes.map((node) => whyNot('move', node)).find((why) => why !== undefined))) return
  holdNodes({ mode, nodes })
  announce(t(mode === 'cut' ? 'tree.cut' : 'tree.copied', { what: namesOf(ui, nodes) }))
}

/** Below the target. */
export function put({ ui, select }: Pane, choice: DropChoice, nodes: readonly TreeNode[], target: TreeNode): void {
  const place = {
    setId: target.setId,
    termId: target.kind === 'term' ? target.id : undefined,
    where: 'inside' as const,
    label: namesOf(ui, [target]),
  }
  select(none)
  perform(ui, { kind: choice, nodes, target: place, withChildren: true }).catch(failed)
}

export function paste(pane: Pane, key: string, at: DOMRect): void {
  const { ui, nodeOf, select, setDrop } = pane
  const held = heldNodes()
  const target = nodeOf(key)
  if (held === undefined || target === undefined) return
  const { mode, nodes } = held
  const now = nodes.map((node) => nodeOf(node.key) ?? node)
  const [first] = now
  if (first === undefined) return
  if (mode === 'cut') {
    if (refuse(whyNotInto(ui.store.get(), now, target))) return
    holdNodes(undefined)
    select(none)
    if (first.kind === 'set') moveSet(ui, first, target).catch(failed)
    else put(pane, 'move', now, target)
    return
  }
  if (refuse(target.kind === 'group' ? 'tree.not.termsIntoGroups' : whyNot('addBelow', target))) return
  if (now.every(({ setId }) => setId === target.setId)) put(pane, 'copy', now, target)
  else setDrop({ at, nodes: now, target, choices: ['copy', 'pin', 'reuse'] })
}

interface Point {
  readonly x: number
  readonly y: number
}

/** Within a set it is a move; into another one, a menu asks. */
function dropTerms(pane: Pane, nodes: readonly TreeNode[], target: TreeNode, where: DropState['where'], point: Point) {
  const { ui, nodeOf, select, setDrop } = pane
  const into = where === 'inside' ? target : nodeOf(findNode(ui.store.get(), target.key)?.parentKey ?? '')
  if (into === undefined) return
  if (nodes.every(({ setId }) => setId === target.setId)) {
    select(none)
    const place = { setId: target.setId, termId: target.kind === 'term' ? target.id : undefined, where }
    moveTerms(ui, nodes, place).catch(failed)
  } else
    setDrop({
      at: new DOMRect(point.x, point.y, 0, 0),
      nodes,
      target: into,
      choices: ['move', 'copy', 'pin', 'reuse'],
    })
}

export function dropped(pane: Pane, { key, where, nodes, why }: DropState, point: Point): void {
  const target = pane.nodeOf(key)
  const [first] = nodes
  if (target === undefined || first === undefined) return
  if (why !== undefined) failed(new Error(why))
  else if (first.kind === 'set') moveSet(pane.ui, first, target).catch(failed)
  else dropTerms(pane, nodes, target, where, point)
}
