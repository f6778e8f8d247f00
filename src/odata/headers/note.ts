/** The header `relata-note`: what a caller should know of a write that was done, such as what was left out of it. */

const longest = 1000
const unsafe = /[^\x20-\x24\x26-\x7e]+/gu

/** Sentences in ASCII: other characters, and percent signs, are percent-encoded. A text that was cut ends with a tilde. */
export function noteHeader(texts: readonly string[]): Record<string, string> {
  const text = texts
    .join(' ')
    .toWellFormed()
    .replace(unsafe, (part) =>
      [...Buffer.from(part)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    )
  return { 'relata-note': text.length > longest ? `${text.slice(0, longest)}~` : text }
}
