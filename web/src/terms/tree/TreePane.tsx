/** The tree with all that belongs to it: toolbar, menus, drafts, renaming, clipboard and the drawer of actions. */
import { Button, makeStyles } from '@fluentui/react-components'
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { Empty } from '../../kit/Empty.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { perform, undeprecate } from '../actions/perform.ts'
import {
  draftKey,
  findNode,
  keyOfParent,
  type Line,
  labelIn,
  parseLines,
  rootKey,
  type TreeNode,
  type TreeRow,
} from '../rows.ts'
import { useSetNames } from '../setNames.ts'
import type { TreeHandle } from './active.ts'
import {
  askToDelete,
  changeLevel,
  type DrawerKind,
  type DrawerRequest,
  failed,
  moveSet,
  moveTerms,
  namesOf,
  order,
  rename,
  type TreeUi,
} from './commands.ts'
import { beginDraft, keepLines } from './drafts/drafts.ts'
import { LinesDialog } from './drafts/LinesDialog.tsx'
import type { TreeCommand } from './keys.ts'
import { type DropChoice, DropMenu, type MenuChoice, RowMenu } from './menus/RowMenu.tsx'
import { heldNodes, holdNodes } from './moving/clipboard.ts'
import type { DropState } from './moving/drop.ts'
import { reveal, useRevealed } from './reading/reveal.ts'
import type { Renaming } from './row/DrawnRow.tsx'
import { type NewKind, placeForNew, whyNot, whyNotInto } from './rules.ts'
import type { Hit } from './search/find.ts'
import { type TreeStore, useTree } from './store.ts'
import { TermTree } from './TermTree.tsx'
import { Toolbar } from './Toolbar.tsx'

const ActionDrawer = lazy(async () => ({ default: (await import('../actions/ActionDrawer.tsx')).ActionDrawer }))

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
})

/** A pasted list of so many lines is shown before it is made. */
const mostLinesUnasked = 10

export interface TreePaneProps {
  readonly store: TreeStore
  readonly handle: React.RefObject<TreeHandle | null>
  readonly currentKey: string | undefined
  readonly language: string
  readonly defaultLanguage: string
  readonly languages: readonly string[]
  readonly onLanguage: (tag: string) => void
  readonly onShow: (key: string, more?: { readonly focusesDetail?: boolean; readonly view?: string }) => void
}

interface OpenMenu {
  readonly key: string
  readonly at: DOMRect
}

interface OpenDrop {
  readonly at: DOMRect
  readonly nodes: readonly TreeNode[]
  readonly target: TreeNode
  readonly choices: readonly DropChoice[]
}

export function TreePane(props: TreePaneProps) {
  const { store, handle, currentKey, language, defaultLanguage, languages, onLanguage, onShow } = props
  const styles = useStyles()
  const model = useTree(store)
  const { sets, setName } = useSetNames(language, defaultLanguage)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [menu, setMenu] = useState<OpenMenu | undefined>()
  const [drop, setDrop] = useState<OpenDrop | undefined>()
  const [drawer, setDrawer] = useState<DrawerRequest | undefined>()
  const [renaming, setRenaming] = useState<Renaming | undefined>()
  const [lines, setLines] = useState<readonly Line[] | undefined>()
  const [natural, setNatural] = useState<NewKind>('group')
  const shown = useRef(currentKey)
  shown.current = currentKey
  const ui = useMemo<TreeUi>(
    () => ({
      store,
      language,
      defaultLanguage,
      focus: (key) => handle.current?.focus(key),
      openDrawer: setDrawer,
      show: (key) => {
        const isGone = shown.current !== undefined && findNode(store.get(), shown.current) === undefined
        if (isGone) onShow(key)
      },
    }),
    [store, language, defaultLanguage, handle, onShow],
  )
  const nodeOf = (key: string): TreeNode | undefined => findNode(store.get(), key)?.node
  /** What a command is for: all that is selected, if the row is among it. */
  const nodesAt = (key: string): readonly TreeNode[] =>
    (selected.has(key) ? [...selected] : [key]).flatMap((one) => nodeOf(one) ?? [])

  const [revealProblem, clearRevealProblem] = useRevealed(store, handle, currentKey)
  const refuse = (why: Parameters<typeof t>[0] | undefined): boolean => {
    if (why === undefined) return false
    failed(new Error(t(why)))
    return true
  }
  const openDrawer = (kind: DrawerKind, nodes: readonly TreeNode[]): void => {
    const [first, ...others] = nodes
    if (first === undefined) return
    if (refuse(nodes.map((node) => whyNot(kind, node)).find((why) => why !== undefined))) return
    // Of several, the first stays.
    if (kind === 'merge' && others.length > 0) setDrawer({ kind, nodes: others, target: first })
    else setDrawer({ kind, nodes })
  }
  const hold = (mode: 'cut' | 'copy', key: string): void => {
    const nodes = nodesAt(key).filter(({ kind }) => kind === 'term' || (kind === 'set' && mode === 'cut'))
    if (nodes.length === 0) return
    if (mode === 'cut' && refuse(nodes.map((node) => whyNot('move', node)).find((why) => why !== undefined))) return
    holdNodes({ mode, nodes })
    announce(t(mode === 'cut' ? 'tree.cut' : 'tree.copied', { what: namesOf(ui, nodes) }))
  }
  const put = (choice: DropChoice, nodes: readonly TreeNode[], target: TreeNode): void => {
    const place = {
      setId: target.setId,
      termId: target.kind === 'term' ? target.id : undefined,
      where: 'inside' as const,
      label: namesOf(ui, [target]),
    }
    setSelected(new Set())
    perform(ui, { kind: choice, nodes, target: place, withChildren: true }).catch(failed)
  }
  const paste = (key: string, at: DOMRect): void => {
    const held = heldNodes()
    const target = nodeOf(key)
    if (held === undefined || target === undefined) return
    const { mode, nodes } = held
    const now = nodes.map((node) => nodeOf(node.key) ?? node)
    const [first] = now
    if (first === undefined) return
    if (mode === 'cut') {
      if (refuse(whyNotInto(store.get(), now, target))) return
      holdNodes(undefined)
      setSelected(new Set())
      if (first.kind === 'set') moveSet(ui, first, target).catch(failed)
      else put('move', now, target)
      return
    }
    if (refuse(target.kind === 'group' ? 'tree.not.termsIntoGroups' : whyNot('addBelow', target))) return
    if (now.every(({ setId }) => setId === target.setId)) put('copy', now, target)
    else setDrop({ at, nodes: now, target, choices: ['copy', 'pin', 'reuse'] })
  }
  const rectOf = (key: string): DOMRect =>
    document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.getBoundingClientRect() ?? new DOMRect()
  const begin = (key: string, isBeside: boolean): void => {
    const target = nodeOf(isBeside ? (findNode(store.get(), key)?.parentKey ?? '') : key)
    if (target !== undefined && refuse(whyNot('addBelow', target))) return
    void beginDraft(ui, key, isBeside)
  }
  const startRename = (node: TreeNode): void => {
    if (!refuse(whyNot('rename', node))) setRenaming({ key: node.key })
  }
  const onCommand = (command: TreeCommand, { key, node }: TreeRow): void => {
    if (node === undefined) return
    const inOrder = (run: () => Promise<void>): void => {
      if (!refuse(whyNot('order', node))) void run()
    }
    const runs: Partial<Record<TreeCommand, () => void>> = {
      addBelow: () => begin(key, false),
      addBeside: () => begin(key, true),
      rename: () => startRename(node),
      delete: () => {
        const nodes = nodesAt(key)
        if (!refuse(nodes.map((one) => whyNot('delete', one)).find((why) => why !== undefined)))
          void askToDelete(ui, nodes).then(() => setSelected(new Set()))
      },
      open: () => onShow(key, { focusesDetail: true }),
      cut: () => hold('cut', key),
      copy: () => hold('copy', key),
      paste: () => paste(key, rectOf(key)),
      moveUp: () => inOrder(() => order(ui, node, -1)),
      moveDown: () => inOrder(() => order(ui, node, 1)),
      moveOut: () => inOrder(() => changeLevel(ui, node, -1)),
      moveIn: () => inOrder(() => changeLevel(ui, node, 1)),
    }
    runs[command]?.()
  }
  const onChoice = (choice: MenuChoice, key: string): void => {
    const node = nodeOf(key)
    setMenu(undefined)
    if (node === undefined) return
    handle.current?.focus(key)
    const row = { key, node } as TreeRow
    const commands: Partial<Record<MenuChoice, TreeCommand>> = {
      addBelow: 'addBelow',
      rename: 'rename',
      delete: 'delete',
      cut: 'cut',
      copyBranch: 'copy',
      moveUp: 'moveUp',
      moveDown: 'moveDown',
    }
    const command = commands[choice]
    if (command !== undefined) onCommand(command, row)
    else if (choice === 'paste') paste(key, menu?.at ?? rectOf(key))
    else if (choice === 'table' || choice === 'matrix') onShow(key, { view: choice })
    else if (choice === 'undeprecate') undeprecate(ui, nodesAt(key)).catch(failed)
    else if (choice === 'source') void goToSource(node)
    else openDrawer(choice as DrawerKind, nodesAt(key))
  }
  const goToSource = async (node: TreeNode): Promise<void> => {
    try {
      if (await reveal(store, node.homeSetId, node.id)) {
        const key = keyOfParent(node.homeSetId, node.id)
        handle.current?.focus(key)
        onShow(key)
      }
    } catch (error) {
      failed(error)
    }
  }
  const onDropped = (
    { key, where, nodes, why }: DropState,
    point: { readonly x: number; readonly y: number },
  ): void => {
    const target = nodeOf(key)
    const [first] = nodes
    if (target === undefined || first === undefined) return
    if (why !== undefined) failed(new Error(why))
    else if (first.kind === 'set') moveSet(ui, first, target).catch(failed)
    else dropTerms(nodes, target, where, point)
  }
  const dropTerms = (
    nodes: readonly TreeNode[],
    target: TreeNode,
    where: DropState['where'],
    point: { readonly x: number; readonly y: number },
  ): void => {
    const { key } = target
    const into = where === 'inside' ? target : nodeOf(findNode(store.get(), key)?.parentKey ?? '')
    if (into === undefined) return
    if (nodes.every(({ setId }) => setId === target.setId)) {
      setSelected(new Set())
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
  const onRenamed = (node: TreeNode, name: string | undefined, hasFocus: boolean): void => {
    const text = name?.trim().replace(/\s+/g, ' ') ?? ''
    setRenaming(undefined)
    if (hasFocus) handle.current?.focus(node.key)
    if (text === '' || text === labelIn(node, language, defaultLanguage).name) return
    rename(ui, node, text).catch((error: Error) => {
      announce(error.message, 'assertive')
      setRenaming({ key: node.key, text, problem: error.message })
    })
  }
  const onLines = (text: string): void => {
    const parsed = parseLines(text)
    if (parsed.length > mostLinesUnasked) setLines(parsed)
    else void keepLines(ui, parsed)
  }
  /** Where a new one would go, by the row with the focus. */
  const placeFor = (kind: NewKind): string | undefined =>
    placeForNew(store.get(), kind, handle.current?.activeKey() ?? currentKey ?? '')
  /** What one adds at a row: a term below a term or a set, else a set in a group. */
  const onActive = useCallback(
    (key: string) => {
      if (key === draftKey) return
      const node = findNode(store.get(), key)?.node
      if (node === undefined || (node.kind === 'group' && node.isSystem)) setNatural('group')
      else setNatural(node.kind === 'group' ? 'set' : 'term')
    },
    [store],
  )
  const groups = model.branches.get(rootKey)
  const isEmpty =
    groups !== undefined &&
    !groups.isReading &&
    groups.failure === undefined &&
    groups.items.every(({ isSystem }) => isSystem)
  const menuNode = menu && nodeOf(menu.key)
  const found = (hit: Hit): void => {
    const key = keyOfParent(hit.setId, hit.termId)
    onShow(key)
    reveal(store, hit.setId, hit.termId).then((isThere) => isThere && handle.current?.focus(key), failed)
  }
  return (
    <div className={styles.root}>
      <Toolbar
        language={language}
        languages={languages}
        onLanguage={onLanguage}
        setName={setName}
        onFound={found}
        onNew={(kind) => {
          const place = placeFor(kind)
          if (place !== undefined) begin(place, false)
        }}
        natural={natural}
        whyNotNew={(kind) =>
          placeFor(kind) === undefined ? t(kind === 'set' ? 'tree.why.set' : 'tree.why.term') : undefined
        }
      />
      {revealProblem !== undefined && <Problem error={revealProblem} onClose={clearRevealProblem} />}
      {isEmpty && model.draft === undefined && (
        <Empty
          text={t('tree.empty')}
          action={<Button onClick={() => begin(rootKey, false)}>{t('tree.new.group')}</Button>}
          command="relata seed taxonomy-30k"
        />
      )}
      <TermTree
        ui={ui}
        handle={handle}
        currentKey={currentKey}
        selected={selected}
        onSelect={setSelected}
        onShow={onShow}
        onActive={onActive}
        onCommand={onCommand}
        onMenu={(key, at) => setMenu({ key, at })}
        onDropped={onDropped}
        onLines={onLines}
        renaming={renaming}
        onRenamed={onRenamed}
      />
      {menu !== undefined && menuNode !== undefined && (
        <RowMenu
          node={menuNode}
          name={namesOf(ui, [menuNode])}
          at={menu.at}
          canPaste={heldNodes() !== undefined}
          onChoose={(choice) => onChoice(choice, menu.key)}
          onClose={() => {
            setMenu(undefined)
            handle.current?.focus(menu.key)
          }}
        />
      )}
      {drop !== undefined && (
        <DropMenu
          at={drop.at}
          choices={drop.choices}
          what={namesOf(ui, drop.nodes)}
          where={namesOf(ui, [drop.target])}
          onChoose={(choice) => {
            setDrop(undefined)
            put(choice, drop.nodes, drop.target)
          }}
          onClose={() => {
            setDrop(undefined)
            handle.current?.focus(drop.target.key)
          }}
        />
      )}
      {drawer !== undefined && (
        <Suspense>
          <ActionDrawer
            request={drawer}
            ui={ui}
            sets={sets}
            setName={setName}
            onClose={() => {
              setDrawer(undefined)
              setSelected(new Set())
            }}
          />
        </Suspense>
      )}
      {lines !== undefined && (
        <LinesDialog
          lines={lines}
          onKeep={() => {
            setLines(undefined)
            void keepLines(ui, lines)
          }}
          onClose={() => setLines(undefined)}
        />
      )}
    </div>
  )
}
