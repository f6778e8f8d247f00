/** What one side of an operator can be, and how the sides of `eq`, `in`, `and` become neutral expressions. */

import { invariant } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import type { ComplexType, Prop } from '#edm/props.ts'
import { constant, type Expr, param, same } from '#edm/query.ts'
import { inForm } from '#edm/text-form.ts'
import { type Cursor, fail } from '../syntax/cursor.ts'
import type { Token } from '../syntax/lexer.ts'
import {
  classOf,
  flagType,
  isNotNumber,
  naturalType,
  type Reader,
  readerFor,
  typeName,
  type ValueType,
} from '../syntax/literal.ts'

/** A parameter of the query and the literal its value is read from. */
export interface LiteralSlot {
  readonly name: string
  readonly literal: number
  readonly read: Reader
  readonly target: string
}

/** What the parsers of one set of options share. */
export interface Reading {
  readonly model: Model
  /** Parameters of these options; those of nested ones are kept apart. */
  readonly slots: LiteralSlot[]
  /** Counts over the whole query: names made from them are unique in it. */
  readonly counts: { params: number; variables: number; expansions: number; joins: number; work: number }
  /** What the parameters of these options need beside literals. */
  readonly uses: Uses
  /** Nested options, by identity, that hold parameters or have such options below them. */
  readonly live: Map<object, readonly LiteralSlot[]>
}

export interface Uses {
  /** `now` is bound to the instant of the request. */
  now?: boolean
  /** `visible` is bound as for rows of this type. */
  guard?: EntityType
}

export function readingOf(model: Model): Reading {
  return {
    model,
    slots: [],
    counts: { params: 0, variables: 0, expansions: 0, joins: 0, work: 0 },
    uses: {},
    live: new Map(),
  }
}

/** What stands around a value that was found along links. */
export type Wrap = (expr: Expr) => Expr

export type ParsedOperand =
  | { readonly is: 'literal'; readonly token: Token }
  | { readonly is: 'null'; readonly token: Token }
  | { readonly is: 'value'; readonly expr: Expr; readonly type: ValueType; readonly token: Token }
  /** A link without a member after it: may be compared with null and with other links. */
  | { readonly is: 'link'; readonly expr: Expr; readonly token: Token }
  | {
      readonly is: 'many'
      readonly prop: Prop
      readonly over: readonly string[]
      readonly of: string
      readonly wrap: Wrap
      readonly token: Token
    }
  | {
      readonly is: 'complex'
      readonly type: ComplexType
      readonly path: readonly string[]
      readonly of: string
      readonly wrap: Wrap
      /** The value itself: good for being compared with null. */
      readonly expr: Expr
      readonly token: Token
    }
  /** A JSON object, its members by their names in lower case. */
  | {
      readonly is: 'object'
      readonly members: ReadonlyMap<string, { readonly token: Token; readonly operand: ParsedOperand }>
      readonly token: Token
    }

export type ParsedValue = ParsedOperand & { is: 'value' }

export function valueAt(expr: Expr, type: ValueType, token: Token): ParsedValue {
  return { is: 'value', expr, type, token }
}

export function condition(expr: Expr, token: Token): ParsedValue {
  return valueAt(expr, flagType, token)
}

/** Slot of a literal that is not lifted: it is part of the shape. */
export const unlifted = -2

/** A string of JSON as the literal it is. */
export function textOfPhrase(cursor: Cursor, token: Token): Token {
  let text: unknown
  try {
    text = JSON.parse(token.text)
  } catch {
    return fail(cursor, 'a string as JSON has it', token)
  }
  return { kind: 'string', text: `'${String(text).replaceAll("'", "''")}'`, at: token.at, slot: unlifted }
}

/** A parameter that stands for the literal, cast to the type. */
export function lifted(reading: Reading, cursor: Cursor, token: Token, type: ValueType): Expr {
  if (token.slot === unlifted) return constant(readerFor(type)(token, cursor.target))
  invariant(token.slot >= 0, `the literal at ${token.at} in ${cursor.target} was not lifted`)
  const name = `p${reading.counts.params}`
  reading.counts.params += 1
  reading.slots.push({ name, literal: token.slot, read: readerFor(type), target: cursor.target })
  return param(name, type.edm)
}

/** Not yet a condition: a value that may be null. */
function isStoredFlag({ op }: Expr): boolean {
  return op === 'member' || op === 'through' || op === 'when'
}

/** The operand as something true or false. */
export function conditionOf(cursor: Cursor, operand: ParsedOperand): Expr {
  if (operand.is === 'null') return constant(null)
  if (operand.is !== 'value' || operand.type.edm !== 'Edm.Boolean') return fail(cursor, 'a condition', operand.token)
  const { expr } = operand
  return isStoredFlag(expr) ? { op: 'eq', left: expr, right: constant(true) } : expr
}

/** The operand as a value of the type; literals are cast. Throws when it is of another type. */
export function exprOf(reading: Reading, cursor: Cursor, operand: ParsedOperand, type: ValueType): Expr {
  if (operand.is === 'literal') return lifted(reading, cursor, operand.token, type)
  if (operand.is !== 'value' || classOf(operand.type) !== classOf(type)) {
    return fail(cursor, `a value of type '${typeName(type)}'`, operand.token)
  }
  return operand.expr
}

/** The form of the first text among them that is stored in one; what stands beside it is a part of such a text. */
export function storedAmong(operands: readonly ParsedOperand[]): ValueType | undefined {
  for (const operand of operands) {
    if (operand.is !== 'value') continue
    const { edm, guid, form } = operand.type
    if (edm !== 'Edm.String' || (guid !== true && form === undefined)) continue
    return { edm, isPart: true, ...(guid === true && { guid }), ...(form && { form }) }
  }
  return undefined
}

/** Whether no row decides what the expression gives. */
function isFixed(expr: Expr): boolean {
  return expr.op === 'const' || expr.op === 'param' || (expr.op === 'call' && expr.args.every(isFixed))
}

/** The expression with the literals in it read as parts of such texts. */
function readAgain(reading: Reading, expr: Expr, stored: ValueType): Expr {
  if (expr.op === 'call') return { ...expr, args: expr.args.map((arg) => readAgain(reading, arg, stored)) }
  if (expr.op === 'const' && typeof expr.value === 'string' && stored.form !== undefined)
    return constant(inForm(stored.form, expr.value, true))
  const at =
    expr.op === 'param' && expr.type === 'Edm.String' ? reading.slots.findIndex(({ name }) => name === expr.name) : -1
  const slot = reading.slots[at]
  if (slot !== undefined) reading.slots[at] = { ...slot, read: readerFor(stored) }
  return expr
}

/** The operand as it compares with texts stored in a form: without regard to case with GUIDs. */
export function storedExpr(reading: Reading, cursor: Cursor, operand: ParsedOperand, stored: ValueType): Expr {
  const expr = exprOf(reading, cursor, operand, stored)
  if (operand.is !== 'value') return expr
  const { guid, form } = operand.type
  const formed =
    stored.form !== undefined && form === undefined && isFixed(expr) ? readAgain(reading, expr, stored) : expr
  return stored.guid === true && guid !== true ? { op: 'call', name: 'tolower', args: [formed] } : formed
}

export function typeOf(cursor: Cursor, operand: ParsedOperand): ValueType {
  if (operand.is === 'value') return operand.type
  const type = operand.is === 'literal' ? naturalType(operand.token) : undefined
  return type ?? fail(cursor, 'a single value', operand.token)
}

export type Relational = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'

export const relations: ReadonlySet<string> = new Set<Relational>(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])

function negated(expr: Expr): Expr {
  return { op: 'not', arg: expr }
}

function withNull(cursor: Cursor, op: Relational, operand: ParsedOperand): Expr {
  if (operand.is === 'many' || operand.is === 'object') return fail(cursor, 'a single value', operand.token)
  // OData 4.01 URL conventions, 5.1.1.1: lt, le, gt and ge with null are false.
  if (op !== 'eq' && op !== 'ne') return constant(false)
  if (operand.is === 'null') return constant(op === 'eq')
  if (operand.is === 'literal') return constant(op === 'ne')
  const isNull = same(operand.expr, constant(null))
  return op === 'eq' ? isNull : negated(isNull)
}

/** Comparisons of a condition with true or false that cannot be null lose the comparison. */
function withFlags(op: Relational, left: ParsedValue, right: ParsedValue): Expr {
  if (op !== 'eq' && op !== 'ne') return { op, left: left.expr, right: right.expr }
  const [fixed, other] = left.expr.op === 'const' ? [left.expr, right.expr] : [right.expr, left.expr]
  if (fixed.op !== 'const') return { op: equalOp(op, left, right), left: left.expr, right: right.expr }
  if (isStoredFlag(other)) return { op, left: other, right: fixed }
  return (fixed.value === true) === (op === 'eq') ? other : negated(other)
}

/** `same` where both sides may be null: two nulls are equal. A bound literal is never null. */
function equalOp(op: Relational, left: ParsedOperand, right: ParsedOperand): Relational | 'same' {
  return op === 'eq' && left.is === 'value' && right.is === 'value' ? 'same' : op
}

/** IEEE 754: NaN equals nothing, not even itself, and is neither below nor above anything (OData 4.01 §5.1.1.1). */
function isNan(operand: ParsedOperand): boolean {
  return operand.is === 'literal' && isNotNumber(operand.token)
}

function sidesOf(reading: Reading, cursor: Cursor, left: ParsedOperand, right: ParsedOperand, type: ValueType) {
  const isAlike = left.is === 'value' && right.is === 'value' && classOf(left.type) === classOf(right.type)
  const stored = isAlike ? storedAmong([left, right]) : undefined
  const side = (operand: ParsedOperand): Expr =>
    stored === undefined ? exprOf(reading, cursor, operand, type) : storedExpr(reading, cursor, operand, stored)
  return { left: side(left), right: side(right) }
}

export function compared(
  reading: Reading,
  cursor: Cursor,
  op: Relational,
  left: ParsedOperand,
  right: ParsedOperand,
): Expr {
  if (left.is === 'null') return withNull(cursor, op, right)
  if (right.is === 'null') return withNull(cursor, op, left)
  if (left.is === 'link' && right.is === 'link' && (op === 'eq' || op === 'ne')) {
    return { op: op === 'eq' ? 'same' : op, left: left.expr, right: right.expr }
  }
  const type = typeOf(cursor, left.is === 'literal' && right.is !== 'literal' ? right : left)
  if ((isNan(left) || isNan(right)) && classOf(type) === 'number') {
    for (const side of [left, right]) if (!isNan(side)) exprOf(reading, cursor, side, type)
    return constant(op === 'ne')
  }
  if (left.is === 'value' && right.is === 'value' && type.edm === 'Edm.Boolean' && right.type.edm === 'Edm.Boolean') {
    return withFlags(op, left, right)
  }
  return { op: equalOp(op, left, right), ...sidesOf(reading, cursor, left, right, type) }
}

/** `in` over literals and null, which equals only null. */
export function oneOf(reading: Reading, cursor: Cursor, left: ParsedOperand, items: readonly ParsedOperand[]): Expr {
  const type = typeOf(cursor, left)
  const subject = exprOf(reading, cursor, left, type)
  const isSought = (item: ParsedOperand): boolean => item.is !== 'null' && !(isNan(item) && classOf(type) === 'number')
  const list = items.filter(isSought).map((item) => exprOf(reading, cursor, item, type))
  const hasNull = items.some(({ is }) => is === 'null')
  const isNull = same(subject, constant(null))
  if (list.length === 0) return hasNull ? isNull : constant(false)
  const among: Expr = { op: 'in', left: subject, list }
  return hasNull ? { op: 'or', args: [among, isNull] } : among
}
