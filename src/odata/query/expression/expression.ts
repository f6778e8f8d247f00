/**
 * Trees of $filter and $orderby over a model → the neutral expressions of edm/query.ts, every literal a parameter.
 * `null`, `true` and `false` stay constants, so that a compiled plan can say IS NULL.
 */
import type { EntityType } from '#edm/define.ts'
import type { Prop } from '#edm/props.ts'
import { constant, type Expr, type OrderKey } from '#edm/query.ts'
import { type Cursor, fail, refuse } from '../syntax/cursor.ts'
import type { Token } from '../syntax/lexer.ts'
import { quotedText } from '../syntax/literal.ts'
import { isFixed, type Node, type OrderItem, parseExpression, parseOrderItems } from '../syntax/syntax.ts'
import { arithmetic, negative } from './arithmetic.ts'
import { bindCall } from './call-function.ts'
import { countWork } from './cost.ts'
import { placeOfValue } from './names.ts'
import {
  compared,
  condition,
  conditionOf,
  oneOf,
  type ParsedOperand,
  type Reading,
  type Relational,
  relations,
  textOfPhrase,
} from './operand.ts'
import { bindPath, newName, type Sight, sightOf } from './walk.ts'
import { comparedWhole, isStructured } from './whole.ts'

const fixedWords: ReadonlySet<string> = new Set(['null', 'true', 'false'])

const geoForm = /^geo(?:graphy|metry)'/i

/** The tree as what it stands for. */
function bind(sight: Sight, node: Node): ParsedOperand {
  const { cursor } = sight
  switch (node.is) {
    case 'literal':
      if (geoForm.test(node.token.text)) return refuse(cursor, 'geography and geometry', node.token)
      return { is: 'literal', token: node.token.kind === 'phrase' ? textOfPhrase(cursor, node.token) : node.token }
    case 'not':
      return condition({ op: 'not', arg: conditionOf(cursor, bind(sight, node.arg)) }, node.token)
    case 'minus':
      return negative(sight.reading, cursor, bind(sight, node.arg), node.token)
    case 'binary':
      return bindBinary(sight, node)
    case 'path':
      return bindNamed(sight, node)
    case 'list':
      return refuse(cursor, 'a list here', node.token)
    case 'object':
      return bindObject(sight, node)
  }
}

function bindObject(sight: Sight, { token, members }: Node & { is: 'object' }): ParsedOperand {
  const { cursor } = sight
  const bound = new Map<string, { readonly token: Token; readonly operand: ParsedOperand }>()
  for (const { name, value } of members) {
    const written = quotedText(textOfPhrase(cursor, name)) ?? ''
    if (written.startsWith('@')) return refuse(cursor, `the annotation '${written}'`, name)
    if (bound.has(written.toLowerCase())) return fail(cursor, 'each member once', name)
    if (!isFixed(value)) return refuse(cursor, 'anything but literals in a JSON object', value.token)
    bound.set(written.toLowerCase(), { token: name, operand: bind(sight, value) })
  }
  return { is: 'object', members: bound, token }
}

/** Parts of one chain of `and` or `or`, in order. */
function chainOf(node: Node & { is: 'binary' }): Node[] {
  const parts: Node[] = []
  let left: Node = node
  while (left.is === 'binary' && left.op === node.op) {
    parts.push(left.right)
    left = left.left
  }
  return [left, ...parts.reverse()]
}

function bindBinary(sight: Sight, node: Node & { is: 'binary' }): ParsedOperand {
  const { cursor, reading } = sight
  const { op, token } = node
  if (op === 'and' || op === 'or') {
    const args = chainOf(node).map((part) => conditionOf(cursor, bind(sight, part)))
    return condition({ op, args }, startOf(node))
  }
  const left = bind(sight, node.left)
  if (op === 'in') return condition(bindMembership(sight, left, node.right), token)
  const right = bind(sight, node.right)
  if (relations.has(op)) return condition(related(sight, op as Relational, left, right, token), token)
  if (op === 'has') return refuseHas(cursor, left, token)
  return arithmetic(reading, cursor, op, token, left, right)
}

function related(
  { reading, cursor }: Sight,
  op: Relational,
  left: ParsedOperand,
  right: ParsedOperand,
  token: Token,
): Expr {
  return isStructured(left, right)
    ? comparedWhole(reading, cursor, op, left, right, token)
    : compared(reading, cursor, op, left, right)
}

function startOf(node: Node): Token {
  return node.is === 'binary' ? startOf(node.left) : node.token
}

function listed(sight: Sight, item: Node): ParsedOperand {
  const isFixed = item.is === 'literal' || (item.is === 'path' && item.steps.length === 1 && item.token.kind === 'word')
  return isFixed ? bind(sight, item) : refuse(sight.cursor, 'anything but literals in a list', item.token)
}

function bindMembership(sight: Sight, left: ParsedOperand, right: Node): Expr {
  const { cursor, reading } = sight
  if (right.is === 'list') {
    const isWhole = left.is === 'complex'
    const items = right.items.map((item) => (isWhole && item.is === 'object' ? bind(sight, item) : listed(sight, item)))
    if (!isWhole) return oneOf(reading, cursor, left, items)
    return { op: 'or', args: items.map((item) => related(sight, 'eq', left, item, right.token)) }
  }
  const many = bind(sight, right)
  if (many.is !== 'many') return fail(cursor, 'a list in parentheses or a collection', right.token)
  const variable = newName(sight)
  const root = { of: variable, place: placeOfValue(many.prop, []) }
  const where = related(sight, 'eq', bindPath(sight, root, [], right.token, bind), left, right.token)
  return many.wrap({ op: 'any', over: many.over, of: many.of, variable, where })
}

/** `has` is for enumerations whose members are flags (OData URL Conventions 4.01 §5.1.1.1.9). No model has one. */
function refuseHas(cursor: Cursor, left: ParsedOperand, token: Token): never {
  const choice = left.is === 'value' ? left.type.choice : undefined
  if (choice === undefined) return fail(cursor, 'a value of an enumeration', left.token)
  return refuse(cursor, `'has' on '${choice.name}', an enumeration without flags; use 'eq' or 'in'`, token)
}

function bindNamed(sight: Sight, node: Node & { is: 'path' }): ParsedOperand {
  const { cursor } = sight
  const { token, steps } = node
  const [first, ...rest] = steps
  if (first?.is === 'call') {
    if (rest.length > 0) return refuse(cursor, `a path after '${token.text}()'`, token)
    return bindCall(sight, first, bind)
  }
  const word = token.text.toLowerCase()
  const named = sight.variables.get(token.kind === 'system' ? word : token.text)
  if (token.kind === 'alias') return refuse(cursor, `the annotation '${token.text}'`, token)
  if (named !== undefined) return bindPath(sight, named, rest, token, bind)
  if (word === '$it') return bindPath(sight, sight.root, rest, token, bind)
  if (token.kind === 'system') return refuse(cursor, `'${token.text}' here`, token)
  if (rest.length === 0 && fixedWords.has(word)) {
    return word === 'null' ? { is: 'null', token } : condition(constant(word === 'true'), token)
  }
  return bindPath(sight, sight.root, steps, token, bind)
}

/** Counts the work of what is made. */
function counted(sight: Sight, make: (sight: Sight) => Expr): Expr {
  const expr = make(sight)
  countWork(sight.reading.counts, expr, sight.cursor.target)
  return expr
}

export function filterOf(reading: Reading, cursor: Cursor, type: EntityType, node: Node): Expr {
  return counted(sightOf(reading, cursor, type), (sight) => conditionOf(cursor, bind(sight, node)))
}

/** Reads up to the first token that cannot go on; the caller says what may follow. */
export function parseFilter(reading: Reading, cursor: Cursor, type: EntityType): Expr {
  return filterOf(reading, cursor, type, parseExpression(cursor))
}

function orderKey(sight: Sight, { by, descending }: OrderItem): OrderKey {
  const operand = bind(sight, by)
  if (operand.is !== 'value') return fail(sight.cursor, 'a single value to sort by', operand.token)
  return { by: counted(sight, () => operand.expr), descending }
}

export function orderOf(reading: Reading, cursor: Cursor, type: EntityType, items: readonly OrderItem[]): OrderKey[] {
  const sight = sightOf(reading, cursor, type)
  return items.map((item) => orderKey(sight, item))
}

export function parseOrder(reading: Reading, cursor: Cursor, type: EntityType): OrderKey[] {
  return orderOf(reading, cursor, type, parseOrderItems(cursor))
}

/** Elements of one collection in sight: members are named without a variable, the element is `$it` or `$this`. */
export interface Inside {
  readonly variable: string
  readonly sight: Sight
}

export function insideOf(reading: Reading, cursor: Cursor, prop: Prop): Inside {
  const variable = newName({ reading })
  const root = { of: variable, place: placeOfValue(prop, []) }
  return { variable, sight: { reading, cursor, root, variables: new Map([['$this', root]]) } }
}

export function elementFilter({ sight }: Inside, node: Node): Expr {
  return counted(sight, () => conditionOf(sight.cursor, bind(sight, node)))
}

export function elementOrder({ sight }: Inside, items: readonly OrderItem[]): OrderKey[] {
  return items.map((item) => orderKey(sight, item))
}
