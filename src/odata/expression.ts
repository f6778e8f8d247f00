/**
 * $filter and $orderby over a model → the neutral expressions of edm/query.ts, every literal a parameter.
 * Recursive descent; productions are those of the OData 4.01 ABNF. `null`, `true` and `false` stay constants,
 * so that a compiled plan can say IS NULL.
 */
import type { EntityType } from '#edm/define.ts'
import { constant, type Expr, type OrderKey } from '#edm/query.ts'
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
import { functions } from './functions.ts'
import { isLiteral, syntaxError, type Token } from './lexer.ts'
import { bigType } from './literal.ts'
import { keyType, type Place, placeOfValue, stepTo } from './names.ts'
import {
  compared,
  condition,
  conditionOf,
  exprOf,
  type Operand,
  oneOf,
  type Reading,
  type Relational,
  relations,
  valueAt,
} from './operand.ts'

interface Variable {
  /** Its name in the expression, unique in the query. */
  readonly of: string
  readonly place: Place
}

/** Names in sight; lambdas add theirs. */
interface Sight {
  readonly reading: Reading
  readonly cursor: Cursor
  readonly root: Variable
  readonly variables: ReadonlyMap<string, Variable>
}

const sightOf = (reading: Reading, cursor: Cursor, type: EntityType): Sight => ({
  reading,
  cursor,
  root: { of: 'it', place: { at: 'row', type } },
  variables: new Map(),
})

const unserved: ReadonlyMap<string, string> = new Map([
  ['has', "the operator 'has'"],
  ...['add', 'sub', 'mul', 'div', 'divby', 'mod'].map((word): [string, string] => [word, `arithmetic ('${word}')`]),
])

/** orExpr = andExpr *( RWS "or" RWS andExpr ) */
const parseOr = (sight: Sight): Operand => {
  const { cursor } = sight
  const first = parseAnd(sight)
  if (wordAhead(cursor) !== 'or') return first
  const args = [conditionOf(cursor, first)]
  while (skipWord(cursor, 'or')) args.push(conditionOf(cursor, parseAnd(sight)))
  return condition({ op: 'or', args }, first.token)
}

/** andExpr = boolPart *( RWS "and" RWS boolPart ) */
const parseAnd = (sight: Sight): Operand => {
  const { cursor } = sight
  const first = parseNot(sight)
  if (wordAhead(cursor) !== 'and') return first
  const args = [conditionOf(cursor, first)]
  while (skipWord(cursor, 'and')) args.push(conditionOf(cursor, parseNot(sight)))
  return condition({ op: 'and', args }, first.token)
}

/** notExpr = "not" RWS boolCommonExpr; `not a eq b` negates the comparison, as Graph's callers mean it. */
const parseNot = (sight: Sight): Operand => {
  const { cursor } = sight
  const token = peek(cursor)
  if (!skipWord(cursor, 'not')) return parseComparison(sight)
  const arg = deeper(cursor, () => conditionOf(cursor, parseNot(sight)))
  return condition({ op: 'not', arg }, token)
}

/** eqExpr, ltExpr, inExpr, …: primary *( RWS operator RWS primary ) */
const parseComparison = (sight: Sight): Operand => {
  const { cursor, reading } = sight
  let left = parsePrimary(sight)
  for (;;) {
    const token = peek(cursor)
    const word = wordAhead(cursor)
    if (relations.has(word)) {
      take(cursor)
      left = condition(compared(reading, cursor, word as Relational, left, parsePrimary(sight)), token)
    } else if (word === 'in') {
      take(cursor)
      left = condition(oneOf(reading, cursor, left, parseList(sight)), token)
    } else {
      const what = unserved.get(word)
      return what === undefined ? left : refuse(cursor, what)
    }
  }
}

/** listExpr = "(" BWS primitiveLiteral *( BWS "," BWS primitiveLiteral ) BWS ")" */
const parseList = ({ cursor }: Sight): Operand[] => {
  needMark(cursor, '(')
  const items: Operand[] = []
  if (skipMark(cursor, ')')) return items
  do {
    const token = peek(cursor)
    if (wordAhead(cursor) === 'null') items.push({ is: 'null', token })
    else if (isLiteral(token)) items.push({ is: 'literal', token })
    else fail(cursor, 'a literal')
    take(cursor)
  } while (skipMark(cursor, ','))
  needMark(cursor, ')')
  return items
}

const parsePrimary = (sight: Sight): Operand => {
  const { cursor } = sight
  const token = peek(cursor)
  if (isLiteral(token)) return { is: 'literal', token: take(cursor) }
  if (token.kind === 'word') return parseWord(sight, token)
  if (token.kind === 'system') return parseSystem(sight, token)
  if (isMark(token, '-')) return refuse(cursor, 'negation')
  if (!isMark(token, '(')) return fail(cursor, 'a property, a function or a literal')
  // boolParenExpr = "(" BWS boolCommonExpr BWS ")"
  take(cursor)
  const inner = deeper(cursor, () => parseOr(sight))
  needMark(cursor, ')')
  return inner
}

const parseWord = (sight: Sight, token: Token): Operand => {
  const { cursor } = sight
  if (isMark(peek(cursor, 1), '(')) return parseCall(sight, token)
  const word = token.text.toLowerCase()
  const named = sight.variables.get(token.text)
  if (named === undefined && (word === 'true' || word === 'false' || word === 'null')) {
    take(cursor)
    return word === 'null' ? { is: 'null', token } : condition(constant(word === 'true'), token)
  }
  if (named === undefined) return parsePath(sight, sight.root, token)
  take(cursor)
  return parsePathEnd(sight, named, token)
}

/** firstMemberExpr may start with "$it". */
const parseSystem = (sight: Sight, token: Token): Operand => {
  const { cursor } = sight
  if (token.text.toLowerCase() !== '$it') return refuse(cursor, `'${token.text}' here`)
  take(cursor)
  return parsePathEnd(sight, sight.root, token)
}

const parsePathEnd = (sight: Sight, from: Variable, token: Token): Operand =>
  skipMark(sight.cursor, '/') ? parsePath(sight, from, token) : operandAt(sight, from.place, from.of, token)

/** The next name of a path; throws for anything else that could stand there in OData. */
const needName = (cursor: Cursor): Token => {
  const token = peek(cursor)
  if (token.kind !== 'word') return fail(cursor, 'the name of a property')
  if (isMark(peek(cursor, 1), '(')) return fail(cursor, 'a property')
  return token.text.includes('.') ? refuse(cursor, 'a type in a path') : token
}

/** memberExpr = name *( "/" name ) [ "/" ( "$count" / anyExpr / allExpr ) ], from a row, an element or a value */
const parsePath = (sight: Sight, from: Variable, start: Token): Operand => {
  const { cursor, reading } = sight
  let { place } = from
  for (;;) {
    if (place.at === 'many') return parseOver(sight, place, from.of, start)
    if (place.at === 'links') return refuse(cursor, `filtering across the collection '${place.name}'`, start)
    if (place.at === 'value') return fail(cursor, 'nothing after a single value')
    const token = needName(cursor)
    if (place.at === 'link') return parseLinkKey(sight, place, from.of, start)
    take(cursor)
    place = stepTo(reading.model, place, token.text, cursor.target)
    if (!skipMark(cursor, '/')) return operandAt(sight, place, from.of, start)
  }
}

/** The id of a linked row is held by the row itself; other members of it would need a join. */
const parseLinkKey = (sight: Sight, place: Place & { at: 'link' }, of: string, start: Token): Operand => {
  const { cursor, reading } = sight
  const target = reading.model.view(place.link.target).type
  const token = take(cursor)
  const next = stepTo(reading.model, { at: 'row', type: target }, token.text, cursor.target)
  const isKey = next.at === 'value' && next.path[0] === 'id'
  if (!isKey || !place.link.stored) return refuse(cursor, `'${place.name}/${token.text}' in an expression`, start)
  if (atMark(cursor, '/')) return fail(cursor, 'nothing after a single value')
  return valueAt({ op: 'member', path: [`${place.name}Id`], of }, keyType(target), start)
}

const operandAt = (sight: Sight, place: Place, of: string, token: Token): Operand => {
  const { cursor } = sight
  if (place.at === 'value') return valueAt({ op: 'member', path: place.path, of }, place.type, token)
  if (place.at === 'many') return { is: 'many', prop: place.prop, token }
  if (place.at === 'link' && place.link.stored) return { is: 'link', key: `${place.name}Id`, of, token }
  return refuse(cursor, `'${token.text}' without a member of it`, token)
}

/** What may follow a collection: "$count", anyExpr or allExpr */
const parseOver = (sight: Sight, place: Place & { at: 'many' }, of: string, start: Token): Operand => {
  const { cursor } = sight
  const token = peek(cursor)
  if (token.kind === 'system' && token.text.toLowerCase() === '$count') {
    take(cursor)
    if (atMark(cursor, '(')) return refuse(cursor, "options of '$count'")
    return valueAt({ op: 'size', over: place.path, of }, bigType, start)
  }
  const word = wordAhead(cursor)
  if (word !== 'any' && word !== 'all') return fail(cursor, "'any', 'all' or '$count'")
  take(cursor)
  needMark(cursor, '(')
  // anyExpr may be empty, allExpr may not.
  if (word === 'any' && skipMark(cursor, ')'))
    return condition({ op: 'any', over: place.path, of, variable: newName(sight) }, start)
  return parseLambda(sight, place, of, word)
}

const newName = ({ reading }: Sight): string => {
  reading.counts.variables += 1
  return `v${reading.counts.variables - 1}`
}

/** lambdaVariableExpr BWS ":" BWS lambdaPredicateExpr ")" */
const parseLambda = (sight: Sight, place: Place & { at: 'many' }, of: string, op: 'any' | 'all'): Operand => {
  const { cursor } = sight
  const token = peek(cursor)
  if (token.kind !== 'word' || token.text.includes('.')) return fail(cursor, 'the name of a variable')
  take(cursor)
  needMark(cursor, ':')
  const variable = newName(sight)
  const variables = new Map(sight.variables)
  variables.set(token.text, { of: variable, place: placeOfValue(place.prop, []) })
  const where = deeper(cursor, () => conditionOf(cursor, parseOr({ ...sight, variables })))
  needMark(cursor, ')')
  return condition({ op, over: place.path, of, variable, where }, token)
}

/** methodCallExpr = name "(" BWS [ commonExpr *( BWS "," BWS commonExpr ) BWS ] ")" */
const parseCall = (sight: Sight, token: Token): Operand => {
  const { cursor, reading } = sight
  const name = token.text.toLowerCase()
  const facts = functions.get(name)
  if (facts === undefined) return refuse(cursor, `the function '${token.text}'`)
  take(cursor)
  const given = deeper(cursor, () => parseArguments(sight))
  if (given.length < (facts.least ?? facts.takes.length) || given.length > facts.takes.length) {
    throw syntaxError(cursor.target, token.at, `the function '${name}' does not take ${given.length} arguments`)
  }
  const args = facts.takes.flatMap((type, index): Expr[] => {
    const operand = given[index]
    return operand === undefined ? [] : [exprOf(reading, cursor, operand, type)]
  })
  return valueAt({ op: 'call', name, args }, facts.gives, token)
}

const parseArguments = (sight: Sight): Operand[] => {
  const { cursor } = sight
  needMark(cursor, '(')
  const list: Operand[] = []
  if (skipMark(cursor, ')')) return list
  do list.push(parseOr(sight))
  while (skipMark(cursor, ','))
  needMark(cursor, ')')
  return list
}

/** Reads up to the first token that cannot go on; the caller says what may follow. */
export const parseFilter = (reading: Reading, cursor: Cursor, type: EntityType): Expr =>
  conditionOf(cursor, parseOr(sightOf(reading, cursor, type)))

/** Every further key makes the condition for the next page longer. */
const orderLimit = 8

/** orderbyItem = commonExpr [ RWS ( "asc" / "desc" ) ] */
const parseOrderKey = (sight: Sight): OrderKey => {
  const { cursor } = sight
  const operand = parseOr(sight)
  if (operand.is !== 'value') return fail(cursor, 'a single value to sort by', operand.token)
  if (operand.type.edm === 'Edm.Boolean' && operand.expr.op !== 'member') {
    return refuse(cursor, 'sorting by a condition', operand.token)
  }
  const descending = skipWord(cursor, 'desc')
  if (!descending) skipWord(cursor, 'asc')
  return { by: operand.expr, descending }
}

/** orderby = orderbyItem *( COMMA orderbyItem ) */
export const parseOrder = (reading: Reading, cursor: Cursor, type: EntityType): OrderKey[] => {
  const sight = sightOf(reading, cursor, type)
  const keys = [parseOrderKey(sight)]
  while (skipMark(cursor, ',')) {
    if (keys.length === orderLimit) return refuse(cursor, `more than ${orderLimit} sort keys`)
    keys.push(parseOrderKey(sight))
  }
  return keys
}
