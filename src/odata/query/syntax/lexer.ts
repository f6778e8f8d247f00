/**
 * Characters of one decoded query option → tokens with positions. Linear; throws only AppError.
 * Productions named in comments are those of the OData 4.01 ABNF.
 */
import { AppError } from '#base/errors.ts'

export type LiteralKind = 'string' | 'guid' | 'date' | 'dateTime' | 'time' | 'number' | 'duration' | 'binary' | 'enum'

export type TokenKind = LiteralKind | 'word' | 'system' | 'alias' | 'phrase' | 'mark' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As written, quotes and prefix included; empty at the end. */
  readonly text: string
  /** Offset in the decoded text of the option. */
  readonly at: number
  /** Index among the lifted literals of the query; -1: not lifted. */
  slot: number
}

/** Longest text of one option, in UTF-16 units. */
export const textLimit = 8192

const literalKinds: ReadonlySet<TokenKind> = new Set<LiteralKind>([
  'string',
  'guid',
  'date',
  'dateTime',
  'time',
  'number',
  'duration',
  'binary',
  'enum',
])

export function isLiteral(token: Token): boolean {
  return literalKinds.has(token.kind)
}

/** A fault of the query text: names the place and, in words, what was expected there. */
export function syntaxError(target: string, at: number, what: string): AppError {
  return new AppError('invalid', `Syntax error at position ${at} in '${target}': ${what}.`, { target })
}

const wordForm = /[a-z_]\w*(?:\.[a-z_]\w*)*/iy
const wideWordForm =
  /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{N}\p{M}\p{Pc}\p{Cf}]*(?:\.[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{N}\p{M}\p{Pc}\p{Cf}]*)*/uy
const guidForm = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/iy
// A plus sign that was not percent-encoded has become a space by now; no other reading of that text exists.
const dateForm =
  /-?(?:0\d{3}|[1-9]\d{3,})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(T(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d{1,12})?)?(?:Z|[+\- ](?:0\d|1[0-4]):[0-5]\d))?/iy
const timeForm = /(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d{1,12})?)?/y
const numberForm = /[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|-INF/iy
const wideStart = /[\p{L}\p{Nl}]/u
/** What may not touch the end of a literal. */
const stickyForm = /[\w.:'-]|[^\0-\x7f]/y

function matchAt(form: RegExp, text: string, at: number): string | undefined {
  form.lastIndex = at
  return form.exec(text)?.[0]
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isAsciiLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95
}

/** "SQUOTE *( SQUOTE-in-string / pchar-no-SQUOTE ) SQUOTE": offset after the closing quote. */
function endOfString(text: string, from: number, target: string): number {
  let close = text.indexOf("'", from + 1)
  while (close !== -1 && text.charCodeAt(close + 1) === 39) close = text.indexOf("'", close + 2)
  if (close === -1) throw syntaxError(target, from, 'the string that starts here has no closing quote')
  return close + 1
}

/** How OData 2 wrote them; callers still do. */
const olderPrefixes: ReadonlyMap<string, LiteralKind> = new Map([
  ['guid', 'guid'],
  ['datetime', 'dateTime'],
  ['datetimeoffset', 'dateTime'],
  ['date', 'date'],
  ['timeofday', 'time'],
])

/** A quoted literal with a word before it: `duration'P1D'`, `ns.colour'red'`. */
function prefixedKind(word: string): LiteralKind {
  const prefix = word.toLowerCase()
  if (prefix === 'duration' || prefix === 'binary') return prefix
  const older = olderPrefixes.get(prefix)
  if (older !== undefined) return older
  return 'enum'
}

interface Scan {
  readonly text: string
  readonly target: string
  readonly tokens: Token[]
}

const hourForm = /[01]\d?|2[0-3]?/y
const guidStart = /[0-9a-f]{8}-(?:(?:[0-9a-f]{4}-){3}[0-9a-f]{0,12}|(?:[0-9a-f]{4}-){0,2}[0-9a-f]{0,4})/iy

/** Where a text that begins like a longer literal stops being one. */
function faultIn(text: string, at: number, end: number): number {
  const next = text[end]
  if (next === '.') return end + 1
  if (next === 'T') return end + 1 + (matchAt(hourForm, text, end + 1)?.length ?? 0)
  if (next === ':') return Math.min(end, at + (matchAt(hourForm, text, at)?.length ?? 0))
  return next === '-' ? Math.max(end, at + (matchAt(guidStart, text, at)?.length ?? 0)) : end
}

function literalToken(scan: Scan, kind: LiteralKind, at: number, end: number): number {
  stickyForm.lastIndex = end
  if (stickyForm.test(scan.text)) {
    const fault = faultIn(scan.text, at, end)
    throw syntaxError(scan.target, fault, `no literal goes on like this after '${scan.text.slice(at, fault)}'`)
  }
  return push(scan, kind, at, end)
}

function push(scan: Scan, kind: TokenKind, at: number, end: number): number {
  scan.tokens.push({ kind, text: scan.text.slice(at, end), at, slot: -1 })
  return end
}

/** Tries the literals that start with a digit or a sign; undefined when none fits. */
function scanNumeric(scan: Scan, at: number): number | undefined {
  const { text } = scan
  const guid = text.charCodeAt(at + 8) === 45 ? matchAt(guidForm, text, at) : undefined
  if (guid !== undefined) return literalToken(scan, 'guid', at, at + guid.length)
  const date = matchAt(dateForm, text, at)
  if (date !== undefined) return literalToken(scan, date.includes(':') ? 'dateTime' : 'date', at, at + date.length)
  const time = text.charCodeAt(at + 2) === 58 ? matchAt(timeForm, text, at) : undefined
  if (time !== undefined) return literalToken(scan, 'time', at, at + time.length)
  const number = matchAt(numberForm, text, at)
  return number === undefined ? undefined : literalToken(scan, 'number', at, at + number.length)
}

function wordEnd(text: string, at: number): number {
  const plain = at + (matchAt(wordForm, text, at)?.length ?? 0)
  const wide = plain < text.length && text.charCodeAt(plain) > 127
  return wide ? at + (matchAt(wideWordForm, text, at)?.length ?? plain - at) : plain
}

function scanWord(scan: Scan, at: number): number {
  const { text, target } = scan
  if (text.charCodeAt(at + 8) === 45) {
    const guid = matchAt(guidForm, text, at)
    if (guid !== undefined) return literalToken(scan, 'guid', at, at + guid.length)
  }
  const end = wordEnd(text, at)
  if (text.charCodeAt(end) === 39) {
    return literalToken(scan, prefixedKind(text.slice(at, end)), at, endOfString(text, end, target))
  }
  const word = text.slice(at, end)
  // nanInfinity = 'NaN' / '-INF' / 'INF', the only literals whose case matters.
  return push(scan, word === 'INF' || word === 'NaN' ? 'number' : 'word', at, end)
}

function endOfPhrase(text: string, at: number, target: string): number {
  let close = at + 1
  // A backslash takes the meaning from the character after it, as in JSON.
  while (close < text.length && text.charCodeAt(close) !== 34) close += text.charCodeAt(close) === 92 ? 2 : 1
  if (close >= text.length) throw syntaxError(target, text.length, 'the phrase has no closing quote')
  return close + 1
}

/** `$it`, `@alias`; a lone sign is a mark. */
function scanSigned(scan: Scan, at: number, kind: 'system' | 'alias'): number {
  const end = wordEnd(scan.text, at + 1)
  return push(scan, end > at + 1 ? kind : 'mark', at, end)
}

/** Anything with no rule of its own is a mark of one character; the parsers refuse it where it stands. */
function scanMark(scan: Scan, at: number, code: number): number {
  const { text, target } = scan
  if (code === 39) return literalToken(scan, 'string', at, endOfString(text, at, target))
  if (code === 34) return push(scan, 'phrase', at, endOfPhrase(text, at, target))
  if (code === 36) return scanSigned(scan, at, 'system')
  if (code === 64) return scanSigned(scan, at, 'alias')
  const numeric = code === 43 || code === 45 ? scanNumeric(scan, at) : undefined
  if (numeric !== undefined) return numeric
  if (code < 128) return push(scan, 'mark', at, at + 1)
  const character = String.fromCodePoint(text.codePointAt(at) ?? code)
  return wideStart.test(character) ? scanWord(scan, at) : push(scan, 'mark', at, at + character.length)
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9
}

/** The last token is always of kind `end`. Throws AppError `invalid`, naming `target` and the position. */
export function lex(text: string, target: string): Token[] {
  if (text.length > textLimit) {
    throw new AppError('invalid', `The value of '${target}' is longer than ${textLimit} characters.`, { target })
  }
  const scan: Scan = { text, target, tokens: [] }
  let at = 0
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (isSpace(code)) at += 1
    else if (isAsciiLetter(code)) at = scanWord(scan, at)
    else if (isDigit(code)) at = scanNumeric(scan, at) ?? push(scan, 'mark', at, at + 1)
    else at = scanMark(scan, at, code)
  }
  push(scan, 'end', text.length, text.length)
  return scan.tokens
}
