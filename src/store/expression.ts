/**
 * Expressions as SQL conditions, with OData's rules for null (OData URL conventions 4.01 §5.1.1.1): comparisons are
 * true or false, never null. SQL's null counts as false where nothing negates it, so only there is it made false.
 */
import { sql } from 'kysely'
import { AppError, invariant } from '#base/errors.ts'
import type { Comparison, Expr } from '#edm/query.ts'
import { reachedSql } from './closure.ts'
import { functionNamed } from './functions.ts'
import type { ElementFacts } from './layout.ts'
import {
  constantOperand,
  known,
  memberOperand,
  type Operand,
  paramOperand,
  ranked,
  rowColumn,
  type Scope,
  type Source,
  sourceOf,
} from './operand.ts'
import { column, comma, joined, type Sql, tenantSlot } from './sql.ts'

const isNull = (expr: Expr): boolean => expr.op === 'const' && expr.value === null

const orders: Readonly<Record<'lt' | 'le' | 'gt' | 'ge', Sql>> = { lt: sql`<`, le: sql`<=`, gt: sql`>`, ge: sql`>=` }

export const operandOf = (expr: Expr, scope: Scope): Operand => {
  switch (expr.op) {
    case 'const':
      return constantOperand(expr.value)
    case 'param':
      return paramOperand(expr.name)
    case 'member':
      return memberOperand(scope, expr.of, expr.path)
    case 'size':
      return known(sql`json_array_length(${memberOperand(scope, expr.of, expr.over).sql(false)})`)
    case 'call':
      return functionNamed(expr.name, expr.args.length).make(expr.args.map((arg) => operandOf(arg, scope)))
    default:
      return known(sql`(${conditionOf(expr, scope)})`)
  }
}

const definite = (condition: Sql, negated: boolean): Sql => (negated ? sql`ifnull(${condition}, 0)` : condition)

const comparison = (op: Comparison, left: Expr, right: Expr, scope: Scope, negated: boolean): Sql => {
  if (isNull(left) && !isNull(right)) return comparison(op === 'same' || op === 'eq' || op === 'ne' ? op : 'lt', right, left, scope, negated)
  const a = operandOf(left, scope)
  const b = operandOf(right, scope)
  const folded = a.fold || b.fold
  const [x, y] = [a.sql(folded), b.sql(folded)]
  switch (op) {
    case 'same':
      return isNull(right) ? sql`${x} is null` : sql`${x} is ${y}`
    case 'eq':
      if (isNull(right)) return sql`${x} is null`
      if (a.nullable && b.nullable) return sql`${x} is ${y}`
      return definite(sql`${x} = ${y}`, negated && (a.nullable || b.nullable))
    case 'ne':
      return isNull(right) ? sql`${x} is not null` : sql`${x} is not ${y}`
    default: {
      if (isNull(right)) return sql`0`
      const choice = a.choice ?? b.choice
      return choice === undefined
        ? definite(sql`${x} ${orders[op]} ${y}`, negated)
        : definite(sql`${ranked(x, choice)} ${orders[op]} ${ranked(y, choice)}`, negated)
    }
  }
}

const membership = ({ left, list }: Expr & { op: 'in' }, scope: Scope, negated: boolean): Sql => {
  const a = operandOf(left, scope)
  const others = list.filter((entry) => !isNull(entry)).map((entry) => operandOf(entry, scope))
  const folded = a.fold || others.some(({ fold }) => fold)
  const x = a.sql(folded)
  const tests = [
    ...(others.length === 0 ? [] : [definite(sql`${x} in (${joined(others.map((other) => other.sql(folded)), comma)})`, negated)]),
    ...(others.length === list.length ? [] : [sql`${x} is null`]),
  ]
  return tests.length === 0 ? sql`0` : sql`(${joined(tests, sql` or `)})`
}

const withSource = (scope: Scope, name: string, source: Source): Scope => ({
  ...scope,
  sources: new Map([...scope.sources, [name, source]]),
})

/** The element table of a collection, when the variable is a row and has one for it. */
const elementsAt = (scope: Scope, of: string, over: readonly string[]): ElementFacts | undefined => {
  const source = sourceOf(scope, of)
  const [key, ...rest] = over
  return source.kind === 'row' && key !== undefined && rest.length === 0 ? source.facts.field(key).elements : undefined
}

/**
 * Whether an element table can answer a condition, and whether its index leads there: `anchored` when every way
 * to satisfy it names the leading column.
 */
const suitability = (expr: Expr, variable: string, elements: ElementFacts): 'no' | 'loose' | 'anchored' => {
  const columnAt = (side: Expr) =>
    side.op === 'member' && side.of === variable && side.path.length === 1 ? elements.member(side.path[0] ?? '') : undefined
  const isFixed = (side: Expr) => side.op === 'param' || (side.op === 'const' && side.value !== null)
  const pair = (a: Expr | undefined, b: Expr | undefined) => {
    const found = a === undefined || b === undefined || !isFixed(b) ? undefined : columnAt(a)
    if (found === undefined) return 'no'
    return found.column === elements.lead ? 'anchored' : 'loose'
  }
  switch (expr.op) {
    case 'eq': {
      const there = pair(expr.left, expr.right)
      return there === 'no' ? pair(expr.right, expr.left) : there
    }
    case 'call':
      return expr.name === 'startswith' ? pair(expr.args[0], expr.args[1]) : 'no'
    case 'and':
    case 'or': {
      const parts = expr.args.map((arg) => suitability(arg, variable, elements))
      if (parts.includes('no')) return 'no'
      const anchored = expr.op === 'and' ? parts.includes('anchored') : !parts.includes('loose')
      return anchored && parts.length > 0 ? 'anchored' : 'loose'
    }
    default:
      return 'no'
  }
}

const anchoredElements = (expr: Expr, scope: Scope): ElementFacts | undefined => {
  if (expr.op !== 'any' || expr.where === undefined) return undefined
  const elements = elementsAt(scope, expr.of, expr.over)
  return elements !== undefined && suitability(expr.where, expr.variable, elements) === 'anchored' ? elements : undefined
}

/** Conditions that name the ids wanted: the rows are best found by these ids, not tested one after the other. */
export const namesIds = (expr: Expr, scope: Scope): boolean =>
  expr.op === 'linked' || expr.op === 'reached' || anchoredElements(expr, scope) !== undefined

const idOf = (scope: Scope, of = 'it'): Sql => {
  const source = sourceOf(scope, of)
  invariant(source.kind === 'row', `the variable ${of} is not a row`)
  return column(source.alias, 'id')
}

const lambda = (expr: Expr & { op: 'any' | 'all' }, scope: Scope): Sql => {
  const { where } = expr
  const elements = anchoredElements(expr, scope)
  const alias = scope.fresh()
  if (elements !== undefined && where !== undefined) {
    const body = conditionOf(where, withSource(scope, expr.variable, { kind: 'element', facts: elements, alias }))
    return sql`${idOf(scope, expr.of)} in (select ${column(alias, 'owner_id')} from ${sql.table(elements.name)} as ${sql.id(alias)}
      where ${column(alias, 'tenant_no')} = ${tenantSlot} and ${body})`
  }
  const collection = memberOperand(scope, expr.of, expr.over).sql(false)
  if (where === undefined) return expr.op === 'all' ? sql`1` : sql`json_array_length(${collection}) > 0`
  const source = sourceOf(scope, expr.of)
  const type = source.kind === 'row' ? source.facts.field(expr.over[0] ?? '').prop?.type : undefined
  const element: Source = { kind: 'json', value: column(alias, 'value'), type: type ?? 'Edm.String' }
  const body = conditionOf(where, withSource(scope, expr.variable, element))
  const from = sql`select 1 from json_each(${collection}) as ${sql.id(alias)}`
  return expr.op === 'any' ? sql`exists (${from} where ${body})` : sql`not exists (${from} where (${body}) is not true)`
}

const linked = (expr: Expr & { op: 'linked' }, scope: Scope): Sql => {
  const facts = scope.layout.table(expr.type)
  const alias = scope.fresh()
  const key = facts.field(expr.key)
  const ids = column(alias, key.column)
  const body = conditionOf(expr.where, withSource(scope, expr.as, { kind: 'row', facts, alias, bare: false }))
  // One null among the ids would make `not in` null.
  const some = key.nullable ? sql` and ${ids} is not null` : sql``
  return sql`${idOf(scope)} in (select ${ids} from ${sql.table(facts.name)} as ${sql.id(alias)}
    where ${column(alias, 'tenant_no')} = ${tenantSlot} and ${body}${some})`
}

const reached = ({ closure, bind }: Expr & { op: 'reached' }, scope: Scope): Sql => {
  const params = (name: string): Sql => {
    const value = bind[name]
    invariant(value !== undefined, `the closure ${closure.name} needs ${name}`)
    return operandOf(value, scope).sql(false)
  }
  return sql`${idOf(scope)} in (${reachedSql(scope.layout, closure, params)})`
}

/** The text is a JSON array of folded words; each must occur in some element, or in the folded text itself. */
const search = (expr: Expr & { op: 'search' }, scope: Scope): Sql => {
  const words = operandOf(expr.text, scope).sql(false)
  const [word, element] = [scope.fresh(), scope.fresh()]
  const elements = elementsAt(scope, 'it', [expr.member])
  const source = sourceOf(scope, 'it')
  invariant(source.kind === 'row', 'only rows are searched')
  const sought = column(word, 'value')
  const found =
    elements === undefined
      ? sql`ifnull(instr(${memberOperand(scope, 'it', [expr.member]).sql(true)}, ${sought}), 0) > 0`
      : sql`exists (select 1 from ${sql.table(elements.name)} as ${sql.id(element)}
          where ${column(element, 'tenant_no')} = ${tenantSlot} and ${column(element, 'owner_id')} = ${rowColumn(source, 'id')}
          and instr(${column(element, elements.lead)}, ${sought}) > 0)`
  return sql`not exists (select 1 from json_each(${words}) as ${sql.id(word)} where not (${found}))`
}

/** `negated`: somewhere above it stands a `not`. */
export const conditionOf = (expr: Expr, scope: Scope, negated = false): Sql => {
  switch (expr.op) {
    case 'const':
      return expr.value === null ? sql`null` : expr.value === true ? sql`1` : sql`0`
    case 'param':
    case 'member':
      return sql`${operandOf(expr, scope).sql(false)} = 1`
    case 'and':
    case 'or':
      if (expr.args.length === 0) return expr.op === 'and' ? sql`1` : sql`0`
      return sql`(${joined(expr.args.map((arg) => conditionOf(arg, scope, negated)), expr.op === 'and' ? sql` and ` : sql` or `)})`
    case 'not':
      return sql`not (${conditionOf(expr.arg, scope, true)})`
    case 'in':
      return membership(expr, scope, negated)
    case 'call': {
      const facts = functionNamed(expr.name, expr.args.length)
      if (facts.is !== 'condition') throw new AppError('invalid', `The function '${expr.name}' is neither true nor false.`)
      return facts.make(expr.args.map((arg) => operandOf(arg, scope))).sql(false)
    }
    case 'any':
    case 'all':
      return lambda(expr, scope)
    case 'size':
      throw new AppError('invalid', 'A count is neither true nor false.')
    case 'linked':
      return linked(expr, scope)
    case 'reached':
      return reached(expr, scope)
    case 'search':
      return search(expr, scope)
    default:
      return comparison(expr.op, expr.left, expr.right, scope, negated)
  }
}
