/** Whether the window is as narrow as that of a phone. */
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
