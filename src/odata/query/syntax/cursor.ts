/** A place in a row of tokens, and the few moves the parsers make from it. */
import { AppError } from '#base/errors.ts'
import { syntaxError, type Token } from './lexer.ts'

export interface Cursor {
  readonly tokens: readonly Token[]
  /** The query option, for messages. */
  readonly target: string
  next: number
  depth: number
  /** Operators read so far. */
  operators?: number
  /** The arguments being read may be types. */
  types?: boolean | undefined
}

/** Deepest nesting of parentheses, `not`, functions and lambdas. */
export const nestingLimit = 64

const nothing: Token = { kind: 'end', text: '', at: 0, slot: -1 }

export function cursorOf(tokens: readonly Token[], target: string): Cursor {
  return { tokens, target, next: 0, depth: 0 }
}

export function peek(cursor: Cursor, ahead = 0): Token {
  return cursor.tokens[cursor.next + ahead] ?? cursor.tokens[cursor.tokens.length - 1] ?? nothing
}

export function take(cursor: Cursor): Token {
  const token = peek(cursor)
  cursor.next += 1
  return token
}

function shown(token: Token): string {
  return token.kind === 'end' ? 'the end' : `'${token.text}'`
}

/** Throws: `expected` is a noun phrase. */
export function fail(cursor: Cursor, expected: string, token = peek(cursor)): never {
  throw syntaxError(cursor.target, token.at, `expected ${expected}, found ${shown(token)}`)
}

/** Throws for what OData allows and this server does not. */
export function refuse(cursor: Cursor, what: string, token = peek(cursor)): never {
  throw new AppError('invalid', `Not supported at position ${token.at} in '${cursor.target}': ${what}.`, {
    target: cursor.target,
  })
}

export function isMark(token: Token, mark: string): boolean {
  return token.kind === 'mark' && token.text === mark
}

export function atMark(cursor: Cursor, mark: string): boolean {
  return isMark(peek(cursor), mark)
}

/** Moves past the mark when it is next. */
export function skipMark(cursor: Cursor, mark: string): boolean {
  const found = atMark(cursor, mark)
  if (found) cursor.next += 1
  return found
}

export function needMark(cursor: Cursor, mark: string): void {
  if (!skipMark(cursor, mark)) fail(cursor, `'${mark}'`)
}

/** The next word in lower case (keywords know no case), or an empty text. */
export function wordAhead(cursor: Cursor): string {
  const token = peek(cursor)
  return token.kind === 'word' ? token.text.toLowerCase() : ''
}

export function skipWord(cursor: Cursor, word: string): boolean {
  const found = wordAhead(cursor) === word
  if (found) cursor.next += 1
  return found
}

export function needEnd(cursor: Cursor, expected: string): void {
  if (peek(cursor).kind !== 'end') fail(cursor, expected)
}

/** Runs the work one level deeper; throws beyond the limit. */
export function deeper<T>(cursor: Cursor, work: () => T): T {
  cursor.depth += 1
  if (cursor.depth > nestingLimit) {
    throw syntaxError(cursor.target, peek(cursor).at, `nested more than ${nestingLimit} levels deep`)
  }
  const result = work()
  cursor.depth -= 1
  return result
}
