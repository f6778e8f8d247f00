/** Which row the Tab key leads to, and how the focus gets there although only few rows are in the document. */
import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { TreeRow } from '../rows.ts'
import { rowId } from './row/DrawnRow.tsx'
import type { TreeStore } from './store.ts'

export interface TreeHandle {
  focus(key: string): void
  /** Makes it the row that Tab leads to, and scrolls there. */
  activate(key: string): void
  activeKey(): string
}

export interface ActiveRow {
  readonly active: string
  /** Where it is, or was. */
  readonly activeIndex: number
  readonly focus: (key: string) => void
  readonly activate: (key: string) => void
  /** The focus came to a row by other ways, such as those of a screen reader. */
  readonly noteFocus: (key: string) => void
  readonly focusWanted: RefObject<boolean>
  readonly scrollWanted: RefObject<boolean>
  readonly hadFocus: RefObject<boolean>
  readonly lastIndex: RefObject<number>
}

export function useActiveRow(
  store: TreeStore,
  rows: readonly TreeRow[],
  indexOf: ReadonlyMap<string, number>,
  first: string,
): ActiveRow {
  const [active, setActive] = useState(first)
  const focusWanted = useRef(false)
  const scrollWanted = useRef(false)
  const hadFocus = useRef(false)
  const lastIndex = useRef(0)
  const focus = useCallback(
    (key: string) => {
      focusWanted.current = true
      setActive(key)
      // Also where it is the active one already.
      store.change((now) => ({ ...now }))
    },
    [store],
  )
  const activate = useCallback((key: string) => {
    scrollWanted.current = true
    setActive(key)
  }, [])
  const noteFocus = useCallback((key: string) => {
    hadFocus.current = true
    if (!focusWanted.current) setActive(key)
  }, [])
  const activeIndex = indexOf.get(active) ?? Math.min(lastIndex.current, Math.max(0, rows.length - 1))
  return { active, activeIndex, focus, activate, noteFocus, focusWanted, scrollWanted, hadFocus, lastIndex }
}

/** After each drawing: the focus where it is wanted, and the nearest row where the active one is gone. */
export function useFocusAfterDrawing(
  { active, activeIndex, activate, focusWanted, scrollWanted, hadFocus, lastIndex }: ActiveRow,
  rows: readonly TreeRow[],
  indexOf: ReadonlyMap<string, number>,
  virtual: Virtualizer<HTMLDivElement, Element>,
): void {
  const had = document.activeElement?.id === rowId(active)
  useLayoutEffect(() => {
    // A row that comes to another place of the document, as when somebody else renames one, loses the focus by that.
    if (had && document.activeElement === document.body)
      document.getElementById(rowId(active))?.focus({ preventScroll: true })
  })
  useEffect(() => {
    const index = indexOf.get(active)
    if (index === undefined) {
      const row = rows[activeIndex]
      const isLost = hadFocus.current && document.activeElement === document.body
      // A row that is still to come is waited for, unless the focus is nowhere meanwhile.
      if (row === undefined || (focusWanted.current && !isLost)) return
      if (isLost) focusWanted.current = true
      activate(row.key)
      return
    }
    lastIndex.current = index
    if (!scrollWanted.current && !focusWanted.current) return
    scrollWanted.current = false
    virtual.scrollToIndex(index)
    if (!focusWanted.current) return
    const element = document.getElementById(rowId(active))
    // Not while the tree is hidden, as on a small screen.
    if (element === null || element.offsetParent === null) return
    focusWanted.current = false
    const field = element.querySelector<HTMLElement>('input:not([type="checkbox"])')
    ;(field ?? element).focus({ preventScroll: true })
  })
}
