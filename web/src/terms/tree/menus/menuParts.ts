/** What the menus of the tree have in common: they stand at a place of the screen, and the focus begins at their first entry. */
import { makeStyles, type PositioningProps } from '@fluentui/react-components'
import { useCallback, useEffect, useRef } from 'react'

export const useMenuStyles = makeStyles({
  menu: { boxSizing: 'border-box', maxHeight: 'calc(100dvh - 16px)', overflowY: 'auto' },
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

/** At a place of the screen: below it, else above it, else over it, but always whole within the window. */
export function positionAt(at: DOMRect): PositioningProps {
  return {
    target: { getBoundingClientRect: () => at },
    position: 'below',
    align: 'start',
    strategy: 'fixed',
    // Made as high as the window at most by its style, it is moved in, and not cut off at the side where it is.
    shiftToCoverTarget: true,
    overflowBoundaryPadding: 8,
  }
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
