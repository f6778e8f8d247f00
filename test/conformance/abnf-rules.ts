/**
 * Entry points into the parsers by the names of the OData 4.01 ABNF, without a model: whether a text is well formed.
 * They are what the official test cases are read by; requests come in by options.ts.
 */
import { AppError } from '#base/errors.ts'
import { readFlag, readNumber } from '#odata/query/options.ts'
import { decodeQueryText, type GivenOption, splitQuery } from '#odata/query/query-text.ts'
import { parseSearch } from '#odata/query/search.ts'
import { type Cursor, cursorOf, fail, needEnd, peek, take } from '#odata/query/syntax/cursor.ts'
import { parseExpandItems, parseSelectItems } from '#odata/query/syntax/item-syntax.ts'
import { lex, syntaxError, type TokenKind } from '#odata/query/syntax/lexer.ts'
import { type Node, parseExpression, parseLambda, parseOrderItems } from '#odata/query/syntax/syntax.ts'

type Rule = (text: string) => unknown

/** The whole of the text, decoded, is what the parser reads. */
function whole(text: string, target: string, parse: (cursor: Cursor) => unknown): unknown {
  const cursor = cursorOf(lex(text, target), target)
  const found = parse(cursor)
  needEnd(cursor, 'an operator or the end')
  return found
}

function expression(target: string): Rule {
  return (text) => whole(decodeQueryText(text), target, (cursor) => parseExpression(cursor))
}

/** An expression that must be of one kind. */
function kindOf(target: string, expected: string, is: (node: Node) => boolean): Rule {
  return (text) =>
    whole(decodeQueryText(text), target, (cursor) => {
      const start = peek(cursor)
      const node = parseExpression(cursor)
      return is(node) ? node : fail(cursor, expected, start)
    })
}

function isPath({ is }: Node): boolean {
  return is === 'path'
}

function needText({ name, value }: GivenOption): void {
  if (value !== '') return
  throw new AppError('invalid', `Invalid value '' for '$${name}': expected a text.`, { target: `$${name}` })
}

const optionRules: Readonly<Record<string, (option: GivenOption) => unknown>> = {
  filter: ({ value }) => whole(value, '$filter', (cursor) => parseExpression(cursor)),
  orderby: ({ value }) => whole(value, '$orderby', parseOrderItems),
  select: ({ value }) => whole(value, '$select', parseSelectItems),
  expand: ({ value }) => whole(value, '$expand', parseExpandItems),
  search: ({ value }) => parseSearch(value, '$search'),
  top: readNumber,
  skip: readNumber,
  count: readFlag,
  format: needText,
  skiptoken: needText,
  deltatoken: needText,
}

/** queryOptions = queryOption *( "&" queryOption ) */
const queryOptions: Rule = (text) => {
  const { options, aliases } = splitQuery(text)
  for (const option of options) optionRules[option.name]?.(option)
  for (const [name, value] of aliases) whole(value, name, (cursor) => parseExpression(cursor))
}

/** One option and no other. */
const oneOption: Rule = (text) => {
  const at = text.indexOf('&')
  if (at >= 0) throw syntaxError('query', at, 'expected the end')
  queryOptions(text)
}

/** A text of one literal of such a kind, as it stands in bodies. */
function value(...kinds: readonly TokenKind[]): Rule {
  return (text) => {
    const target = 'literal'
    const cursor = cursorOf(lex(text, target), target)
    const token = peek(cursor)
    const expected = `a literal (${kinds.join(' or ')})`
    // A sign begins a date as well as a number; what follows it is what is wrong.
    const signs = /^-\D/.test(token.text) ? 1 : 0
    if (!kinds.includes(token.kind)) throw syntaxError(target, token.at + signs, `expected ${expected}`)
    take(cursor)
    needEnd(cursor, 'the end')
  }
}

/** The same in addresses, where signs may be escaped. */
function literal(...kinds: readonly TokenKind[]): Rule {
  return (text) => value(...kinds)(decodeURIComponent(text))
}

const number = literal('number')
const instant = literal('dateTime')
const time = literal('time')
const day = literal('date')

/** Values of strings in bodies and addresses are read elsewhere. */
const literalRules: Readonly<Record<string, Rule>> = {
  stringLiteral: literal('string'),
  guid: literal('guid'),
  date: day,
  dateValue: day,
  dateTimeOffsetValue: value('dateTime'),
  dateTimeOffsetLiteral: instant,
  dateTimeOffsetValueInUrl: instant,
  timeOfDayValue: value('time'),
  timeOfDayLiteral: time,
  decimalValue: number,
  decimalLiteral: number,
  doubleValue: number,
  doubleLiteral: number,
  singleValue: number,
  singleLiteral: number,
  byteValue: number,
  sbyteValue: number,
  sbyteLiteral: number,
  int16Value: number,
  int16Literal: number,
  int32Value: number,
  int32Literal: number,
  int64Value: number,
  int64Literal: number,
  durationLiteral: literal('duration', 'string'),
  enumLiteral: literal('enum', 'string'),
  binaryLiteral: literal('binary'),
  primitiveLiteral: literal('number', 'string'),
}

export const rules: Readonly<Record<string, Rule>> = {
  ...literalRules,
  queryOptions,
  systemQueryOption: queryOptions,
  customQueryOption: queryOptions,
  filter: queryOptions,
  orderby: queryOptions,
  select: queryOptions,
  expand: queryOptions,
  search: queryOptions,
  orderBy: queryOptions,
  skiptoken: oneOption,
  deltatoken: oneOption,
  commonExpr: expression('commonExpr'),
  boolCommonExpr: expression('boolCommonExpr'),
  boolcommonExpr: expression('boolcommonExpr'),
  notExpr: kindOf('notExpr', "'not'", ({ is }) => is === 'not'),
  firstMemberExpr: kindOf('firstMemberExpr', 'a path', isPath),
  propertyPathExpr: kindOf('propertyPathExpr', 'a path', isPath),
  isofExpr: kindOf('isofExpr', "'isof'", (node) => isPath(node) && node.token.text.toLowerCase() === 'isof'),
  anyExpr: (text) => whole(decodeQueryText(text), 'anyExpr', (cursor) => parseLambda(cursor, 'any')),
  searchExpr: (text) => parseSearch(decodeQueryText(text), 'searchExpr'),
}
