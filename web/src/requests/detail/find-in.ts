/**
 * Finds words in what is drawn, unfolds what they are in, and marks them without touching the document: by the highlights of
 * CSS. Where a browser has none, the words are still gone to.
 */

/** As `::highlight()` names it. */
export const foundName = 'relata-found'
export const currentName = 'relata-found-current'

/** More are counted no longer. */
const mostFound = 1000

/** In the order of the document; case does not count. */
export function findIn(root: HTMLElement, words: string): readonly Range[] {
  const wanted = words.toLowerCase()
  if (wanted === '') return []
  const found: Range[] = []
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null && found.length < mostFound; node = walker.nextNode()) {
    const text = (node.nodeValue ?? '').toLowerCase()
    // Numbers of entries are the page's, not the body's.
    if (node.parentElement?.closest('summary, button') !== null && !/["':]/.test(text)) continue
    for (let at = text.indexOf(wanted); at !== -1 && found.length < mostFound; at = text.indexOf(wanted, at + 1)) {
      const range = document.createRange()
      range.setStart(node, at)
      range.setEnd(node, at + wanted.length)
      found.push(range)
    }
  }
  return found
}

function highlights(): HighlightRegistry | undefined {
  return 'highlights' in CSS ? CSS.highlights : undefined
}

export function markFound(found: readonly Range[], at: number): void {
  const all = highlights()
  if (all === undefined) return
  const current = found[at]
  all.set(foundName, new Highlight(...found))
  if (current === undefined) all.delete(currentName)
  else {
    const mark = new Highlight(current)
    mark.priority = 1
    all.set(currentName, mark)
  }
}

export function unmark(): void {
  highlights()?.delete(foundName)
  highlights()?.delete(currentName)
}

/** Unfolds what holds it, and scrolls no more than is needed. */
export function show(range: Range): void {
  const element = range.startContainer.parentElement
  for (let fold = element?.closest('details'); fold; fold = fold.parentElement?.closest('details')) fold.open = true
  element?.scrollIntoView({ block: 'nearest' })
}
