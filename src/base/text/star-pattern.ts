/** Texts with `*`, which stands for any text. Matched in time that grows with the lengths only, so that no pattern holds up the server. */
export function starPattern(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = pattern.split('*')
  const last = others.pop()
  if (last === undefined) return (text) => text === pattern
  return (text) => {
    if (!text.startsWith(first)) return false
    let at = first.length
    for (const part of others) {
      const found = text.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
    return text.length - at >= last.length && text.endsWith(last)
  }
}
