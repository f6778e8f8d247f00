/**
 * The tree of groups, sets and terms: only the rows in sight, and the one with the focus, are in the document. One Tab
 * stop; keys and clicks are handled here for all rows.
 */
import { makeStyles, tokens } from '@fluentui/react-components'
import { type KeyboardEvent, type MouseEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import type { RequestPlan } from '../../data/plan.ts'
import { t } from '../../i18n/t.ts'
import { keysOf } from '../../kit/keys/shortcuts.ts'
import { useSettings } from '../../kit/look/settings.ts'
import { draftKey, labelIn, rowsOf, type TreeNode, type TreeRow } from '../rows.ts'
import { type TreeHandle, useActiveRow, useFocusAfterDrawing } from './active.ts'
import { failed, type TreeUi } from './commands.ts'
import type { FailedDraft } from './drafts/drafts.ts'
import { commandOf, type TreeCommand } from './keys.ts'
import { useHeldNodes } from './moving/clipboard.ts'
import { type DropState, useDragging } from './moving/drop.ts'
import { completeNodes } from './reading/complete.ts'
import { DrawnRow, namesAbove, type Renaming, rowId } from './row/DrawnRow.tsx'
import { useSelecting } from './selecting.ts'
import { useChanged, useTree } from './store.ts'
import { useRowWindow } from './window.ts'

interface TermTreeProps {
  readonly ui: TreeUi
  readonly handle: RefObject<TreeHandle | null>
  readonly currentKey: string | undefined
  readonly setName: (setId: string) => string
  readonly selected: ReadonlySet<string>
  readonly onSelect: (selected: ReadonlySet<string>) => void
  readonly onShow: (key: string) => void
  /** Another row has the focus, or would get it. */
  readonly onActive: (key: string) => void
  readonly onCommand: (command: TreeCommand, key: string) => void
  readonly onMenu: (key: string, at: DOMRect) => void
  /** The handle to drag a row by was pressed, and not dragged. */
  readonly onHandle: (key: string, at: DOMRect) => void
  /** Reads the rest of a list, and says whether all of it is there now. */
  readonly onRest: (parentKey: string) => Promise<boolean>
  /** Shows what would be sent. */
  readonly onRequest: (plans: readonly RequestPlan[]) => void
  readonly onDropped: (drop: DropState, at: { readonly x: number; readonly y: number }) => void
  readonly onLines: (text: string) => void
  readonly renaming: Renaming | undefined
  readonly onRenamed: (node: TreeNode, name: string | undefined, hasFocus: boolean) => void
}

const useStyles = makeStyles({
  root: { flexGrow: 1, minHeight: 0, overflow: 'auto', contain: 'strict', outline: 'none' },
  rows: { position: 'relative' },
  // Why nothing can be dropped where the pointer is.
  why: {
    position: 'sticky',
    top: 0,
    zIndex: 4,
    padding: tokens.spacingHorizontalS,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorStatusDangerForeground3,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow4,
    height: '32px',
    marginBottom: '-32px',
  },
})

const typingMs = 600
const restMs = { hover: 80, focus: 150, bare: 60 }

function rowHeight(): number {
  if (matchMedia('(pointer: coarse)').matches) return 44
  return document.documentElement.dataset['density'] === 'dense' ? 28 : 32
}

/** A letter of a label: neither a command nor a key of the whole page. */
function isLabelKey({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return key.length === 1 && !ctrlKey && !metaKey && !altKey && !'/?['.includes(key)
}

/** Where keys lead from a row; undefined: nowhere. */
function walked(keys: string, at: number, rows: readonly TreeRow[], page: number): number | undefined {
  const last = rows.length - 1
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: last,
    PageDown: at + page,
    PageUp: at - page,
  }
  const to = steps[keys.replace('Shift+', '')]
  return to === undefined ? undefined : Math.max(0, Math.min(last, to))
}

export function TermTree(props: TermTreeProps) {
  const { ui, handle, currentKey, selected, onSelect, onShow, onCommand, onMenu, onHandle, onRest, renaming } = props
  const { store, language, defaultLanguage } = ui
  const styles = useStyles()
  const { showDeprecated, density } = useSettings()
  const model = useTree(store)
  const changed = useChanged(store)
  const held = useHeldNodes()
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => rowsOf(model, { showsDeprecated: showDeprecated }), [model, showDeprecated])
  const indexOf = useMemo(() => new Map(rows.map(({ key }, at) => [key, at])), [rows])
  const activeRow = useActiveRow(store, rows, indexOf, currentKey ?? '')
  const { active, activeIndex, focus, activate, noteFocus, hadFocus } = activeRow
  const [failure, setFailure] = useState<FailedDraft | undefined>()
  const typed = useRef({ text: '', at: 0 })
  const height = rowHeight()
  const virtual = useRowWindow(scroller, rows, height, activeIndex)
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the height of rows changes.
  useEffect(() => virtual.measure(), [density])
  const items = virtual.getVirtualItems()

  useEffect(() => {
    handle.current = { focus, activate, activeKey: () => rows[activeIndex]?.key ?? '' }
  })
  const { onActive } = props
  const activeKey = rows[activeIndex]?.key
  useEffect(() => {
    if (activeKey !== undefined) onActive(activeKey)
  }, [activeKey, onActive])
  useFocusAfterDrawing(activeRow, rows, indexOf, virtual)
  // What comes in sight is read.
  useEffect(() => {
    const wanted = new Map<string, number>()
    for (const { index } of items) {
      const row = rows[index]
      if (row?.what === 'waiting') wanted.set(row.parentKey, row.index + 1)
    }
    for (const [key, count] of wanted) store.load(key, count).catch(() => undefined)
    const bare = items.flatMap(({ index }) => rows[index]?.node ?? []).filter(({ isBare }) => isBare === true)
    if (bare.length === 0) return
    const timer = setTimeout(() => completeNodes(store, bare).catch(() => undefined), restMs.bare)
    return () => clearTimeout(timer)
  })
  const row = rows[activeIndex]
  const waitsClosed = row?.node !== undefined && !row.isOpen && (row.node.children ?? 0) > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: whether it has the focus is a reference.
  useEffect(() => {
    if (!waitsClosed || !hadFocus.current) return
    const timer = setTimeout(() => store.load(active).catch(() => undefined), restMs.focus)
    return () => clearTimeout(timer)
  }, [active, waitsClosed, store])

  const toggle = (key: string): void => {
    const at = rows[indexOf.get(key) ?? -1]
    if (at?.node === undefined) return
    if (at.isOpen) store.close(key)
    else if (at.node.children !== 0) store.open(key)
  }
  const selecting = useSelecting({ rows, indexOf, selected, onSelect })
  const goTo = (index: number, extends_: boolean): void => {
    const to = rows[index]
    if (to === undefined) return
    if (extends_) selecting.extend(active, to.key)
    else selecting.begin()
    focus(to.key)
  }
  /** The list that End leads to the end of, if it is not read whole: that of the row, or what the tree ends with. */
  const restOf = (at: TreeRow): string | undefined => {
    const last = rows.at(-1)
    if (model.branches.get(at.parentKey)?.next !== undefined) return at.parentKey
    return last?.what === 'waiting' ? last.parentKey : undefined
  }
  const goToEnd = async (parentKey: string): Promise<void> => {
    if (!(await onRest(parentKey))) return
    const last = store.get().branches.get(parentKey)?.items.at(-1)
    if (last !== undefined) focus(last.key)
  }
  const typeAhead = (letter: string): void => {
    const now = performance.now()
    const text = (now - typed.current.at < typingMs ? typed.current.text : '') + letter.toLowerCase()
    typed.current = { text, at: now }
    const begin = activeIndex + (text.length === 1 ? 1 : 0)
    for (let step = 0; step < rows.length; step += 1) {
      const at = (begin + step) % rows.length
      const { node } = rows[at] as TreeRow
      if (node !== undefined && labelIn(node, language, defaultLanguage).name.toLowerCase().startsWith(text)) {
        goTo(at, false)
        return
      }
    }
  }
  /** Arrows to the sides: open, close, in, out. */
  const sideways = (at: TreeRow, isRight: boolean): void => {
    if (isRight) {
      if (at.isOpen) goTo(activeIndex + 1, false)
      else toggle(at.key)
    } else if (at.isOpen) store.close(at.key)
    else if (at.parentKey !== '') focus(at.parentKey)
  }
  const runCommand = (command: TreeCommand, at: TreeRow): void => {
    if (command === 'menu') {
      const element = document.getElementById(rowId(at.key))
      if (element !== null && at.node !== undefined) onMenu(at.key, element.getBoundingClientRect())
    } else if (command === 'select') selecting.toggle(at.key)
    else if (command === 'selectAll') selecting.all(at)
    else if (command === 'openSiblings') {
      const siblings = rows.filter(({ parentKey, node }) => parentKey === at.parentKey && (node?.children ?? 0) > 0)
      // Each of them is a request.
      for (const { key } of siblings.slice(0, 50)) if (!model.open.has(key)) store.open(key)
    } else onCommand(command, at.key)
  }
  /** Whether the key leads to another row. */
  const walks = (event: KeyboardEvent, keys: string, at: TreeRow): boolean => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / height) - 2)
    const to = walked(keys, activeIndex, rows, page)
    const rest = keys === 'End' ? restOf(at) : undefined
    if (rest !== undefined) void goToEnd(rest)
    else if (to !== undefined) goTo(to, event.shiftKey)
    else if (keys === 'ArrowRight' || keys === 'ArrowLeft') sideways(at, keys === 'ArrowRight')
    else return false
    return true
  }
  /** Whether the key is one of the tree. */
  const pressed = (event: KeyboardEvent, at: TreeRow): boolean => {
    const keys = keysOf(event)
    if (event.key.length > 1) typed.current = { text: '', at: 0 }
    const command = commandOf(keys)
    if (walks(event, keys, at)) return true
    if (keys === 'Escape' && selected.size > 0) selecting.clear()
    else if (at.what === 'failed' && keys === 'Enter') retry(at.parentKey)
    else if (command !== undefined) runCommand(command, at)
    else if (isLabelKey(event)) typeAhead(event.key)
    else return false
    return true
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (row !== undefined && pressed(event, row)) event.preventDefault()
  }
  const retry = (key: string): void => {
    store.load(key, (store.get().branches.get(key)?.items.length ?? 0) + 1).catch(failed)
  }
  const rowOf = (event: { readonly target: EventTarget }): HTMLElement | null =>
    event.target instanceof Element ? event.target.closest<HTMLElement>('[data-key]') : null
  const onPart = (part: string, key: string, target: Element): void => {
    if (part !== 'retry') focus(key)
    if (part === 'chevron') toggle(key)
    else if (part === 'menu') onMenu(key, target.getBoundingClientRect())
    else if (part === 'handle') onHandle(key, target.getBoundingClientRect())
    else if (part === 'check') selecting.toggle(key)
    else if (part === 'retry') retry(rows[indexOf.get(key) ?? -1]?.parentKey ?? '')
  }
  const onClick = (event: MouseEvent): void => {
    const key = rowOf(event)?.dataset['key']
    if (key === undefined || key === draftKey || renaming?.key === key) return
    const part = (event.target as Element).closest<HTMLElement>('[data-part]')?.dataset['part']
    if (part !== undefined) onPart(part, key, event.target as Element)
    else if (event.shiftKey) {
      focus(key)
      selecting.extend(active, key)
    } else if (event.ctrlKey || event.metaKey) {
      focus(key)
      selecting.toggle(key)
    } else {
      focus(key)
      selecting.begin()
      selecting.clear()
      if (rows[indexOf.get(key) ?? -1]?.node !== undefined) onShow(key)
    }
  }
  const hoverTimer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  // Of the names above the rows that are drawn.
  const pathOf = useMemo(() => {
    const known = new Map<string, string>()
    return (parentKey: string): string => {
      const path = known.get(parentKey) ?? namesAbove(model, parentKey, language, defaultLanguage)
      known.set(parentKey, path)
      return path
    }
  }, [model, language, defaultLanguage])
  const { mark, watch } = useDragging({ ui, scroller, rows, indexOf, height, selected, onDropped: props.onDropped })

  return (
    <div
      ref={scroller}
      className={styles.root}
      role="tree"
      data-region="terms-tree"
      tabIndex={-1}
      aria-label={t('tree.label')}
      aria-multiselectable="true"
      onKeyDown={onKeyDown}
      onClick={onClick}
      onDoubleClick={(event) => {
        const key = rowOf(event)?.dataset['key']
        const part = (event.target as Element).closest('[data-part]')
        if (key !== undefined && part === null && renaming?.key !== key) toggle(key)
      }}
      onContextMenu={(event) => {
        const key = rowOf(event)?.dataset['key']
        if (key === undefined || rows[indexOf.get(key) ?? -1]?.node === undefined) return
        event.preventDefault()
        focus(key)
        onMenu(key, new DOMRect(event.clientX, event.clientY, 0, 0))
      }}
      onFocus={(event) => {
        const key = rowOf(event)?.dataset['key']
        if (key !== undefined) noteFocus(key)
      }}
      onBlur={({ relatedTarget, currentTarget }) => {
        if (relatedTarget !== null && !currentTarget.contains(relatedTarget as Node)) hadFocus.current = false
      }}
      onPointerOver={(event) => {
        const element = rowOf(event)
        const key = element?.dataset['key']
        clearTimeout(hoverTimer.current)
        // While a button is pressed, the row that it was pressed on may be about to be dragged.
        if (element === null || key === undefined || event.buttons !== 0) return
        watch(element, key)
        const over = rows[indexOf.get(key) ?? -1]
        if (over?.node !== undefined && !over.isOpen && (over.node.children ?? 0) > 0)
          hoverTimer.current = setTimeout(() => store.load(key).catch(() => undefined), restMs.hover)
      }}
    >
      {mark?.why !== undefined && (
        <div className={styles.why} aria-hidden="true">
          {mark.why}
        </div>
      )}
      <div role="presentation" className={styles.rows} style={{ height: `${virtual.getTotalSize()}px` }}>
        {items.map(({ index, start }) => {
          const at = rows[index] as TreeRow
          return (
            <DrawnRow
              key={at.key}
              {...props}
              model={model}
              at={at}
              start={start}
              isActive={index === activeIndex}
              isCut={held?.mode === 'cut' && held.nodes.some(({ key }) => key === at.key)}
              isChanged={changed.has(at.key)}
              drop={mark?.key === at.key ? mark : undefined}
              failure={failure}
              onFailure={setFailure}
              pathOf={pathOf}
            />
          )
        })}
      </div>
    </div>
  )
}
