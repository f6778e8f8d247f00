/**
 * Expressions as SQL conditions, with OData's rules for null (OData URL conventions 4.01 §5.1.1.1): comparisons are
 * true or false, never null. SQL's null counts as false anyway, unless it is negated; only then is it converted to false.
 */
import { sql } from 'kysely'
import { AppError, invariant } from '#base/errors.ts'
import type { EnumType } from '#edm/props.ts'
import type { Comparison, Expr } from '#edm/query.ts'
import type { ElementFacts } from '../schema/layout.ts'
import { reachedSql } from './closure.ts'
import { functionNamed } from './functions.ts'
import {
  constantOperand,
  known,
  memberOperand,
  paramOperand,
  type QueryScope,
  ranked,
  type SqlOperand,
  type SqlSource,
  sourceOf,
} from './operand.ts'
import { elementsAt, rowsSql, search, withSource } from './row-sets.ts'
import { isOfKinds } from './shape.ts'
import { bindSlot, column, comma, joined, type Sql, tenantSlot } from './sql.ts'

function isNull(expr: Expr): boolean {
  return expr.op === 'const' && expr.value === null
}

const orders: Readonly<Record<'lt' | 'le' | 'gt' | 'ge', Sql>> = { lt: sql`<`, le: sql`<=`, gt: sql`>`, ge: sql`>=` }

function isKind({ of, kinds }: Expr & { op: 'isKind' }, scope: QueryScope): Sql {
  const source = sourceOf(scope, of)
  invariant(source.kind === 'row', `the variable ${of} is not a row`)
  return sql`coalesce(${isOfKinds(source.alias, kinds)}, false)`
}

export function operandOf(expr: Expr, scope: QueryScope): SqlOperand {
  switch (expr.op) {
    case 'const':
      return constantOperand(expr.value)
    case 'param':
      return paramOperand(expr.name)
    case 'member':
      return memberOperand(scope, expr.of, expr.path)
    case 'size':
      return known(sizeOf(expr, scope))
    case 'through':
      return throughOperand(expr, scope)
    case 'rows':
      return known(rowsSql(expr, scope, conditionOf), false)
    case 'when':
      return guarded(
        operandOf(expr.value, scope),
        (value) => sql`case when ${conditionOf(expr.test, scope)} then ${value} end`,
      )
    case 'call': {
      const facts = functionNamed(expr.name, expr.args.length)
      const made = facts.make(
        expr.args.map((arg) => operandOf(arg, scope)),
        scope.layout.dialect,
      )
      return facts.is === 'condition' ? known(scope.layout.dialect.flag(made.sql(false))) : made
    }
    default:
      return known(scope.layout.dialect.flag(conditionOf(expr, scope)))
  }
}

/** Wraps the SQL of an operand in SQL that may give null. Its other facts remain. */
function guarded(operand: SqlOperand, around: (value: Sql) => Sql): SqlOperand {
  return {
    sql: (folded) => sql`(${around(operand.sql(folded))})`,
    fold: operand.fold,
    nullable: true,
    ...(operand.choice === undefined ? {} : { choice: operand.choice }),
  }
}

/** One row is looked up by its id. */
function throughOperand(expr: Expr & { op: 'through' }, scope: QueryScope): SqlOperand {
  const facts = scope.layout.table(expr.type)
  const alias = scope.fresh()
  const inner = { ...withSource(scope, expr.as, { kind: 'row', facts, alias }), pinned: false }
  const key = memberOperand(scope, expr.of, [expr.key]).sql(false)
  const within = expr.within === undefined ? sql`` : sql` and ${conditionOf(expr.within, inner)}`
  return guarded(
    operandOf(expr.value, inner),
    (value) => sql`select ${value} from ${sql.table(facts.name)} as ${sql.id(alias)}
      where ${column(alias, 'tenant_no')} = ${tenantSlot} and ${column(alias, 'id')} = ${key}${within}`,
  )
}

function definite(condition: Sql, negated: boolean): Sql {
  return negated ? sql`coalesce(${condition}, false)` : condition
}

function comparedToNull(op: Comparison, operand: SqlOperand): Sql {
  if (op === 'ne') return sql`${operand.sql(operand.fold)} is not null`
  return op === 'eq' || op === 'same' ? sql`${operand.sql(operand.fold)} is null` : sql`false`
}

function ordered(op: keyof typeof orders, [x, y]: readonly [Sql, Sql], choice: EnumType | undefined): Sql {
  return choice === undefined
    ? sql`${x} ${orders[op]} ${y}`
    : sql`${ranked(x, choice)} ${orders[op]} ${ranked(y, choice)}`
}

function comparison(op: Comparison, left: Expr, right: Expr, scope: QueryScope, negated: boolean): Sql {
  const a = operandOf(left, scope)
  const b = operandOf(right, scope)
  if (isNull(right)) return comparedToNull(op, a)
  if (isNull(left)) return comparedToNull(op, b)
  const folded = a.fold || b.fold
  const [x, y] = [a.sql(folded), b.sql(folded)]
  switch (op) {
    case 'same':
      return definite(scope.layout.dialect.same(x, y), negated)
    case 'eq':
      if (a.nullable && b.nullable) return definite(scope.layout.dialect.same(x, y), negated)
      return definite(sql`${x} = ${y}`, negated && (a.nullable || b.nullable))
    case 'ne':
      return sql`${x} is distinct from ${y}`
    default:
      return definite(ordered(op, [x, y], a.choice ?? b.choice), negated)
  }
}

function membership({ left, list }: Expr & { op: 'in' }, scope: QueryScope, negated: boolean): Sql {
  const a = operandOf(left, scope)
  const others = list.filter((entry) => !isNull(entry)).map((entry) => operandOf(entry, scope))
  const folded = a.fold || others.some(({ fold }) => fold)
  const x = a.sql(folded)
  const tests = [
    ...(others.length === 0
      ? []
      : [
          definite(
            sql`${x} in (${joined(
              others.map((other) => other.sql(folded)),
              comma,
            )})`,
            negated,
          ),
        ]),
    ...(others.length === list.length ? [] : [sql`${x} is null`]),
  ]
  return tests.length === 0 ? sql`false` : sql`(${joined(tests, sql` or `)})`
}

/**
 * Whether an element table can evaluate a condition, and whether by its index: `anchored` if a necessary part of the
 * condition restricts the leading column.
 */
function suitability(expr: Expr, variable: string, elements: ElementFacts): 'no' | 'loose' | 'anchored' {
  const columnAt = (side: Expr) =>
    side.op === 'member' && side.of === variable && side.path.length === 1
      ? elements.member(side.path[0] ?? '')
      : undefined
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
      return expr.op === 'and' && parts.includes('anchored') ? 'anchored' : 'loose'
    }
    default:
      return 'no'
  }
}

/** The alternatives of a condition if the index of an element table finds each of them; otherwise undefined. */
function anchored(
  expr: Expr,
  scope: QueryScope,
): { elements: ElementFacts; alternatives: readonly Expr[] } | undefined {
  if (expr.op !== 'any' || expr.where === undefined) return undefined
  const elements = elementsAt(scope, expr.of, expr.over)
  if (elements === undefined) return undefined
  const alternatives = expr.where.op === 'or' ? expr.where.args : [expr.where]
  const all =
    alternatives.length > 0 && alternatives.every((one) => suitability(one, expr.variable, elements) === 'anchored')
  return all ? { elements, alternatives } : undefined
}

function elementIds(
  expr: Expr & { op: 'any' | 'all' },
  scope: QueryScope,
  where: Expr,
  facts: ElementFacts,
  test: Sql,
): Sql {
  const alias = scope.fresh()
  const body = conditionOf(where, withSource(scope, expr.variable, { kind: 'element', facts, alias }))
  const owner = column(alias, 'owner_id')
  const owned = scope.pinned ? sql` and ${owner} = ${test}` : sql``
  // An expression and not the column: for `distinct`, SQLite would scan the primary key, which has the ids in order.
  return sql`select ${owner} || '' as id from ${sql.table(facts.name)} as ${sql.id(alias)}
    where ${column(alias, 'tenant_no')} = ${tenantSlot} and ${body}${owned}`
}

function linkedIds(expr: Expr & { op: 'linked' }, scope: QueryScope): Sql {
  const facts = scope.layout.table(expr.type)
  const alias = scope.fresh()
  const key = facts.field(expr.key)
  const ids = column(alias, key.column)
  const body = conditionOf(expr.where, withSource(scope, expr.as, { kind: 'row', facts, alias }))
  // If the ids contain a null, `not in` is null.
  const some = scope.pinned
    ? sql` and ${ids} = ${idOf(scope, expr.of)}`
    : key.nullable
      ? sql` and ${ids} is not null`
      : sql``
  return sql`select ${ids} as id from ${sql.table(facts.name)} as ${sql.id(alias)}
    where ${column(alias, 'tenant_no')} = ${tenantSlot} and ${body}${some}`
}

function reachedIds({ closure, bind }: Expr & { op: 'reached' }, scope: QueryScope): Sql {
  return reachedSql(scope.layout, closure, (name) => {
    const value = bind[name]
    invariant(value !== undefined, `the closure ${closure.name} needs ${name}`)
    return operandOf(value, scope).sql(false)
  })
}

function listedIds({ list }: Expr & { op: 'listed' }, { fresh, layout: { dialect } }: QueryScope): Sql {
  const alias = fresh()
  return sql`select ${dialect.element(column(alias, 'value'), 'Edm.String')} as id from ${dialect.each(bindSlot(list), alias)}`
}

/** The rank of a condition on elements that have an index. */
export const leadOfElements = 3

/** How selective a condition is, as a rank; 0 if it cannot be written as a select of ids. */
export function leadOf(expr: Expr, scope: QueryScope): 0 | 1 | 2 | 3 | 4 {
  if (expr.op === 'listed') return 4
  if (anchored(expr, scope) !== undefined) return leadOfElements
  return expr.op === 'linked' ? 2 : expr.op === 'reached' ? 1 : 0
}

/** A select of the ids that satisfy a condition, as `id`, perhaps with duplicates. Undefined if `leadOf` is 0. */
export function idsSql(expr: Expr, scope: QueryScope): Sql | undefined {
  if (expr.op === 'listed') return listedIds(expr, scope)
  if (expr.op === 'linked') return linkedIds(expr, scope)
  if (expr.op === 'reached') return reachedIds(expr, scope)
  const found = anchored(expr, scope)
  if (found === undefined || expr.op !== 'any') return undefined
  const test = idOf(scope, expr.of)
  return joined(
    found.alternatives.map((one) => elementIds(expr, scope, one, found.elements, test)),
    sql` union all `,
  )
}

/** Whether the row is among the ids. If the scope is pinned, the select is restricted to the row already. */
function among(expr: Expr, scope: QueryScope, ids: Sql, of = 'it'): Sql {
  return scope.pinned && expr.op !== 'reached' ? sql`exists (${ids})` : sql`${idOf(scope, of)} in (${ids})`
}

function idOf(scope: QueryScope, of = 'it'): Sql {
  const source = sourceOf(scope, of)
  invariant(source.kind === 'row', `the variable ${of} is not a row`)
  return column(source.alias, 'id')
}

function elementType(scope: QueryScope, of: string, over: readonly string[]) {
  const source = sourceOf(scope, of)
  const type = source.kind === 'row' ? source.facts.field(over[0] ?? '').prop?.type : undefined
  return type ?? 'Edm.String'
}

function sizeOf({ over, of, variable, where }: Expr & { op: 'size' }, scope: QueryScope): Sql {
  const collection = memberOperand(scope, of, over).sql(false)
  if (variable === undefined || where === undefined) return scope.layout.dialect.size(collection)
  const alias = scope.fresh()
  const element: SqlSource = { kind: 'json', value: column(alias, 'value'), type: elementType(scope, of, over) }
  const body = conditionOf(where, withSource(scope, variable, element))
  return sql`(select count(*) from ${scope.layout.dialect.each(collection, alias)} where ${body})`
}

function lambda(expr: Expr & { op: 'any' | 'all' }, scope: QueryScope): Sql {
  const { where } = expr
  const ids = idsSql(expr, scope)
  if (ids !== undefined) return among(expr, scope, ids, expr.of)
  const alias = scope.fresh()
  const collection = memberOperand(scope, expr.of, expr.over).sql(false)
  if (where === undefined) return expr.op === 'all' ? sql`true` : sql`${scope.layout.dialect.size(collection)} > 0`
  const element: SqlSource = {
    kind: 'json',
    value: column(alias, 'value'),
    type: elementType(scope, expr.of, expr.over),
  }
  const body = conditionOf(where, withSource(scope, expr.variable, element))
  const from = sql`select 1 from ${scope.layout.dialect.each(collection, alias)}`
  return expr.op === 'any' ? sql`exists (${from} where ${body})` : sql`not exists (${from} where (${body}) is not true)`
}

/** `negated`: the expression is inside a `not`. */
export function conditionOf(expr: Expr, scope: QueryScope, negated = false): Sql {
  switch (expr.op) {
    case 'const':
      return expr.value === null ? sql`null` : expr.value === true ? sql`true` : sql`false`
    case 'param':
    case 'member':
      return sql`${operandOf(expr, scope).sql(false)} = 1`
    case 'and':
    case 'or':
      if (expr.args.length === 0) return expr.op === 'and' ? sql`true` : sql`false`
      return sql`(${joined(
        expr.args.map((arg) => conditionOf(arg, scope, negated)),
        expr.op === 'and' ? sql` and ` : sql` or `,
      )})`
    case 'not':
      return sql`not (${conditionOf(expr.arg, scope, true)})`
    case 'in':
      return membership(expr, scope, negated)
    case 'call': {
      const facts = functionNamed(expr.name, expr.args.length)
      if (facts.is !== 'condition')
        throw new AppError('invalid', `The function '${expr.name}' is neither true nor false.`)
      return facts
        .make(
          expr.args.map((arg) => operandOf(arg, scope)),
          scope.layout.dialect,
        )
        .sql(false)
    }
    case 'any':
    case 'all':
      return lambda(expr, scope)
    case 'size':
    case 'rows':
      throw new AppError('invalid', 'A count is neither true nor false.')
    case 'some':
    case 'every':
      return rowsSql(expr, scope, conditionOf)
    case 'isKind':
      return isKind(expr, scope)
    case 'through':
    case 'when':
      return sql`${operandOf(expr, scope).sql(false)} = 1`
    case 'listed':
      return sql`${idOf(scope)} in (${listedIds(expr, scope)})`
    case 'linked':
      return among(expr, scope, linkedIds(expr, scope), expr.of)
    case 'reached':
      return among(expr, scope, reachedIds(expr, scope), expr.of)
    case 'search':
      return search(expr, scope, operandOf(expr.text, scope).sql(false))
    default:
      return comparison(expr.op, expr.left, expr.right, scope, negated)
  }
}
