/**
 * JSON (RFC 8259) with the line of each object, which `JSON.parse` does not tell: a plan names the line of every record,
 * and a merge conflict in a file shows as a fault with its place. At most 64 levels deep, a text
 * at most 1 MB (exchange.md §14).
 */

/** The line, from 1, at which an object of `parseJson` begins. */
export const lineOf: unique symbol = Symbol('line')

export interface PlacedJson {
  readonly [lineOf]: number
  readonly [member: string]: unknown
}

export class JsonMistake extends Error {
  override readonly name = 'JsonMistake'
  readonly line: number
  readonly column: number
  readonly code: 'syntax' | 'limit'

  constructor(message: string, line: number, column: number, code: 'syntax' | 'limit' = 'syntax') {
    super(message)
    this.line = line
    this.column = column
    this.code = code
  }
}

export function isPlaced(value: unknown): value is PlacedJson {
  return typeof value === 'object' && value !== null && lineOf in value
}

const mostNested = 64
const longestText = 1_048_576
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: they may not be in a string
const plainRun = /[^"\\\u0000-\u001f]*/y
const hex = /[0-9a-fA-F]{4}/y
const escapes: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
}

interface Cursor {
  readonly text: string
  at: number
  line: number
  lineStart: number
}

function mistake(cursor: Cursor, says: string): JsonMistake {
  return new JsonMistake(says, cursor.line, cursor.at - cursor.lineStart + 1)
}

function skipSpace(cursor: Cursor): void {
  const { text } = cursor
  for (;;) {
    const code = text.charCodeAt(cursor.at)
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(cursor.at + 1) !== 0x0a)) {
      cursor.line += 1
      cursor.lineStart = cursor.at + 1
    } else if (code !== 0x20 && code !== 0x09 && code !== 0x0d) return
    cursor.at += 1
  }
}

function readEscape(cursor: Cursor): string {
  const sign = cursor.text.charAt(cursor.at + 1)
  if (sign === 'u') {
    hex.lastIndex = cursor.at + 2
    const digits = hex.exec(cursor.text)?.[0]
    if (digits === undefined) throw mistake(cursor, 'four hexadecimal digits are expected after \\u')
    cursor.at += 6
    return String.fromCharCode(Number.parseInt(digits, 16))
  }
  const plain = escapes[sign]
  if (plain === undefined) throw mistake(cursor, `there is no escape \\${sign}`)
  cursor.at += 2
  return plain
}

/** The cursor is at the opening quote. */
function readString(cursor: Cursor): string {
  const { text } = cursor
  let value = ''
  cursor.at += 1
  for (;;) {
    plainRun.lastIndex = cursor.at
    const run = plainRun.exec(text)?.[0] ?? ''
    cursor.at += run.length
    value = value === '' ? run : value + run
    if (value.length > longestText) {
      const column = cursor.at - cursor.lineStart + 1
      throw new JsonMistake(`a text is longer than ${longestText} characters`, cursor.line, column, 'limit')
    }
    const sign = text.charAt(cursor.at)
    if (sign === '"') {
      cursor.at += 1
      return value
    }
    if (sign !== '\\') throw mistake(cursor, 'a text ends within its line; a line break in a text is \\n')
    value += readEscape(cursor)
  }
}

function readWord(cursor: Cursor): unknown {
  for (const [word, value] of [
    ['true', true],
    ['false', false],
    ['null', null],
  ] as const) {
    if (!cursor.text.startsWith(word, cursor.at)) continue
    cursor.at += word.length
    return value
  }
  number.lastIndex = cursor.at
  const digits = number.exec(cursor.text)?.[0]
  if (digits === undefined) throw mistake(cursor, saysOf(cursor))
  cursor.at += digits.length
  return Number(digits)
}

/** What git leaves where two changes meet is named. */
function saysOf({ text, at }: Cursor): string {
  const conflict = /^(?:<{7}|={7}|>{7})/.exec(text.slice(at, at + 7))
  if (conflict !== null) return `'${conflict[0]}' is the mark of a merge conflict; resolve it first`
  return at >= text.length ? 'the text ends too early' : `'${text.charAt(at)}' is not expected here`
}

/** After an element: whether another one follows. */
function continues(cursor: Cursor, close: string): boolean {
  skipSpace(cursor)
  const sign = cursor.text.charAt(cursor.at)
  if (sign !== ',' && sign !== close) throw mistake(cursor, saysOf(cursor))
  cursor.at += 1
  if (sign === ',') skipSpace(cursor)
  return sign === ','
}

function readArray(cursor: Cursor, depth: number): unknown[] {
  const list: unknown[] = []
  cursor.at += 1
  skipSpace(cursor)
  if (cursor.text.charAt(cursor.at) === ']') {
    cursor.at += 1
    return list
  }
  do list.push(readValue(cursor, depth))
  while (continues(cursor, ']'))
  return list
}

function readObject(cursor: Cursor, depth: number): PlacedJson {
  const object: { [lineOf]: number; [member: string]: unknown } = { [lineOf]: cursor.line }
  cursor.at += 1
  skipSpace(cursor)
  if (cursor.text.charAt(cursor.at) === '}') {
    cursor.at += 1
    return object
  }
  do {
    if (cursor.text.charAt(cursor.at) !== '"') throw mistake(cursor, saysOf(cursor))
    const name = readString(cursor)
    if (Object.hasOwn(object, name)) throw mistake(cursor, `the member "${name}" is there twice`)
    skipSpace(cursor)
    if (cursor.text.charAt(cursor.at) !== ':') throw mistake(cursor, saysOf(cursor))
    cursor.at += 1
    skipSpace(cursor)
    const value = readValue(cursor, depth)
    // Assigned, it would become the prototype.
    if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true })
    else object[name] = value
  } while (continues(cursor, '}'))
  return object
}

function readValue(cursor: Cursor, depth: number): unknown {
  const sign = cursor.text.charAt(cursor.at)
  if (sign === '"') return readString(cursor)
  if (sign !== '{' && sign !== '[') return readWord(cursor)
  if (depth === mostNested) {
    const column = cursor.at - cursor.lineStart + 1
    throw new JsonMistake(`more than ${mostNested} levels of { and [`, cursor.line, column, 'limit')
  }
  return sign === '{' ? readObject(cursor, depth + 1) : readArray(cursor, depth + 1)
}

/** `line`: of the first character. Throws `JsonMistake` with the place. */
export function parseJson(text: string, line = 1): unknown {
  const cursor: Cursor = { text, at: 0, line, lineStart: 0 }
  skipSpace(cursor)
  const value = readValue(cursor, 0)
  skipSpace(cursor)
  if (cursor.at < text.length) throw mistake(cursor, saysOf(cursor))
  return value
}
