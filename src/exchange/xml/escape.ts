/** Text in XML 1.0: what it can hold, and how it is written. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is for
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

/** The text without the characters that XML has no way to write: control characters, halves of pairs. */
export function writable(text: string): string {
  return text.replace(impossible, '')
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
  '\r': '&#13;',
}

/** As the value of an attribute in double quotes. Line ends and tabs are kept apart from blanks. */
export function attributeText(text: string): string {
  return text.replace(/[&<>"\n\t\r]/g, (character) => escapes[character] as string)
}

/** As the content of an element. */
export function contentText(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => escapes[character] as string)
}
