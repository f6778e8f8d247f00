/**
 * Tokens of an expression → its tree, without a model: names are not looked up, literals not read.
 * Productions are those of the OData 4.01 ABNF; what binds how strongly is URL Conventions 4.01 §5.1.1.17.
 */
import {
  atMark,
  type Cursor,
  deeper,
  fail,
  isMark,
  needMark,
  peek,
  refuse,
  skipMark,
  skipWord,
  take,
  wordAhead,
} from './cursor.ts'
import { isLiteral, type Token } from './lexer.ts'

export type Node =
  | { readonly is: 'literal'; readonly token: Token }
  /** `null`, `true` or `false`; a lambda variable may have such a name. */
  | { readonly is: 'path'; readonly token: Token; readonly steps: readonly PathNode[] }
  | { readonly is: 'not' | 'minus'; readonly token: Token; readonly arg: Node }
  | {
      readonly is: 'binary'
      readonly token: Token
      readonly op: string
      readonly left: Node
      readonly right: Node
    }
  /** What follows `in`, and JSON arrays. */
  | { readonly is: 'list'; readonly token: Token; readonly items: readonly Node[] }
  | { readonly is: 'object'; readonly token: Token; readonly members: readonly Member[] }

/** One of a JSON object; the name is in double quotes. */
export interface Member {
  readonly name: Token
  readonly value: Node
}

export interface Argument {
  /** A bound function or a key names its parameters. */
  readonly name: Token | undefined
  readonly value: Node
}

export type PathNode =
  /** `$it`, `$this`, a variable, a property, a link, a type, an annotation */
  | { readonly is: 'name'; readonly token: Token }
  /** A function, or a name with a key. */
  | { readonly is: 'call'; readonly token: Token; readonly args: readonly Argument[] }
  | { readonly is: 'count'; readonly token: Token; readonly where: Node | undefined }
  | {
      readonly is: 'filter'
      readonly token: Token
      readonly where: Node
      readonly key: readonly Argument[] | undefined
    }
  | {
      readonly is: 'any' | 'all'
      readonly token: Token
      /** Neither: `any()`. */
      readonly variable: Token | undefined
      readonly where: Node | undefined
    }

const strengths: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['eq', 4],
  ['ne', 4],
  ['gt', 5],
  ['ge', 5],
  ['lt', 5],
  ['le', 5],
  ['has', 5],
  ['in', 5],
  ['add', 6],
  ['sub', 6],
  ['mul', 7],
  ['div', 7],
  ['divby', 7],
  ['mod', 7],
])

/** `not a eq b` negates the comparison, as Graph's callers mean it. */
const strengthOfNot = 3
const strengthOfMinus = 8

/** SQLite takes trees of 1000 levels; a chain of operators is one. */
export const operatorLimit = 800

/** Reads up to the first token that cannot go on; the caller says what may follow. */
export function parseExpression(cursor: Cursor, least = 1): Node {
  let left = parseUnary(cursor)
  for (;;) {
    const op = wordAhead(cursor)
    const strength = strengths.get(op)
    if (strength === undefined || strength < least) return left
    const token = take(cursor)
    cursor.operators = (cursor.operators ?? 0) + 1
    if (cursor.operators > operatorLimit) return refuse(cursor, `more than ${operatorLimit} operators`, token)
    const right = op === 'in' ? parseMembers(cursor) : parseExpression(cursor, strength + 1)
    left = { is: 'binary', token, op, left, right }
  }
}

/** notExpr = "not" RWS boolCommonExpr; negateExpr = "-" BWS commonExpr */
function parseUnary(cursor: Cursor): Node {
  const token = peek(cursor)
  const next = peek(cursor, 1)
  if (wordAhead(cursor) === 'not' && !isMark(next, '/') && next.kind !== 'end') {
    take(cursor)
    return { is: 'not', token, arg: deeper(cursor, () => parseExpression(cursor, strengthOfNot)) }
  }
  if (!skipMark(cursor, '-')) return parsePrimary(cursor)
  return { is: 'minus', token, arg: deeper(cursor, () => parseExpression(cursor, strengthOfMinus)) }
}

/** inExpr: listExpr or a collection; one expression in parentheses is either. */
function parseMembers(cursor: Cursor): Node {
  const token = peek(cursor)
  if (!isMark(token, '(')) return parsePrimary(cursor)
  take(cursor)
  const items: Node[] = []
  if (skipMark(cursor, ')')) return { is: 'list', token, items }
  do {
    const item = deeper(cursor, () => parseExpression(cursor))
    const isFirst = items.length === 0
    items.push(item)
    if (isFirst && !isFixed(item)) {
      needMark(cursor, ')')
      return item
    }
    if (!isFixed(item)) return fail(cursor, 'a literal', item.token)
  } while (skipMark(cursor, ','))
  needMark(cursor, ')')
  return { is: 'list', token, items }
}

const fixedWords: ReadonlySet<string> = new Set(['null', 'true', 'false'])

/** Not dependent on a row. */
export function isFixed(node: Node): boolean {
  return (
    node.is === 'literal' ||
    node.is === 'list' ||
    node.is === 'object' ||
    (node.is === 'path' && node.steps.length === 1 && fixedWords.has(node.token.text.toLowerCase()))
  )
}

function parsePrimary(cursor: Cursor): Node {
  const token = peek(cursor)
  if (isLiteral(token)) return { is: 'literal', token: take(cursor) }
  if (token.kind === 'word' || token.kind === 'system' || token.kind === 'alias') return parsePath(cursor)
  if (token.kind === 'phrase') return { is: 'literal', token: take(cursor) }
  if (isMark(token, '[')) return parseArray(cursor, token)
  if (isMark(token, '{')) return parseObject(cursor, token)
  if (!isMark(token, '(')) return fail(cursor, 'a property, a function or a literal')
  // parenExpr = "(" BWS commonExpr BWS ")"
  take(cursor)
  const inner = deeper(cursor, () => parseExpression(cursor))
  needMark(cursor, ')')
  return inner
}

function parseArray(cursor: Cursor, token: Token): Node {
  take(cursor)
  const items: Node[] = []
  if (skipMark(cursor, ']')) return { is: 'list', token, items }
  do items.push(deeper(cursor, () => parseExpression(cursor)))
  while (skipMark(cursor, ','))
  needMark(cursor, ']')
  return { is: 'list', token, items }
}

function parseObject(cursor: Cursor, token: Token): Node {
  take(cursor)
  const members: Member[] = []
  if (skipMark(cursor, '}')) return { is: 'object', token, members }
  do {
    const name = peek(cursor)
    if (name.kind !== 'phrase') return fail(cursor, 'the name of a member in double quotes')
    take(cursor)
    needMark(cursor, ':')
    members.push({ name, value: deeper(cursor, () => parseExpression(cursor)) })
  } while (skipMark(cursor, ','))
  needMark(cursor, '}')
  return { is: 'object', token, members }
}

const roots: ReadonlySet<string> = new Set(['$it', '$this', '$root'])

/** firstMemberExpr, functionExpr, rootExpr, methodCallExpr: names with slashes between. */
function parsePath(cursor: Cursor): Node {
  const token = peek(cursor)
  if (token.kind === 'system' && !roots.has(token.text.toLowerCase())) return refuse(cursor, `'${token.text}' here`)
  const steps: PathNode[] = [parseNamed(cursor)]
  if (!atMark(cursor, '/')) {
    // A type alone is no value; only cast and isof take one.
    const isType = token.kind === 'word' && token.text.includes('.') && steps[0]?.is === 'name'
    if (isType && cursor.types !== true) return fail(cursor, "'/' or '(' after the qualified name")
    return { is: 'path', token, steps }
  }
  while (skipMark(cursor, '/')) {
    const step = parseStep(cursor)
    steps.push(step)
    if (step.is !== 'name' && step.is !== 'call' && step.is !== 'filter') break
  }
  if (atMark(cursor, '/')) return fail(cursor, 'an operator or the end')
  return { is: 'path', token, steps }
}

function parseStep(cursor: Cursor): PathNode {
  const token = peek(cursor)
  const word = wordAhead(cursor)
  const next = peek(cursor, 1)
  if ((word === 'any' || word === 'all') && isMark(next, '(')) return parseLambda(cursor, word)
  if (token.kind !== 'system') return parseNamed(cursor)
  const name = token.text.toLowerCase()
  if (name === '$count') return parseCount(cursor)
  if (name !== '$filter') return refuse(cursor, `'${token.text}' in an expression`)
  take(cursor)
  needMark(cursor, '(')
  const where = deeper(cursor, () => parseExpression(cursor))
  needMark(cursor, ')')
  return { is: 'filter', token, where, key: atMark(cursor, '(') ? parseArguments(cursor, token) : undefined }
}

/** count = "/$count" [ OPEN countOption *( SEMI countOption ) CLOSE ] */
function parseCount(cursor: Cursor): PathNode {
  const token = take(cursor)
  if (!skipMark(cursor, '(')) return { is: 'count', token, where: undefined }
  const name = peek(cursor).text.toLowerCase().replace('$', '')
  if (name === 'search') return refuse(cursor, "'$search' inside '$count'")
  if (name !== 'filter') return fail(cursor, "'$filter'")
  take(cursor)
  needMark(cursor, '=')
  const where = deeper(cursor, () => parseExpression(cursor))
  needMark(cursor, ')')
  return { is: 'count', token, where }
}

/** anyExpr = "any" "(" BWS [ lambdaVariableExpr BWS ":" BWS lambdaPredicateExpr ] BWS ")"; allExpr may not be empty. */
export function parseLambda(cursor: Cursor, is: 'any' | 'all'): PathNode {
  if (!skipWord(cursor, is)) return fail(cursor, `'${is}'`)
  const token = peek(cursor, -1)
  needMark(cursor, '(')
  if (is === 'any' && skipMark(cursor, ')')) return { is, token, variable: undefined, where: undefined }
  const variable = peek(cursor)
  if (variable.kind !== 'word' || variable.text.includes('.')) return fail(cursor, 'the name of a variable')
  take(cursor)
  needMark(cursor, ':')
  const where = deeper(cursor, () => parseExpression(cursor))
  needMark(cursor, ')')
  return { is, token, variable, where }
}

function parseNamed(cursor: Cursor): PathNode {
  const token = peek(cursor)
  if (token.kind !== 'word' && token.kind !== 'system' && token.kind !== 'alias') {
    return fail(cursor, 'the name of a property')
  }
  take(cursor)
  // An annotation may be qualified: `@Core.Messages#important`.
  if (token.kind === 'alias' && skipMark(cursor, '#')) take(cursor)
  if (!atMark(cursor, '(') || token.kind !== 'word') return { is: 'name', token }
  return { is: 'call', token, args: parseArguments(cursor, token) }
}

/** Words that are always followed by a lambda, and only after a collection. */
const lambdas: ReadonlySet<string> = new Set(['any', 'all'])

/** "(" BWS [ argument *( BWS "," BWS argument ) BWS ] ")" */
function parseArguments(cursor: Cursor, of: Token): Argument[] {
  const name = of.text.toLowerCase()
  if (lambdas.has(name)) return fail(cursor, `a collection before '${of.text}'`)
  needMark(cursor, '(')
  const list: Argument[] = []
  if (skipMark(cursor, ')')) return list
  const outer = cursor.types
  cursor.types = name === 'cast' || name === 'isof'
  do {
    const isNamed = peek(cursor).kind === 'word' && isMark(peek(cursor, 1), '=')
    const label = isNamed ? take(cursor) : undefined
    if (isNamed) take(cursor)
    list.push({ name: label, value: deeper(cursor, () => parseExpression(cursor)) })
  } while (skipMark(cursor, ','))
  cursor.types = outer
  needMark(cursor, ')')
  return list
}

export interface OrderItem {
  readonly by: Node
  readonly descending: boolean
}

/** Every further key makes the condition for the next page longer. */
const orderLimit = 8

/** orderby = orderbyItem *( COMMA orderbyItem ); orderbyItem = commonExpr [ RWS ( "asc" / "desc" ) ] */
export function parseOrderItems(cursor: Cursor): OrderItem[] {
  const items: OrderItem[] = []
  do {
    if (items.length === orderLimit) return refuse(cursor, `more than ${orderLimit} sort keys`)
    const by = parseExpression(cursor)
    const descending = skipWord(cursor, 'desc')
    if (!descending) skipWord(cursor, 'asc')
    items.push({ by, descending })
  } while (skipMark(cursor, ','))
  return items
}
