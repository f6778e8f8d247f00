/** Gives the focus back to what had it when something opened over the page: Fluent does so for its own triggers only. */
import { useEffect, useRef } from 'react'

/** Where the focus has not been put elsewhere meanwhile, as by the page that was gone to. */
function isLost(): boolean {
  const { activeElement } = document
  return activeElement === null || activeElement === document.body || !activeElement.isConnected
}

/** After the dialog has gone, which lets go of the focus: at the end of its movement. */
function giveBack(opener: HTMLElement | null, tries = 20): void {
  if (!isLost()) {
    if (tries > 0) setTimeout(() => giveBack(opener, tries - 1), 50)
  } else if (opener?.isConnected === true) opener.focus()
}

export function useGiveBack(isOpen: boolean): void {
  const opener = useRef<HTMLElement | null>(null)
  const wasOpen = useRef(false)
  if (isOpen && !wasOpen.current)
    opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null
  wasOpen.current = isOpen
  useEffect(() => {
    if (!isOpen) return
    return () => {
      const { current } = opener
      setTimeout(() => giveBack(current), 50)
    }
  }, [isOpen])
}
