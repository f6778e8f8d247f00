/** Text that somebody else chose, for a terminal and a log: one line, without characters that a terminal acts on. */

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
