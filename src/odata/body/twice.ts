/** Names that an object of a JSON text has twice: `JSON.parse` keeps the last in silence, and no reviver sees the first. */

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** An object or an array that is open at a place in the text. */
interface Open {
  readonly isArray: boolean
  readonly names: Set<string>
  /** The newest name. */
  name: string
  /** Position of the element. */
  at: number
}

/** Where the string that begins before `start` ends: at a quote after an even number of backslashes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); ; end = text.indexOf('"', end + 1)) {
    let before = end
    while (before > start && text.charCodeAt(before - 1) === backslash) before -= 1
    if ((end - before) % 2 === 0) return end
  }
}

function nameOf(written: string): string {
  return written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written
}

/** The path of a member that its object has before already; undefined: there is none. The text is valid JSON. */
export function nameGivenTwice(text: string): string | undefined {
  const open: Open[] = []
  let top: Open | undefined
  let start = 0
  let end = 0
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    if (sign === quote) {
      start = at + 1
      end = endOfString(text, start)
      at = end
    } else if (sign === openBrace || sign === openBracket) {
      top = { isArray: sign === openBracket, names: new Set(), name: '', at: 0 }
      open.push(top)
    } else if (sign === closeBrace || sign === closeBracket) {
      open.pop()
      top = open.at(-1)
    } else if (sign === comma && top !== undefined) top.at += 1
    else if (sign === colon && top !== undefined) {
      top.name = nameOf(text.slice(start, end))
      if (top.names.has(top.name)) return open.map((entry) => (entry.isArray ? entry.at : entry.name)).join('/')
      top.names.add(top.name)
    }
  }
  return undefined
}
