/** Which known name a misspelt one is meant to be. */

/** How many single changes lead from one text to the other; 3: more than two. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return 3
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [place, letter] of [...one].entries()) {
    const next = [place + 1]
    for (let at = 0; at < other.length; at++) {
      const same = (row[at] ?? 0) + Number(letter !== other[at])
      next.push(Math.min(same, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return Math.min(row.at(-1) ?? 3, 3)
}

/** The nearest one, in whatever case it is written; undefined: each differs by more than two changes. */
export function nearName(name: string, known: readonly string[]): string | undefined {
  let near: string | undefined
  let least = 3
  for (const other of known) {
    const changes = distance(name.toLowerCase(), other.toLowerCase())
    if (changes < least) [near, least] = [other, changes]
  }
  return near
}
