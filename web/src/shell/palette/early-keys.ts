/** What is typed after the palette was asked for and before its field has the focus: the first time, it is still being loaded. */
import { useEffect } from 'react'

/** What a key makes of the words; undefined: it is not for a field. */
export function typedInto(words: string, { key, ctrlKey, metaKey, altKey }: KeyboardEvent): string | undefined {
  if (ctrlKey || metaKey || altKey) return undefined
  if (key === 'Backspace') return words.slice(0, -1)
  // Nothing is chosen before it is shown.
  if (key === 'Enter') return words
  return [...key].length === 1 ? words + key : undefined
}

/** As long as `words` are waiting for the field. */
export function useEarlyKeys(words: string | undefined, onWords: (words: string) => void): void {
  useEffect(() => {
    if (words === undefined) return
    const take = (event: KeyboardEvent): void => {
      const next = typedInto(words, event)
      if (next === undefined) return
      event.preventDefault()
      event.stopImmediatePropagation()
      onWords(next)
    }
    window.addEventListener('keydown', take, { capture: true })
    return () => window.removeEventListener('keydown', take, { capture: true })
  }, [words, onWords])
}
