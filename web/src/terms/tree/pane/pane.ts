/** What the pane of the tree has open at the moment, and what its commands need to know. */
import { type RefObject, useMemo, useRef, useState } from 'react'
import type { RequestPlan } from '../../../data/plan.ts'
import { type TextKey, t } from '../../../i18n/t.ts'
import { findNode, type Line, type TreeNode } from '../../rows.ts'
import type { TreeHandle } from '../active.ts'
import { type DrawerRequest, failed, type TreeUi } from '../commands.ts'
import type { DropChoice } from '../menus/DropMenu.tsx'
import { completeNodes } from '../reading/complete.ts'
import { type LoadingJob, useLoading } from '../reading/LoadingBar.tsx'
import type { Renaming } from '../row/DrawnRow.tsx'
import type { TreeStore } from '../store.ts'

export interface OpenMenu {
  readonly key: string
  readonly at: DOMRect
}

export interface OpenDrop {
  readonly at: DOMRect
  readonly nodes: readonly TreeNode[]
  readonly target: TreeNode
  readonly choices: readonly DropChoice[]
}

export interface PaneOptions {
  readonly store: TreeStore
  readonly handle: RefObject<TreeHandle | null>
  readonly currentKey: string | undefined
  readonly language: string
  readonly defaultLanguage: string
  readonly onShow: (key: string, more?: { readonly focusesDetail?: boolean; readonly view?: string }) => void
}

export interface Pane {
  readonly ui: TreeUi
  readonly onShow: PaneOptions['onShow']
  readonly loading: LoadingJob
  readonly selected: ReadonlySet<string>
  readonly select: (keys: ReadonlySet<string>) => void
  readonly menu: OpenMenu | undefined
  readonly setMenu: (menu: OpenMenu | undefined) => void
  readonly drop: OpenDrop | undefined
  readonly setDrop: (drop: OpenDrop | undefined) => void
  readonly drawer: DrawerRequest | undefined
  readonly setDrawer: (request: DrawerRequest | undefined) => void
  readonly renaming: Renaming | undefined
  readonly setRenaming: (renaming: Renaming | undefined) => void
  /** Of a pasted list that is shown before it is made. */
  readonly lines: readonly Line[] | undefined
  readonly setLines: (lines: readonly Line[] | undefined) => void
  /** Shown as they would be sent. */
  readonly requests: readonly RequestPlan[] | undefined
  readonly showRequests: (plans: readonly RequestPlan[] | undefined) => void
  readonly nodeOf: (key: string) => TreeNode | undefined
  /** What a command is for: all that is selected, if the row is among it. */
  readonly nodesAt: (key: string) => readonly TreeNode[]
}

export function usePane({ store, handle, currentKey, language, defaultLanguage, onShow }: PaneOptions): Pane {
  const [selected, select] = useState<ReadonlySet<string>>(new Set())
  const [menu, setMenu] = useState<OpenMenu | undefined>()
  const [drop, setDrop] = useState<OpenDrop | undefined>()
  const [drawer, setDrawer] = useState<DrawerRequest | undefined>()
  const [renaming, setRenaming] = useState<Renaming | undefined>()
  const [lines, setLines] = useState<readonly Line[] | undefined>()
  const [requests, showRequests] = useState<readonly RequestPlan[] | undefined>()
  const loading = useLoading()
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
  return {
    ui,
    onShow,
    loading,
    selected,
    select,
    menu,
    setMenu,
    drop,
    setDrop,
    drawer,
    setDrawer,
    renaming,
    setRenaming,
    lines,
    setLines,
    requests,
    showRequests,
    nodeOf,
    nodesAt: (key) => (selected.has(key) ? [...selected] : [key]).flatMap((one) => nodeOf(one) ?? []),
  }
}

/** Says why something cannot be done. */
export function refuse(why: TextKey | undefined): boolean {
  if (why === undefined) return false
  failed(new Error(t(why)))
  return true
}

/** Once all is known of the rows of a command: at once, but for rows that no one has looked at. */
export function whenWhole({ nodesAt, ui }: Pane, key: string, run: () => void): void {
  const bare = nodesAt(key).filter(({ isBare }) => isBare === true)
  if (bare.length === 0) run()
  else completeNodes(ui.store, bare).then(run, failed)
}

export function rectOf(key: string): DOMRect {
  return document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.getBoundingClientRect() ?? new DOMRect()
}
