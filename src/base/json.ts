/** JSON objects as they come from outside, of which nothing is known, and text from outside on one line. */
export type Json = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Neither quotes nor backslashes nor anything else that JSON escapes. */
const plainText = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

/** JSON text of a string; most need no escapes. */
export function quotedText(text: string): string {
  return plainText.test(text) ? `"${text}"` : JSON.stringify(text)
}

/** What a terminal acts on: text that somebody else chose is printed without it. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Control and format characters as `\u{1b}`; everything else as it is. */
export function printable(text: string): string {
  return text.replace(unprintable, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`)
}

/** JSON on one line in which such characters are escaped; it says the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(unprintable, (one) =>
    one.split('').reduce((text, unit) => `${text}\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`, ''),
  )
}

/** Whether the whole text is JSON. */
export function isJsonText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The canonical form of RFC 8785, for digests: members in the order of their names, no white space. Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  // By UTF-16 code units, as the standard asks for.
  const names = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`).join(',')}}`
}
