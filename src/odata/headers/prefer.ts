/** The Prefer header (RFC 7240) → preferences; a semicolon separates them too, as Graph's pages write it. */

const token = String.raw`[^\s,;="]+`
const quoted = String.raw`"(?:[^"\\]|\\.)*"`
/** One preference, or one character that belongs to none. */
const pieceForm = new RegExp(String.raw`(${token})(?:[ \t]*=[ \t]*(${quoted}|${token})?)?|[^]`, 'g')

const none: ReadonlyMap<string, string> = new Map()

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
}

/** Names in lower case; the first of several with one name counts; the value of a bare name is empty. Never throws. */
export function readPrefer(header: string | undefined): ReadonlyMap<string, string> {
  if (header === undefined || header === '') return none
  const found = new Map<string, string>()
  for (const [, name, value = ''] of header.matchAll(pieceForm)) {
    const key = name?.toLowerCase()
    if (key !== undefined && !found.has(key)) found.set(key, unquoted(value))
  }
  return found
}

/** The page size wished for, under the name it was wished by; the name without a prefix goes before (OData 4.01 §8.2.8.5). */
export function pageSizeIn(
  prefer: ReadonlyMap<string, string>,
): { readonly name: string; readonly size: number } | undefined {
  if (prefer.size === 0) return undefined
  const name = prefer.has('maxpagesize') ? 'maxpagesize' : 'odata.maxpagesize'
  const text = prefer.get(name) ?? ''
  return /^[1-9]\d{0,8}$/.test(text) ? { name, size: Number(text) } : undefined
}
