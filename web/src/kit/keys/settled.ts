/** Enter that is pressed before the answer to what was typed is there: it counts, unless something else is typed meanwhile. */
import { useEffect, useRef } from 'react'

/** Calls back at once where the answer to `text` is there, else as soon as it is. */
export function useWhenSettled(isSettled: boolean, text: string, run: () => void): () => void {
  const wanted = useRef<string | undefined>(undefined)
  useEffect(() => {
    const { current } = wanted
    if (current === undefined || !isSettled) return
    wanted.current = undefined
    if (current === text) run()
  })
  return () => {
    wanted.current = isSettled ? undefined : text
    if (isSettled) run()
  }
}
