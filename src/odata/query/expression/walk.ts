/** Paths of an expression over a model: from a row or a variable through values and links to what they end at. */
import type { EntityType, Nav, ToMany } from '#edm/define.ts'
import { isStored } from '#edm/model.ts'
import { all, constant, type Expr, equal, member, param, same, seenFrom } from '#edm/query.ts'
import { castTo, kindsOf } from '../../url/cast.ts'
import { type Cursor, fail, refuse } from '../syntax/cursor.ts'
import type { Token } from '../syntax/lexer.ts'
import { bigType } from '../syntax/literal.ts'
import type { Node, PathNode } from '../syntax/syntax.ts'
import { keyType, type PathEnd, placeOfValue, stepTo } from './names.ts'
import { condition, conditionOf, type ParsedOperand, type Reading, valueAt, type Wrap } from './operand.ts'

interface Variable {
  /** Its name in the expression, unique in the query. */
  readonly of: string
  readonly place: PathEnd
}

/** Names in sight; lambdas add theirs. */
export interface Sight {
  readonly reading: Reading
  readonly cursor: Cursor
  readonly root: Variable
  readonly variables: ReadonlyMap<string, Variable>
}

/** Makes an operand of a tree; handed in, so that paths need not know of operators. */
export type BindNode = (sight: Sight, node: Node) => ParsedOperand

export function sightOf(reading: Reading, cursor: Cursor, type: EntityType): Sight {
  return {
    reading,
    cursor,
    root: { of: 'it', place: { at: 'row', type } },
    variables: new Map(),
  }
}

export function newName({ reading }: Pick<Sight, 'reading'>): string {
  reading.counts.variables += 1
  return `v${reading.counts.variables - 1}`
}

/** Joins in one query: each is one more table for the database to look into. */
const joinLimit = 16

function countJoin({ reading, cursor }: Sight, token: Token): void {
  reading.counts.joins += 1
  if (reading.counts.joins > joinLimit) refuse(cursor, `more than ${joinLimit} links in one query`, token)
}

/** Where a path has come to, and what stands around a value found there. */
interface Way {
  readonly place: PathEnd
  readonly of: string
  readonly wrap: Wrap
}

const plain: Wrap = (expr) => expr

/** Rows guarded by `visibleIn` are seen through links as they are seen in listings. */
function guardOn({ reading, cursor }: Sight, type: EntityType, as: string, token: Token): Expr | undefined {
  const rule = type.visibleIn
  if (rule === undefined) return undefined
  const known = reading.uses.guard?.visibleIn
  if (known !== undefined && (known.ancestor !== rule.ancestor || known.ancestorKey !== rule.ancestorKey)) {
    return refuse(cursor, 'links to rows guarded in different ways', token)
  }
  reading.uses.guard = type
  return { op: 'or', args: [same(member(rule.key, as), constant(null)), equal(member(rule.key, as), param('visible'))] }
}

function targetOf(sight: Sight, nav: Nav, name: string, token: Token): EntityType {
  const { type } = sight.reading.model.view(nav.target)
  const isThere = isStored(type) && (nav.many || nav.stored)
  if (!isThere) return refuse(sight.cursor, `'${name}' in an expression`, token)
  countJoin(sight, token)
  return type
}

/** One link further: what is found there is a value of the linked row. */
function cross(sight: Sight, way: Way, { from, name, link }: PathEnd & { at: 'link' }, token: Token): Way {
  const type = targetOf(sight, link, name, token)
  const as = newName(sight)
  const within = guardOn(sight, type, as, token)
  const { of } = way
  const wrap: Wrap = (value) =>
    way.wrap({
      op: 'through',
      key: `${name}Id`,
      of,
      type: type.name,
      link: { from, name },
      as,
      ...(within === undefined ? {} : { within }),
      value,
    })
  return { place: { at: 'row', type }, of: as, wrap }
}

/** A derived type in a path: members of it, null on rows of other kinds. */
function narrow(sight: Sight, way: Way, token: Token): Way {
  const { cursor, reading } = sight
  if (way.place.at !== 'row') return refuse(cursor, `the type '${token.text}' in a path`, token)
  const { type } = way.place
  const cast = castTo(reading.model, type, token.text)
  if (cast === undefined) return fail(cursor, `a type derived from '${type.name}'`, token)
  if (cast.is === 'same') return way
  const place = { at: 'row', type: cast.type } as const
  // Rows of another table are none of these.
  if (cast.is === 'other') return { ...way, place, wrap: () => way.wrap(constant(null)) }
  const test: Expr = { op: 'isKind', of: way.of, kinds: kindsOf(reading.model, cast.type) }
  return { ...way, place, wrap: (value) => way.wrap({ op: 'when', test, value }) }
}

function operandAt(sight: Sight, { place, of, wrap }: Way, token: Token): ParsedOperand {
  if (place.at === 'value') return valueAt(wrap({ op: 'member', path: place.path, of }), place.type, token)
  if (place.at === 'complex') {
    const { type, path } = place
    return { is: 'complex', type, path, of, wrap, expr: wrap({ op: 'member', path, of }), token }
  }
  if (place.at === 'many') return { is: 'many', prop: place.prop, over: place.path, of, wrap, token }
  if (place.at === 'link' && place.link.stored) return { is: 'link', expr: wrap(member(`${place.name}Id`, of)), token }
  return refuse(sight.cursor, `'${token.text}' without a member of it`, token)
}

/** The id of a linked row is held by the row itself. */
function heldId(sight: Sight, way: Way, step: PathNode | undefined, start: Token): ParsedOperand | undefined {
  const { place, of, wrap } = way
  if (place.at !== 'link' || step?.is !== 'name' || step.token.text.toLowerCase() !== 'id') return undefined
  if (!place.link.stored) return refuse(sight.cursor, `'${place.name}/id' in an expression`, start)
  const type = keyType(sight.reading.model.view(place.link.target).type)
  return valueAt(wrap(member(`${place.name}Id`, of)), type, start)
}

/** One name further, from a row or a complex value; a link before it is crossed. */
function stepOn(sight: Sight, from: Way, step: PathNode, start: Token): Way {
  const { cursor, reading } = sight
  if (from.place.at === 'value') return fail(cursor, 'nothing after a single value', step.token)
  if (step.is !== 'name') return fail(cursor, 'a property', step.token)
  const { token } = step
  if (token.kind === 'alias') return refuse(cursor, `the annotation '${token.text}'`, token)
  const way = from.place.at === 'link' ? cross(sight, from, from.place, start) : from
  if (token.text.includes('.')) return narrow(sight, way, token)
  const { place } = way
  if (place.at !== 'row' && place.at !== 'complex') return fail(cursor, 'nothing more', token)
  return { ...way, place: stepTo(reading.model, place, token.text, cursor.target) }
}

/** memberExpr from a row, an element or a value */
export function bindPath(
  sight: Sight,
  from: Variable,
  steps: readonly PathNode[],
  start: Token,
  bind: BindNode,
): ParsedOperand {
  let way: Way = { ...from, wrap: plain }
  for (const [at, step] of steps.entries()) {
    const { place } = way
    if (place.at === 'many') return bindElements(sight, way, place, steps.slice(at), start, bind)
    if (place.at === 'links') return bindRows(sight, way, place, steps.slice(at), start, bind)
    const held = at === steps.length - 1 ? heldId(sight, way, step, start) : undefined
    if (held !== undefined) return held
    way = stepOn(sight, way, step, start)
  }
  if (way.place.at !== 'links') return operandAt(sight, way, start)
  return refuse(sight.cursor, `the collection '${way.place.name}' without '$count', 'any' or 'all'`, start)
}

/** The last steps of a path over a collection: filters, then how it is asked. */
function askedOf(
  sight: Sight,
  steps: readonly PathNode[],
): { readonly filters: readonly Node[]; readonly last: PathNode } {
  const { cursor } = sight
  const filters: Node[] = []
  let last = steps[0] as PathNode
  for (const step of steps) {
    last = step
    if (step.is !== 'filter') break
    if (step.key !== undefined) return refuse(cursor, "a key after '$filter'", step.token)
    filters.push(step.where)
  }
  if (last.is === 'filter') return fail(cursor, "'any', 'all' or '$count' after '$filter'", last.token)
  if (last.is === 'name' || last.is === 'call') return fail(cursor, "'any', 'all' or '$count'", last.token)
  return { filters: last.is === 'count' && last.where !== undefined ? [...filters, last.where] : filters, last }
}

function conditionIn(sight: Sight, names: readonly string[], inner: Variable, node: Node, bind: BindNode): Expr {
  const variables = new Map(sight.variables)
  for (const name of names) variables.set(name, inner)
  return conditionOf(sight.cursor, bind({ ...sight, variables }, node))
}

/** Conditions inside `$filter` start from the element: its members are named without a variable. */
function filterIn(sight: Sight, inner: Variable, nodes: readonly Node[], bind: BindNode): readonly Expr[] {
  const variables = new Map([
    ...sight.variables,
    ['$this', inner] as const,
    ['$it', sight.variables.get('$it') ?? sight.root] as const,
  ])
  return nodes.map((node) => conditionOf(sight.cursor, bind({ ...sight, root: inner, variables }, node)))
}

function both(parts: readonly Expr[]): Expr | undefined {
  return parts.length > 1 ? all(...parts) : parts[0]
}

/** The filters and what the lambda asks, as one condition: `all` holds where a filter does not. */
function wanted(is: 'any' | 'all', filters: readonly Expr[], asked: Expr | undefined): Expr | undefined {
  if (is === 'any' || asked === undefined || filters.length === 0) return both([...filters, ...(asked ? [asked] : [])])
  const isIn: Expr = { op: 'eq', left: all(...filters), right: constant(true) }
  return { op: 'or', args: [{ op: 'not', arg: isIn }, asked] }
}

function bindElements(
  sight: Sight,
  { of, wrap }: Way,
  place: PathEnd & { at: 'many' },
  steps: readonly PathNode[],
  start: Token,
  bind: BindNode,
): ParsedOperand {
  const { filters, last } = askedOf(sight, steps)
  const variable = newName(sight)
  const inner = { of: variable, place: placeOfValue(place.prop, []) }
  const tests = filterIn(sight, inner, filters, bind)
  const over = { over: place.path, of, variable }
  if (last.is === 'count') {
    const where = both(tests)
    return valueAt(
      wrap(where === undefined ? { op: 'size', over: place.path, of } : { op: 'size', ...over, where }),
      bigType,
      start,
    )
  }
  const lambda = last as PathNode & { is: 'any' | 'all' }
  const asked = lambda.where && conditionIn(sight, [lambda.variable?.text ?? ''], inner, lambda.where, bind)
  const where = wanted(lambda.is, tests, asked)
  return condition(wrap({ op: lambda.is, ...over, ...(where === undefined ? {} : { where }) }), start)
}

/** The rows a collection link stands for: those of its first scope, as far as they can be seen. */
function rowsOf(sight: Sight, nav: ToMany, type: EntityType, of: string, as: string, start: Token): Expr {
  const [scope] = Object.values(nav.scopes)
  const { branches = [], bind = {} } = scope ?? {}
  const values = Object.fromEntries(Object.entries(bind).map(([name, key]) => [name, member(key, of)]))
  const own = branches.map((branch) => seenFrom(branch, as, values))
  const guard = guardOn(sight, type, as, start)
  const [first] = own
  const inside: Expr = own.length === 1 && first !== undefined ? first : { op: 'or', args: own }
  return guard === undefined ? inside : all(inside, guard)
}

function bindRows(
  sight: Sight,
  { of, wrap }: Way,
  place: PathEnd & { at: 'links' },
  steps: readonly PathNode[],
  start: Token,
  bind: BindNode,
): ParsedOperand {
  const [first] = steps
  let type = targetOf(sight, place.link, place.name, start)
  const as = newName(sight)
  let within = rowsOf(sight, place.link, type, of, as, start)
  let rest = steps
  if (first?.is === 'name' && first.token.text.includes('.')) {
    const { model } = sight.reading
    const cast = castTo(model, type, first.token.text)
    if (cast === undefined) return fail(sight.cursor, `a type derived from '${type.name}'`, first.token)
    type = cast.type
    if (cast.is === 'derived') within = all(within, { op: 'isKind', of: as, kinds: kindsOf(model, type) })
    if (cast.is === 'other') within = constant(false)
    rest = steps.slice(1)
    if (rest.length === 0) return refuse(sight.cursor, `'${first.token.text}' without a member of it`, first.token)
  }
  const { filters, last } = askedOf(sight, rest)
  const inner: Variable = { of: as, place: { at: 'row', type } }
  const tests = filterIn(sight, inner, filters, bind)
  const link = { from: place.from, name: place.name }
  const rows = { type: type.name, link, as, within: all(within, ...tests) }
  if (last.is === 'count') return valueAt(wrap({ op: 'rows', ...rows }), bigType, start)
  const lambda = last as PathNode & { is: 'any' | 'all' }
  const where = lambda.where && conditionIn(sight, [lambda.variable?.text ?? ''], inner, lambda.where, bind)
  const op = lambda.is === 'any' ? 'some' : 'every'
  return condition(wrap({ op, ...rows, ...(where === undefined ? {} : { where }) }), start)
}
