/**
 * The headers that name what of a body was not acted on: `relata-ignored`, and `Warning` (RFC 7234 §5.5) for clients that
 * log it. Our decision (docs/behaviour.md): Graph drops such members without a word.
 */

const longestName = 128
const longestList = 1000
const unsafe = /[^\w.@$/:-]/gu

/** The path in ASCII: other characters are percent-encoded. A name that was cut ends with a tilde; an empty one is `''`. */
function shown(path: string): string {
  if (path === '') return "''"
  const characters = [...path.slice(0, longestName)]
  const text = characters
    .join('')
    .toWellFormed()
    .replace(unsafe, (character) => {
      const bytes = [...Buffer.from(character)]
      return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
    })
  return path.length > longestName ? `${text}~` : text
}

/** `nonsense, set/name, +3`: paths separated by commas; the last entry counts those that found no room. */
export function ignoredList(paths: ReadonlySet<string>): string {
  const list: string[] = []
  let length = 0
  for (const path of paths) {
    const name = shown(path)
    length += name.length + 2
    if (length > longestList) break
    list.push(name)
  }
  const left = paths.size - list.length
  return [...list, ...(left === 0 ? [] : [`+${left}`])].join(', ')
}

export function ignoredHeaders(paths: ReadonlySet<string>): Record<string, string> {
  const list = ignoredList(paths)
  return { Warning: `299 - "Not acted on: ${list}"`, 'relata-ignored': list }
}
