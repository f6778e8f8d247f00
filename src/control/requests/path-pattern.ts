/** Paths with wildcards, matched in bounded time as starPattern does: whoever sends one cannot hold up the server. */

/** Positions of the text that what follows may begin at. */
type Reached = ReadonlySet<number>

function afterWildcard(text: string, reached: Reached, crossesSlashes: boolean): Reached {
  const next = new Set<number>()
  let isOpen = false
  for (let at = 0; at <= text.length; at += 1) {
    if (reached.has(at)) isOpen = true
    if (isOpen) next.add(at)
    if (!crossesSlashes && text[at] === '/') isOpen = false
  }
  return next
}

function afterText(text: string, reached: Reached, part: string): Reached {
  return new Set([...reached].filter((at) => text.startsWith(part, at)).map((at) => at + part.length))
}

/** A part that is a wildcard: `*`, `**` inside a segment, or a whole segment `**` with the slash before it. */
const wildcardForm = /(\/\*\*(?=\/|$)|\*\*|\*)/

function afterPart(text: string, reached: Reached, part: string): Reached {
  // No segment at all, or any number of them.
  if (part === '/**') return new Set([...reached, ...afterWildcard(text, afterText(text, reached, '/'), true)])
  return part.startsWith('*') ? afterWildcard(text, reached, part === '**') : afterText(text, reached, part)
}

/** `*` stands for a part of a segment, a segment `**` for any number of segments, as in rules for faults. In any case of letters. */
export function pathPattern(pattern: string): (path: string) => boolean {
  const parts = pattern.toLowerCase().split(wildcardForm)
  return (path) => {
    const text = path.toLowerCase()
    let reached: Reached = new Set([0])
    for (const part of parts) {
      if (reached.size === 0) return false
      reached = afterPart(text, reached, part)
    }
    return reached.has(text.length)
  }
}

export function wildcardsIn(pattern: string): number {
  return pattern.split('*').length - 1
}
