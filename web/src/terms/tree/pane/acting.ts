/** What keys, menus and buttons of the tree do. */
import { noteWriting } from '../../../data/back/undo.ts'
import { announce } from '../../../kit/announce.ts'
import { undeprecate } from '../../actions/perform.ts'
import { findNode, keyOfParent, labelIn, parseLines, type TreeNode } from '../../rows.ts'
import { askToDelete, changeLevel, type DrawerKind, failed, order, rename, typedName } from '../commands.ts'
import { beginDraft, keepLines } from '../drafts/drafts.ts'
import type { TreeCommand } from '../keys.ts'
import type { MenuChoice } from '../menus/RowMenu.tsx'
import { openAllBelow, readRest } from '../reading/openAll.ts'
import { reveal } from '../reading/reveal.ts'
import { whyNot } from '../rules.ts'
import { hold, paste } from './moving.ts'
import { type Pane, rectOf, refuse, whenWhole } from './pane.ts'

/** A pasted list of so many lines is shown before it is made. */
const mostLinesUnasked = 10

export function begin({ ui, nodeOf }: Pane, key: string, isBeside: boolean): void {
  const target = nodeOf(isBeside ? (findNode(ui.store.get(), key)?.parentKey ?? '') : key)
  if (target !== undefined && refuse(whyNot('addBelow', target))) return
  void beginDraft(ui, key, isBeside)
}

export function openDrawer({ setDrawer }: Pane, kind: DrawerKind, nodes: readonly TreeNode[]): void {
  const [first, ...others] = nodes
  if (first === undefined) return
  if (refuse(nodes.map((node) => whyNot(kind, node)).find((why) => why !== undefined))) return
  // Of several, the first stays.
  if (kind === 'merge' && others.length > 0) setDrawer({ kind, nodes: others, target: first })
  else setDrawer({ kind, nodes })
}

export function runCommand(pane: Pane, command: TreeCommand, key: string): void {
  const { ui, nodeOf, nodesAt, select, onShow, setRenaming } = pane
  const now = (): TreeNode | undefined => nodeOf(key)
  const inOrder = (run: (node: TreeNode) => Promise<void>): void => {
    const node = now()
    if (node !== undefined && !refuse(whyNot('order', node))) void run(node)
  }
  const runs: Partial<Record<TreeCommand, () => void>> = {
    addBelow: () => begin(pane, key, false),
    addBeside: () => begin(pane, key, true),
    rename: () => {
      const node = now()
      if (node !== undefined && !refuse(whyNot('rename', node))) setRenaming({ key })
    },
    delete: () => {
      const nodes = nodesAt(key)
      if (!refuse(nodes.map((one) => whyNot('delete', one)).find((why) => why !== undefined)))
        void noteWriting(askToDelete(ui, nodes)).then(() => select(new Set()))
    },
    open: () => onShow(key, { focusesDetail: true }),
    cut: () => hold(pane, 'cut', key),
    copy: () => hold(pane, 'copy', key),
    paste: () => paste(pane, key, rectOf(key)),
    moveUp: () => inOrder((node) => order(ui, node, -1)),
    moveDown: () => inOrder((node) => order(ui, node, 1)),
    moveOut: () => inOrder((node) => changeLevel(ui, node, -1)),
    moveIn: () => inOrder((node) => changeLevel(ui, node, 1)),
  }
  const run = runs[command]
  if (run !== undefined && now() !== undefined) whenWhole(pane, key, run)
}

/** Choices of the menu that a key does as well. */
const commandOfChoice: Partial<Record<MenuChoice, TreeCommand>> = {
  addBelow: 'addBelow',
  rename: 'rename',
  delete: 'delete',
  cut: 'cut',
  copyBranch: 'copy',
  moveUp: 'moveUp',
  moveDown: 'moveDown',
}

export function choose(pane: Pane, choice: MenuChoice, key: string, at: DOMRect): void {
  const { ui, nodeOf, nodesAt, onShow, setMenu } = pane
  const node = nodeOf(key)
  setMenu(undefined)
  if (node === undefined) return
  ui.focus(key)
  const command = commandOfChoice[choice]
  if (command !== undefined) runCommand(pane, command, key)
  else if (choice === 'paste') paste(pane, key, at)
  else if (choice === 'table' || choice === 'matrix') onShow(key, { view: choice })
  else if (choice === 'openAll') void openAll(pane, node)
  else if (choice === 'source') void goToSource(pane, node)
  else
    whenWhole(pane, key, () => {
      if (choice === 'undeprecate') undeprecate(ui, nodesAt(key)).catch(failed)
      else openDrawer(pane, choice as DrawerKind, nodesAt(key))
    })
}

async function openAll({ ui, loading }: Pane, node: TreeNode): Promise<void> {
  await loading.run((reading) => openAllBelow(ui.store, node, ui.language, reading))
  ui.focus(node.key)
}

/** Whether all of a list is there then. */
export function readAll({ ui, loading }: Pane, parentKey: string): Promise<boolean> {
  return loading.run((reading) => readRest(ui.store, parentKey, reading))
}

async function goToSource({ ui, onShow }: Pane, node: TreeNode): Promise<void> {
  try {
    if (await reveal(ui.store, node.homeSetId, node.id)) {
      const key = keyOfParent(node.homeSetId, node.id)
      ui.focus(key)
      onShow(key)
    }
  } catch (error) {
    failed(error)
  }
}

/** Without a name: it was given up. `hasFocus`: it goes back to the row. */
export function renamed({ ui, setRenaming }: Pane, node: TreeNode, name: string | undefined, hasFocus: boolean): void {
  const text = typedName(name ?? '')
  setRenaming(undefined)
  if (hasFocus) ui.focus(node.key)
  if (text === '' || text === labelIn(node, ui.language, ui.defaultLanguage).name) return
  rename(ui, node, text).catch((error: Error) => {
    announce(error.message, 'assertive')
    setRenaming({ key: node.key, text, problem: error.message })
  })
}

export function pasteLines({ ui, setLines }: Pane, text: string): void {
  const parsed = parseLines(text)
  if (parsed.length > mostLinesUnasked) setLines(parsed)
  else void keepLines(ui, parsed)
}
