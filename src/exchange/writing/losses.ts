/** The list of what a writer leaves out: exchange.md §8. */
import type { Loss } from '../document.ts'

/** Above so many of one kind only their number is kept. */
const listedOfAKind = 10_000

export interface LossList {
  add(what: string, of: Omit<Loss, 'what' | 'count'>): void
  /** One more of a kind whose places are not listed. */
  count(what: string): void
  /** In the order in which they were added, then the numbers. */
  entries(): Loss[]
}

export function lossList(): LossList {
  const listed: Loss[] = []
  const seen = new Map<string, number>()
  const counts = new Map<string, number>()
  const count = (what: string): void => {
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return {
    add: (what, of) => {
      const before = seen.get(what) ?? 0
      seen.set(what, before + 1)
      if (before < listedOfAKind) listed.push({ what, ...of, count: 1 })
      else count(what)
    },
    count,
    entries: () => [...listed, ...[...counts].map(([what, of]) => ({ what, count: of }))],
  }
}
