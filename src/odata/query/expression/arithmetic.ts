/** Arithmetic over numbers, durations, dates and instants: OData URL Conventions 4.01 §5.1.1.2. Null in, null out. */
import type { Expr } from '#edm/query.ts'
import { type Cursor, fail } from '../syntax/cursor.ts'
import type { Token } from '../syntax/lexer.ts'
import {
  bigType,
  classOf,
  dateType,
  durationType,
  instantType,
  realType,
  typeName,
  type ValueType,
} from '../syntax/literal.ts'
import { exprOf, type ParsedOperand, type Reading, typeOf, valueAt } from './operand.ts'

interface Rule {
  readonly name: string
  readonly gives: ValueType
  /** The right side counts with the other sign. */
  readonly back?: true
}

const instant = 'Edm.DateTimeOffset'
const date = 'Edm.Date'
const span = 'Edm.Duration'

const rules: ReadonlyMap<string, Rule> = new Map([
  [`${instant} add ${span}`, { name: 'shift', gives: instantType }],
  [`${instant} sub ${span}`, { name: 'shift', gives: instantType, back: true }],
  [`${date} add ${span}`, { name: 'shiftdate', gives: dateType }],
  [`${date} sub ${span}`, { name: 'shiftdate', gives: dateType, back: true }],
  [`${instant} sub ${instant}`, { name: 'between', gives: durationType }],
  [`${date} sub ${date}`, { name: 'between', gives: durationType }],
  [`${span} add ${span}`, { name: 'add', gives: durationType }],
  [`${span} sub ${span}`, { name: 'sub', gives: durationType }],
  [`${span} mul number`, { name: 'mul', gives: durationType }],
  [`number mul ${span}`, { name: 'mul', gives: durationType }],
  [`${span} div number`, { name: 'divby', gives: durationType }],
  [`${span} divby number`, { name: 'divby', gives: durationType }],
])

function isWhole({ edm }: ValueType): boolean {
  return edm === 'Edm.Int32' || edm === 'Edm.Int64'
}

/** Whole numbers give whole ones, but for `divby`. */
function numbers(op: string, left: ValueType, right: ValueType): Rule {
  const whole = isWhole(left) && isWhole(right) && op !== 'divby'
  const name = op === 'div' || op === 'mod' ? (whole ? `whole${op}` : op === 'div' ? 'divby' : op) : op
  return { name, gives: whole ? bigType : realType }
}

function minus(arg: Expr): Expr {
  return { op: 'call', name: 'minus', args: [arg] }
}

/** A quoted text beside an instant is a duration. */
function spanIn(operand: ParsedOperand, beside: ValueType, type: ValueType): ValueType {
  return operand.is === 'literal' && operand.token.kind === 'string' && classOf(beside) !== 'number'
    ? durationType
    : type
}

export function arithmetic(
  reading: Reading,
  cursor: Cursor,
  op: string,
  token: Token,
  left: ParsedOperand,
  right: ParsedOperand,
): ParsedOperand {
  if (left.is === 'null' || right.is === 'null') return { is: 'null', token }
  const type = typeOf(cursor, left)
  const other = spanIn(right, type, typeOf(cursor, right))
  const classes = [classOf(type), classOf(other)]
  const isNumber = classes.every((name) => name === 'number')
  const rule = isNumber ? numbers(op, type, other) : rules.get(`${classes[0]} ${op} ${classes[1]}`)
  if (rule === undefined) {
    return fail(cursor, `values '${op}' can take, not '${typeName(type)}' and '${typeName(other)}'`, token)
  }
  const [a, b] = [exprOf(reading, cursor, left, type), exprOf(reading, cursor, right, other)]
  const args = [a, rule.back === true ? minus(b) : b]
  return valueAt({ op: 'call', name: rule.name, args }, rule.gives, left.token)
}

export function negative(reading: Reading, cursor: Cursor, arg: ParsedOperand, token: Token): ParsedOperand {
  if (arg.is === 'null') return { is: 'null', token }
  const type = typeOf(cursor, arg)
  if (classOf(type) !== 'number' && type.edm !== span) return fail(cursor, 'a number or a duration', arg.token)
  return valueAt(minus(exprOf(reading, cursor, arg, type)), type, token)
}
