/**
 * A closure as a recursive query with the columns context and node. Each state occurs once, which ends a walk around a
 * cycle; how far it is from a seed is no part of it.
 */
import { sql } from 'kysely'
import { invariant } from '#base/errors.ts'
import type { Closure, ClosureStep, ClosureValue, ClosureYield } from '#edm/query.ts'
import type { TableFacts } from '../schema/layout.ts'
import type { QueryLayout } from './dialect.ts'
import { bindSlot, type Compiled, column, compile, constantSlot, every, joined, type Sql, tenantSlot } from './sql.ts'

/** The SQL for a parameter of a closure, in the query that contains the closure. */
type Params = (name: string) => Sql

function wanted(value: ClosureValue, first: boolean, params: Params): Sql {
  if ('param' in value) return params(value.param)
  if ('value' in value) return constantSlot(typeof value.value === 'boolean' ? Number(value.value) : value.value)
  invariant(!first, 'the seed of a closure has no state to start from')
  return column('w', value.state)
}

interface Join {
  readonly from: Sql
  readonly on: Sql
}

function yielded(
  of: ClosureYield,
  facts: TableFacts,
  first: boolean,
  layout: QueryLayout,
  joins: Map<string, Join>,
): Sql {
  if (of === 'context') {
    invariant(!first, 'the seed of a closure has no context to keep')
    return column('w', 'context')
  }
  if (!('through' in of)) return column('x', facts.field(of.key).column)
  const target = layout.table(of.type)
  const alias = `y_${facts.field(of.through).column}`
  joins.set(alias, {
    from: sql` cross join ${sql.table(target.name)} as ${sql.id(alias)}`,
    on: sql`${column(alias, 'tenant_no')} = ${tenantSlot}
      and ${column(alias, 'id')} = ${column('x', facts.field(of.through).column)}`,
  })
  return column(alias, target.field(of.key).column)
}

/** Where the states are that a step starts from, which it calls `w`. */
type Start = 's as w' | 'w'

// `cross join`, because SQLite then joins the tables in the order written: from the state to the rows it leads to.
function stepSql(layout: QueryLayout, step: ClosureStep, start: Start | undefined, params: Params): Sql {
  const first = start === undefined
  const facts = layout.table(step.type)
  const joins = new Map<string, Join>()
  const context = yielded(step.context, facts, first, layout, joins)
  const node = yielded(step.node, facts, first, layout, joins)
  const conditions = [
    sql`${column('x', 'tenant_no')} = ${tenantSlot}`,
    ...Object.entries(step.where).map(
      ([key, value]) => sql`${column('x', facts.field(key).column)} = ${wanted(value, first, params)}`,
    ),
    ...[...joins.values()].map(({ on }) => on),
  ]
  const from = first || layout.dialect.lateral ? sql`` : sql`${sql.raw(start)} cross join `
  const through = joined(
    [...joins.values()].map(({ from }) => from),
    sql``,
  )
  return sql`select ${context}, ${node} from ${from}${sql.table(facts.name)} as x${through} where ${every(conditions)}`
}

function seedsSql(layout: QueryLayout, { seeds }: Closure, params: Params): Sql {
  return joined(
    seeds.map((seed) => stepSql(layout, seed, undefined, params)),
    sql` union `,
  )
}

/** What one step leads to. */
function stepsSql(layout: QueryLayout, closure: Closure, start: Start, params: Params): Sql {
  const steps = closure.steps.map((step) => stepSql(layout, step, start, params))
  if (!layout.dialect.lateral) return joined(steps, sql` union `)
  return sql`select n.context, n.node from ${sql.raw(start)}
    cross join lateral (${joined(steps, sql` union all `)}) as n(context, node)`
}

/** The ids of the nodes reached, each once, without those that are seeds. */
export function reachedSql(layout: QueryLayout, closure: Closure, params: Params): Sql {
  return sql`with recursive s(context, node) as (${seedsSql(layout, closure, params)}),
    w(context, node) as (select context, node from s union ${stepsSql(layout, closure, 'w', params)})
    select node as id from w except select node from s`
}

/** All states reached by at least one step, each once, those of the first step first. */
export function walkQuery(layout: QueryLayout, closure: Closure): Compiled {
  const params: Params = (name) => bindSlot(name)
  return compile(
    sql`with recursive s(context, node) as (${seedsSql(layout, closure, params)}),
      f(context, node) as (${stepsSql(layout, closure, 's as w', params)}),
      w(context, node) as (select context, node from f union ${stepsSql(layout, closure, 'w', params)})
      select distinct context, node, 1 as direct from f
      union all select context, node, 0 from (select context, node from w except select context, node from f) as far
      order by 3 desc, 1, 2`,
  )
}
