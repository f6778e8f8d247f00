/** Calls of the canonical functions in expressions. Those over types and constants are here, the others in functions.ts. */
import { constant, type Expr, param } from '#edm/query.ts'
import { castTo, isAlways, kindsOf } from '../../url/cast.ts'
import { type Cursor, fail, refuse } from '../syntax/cursor.ts'
import { syntaxError, type Token } from '../syntax/lexer.ts'
import {
  bigType,
  classOf,
  flagType,
  instantType,
  quotedText,
  realType,
  textType,
  typeName,
  uuidType,
  type ValueType,
  wholeType,
} from '../syntax/literal.ts'
import type { Node, PathNode } from '../syntax/syntax.ts'
import { functions } from './functions.ts'
import { condition, exprOf, type ParsedOperand, storedAmong, storedExpr, typeOf, valueAt } from './operand.ts'
import type { BindNode, Sight } from './walk.ts'

const textTypes: Readonly<Record<string, ValueType>> = {
  'edm.string': textType,
  'edm.guid': uuidType,
  'edm.boolean': flagType,
  'edm.byte': wholeType,
  'edm.sbyte': wholeType,
  'edm.int16': wholeType,
  'edm.int32': wholeType,
  'edm.int64': bigType,
  'edm.single': realType,
  'edm.double': realType,
  'edm.datetimeoffset': instantType,
}

const castTypes: ReadonlyMap<string, ValueType> = new Map(Object.entries(textTypes))

/** The ends of what instants can say. */
const ends: ReadonlyMap<string, string> = new Map([
  ['mindatetime', '0001-01-01T00:00:00.000Z'],
  ['maxdatetime', '9999-12-31T23:59:59.999Z'],
])

/** A type as callers write it: bare, or in quotes as older ones do. */
function typeIn(cursor: Cursor, node: Node | undefined, call: Token): Token {
  if (node === undefined) throw syntaxError(cursor.target, call.at, `'${call.text}' needs the name of a type`)
  const text = node.is === 'literal' ? quotedText(node.token) : undefined
  if (text !== undefined) return { ...node.token, text }
  const isName = node.is === 'path' && node.steps.length === 1 && node.steps[0]?.is === 'name'
  return isName ? node.token : fail(cursor, 'the name of a type', node.token)
}

function bindIsof(sight: Sight, token: Token, nodes: readonly Node[], bind: BindNode): ParsedOperand {
  const { cursor, reading, root } = sight
  const [subject, named] = nodes.length > 1 ? [nodes[0], nodes[1]] : [undefined, nodes[0]]
  const name = typeIn(cursor, named, token)
  const place = sight.variables.get('$this')?.place ?? root.place
  if (subject !== undefined) {
    const operand = bind(sight, subject)
    const type = castTypes.get(name.text.toLowerCase())
    if (operand.is !== 'value') return refuse(cursor, "'isof' on anything but a single value", operand.token)
    const isOf = type !== undefined && classOf(type) === classOf(operand.type)
    return condition(isOf ? { op: 'ne', left: operand.expr, right: constant(null) } : constant(false), token)
  }
  if (place.at !== 'row') return refuse(cursor, "'isof' here", token)
  const { model } = reading
  if (isAlways(place.type, name.text)) return condition(constant(true), token)
  const cast = castTo(model, place.type, name.text)
  if (cast === undefined) return fail(cursor, `a type derived from '${place.type.name}'`, name)
  if (cast.is !== 'derived') return condition(constant(cast.is === 'same'), token)
  return condition({ op: 'isKind', of: root.of, kinds: kindsOf(model, cast.type) }, token)
}

function bindCast(sight: Sight, token: Token, nodes: readonly Node[], bind: BindNode): ParsedOperand {
  const { cursor, reading } = sight
  const [subject, named] = nodes
  if (subject === undefined || nodes.length !== 2) return refuse(cursor, "'cast' of anything but one value", token)
  const name = typeIn(cursor, named, token)
  const type = castTypes.get(name.text.toLowerCase())
  if (type === undefined) return refuse(cursor, `a cast to '${name.text}'`, name)
  const operand = bind(sight, subject)
  if (operand.is === 'null') return operand
  const own = typeOf(cursor, operand)
  const expr = exprOf(reading, cursor, operand, own)
  if (classOf(type) === 'number' && classOf(own) === 'number') {
    const call = type === realType ? 'real' : 'whole'
    return valueAt({ op: 'call', name: call, args: [expr] }, type, token)
  }
  if (classOf(own) === classOf(type)) return valueAt(expr, type, token)
  // GUIDs are stored as the texts they are.
  if (type === uuidType && own.guid === true) return valueAt(expr, type, token)
  if (type === textType && own === uuidType) return valueAt(expr, { ...textType, guid: true }, token)
  const isText = type === textType && (own.choice !== undefined || classOf(own) === 'number')
  if (!isText) return refuse(cursor, `a cast from '${typeName(own)}' to '${typeName(type)}'`, token)
  return valueAt({ op: 'call', name: 'text', args: [expr] }, textType, token)
}

function checkCount(cursor: Cursor, token: Token, given: number, least: number, most: number): void {
  if (given >= least && given <= most) return
  throw syntaxError(
    cursor.target,
    token.at,
    `the function '${token.text.toLowerCase()}' does not take ${given} arguments`,
  )
}

/** What a function makes of texts that are stored in a form is a part of such a text. GUIDs stay in lower case. */
function madeOf(name: string, args: readonly Expr[], stored: ValueType, token: Token): ParsedOperand {
  const made = stored.guid === true && name === 'toupper' ? 'tolower' : name
  return valueAt({ op: 'call', name: made, args }, stored, token)
}

/** methodCallExpr = name "(" BWS [ commonExpr *( BWS "," BWS commonExpr ) BWS ] ")" */
export function bindCall(sight: Sight, { token, args }: PathNode & { is: 'call' }, bind: BindNode): ParsedOperand {
  const { cursor, reading } = sight
  const name = token.text.toLowerCase()
  const named = args.find((argument) => argument.name !== undefined)?.name
  if (named !== undefined) return refuse(cursor, `the function '${token.text}'`, token)
  const nodes = args.map(({ value }) => value)
  if (name === 'isof') return bindIsof(sight, token, nodes, bind)
  if (name === 'cast') return bindCast(sight, token, nodes, bind)
  const end = ends.get(name)
  if (end !== undefined || name === 'now') {
    checkCount(cursor, token, nodes.length, 0, 0)
    if (end === undefined) reading.uses.now = true
    return valueAt(end === undefined ? param('now') : constant(end), instantType, token)
  }
  const facts = functions.get(name)
  if (facts === undefined) return refuse(cursor, `the function '${token.text}'`, token)
  checkCount(cursor, token, nodes.length, facts.least ?? facts.takes.length, facts.takes.length)
  const operands = nodes.map((node) => bind(sight, node))
  if (operands.some(({ is }) => is === 'null')) return { is: 'null', token }
  const stored = storedAmong(operands)
  const exprs = operands.map((operand, at): Expr => {
    const type = facts.takes[at] as ValueType
    return type === textType && stored !== undefined
      ? storedExpr(reading, cursor, operand, stored)
      : exprOf(reading, cursor, operand, type)
  })
  if (stored !== undefined && facts.gives === textType) return madeOf(name, exprs, stored, token)
  return valueAt({ op: 'call', name, args: exprs }, facts.gives, token)
}
