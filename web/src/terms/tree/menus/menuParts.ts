/** What the menus of the tree have in common: they stand at a place of the screen, and the focus begins at their first entry. */
import { makeStyles } from '@fluentui/react-components'
import { useCallback, useEffect, useRef } from 'react'

export const useMenuStyles = makeStyles({
  // On a small screen it is a sheet at the bottom.
  sheet: {
    '@media (max-width: 640px)': {
      position: 'fixed',
      inset: 'auto 0 0 0 !important',
      transform: 'none !important',
      maxWidth: '100vw',
      width: '100vw',
      maxHeight: '70vh',
      overflow: 'auto',
      '& [role="menuitem"]': { maxWidth: 'none' },
    },
  },
})

/** A place on the screen that a menu stands at. */
export function virtualTarget(at: DOMRect) {
  return { getBoundingClientRect: () => at }
}

/** What is chosen in the menu is done when the menu is gone, so that the focus is where that puts it. */
export function useFocusFirst(isReady: boolean) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isReady) return
    const frame = requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus())
    return () => cancelAnimationFrame(frame)
  }, [isReady])
  return useCallback((element: HTMLDivElement | null) => {
    list.current = element
  }, [])
}
