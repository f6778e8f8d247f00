/** The Prefer header (RFC 7240) → preferences; a semicolon separates them too, as Graph's pages write it. */

const token = String.raw`[^\s,;="]+`
const quoted = String.raw`"(?:[^"\\]|\\.)*"`
/** One preference, or one character that belongs to none. */
const pieceForm = new RegExp(String.raw`(${token})(?:[ \t]*=[ \t]*(${quoted}|${token})?)?|[^]`, 'g')

const none: ReadonlyMap<string, string> = new Map()

const unquoted = (value: string): string => (value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value)

/** Names in lower case; the first of several with one name counts; the value of a bare name is empty. Never throws. */
export const readPrefer = (header: string | undefined): ReadonlyMap<string, string> => {
  if (header === undefined || header === '') return none
  const found = new Map<string, string>()
  for (const [, name, value = ''] of header.matchAll(pieceForm)) {
    const key = name?.toLowerCase()
    if (key !== undefined && !found.has(key)) found.set(key, unquoted(value))
  }
  return found
}
