/** Opens the palette from a page, with words in its field. */
type Open = (words: string) => void

let open: Open | undefined

export function openPalette(words: string): void {
  open?.(words)
}

/** By the frame, which draws it. */
export function onPaletteWanted(next: Open): () => void {
  open = next
  return () => {
    open = undefined
  }
}
