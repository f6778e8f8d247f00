/** JSON objects as they come from outside: nothing is known of their members. */
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
