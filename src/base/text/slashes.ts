/** Slashes that say nothing: doubled ones in paths, as clients send whose base address ends in one, and outer ones. */

const begins: ReadonlySet<string> = new Set(["'", '"'])

/**
 * The path with one slash wherever several follow each other between segments. What is inside parentheses is the value
 * of a parameter, a key or a condition, and stays as it is; a parenthesis that is not closed ends nothing.
 */
export function withSingleSlashes(path: string): string {
  if (!path.includes('//')) return path
  let open = 0
  let quote = ''
  let single = ''
  for (const sign of path) {
    if (quote !== '') {
      if (sign === quote) quote = ''
    } else if (open > 0 && begins.has(sign)) quote = sign
    else if (sign === '(') open += 1
    else if (sign === ')') open = Math.max(0, open - 1)
    if (sign !== '/' || open > 0 || !single.endsWith('/')) single += sign
  }
  return single
}

/** Without the slashes at its end. A regular expression would begin anew at each slash of a long run. */
export function withoutLastSlashes(text: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === '/') end -= 1
  return text.slice(0, end)
}

export function withoutOuterSlashes(text: string): string {
  return withoutLastSlashes(text.replace(/^\/+/, ''))
}
