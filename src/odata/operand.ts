/** What one side of an operator can be, and how the sides of `eq`, `in`, `and` become neutral expressions. */

import { invariant } from '#base/errors.ts'
import type { Prop } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import { constant, type Expr, param, same } from '#edm/query.ts'
import { type Cursor, fail, refuse } from './cursor.ts'
import type { Token } from './lexer.ts'
import { classOf, flagType, naturalType, type Reader, readerFor, typeName, type ValueType } from './literal.ts'

/** A parameter of the query and the literal its value is read from. */
export interface Slot {
  readonly name: string
  readonly literal: number
  readonly read: Reader
  readonly target: string
}

/** What the parsers of one set of options share. */
export interface Reading {
  readonly model: Model
  /** Parameters of these options; those of nested ones are kept apart. */
  readonly slots: Slot[]
  /** Counts over the whole query: names made from them are unique in it. */
  readonly counts: { params: number; variables: number; expansions: number }
  /** Nested options, by identity, that hold parameters or have such options below them. */
  readonly live: Map<object, readonly Slot[]>
}

export const readingOf = (model: Model): Reading => ({
  model,
  slots: [],
  counts: { params: 0, variables: 0, expansions: 0 },
  live: new Map(),
})

export type Operand =
  | { readonly is: 'literal'; readonly token: Token }
  | { readonly is: 'null'; readonly token: Token }
  | { readonly is: 'value'; readonly expr: Expr; readonly type: ValueType; readonly token: Token }
  /** A link without a member after it: may only be compared with null. */
  | { readonly is: 'link'; readonly key: string; readonly of: string; readonly token: Token }
  | { readonly is: 'many'; readonly prop: Prop; readonly token: Token }

export type Value = Operand & { is: 'value' }

export const valueAt = (expr: Expr, type: ValueType, token: Token): Value => ({ is: 'value', expr, type, token })

export const condition = (expr: Expr, token: Token): Value => valueAt(expr, flagType, token)

/** A parameter that stands for the literal, cast to the type. */
export const lifted = (reading: Reading, cursor: Cursor, token: Token, type: ValueType): Expr => {
  invariant(token.slot >= 0, `the literal at ${token.at} in ${cursor.target} was not lifted`)
  const name = `p${reading.counts.params}`
  reading.counts.params += 1
  reading.slots.push({ name, literal: token.slot, read: readerFor(type), target: cursor.target })
  return param(name, type.edm)
}

/** The operand as something true or false. */
export const conditionOf = (cursor: Cursor, operand: Operand): Expr => {
  if (operand.is !== 'value' || operand.type.edm !== 'Edm.Boolean') return fail(cursor, 'a condition', operand.token)
  const { expr } = operand
  return expr.op === 'member' ? { op: 'eq', left: expr, right: constant(true) } : expr
}

/** The operand as a value of the type; literals are cast. Throws when it is of another type. */
export const exprOf = (reading: Reading, cursor: Cursor, operand: Operand, type: ValueType): Expr => {
  if (operand.is === 'literal') return lifted(reading, cursor, operand.token, type)
  if (operand.is !== 'value' || classOf(operand.type) !== classOf(type)) {
    return fail(cursor, `a value of type '${typeName(type)}'`, operand.token)
  }
  return operand.expr
}

const typeOf = (cursor: Cursor, operand: Operand): ValueType => {
  if (operand.is === 'value') return operand.type
  const type = operand.is === 'literal' ? naturalType(operand.token) : undefined
  return type ?? fail(cursor, 'a single value', operand.token)
}

export type Relational = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'

export const relations: ReadonlySet<string> = new Set<Relational>(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])

const negated = (expr: Expr): Expr => ({ op: 'not', arg: expr })

const withNull = (cursor: Cursor, op: Relational, operand: Operand): Expr => {
  if (operand.is === 'many' || operand.is === 'literal') return fail(cursor, 'a single value', operand.token)
  // OData 4.01 URL conventions, 5.1.1.1: lt, le, gt and ge with null are false.
  if (op !== 'eq' && op !== 'ne') return constant(false)
  if (operand.is === 'null') return constant(op === 'eq')
  const left: Expr = operand.is === 'link' ? { op: 'member', path: [operand.key], of: operand.of } : operand.expr
  const isNull = same(left, constant(null))
  return op === 'eq' ? isNull : negated(isNull)
}

/** Comparisons of conditions with true and false lose the comparison. */
const withFlags = (cursor: Cursor, op: Relational, left: Value, right: Value): Expr => {
  if (op !== 'eq' && op !== 'ne') return refuse(cursor, `'${op}' between booleans`, right.token)
  const [fixed, other] = left.expr.op === 'const' ? [left.expr, right.expr] : [right.expr, left.expr]
  if (other.op === 'member' && fixed.op === 'const') return { op, left: other, right: fixed }
  if (other.op === 'member' && fixed.op === 'member') return { op: equalOp(op, left, right), left: other, right: fixed }
  if (fixed.op !== 'const') return refuse(cursor, 'a condition compared with anything but true or false', right.token)
  return (fixed.value === true) === (op === 'eq') ? other : negated(other)
}

const ordered = new Set<Relational>(['lt', 'le', 'gt', 'ge'])

/** `same` where both sides may be null: two nulls are equal. A bound literal is never null. */
const equalOp = (op: Relational, left: Operand, right: Operand): Relational | 'same' =>
  op === 'eq' && left.is === 'value' && right.is === 'value' ? 'same' : op

const isMember = (operand: Operand): boolean => operand.is === 'value' && operand.expr.op === 'member'

export const compared = (reading: Reading, cursor: Cursor, op: Relational, left: Operand, right: Operand): Expr => {
  if (left.is === 'null') return withNull(cursor, op, right)
  if (right.is === 'null') return withNull(cursor, op, left)
  const type = typeOf(cursor, left.is === 'literal' && right.is !== 'literal' ? right : left)
  if (left.is === 'value' && right.is === 'value' && type.edm === 'Edm.Boolean' && right.type.edm === 'Edm.Boolean') {
    return withFlags(cursor, op, left, right)
  }
  if ((type.choice !== undefined || type.edm === 'Edm.Boolean') && ordered.has(op)) {
    return refuse(cursor, `'${op}' between values of type '${typeName(type)}'`, right.token)
  }
  if (type.edm === 'Edm.Boolean' && !isMember(left) && !isMember(right)) {
    return refuse(cursor, 'a condition compared with anything but true or false', right.token)
  }
  const sides = { left: exprOf(reading, cursor, left, type), right: exprOf(reading, cursor, right, type) }
  return { op: equalOp(op, left, right), ...sides }
}

/** `in` over literals and null, which equals only null. */
export const oneOf = (reading: Reading, cursor: Cursor, left: Operand, items: readonly Operand[]): Expr => {
  const type = typeOf(cursor, left)
  const subject = exprOf(reading, cursor, left, type)
  const list = items.filter(({ is }) => is !== 'null').map((item) => exprOf(reading, cursor, item, type))
  const isNull = same(subject, constant(null))
  if (list.length === 0) return items.length === 0 ? constant(false) : isNull
  const among: Expr = { op: 'in', left: subject, list }
  return list.length === items.length ? among : { op: 'or', args: [among, isNull] }
}
