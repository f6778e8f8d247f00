/** Tokens of $select and $expand → items with their nested options, without a model: productions of the OData 4.01 ABNF. */
import { atMark, type Cursor, deeper, fail, isMark, needMark, peek, skipMark, take } from './cursor.ts'
import { syntaxError, type Token } from './lexer.ts'
import { type Node, type OrderItem, parseExpression, parseOrderItems } from './syntax.ts'

export type NestedValue =
  | { readonly is: 'filter'; readonly node: Node }
  | { readonly is: 'orderby'; readonly keys: readonly OrderItem[] }
  | { readonly is: 'select' | 'expand'; readonly items: readonly ItemSyntax[] }
  | { readonly is: 'search'; readonly text: string }
  | { readonly is: 'count'; readonly flag: boolean }
  | { readonly is: 'top' | 'skip'; readonly number: number }
  | { readonly is: 'levels'; readonly number: number | 'max' }
  | { readonly is: 'alias'; readonly node: Node }

export interface NestedOption {
  /** The name as it is written. */
  readonly token: Token
  /** Where its value starts. */
  readonly at: Token
  readonly value: NestedValue
}

export interface ItemSyntax {
  /** Names, types, annotations or `*`, as they stood between slashes. */
  readonly steps: readonly Token[]
  /** `$ref`, `$count` or `$value` at the end. */
  readonly suffix: Token | undefined
  /** Absent without parentheses. */
  readonly options: readonly NestedOption[] | undefined
}

/** Whether the option's text ends here, at the top or inside $expand. */
function atEnd(cursor: Cursor): boolean {
  return peek(cursor).kind === 'end' || atMark(cursor, ';') || atMark(cursor, ')')
}

/** `*`, a name, an annotation, or all operations of a namespace (`ns.*`). */
function parseStep(cursor: Cursor, expected: string): Token {
  const token = peek(cursor)
  if (isMark(token, '*')) return take(cursor)
  if (token.kind !== 'word' && token.kind !== 'alias') return fail(cursor, expected)
  take(cursor)
  if (token.kind === 'alias' && skipMark(cursor, '#')) take(cursor)
  if (!atMark(cursor, '.') || !isMark(peek(cursor, 1), '*')) return token
  cursor.next += 2
  return { ...token, text: `${token.text}.*` }
}

function parseSteps(cursor: Cursor, expected: string, ends: ReadonlySet<string>): Omit<ItemSyntax, 'options'> {
  const first = peek(cursor)
  if (first.kind === 'system' && first.text.toLowerCase() === '$value') return { steps: [], suffix: take(cursor) }
  const steps = [parseStep(cursor, expected)]
  while (skipMark(cursor, '/')) {
    const token = peek(cursor)
    if (token.kind === 'system' && ends.has(token.text.toLowerCase())) return { steps, suffix: take(cursor) }
    steps.push(parseStep(cursor, 'the name of a member'))
  }
  return { steps, suffix: undefined }
}

const noEnds: ReadonlySet<string> = new Set()
const linkEnds: ReadonlySet<string> = new Set(['$ref', '$count'])

type Names = ReadonlySet<string>
const forRows: Names = new Set(['filter', 'search', 'orderby', 'skip', 'top', 'count', 'select', 'expand', 'levels'])
const forRefs: Names = new Set(['filter', 'search', 'orderby', 'skip', 'top', 'count'])
const forCount: Names = new Set(['filter', 'search'])

function allowedAfter(suffix: Token | undefined): Names {
  if (suffix === undefined) return forRows
  return suffix.text.toLowerCase() === '$count' ? forCount : forRefs
}

/** selectItem = STAR / selectPath [ OPEN ( names / selectOption *( SEMI selectOption ) ) CLOSE ] */
function parseSelectItem(cursor: Cursor): ItemSyntax {
  const path = parseSteps(cursor, 'a property name or *', noEnds)
  if (!skipMark(cursor, '(')) return { ...path, options: undefined }
  // Parameters choose among overloads of an operation.
  if (peek(cursor).kind === 'word' && !isMark(peek(cursor, 1), '=')) {
    do parseStep(cursor, 'the name of a parameter')
    while (skipMark(cursor, ','))
    needMark(cursor, ')')
    return { ...path, options: [] }
  }
  return { ...path, options: parseNested(cursor, forRows, 'an option that may stand inside $select') }
}

/** select = selectItem *( COMMA selectItem ); an empty one is none. */
export function parseSelectItems(cursor: Cursor): ItemSyntax[] {
  const items: ItemSyntax[] = []
  if (atEnd(cursor)) return items
  do items.push(parseSelectItem(cursor))
  while (skipMark(cursor, ','))
  return items
}

/** expandItem = STAR / expandPath [ "/$ref" / "/$count" ] [ OPEN expandOption *( SEMI expandOption ) CLOSE ] */
function parseExpandItem(cursor: Cursor): ItemSyntax {
  const path = parseSteps(cursor, 'the name of a link or *', linkEnds)
  if (!skipMark(cursor, '(')) return { ...path, options: undefined }
  const what =
    path.suffix === undefined ? 'an option that may stand inside $expand' : `an option of '${path.suffix.text}'`
  return { ...path, options: parseNested(cursor, allowedAfter(path.suffix), what) }
}

/** expand = expandItem *( COMMA expandItem ); an empty one is none. */
export function parseExpandItems(cursor: Cursor): ItemSyntax[] {
  const items: ItemSyntax[] = []
  if (atEnd(cursor)) return items
  do items.push(parseExpandItem(cursor))
  while (skipMark(cursor, ','))
  return items
}

/** The options up to the closing parenthesis, each once, with or without the dollar sign. */
function parseNested(cursor: Cursor, names: Names, expected: string): NestedOption[] {
  return deeper(cursor, () => {
    const options: NestedOption[] = []
    const seen = new Set<string>()
    while (!atMark(cursor, ')')) {
      if (skipMark(cursor, ';')) continue
      const token = peek(cursor)
      const name = token.kind === 'alias' ? token.text : token.text.toLowerCase().replace('$', '')
      if (token.kind !== 'alias' && !names.has(name)) return fail(cursor, expected)
      if (seen.has(name)) throw syntaxError(cursor.target, token.at, `'${token.text}' is given twice`)
      seen.add(name)
      take(cursor)
      needMark(cursor, '=')
      const at = peek(cursor)
      options.push({ token, at, value: parseValue(cursor, name) })
      if (!atMark(cursor, ';') && !atMark(cursor, ')')) fail(cursor, "';' or ')'")
    }
    needMark(cursor, ')')
    return options
  })
}

function parseValue(cursor: Cursor, name: string): NestedValue {
  switch (name) {
    case 'filter':
      return { is: name, node: parseExpression(cursor) }
    case 'orderby':
      return { is: name, keys: parseOrderItems(cursor) }
    case 'select':
      return { is: name, items: parseSelectItems(cursor) }
    case 'expand':
      return { is: name, items: parseExpandItems(cursor) }
    case 'search':
      return { is: name, text: searchText(cursor) }
    case 'count':
      return { is: name, flag: needFlag(cursor) }
    case 'top':
    case 'skip':
      return { is: name, number: needNumber(cursor) }
    case 'levels':
      return { is: name, number: needLevels(cursor) }
    default:
      return { is: 'alias', node: parseExpression(cursor) }
  }
}

function needNumber(cursor: Cursor): number {
  const token = peek(cursor)
  if (!/^\d{1,9}$/.test(token.text)) return fail(cursor, 'a whole number of at most 9 digits')
  take(cursor)
  return Number(token.text)
}

function needFlag(cursor: Cursor): boolean {
  const word = peek(cursor).text.toLowerCase()
  if (word !== 'true' && word !== 'false') return fail(cursor, "'true' or 'false'")
  take(cursor)
  return word === 'true'
}

/** levels = oneToNine *DIGIT / "max" */
function needLevels(cursor: Cursor): number | 'max' {
  const { text } = peek(cursor)
  const isMax = text.toLowerCase() === 'max'
  if (!isMax && !/^[1-9]\d{0,8}$/.test(text)) return fail(cursor, "a whole number from 1, or 'max'")
  take(cursor)
  return isMax ? 'max' : Number(text)
}

/** Another option of the same parentheses follows; any other semicolon is part of the text. */
function startsOption(cursor: Cursor): boolean {
  const name = peek(cursor, 1)
  if (isMark(name, ')') || isMark(name, ';')) return true
  return (name.kind === 'system' || name.kind === 'word' || name.kind === 'alias') && isMark(peek(cursor, 2), '=')
}

/** The text of a nested $search, as its tokens stood. */
function searchText(cursor: Cursor): string {
  let text = ''
  let end = -1
  for (let open = 0; peek(cursor).kind !== 'end'; ) {
    const token: Token = peek(cursor)
    if (open === 0 && ((isMark(token, ';') && startsOption(cursor)) || isMark(token, ')'))) break
    // A word holds no parenthesis.
    if (isMark(token, '(') && end === token.at && !text.endsWith('(')) return fail(cursor, "a blank before '('")
    if (isMark(token, '(')) open += 1
    if (isMark(token, ')')) open -= 1
    text += end === token.at ? token.text : ` ${token.text}`
    end = token.at + token.text.length
    take(cursor)
  }
  return text
}
