/** Whether the window is at most so wide: a telephone, unless told. */
import { useSyncExternalStore } from 'react'

const queries = new Map<number, MediaQueryList>()

function queryFor(pixels: number): MediaQueryList {
  const query = queries.get(pixels) ?? matchMedia(`(max-width: ${pixels}px)`)
  queries.set(pixels, query)
  return query
}

export function useNarrow(pixels = 640): boolean {
  const query = queryFor(pixels)
  return useSyncExternalStore(
    (listener) => {
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => query.matches,
  )
}
