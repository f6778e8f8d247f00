/** Whether the window is narrower than 640 px, where tables become lists. */
import { useSyncExternalStore } from 'react'

const query = matchMedia('(max-width: 640px)')

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => query.matches,
  )
}
