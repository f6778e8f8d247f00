/** Conditions on several rows or elements: links to many rows, and searches. */
import { sql } from 'kysely'
import { invariant } from '#base/errors.ts'
import type { Expr } from '#edm/query.ts'
import type { ElementFacts } from '../schema/layout.ts'
import { memberOperand, type QueryScope, type SqlSource, sourceOf } from './operand.ts'
import { isOfKinds } from './shape.ts'
import { column, type Sql, tenantSlot } from './sql.ts'

export function withSource(scope: QueryScope, name: string, source: SqlSource): QueryScope {
  return {
    ...scope,
    sources: new Map([...scope.sources, [name, source]]),
  }
}

/** The element table of a collection; undefined if there is none. */
export function elementsAt(scope: QueryScope, of: string, over: readonly string[]): ElementFacts | undefined {
  const source = sourceOf(scope, of)
  const [key, ...rest] = over
  return source.kind === 'row' && key !== undefined && rest.length === 0 ? source.facts.field(key).elements : undefined
}

/** `within` finds the rows, by keys that have an index. */
export function rowsSql(
  expr: Expr & { op: 'some' | 'every' | 'rows' },
  scope: QueryScope,
  conditionOf: (expr: Expr, scope: QueryScope) => Sql,
): Sql {
  const facts = scope.layout.table(expr.type)
  const alias = scope.fresh()
  const inner = { ...withSource(scope, expr.as, { kind: 'row', facts, alias }), pinned: false }
  const kinds = facts.kinds === undefined ? sql`` : sql` and ${isOfKinds(alias, facts.kinds)}`
  const from = sql`from ${sql.table(facts.name)} as ${sql.id(alias)}
    where ${column(alias, 'tenant_no')} = ${tenantSlot}${kinds} and ${conditionOf(expr.within, inner)}`
  const where = expr.where && conditionOf(expr.where, inner)
  if (expr.op === 'rows') return sql`(select count(*) ${from})`
  // `is true` hides the condition from SQLite's planner, which may otherwise build an automatic index of the whole table.
  if (expr.op === 'some')
    return where === undefined ? sql`exists (select 1 ${from})` : sql`exists (select 1 ${from} and (${where}) is true)`
  return where === undefined ? sql`true` : sql`not exists (select 1 ${from} and (${where}) is not true)`
}

/**
 * `words`: a JSON array of alternatives. Each is an array of folded words, with a plus sign before a word that must occur
 * in an element (or in the folded text itself), and a minus sign before one that must not.
 */
export function search(expr: Expr & { op: 'search' }, scope: QueryScope, words: Sql): Sql {
  const [way, word, element] = [scope.fresh(), scope.fresh(), scope.fresh()]
  const elements = elementsAt(scope, 'it', [expr.member])
  const source = sourceOf(scope, 'it')
  invariant(source.kind === 'row', 'only rows are searched')
  const { each, element: textAt, position: place } = scope.layout.dialect
  const said = textAt(column(word, 'value'), 'Edm.String')
  const sought = sql`substr(${said}, 2)`
  const found =
    elements === undefined
      ? sql`coalesce(${place(memberOperand(scope, 'it', [expr.member]).sql(true), sought)}, 0) > 0`
      : sql`exists (select 1 from ${sql.table(elements.name)} as ${sql.id(element)}
          where ${column(element, 'tenant_no')} = ${tenantSlot} and ${column(element, 'owner_id')} = ${column(source.alias, 'id')}
          and ${place(column(element, elements.lead), sought)} > 0)`
  return sql`exists (select 1 from ${each(words, way)} where not exists (
    select 1 from ${each(column(way, 'value'), word)}
    where (${found}) = (substr(${said}, 1, 1) = '-')))`
}
