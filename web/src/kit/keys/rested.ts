/** What is typed, as the server is asked for it: at once, and while keys follow each other fast, when they have rested. */
import { useEffect, useRef, useState } from 'react'

const restMs = 60

export function useRested(text: string): string {
  const [rested, setRested] = useState(text)
  const changed = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => {
    const now = performance.now()
    const isFast = now - changed.current < restMs
    changed.current = now
    if (!isFast) {
      setRested(text)
      return
    }
    const timer = setTimeout(() => setRested(text), restMs)
    return () => clearTimeout(timer)
  }, [text])
  return rested
}
