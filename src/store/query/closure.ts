/**
 * A closure as a recursive query with the columns context, node and depth. Equal states at one depth occur once; the limit
 * of the depth ends a walk around a cycle.
 */
import { sql } from 'kysely'
import { invariant } from '#base/errors.ts'
import type { Closure, ClosureStep, ClosureValue, ClosureYield } from '#edm/query.ts'
import type { TableFacts } from '../schema/layout.ts'
import type { QueryLayout } from './dialect.ts'
import { bindSlot, type Compiled, column, compile, constantSlot, every, joined, type Sql, tenantSlot } from './sql.ts'

const mostHops = 32

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

// `cross join`, because SQLite then joins the tables in the order written: from the state to the rows it leads to.
function stepSql(layout: QueryLayout, step: ClosureStep, first: boolean, params: Params): Sql {
  const isJoined = !first && !layout.dialect.lateral
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
    ...(isJoined ? [sql`w.depth < ${sql.lit(mostHops)}`] : []),
  ]
  const depth = isJoined ? sql`, w.depth + 1` : first ? sql`, 0` : sql``
  const from = isJoined ? sql`w cross join ` : sql``
  const through = joined(
    [...joins.values()].map(({ from }) => from),
    sql``,
  )
  return sql`select ${context}, ${node}${depth} from ${from}${sql.table(facts.name)} as x${through} where ${every(conditions)}`
}

function seedsSql(layout: QueryLayout, { seeds }: Closure, params: Params): Sql {
  return joined(
    seeds.map((seed) => stepSql(layout, seed, true, params)),
    sql` union `,
  )
}

/** `w`: all states, the seeds at depth 0; `s`: the seeds. */
function statesSql(layout: QueryLayout, closure: Closure, params: Params): Sql {
  const steps = closure.steps.map((step) => stepSql(layout, step, false, params))
  const further = layout.dialect.lateral
    ? sql`select n.context, n.node, w.depth + 1 from w
        cross join lateral (${joined(steps, sql` union all `)}) as n(context, node) where w.depth < ${sql.lit(mostHops)}`
    : joined(steps, sql` union `)
  const more = steps.length === 0 ? sql`` : sql` union ${further}`
  return sql`with recursive s(context, node, depth) as (${seedsSql(layout, closure, params)}),
    w(context, node, depth) as (select context, node, depth from s${more})`
}

/** The ids of the nodes reached, each once, without those that are seeds. */
export function reachedSql(layout: QueryLayout, closure: Closure, params: Params): Sql {
  return sql`${statesSql(layout, closure, params)} select node as id from w where depth > 0 except select node from s`
}

/** All states reached by at least one step, each once with its least depth, nearest first. */
export function walkQuery(layout: QueryLayout, closure: Closure): Compiled {
  return compile(
    sql`${statesSql(layout, closure, (name) => bindSlot(name))}
      select context, node, min(depth) as depth from w where depth > 0 group by context, node order by 3, 1, 2`,
  )
}
