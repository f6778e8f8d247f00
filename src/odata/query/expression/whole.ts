/**
 * Complex values compared as a whole (OData URL Conventions 4.01 §5.1.1.1): equal when both are null, or when every
 * member is equal. A member that a JSON object leaves out is null.
 */
import { AppError } from '#base/errors.ts'
import type { Model } from '#edm/model.ts'
import type { ComplexType } from '#edm/props.ts'
import { all, constant, type Expr, same } from '#edm/query.ts'
import { type Cursor, fail, refuse } from '../syntax/cursor.ts'
import type { Token } from '../syntax/lexer.ts'
import { operatorLimit } from '../syntax/syntax.ts'
import { memberOf, type PathEnd, stepTo, unknownText } from './names.ts'
import { compared, type ParsedOperand, type Reading, type Relational, valueAt } from './operand.ts'

type Complex = ParsedOperand & { is: 'complex' }
type Written = ParsedOperand & { is: 'object' }

function isNull({ expr }: Complex): Expr {
  return same(expr, constant(null))
}

function isThere({ expr }: Complex): Expr {
  return { op: 'ne', left: expr, right: constant(null) }
}

function memberAt(model: Model, cursor: Cursor, { type, path, of, wrap, token }: Complex, name: string): ParsedOperand {
  const place: PathEnd = stepTo(model, { at: 'complex', type, path }, name, cursor.target)
  if (place.at === 'value') return valueAt(wrap({ op: 'member', path: place.path, of }), place.type, token)
  if (place.at !== 'complex') return refuse(cursor, `'${type.name}' as a whole, for its collection '${name}'`, token)
  return {
    is: 'complex',
    type: place.type,
    path: place.path,
    of,
    wrap,
    expr: wrap({ op: 'member', path: place.path, of }),
    token,
  }
}

/** Those that callers can know of. */
function membersOf({ props }: ComplexType): string[] {
  return Object.entries(props).flatMap(([name, { returned, published }]) =>
    returned === 'never' || published === false ? [] : [name],
  )
}

/** Each member is a comparison of its own, and the database takes so many. */
function count(cursor: Cursor, more: number, token: Token): void {
  cursor.operators = (cursor.operators ?? 0) + more
  if (cursor.operators > operatorLimit) refuse(cursor, `more than ${operatorLimit} operators`, token)
}

function checkNames(cursor: Cursor, type: ComplexType, { members }: Written): void {
  for (const [name, { token }] of members) {
    if (memberOf(type, name) !== undefined) continue
    throw new AppError('invalid', `${unknownText(name, type.name)} (Position ${token.at} in '${cursor.target}'.)`, {
      target: cursor.target,
    })
  }
}

function equalTo(reading: Reading, cursor: Cursor, left: ParsedOperand, right: ParsedOperand): Expr {
  if (left.is !== 'complex') {
    return right.is === 'complex' ? equalTo(reading, cursor, right, left) : compared(reading, cursor, 'eq', left, right)
  }
  if (right.is === 'null') return isNull(left)
  const { type } = left
  if (right.is === 'complex' ? right.type.name !== type.name : right.is !== 'object') {
    return fail(cursor, `a value of type '${type.name}'`, right.token)
  }
  if (right.is === 'object') checkNames(cursor, type, right)
  const names = membersOf(type)
  count(cursor, names.length + 1, right.token)
  const parts = names.map((name) => {
    const own = memberAt(reading.model, cursor, left, name)
    const none: ParsedOperand = { is: 'null', token: right.token }
    const other =
      right.is === 'complex'
        ? memberAt(reading.model, cursor, right, name)
        : ((right as Written).members.get(name.toLowerCase())?.operand ?? none)
    return equalTo(reading, cursor, own, other)
  })
  const both = all(isThere(left), ...parts)
  return right.is === 'complex'
    ? { op: 'or', args: [all(isNull(left), isNull(right)), all(isThere(right), both)] }
    : both
}

/** Whether the operands are compared here. */
export function isStructured(...operands: readonly ParsedOperand[]): boolean {
  return operands.some(({ is }) => is === 'complex' || is === 'object')
}

export function comparedWhole(
  reading: Reading,
  cursor: Cursor,
  op: Relational,
  left: ParsedOperand,
  right: ParsedOperand,
  token: Token,
): Expr {
  if (op !== 'eq' && op !== 'ne') return refuse(cursor, `'${op}' on values with members`, token)
  if (left.is !== 'complex' && right.is !== 'complex') return fail(cursor, 'a property beside the JSON object', token)
  const equal = equalTo(reading, cursor, left, right)
  return op === 'eq' ? equal : { op: 'not', arg: equal }
}
