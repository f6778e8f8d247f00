/** Gives the focus back to what had it when something opened over the page: Fluent does so for its own triggers only. */
import { useEffect, useRef } from 'react'

/** Where the focus has not been put elsewhere meanwhile, as by the page that was gone to. */
function isLost(): boolean {
  const { activeElement } = document
  return activeElement === null || activeElement === document.body || !activeElement.isConnected
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
      // After the dialog has gone, which lets go of the focus.
      setTimeout(() => {
        if (isLost() && opener.current?.isConnected === true) opener.current.focus()
      }, 50)
    }
  }, [isOpen])
}
