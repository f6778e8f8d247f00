/**
 * A neutral query as one SQL statement. Its columns: the row's JSON text, the id, the carried keys, the order values.
 *
 * The form of a statement determines its plan in two cases. If a condition can be written as a select of ids (linked rows,
 * rows of a closure, rows with an element), the rows are looked up by these ids, and `cross join` keeps the order written
 * (sqlite.org/optoverview.html §8.2). A statement that must sort, or has several branches, sorts only ids and order values;
 * JSON is made for the rows of the page alone.
 */
import { sql } from 'kysely'
import { constant, type Expr, equal, member, type OrderKey } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { TableFacts } from '../schema/layout.ts'
import type { QueryLayout, SqlDialect } from './dialect.ts'
import { conditionOf, idsSql, leadOf, operandOf } from './expression.ts'
import { type QueryScope, ranked } from './operand.ts'
import { withSource } from './row-sets.ts'
import { isOfKinds, shapeSql } from './shape.ts'
import type { Choose } from './shown-values.ts'
import {
  bindSlot,
  type Compiled,
  column,
  comma,
  compile,
  every,
  joined,
  literal,
  type Sql,
  slot,
  tenantSlot,
} from './sql.ts'

interface Key {
  readonly value: Sql
  readonly descending: boolean
  readonly nullable: boolean
}

interface Branch {
  readonly from: Sql
  readonly conditions: readonly Sql[]
  readonly keys: readonly Key[]
}

const main = 't'
const id = column(main, 'id')

function scopeOf(layout: QueryLayout, facts: TableFacts, pinned: boolean): QueryScope {
  let used = 0
  return {
    layout,
    pinned,
    sources: new Map([['it', { kind: 'row', facts, alias: main }]]),
    fresh: () => {
      used += 1
      return `e${used}`
    },
  }
}

function conjunctsOf(expr: Expr): Expr[] {
  if (expr.op === 'and') return expr.args.flatMap(conjunctsOf)
  return expr.op === 'const' && expr.value === true ? [] : [expr]
}

/** The order keys before the id. Keys after it have no effect, because ids are unique. */
function orderOf({ order }: RowQuery): readonly OrderKey[] {
  const end = order.findIndex(({ by }) => by.op === 'member' && by.of === 'it' && by.path[0] === 'id')
  return end < 0 ? order : order.slice(0, end)
}

/** Whether the query orders by id explicitly, descending. */
function idDescending({ order }: RowQuery): boolean {
  return order.find(({ by }) => by.op === 'member' && by.of === 'it' && by.path[0] === 'id')?.descending === true
}

function keyOf({ by, descending }: OrderKey, scope: QueryScope): Key {
  const operand = operandOf(by, scope)
  const value = operand.sql(operand.fold)
  return {
    value: operand.choice === undefined ? value : ranked(value, operand.choice),
    descending,
    nullable: operand.nullable,
  }
}

function keysOf(query: RowQuery, scope: QueryScope): Key[] {
  return orderOf(query).map((key) => keyOf(key, scope))
}

/** Conditions on elements see only the element, not its row. */
function chooseIn(layout: QueryLayout, facts: TableFacts): Choose {
  return ({ variable = '', where, order = [], skip = 0, top }, type, alias) => {
    const source = { kind: 'json', value: column(alias, 'value'), type } as const
    const scope = withSource(scopeOf(layout, facts, false), variable, source)
    const { direction, unlimited } = layout.dialect
    const keys = order.map((key) => sql`${keyOf(key, scope).value}${direction(key.descending)}`)
    const rows = where === undefined ? sql`` : sql` where ${conditionOf(where, scope)}`
    return sql`${rows} order by ${joined([...keys, column(alias, 'key')], comma)} limit ${top === undefined ? unlimited : literal(top)} offset ${literal(skip)}`
  }
}

function after(at: number): Sql {
  return slot({ from: 'after', at })
}

/**
 * The condition for rows strictly after a position, nulls lowest. `nulls`: which values of the position are null. Because
 * this is known, all comparisons are plain ones, which can use an index.
 */
function afterSql(keys: readonly Key[], lastDescending: boolean, nulls: readonly boolean[]): Sql {
  const all = [...keys, { value: id, descending: lastDescending, nullable: false }]
  const rising = all.every(({ descending }, at) => !descending && nulls[at] !== true)
  // A row value that begins with a null is never greater, and nulls sort first. So this also holds for a nullable first key,
  // but not for later ones.
  if (rising && all.slice(1).every(({ nullable }) => !nullable))
    return sql`(${joined(
      all.map(({ value }) => value),
      comma,
    )}) > (${joined(
      all.map((_, at) => after(at)),
      comma,
    )})`
  const beyond = ({ value, descending, nullable }: Key, at: number): Sql => {
    if (nulls[at] === true) return descending ? sql`false` : sql`${value} is not null`
    if (!descending) return sql`${value} > ${after(at)}`
    return nullable ? sql`(${value} < ${after(at)} or ${value} is null)` : sql`${value} < ${after(at)}`
  }
  const level = ({ value }: Key, at: number): Sql =>
    nulls[at] === true ? sql`${value} is null` : sql`${value} = ${after(at)}`
  const nested = all.reduceRight<Sql | undefined>((rest, key, at) => {
    if (rest === undefined) return beyond(key, at)
    return sql`(${beyond(key, at)} or (${level(key, at)} and ${rest}))`
  }, undefined)
  const [first] = all
  if (first === undefined || nested === undefined || nulls[0] === true || (first.descending && first.nullable))
    return nested ?? sql`true`
  // Redundant, but it bounds the range of the index.
  return sql`${first.value} ${first.descending ? sql`<=` : sql`>=`} ${after(0)} and ${nested}`
}

function tableAs(facts: TableFacts, alias: string): Sql {
  return sql`${sql.table(facts.name)} as ${sql.id(alias)}`
}

function isId(expr: Expr): boolean {
  return expr.op === 'member' && expr.of === 'it' && expr.path.length === 1 && expr.path[0] === 'id'
}

function fixesId(expr: Expr): boolean {
  return expr.op === 'eq' && (isId(expr.left) || isId(expr.right))
}

function keyAt(expr: Expr | undefined): string | undefined {
  return expr?.op === 'member' && expr.of === 'it' && expr.path.length === 1 ? expr.path[0] : undefined
}

/**
 * Splits a condition by the values of a column, if an index has this column before the key of the order: each part is then
 * read in the order of the index. Otherwise returns the condition itself.
 */
function partsOf(layout: QueryLayout, facts: TableFacts, query: RowQuery, expr: Expr): readonly Expr[] {
  const parts = conjunctsOf(expr)
  const fixed = new Set(parts.map((part) => (part.op === 'eq' ? keyAt(part.left) : undefined)))
  const wanted = keyAt(orderOf(query)[0]?.by)
  /** Keys of an index before its last one for which the condition gives no value. */
  const open = (keys: readonly string[]) => keys.slice(0, -1).filter((key) => !fixed.has(key))
  const inOrder = facts.indexes.filter(({ keys }) => keys.at(-1) === wanted)
  const index = inOrder.find(({ keys, parts: values }) => values !== undefined && open(keys).length === 1)
  const key = index?.keys.at(-2)
  if (key === undefined || fixed.has(key) || inOrder.some(({ keys }) => open(keys).length === 0)) return [expr]
  const scope = scopeOf(layout, facts, false)
  const all = [...parts, ...(query.filter === undefined ? [] : conjunctsOf(query.filter))]
  // A condition that finds rows by their ids is not split.
  if (all.some((part) => fixesId(part) || leadOf(part, scope) > 0)) return [expr]
  return (index?.parts ?? []).map((value) => ({ op: 'and', args: [expr, equal(member(key), constant(value))] }))
}

function branchOf(
  layout: QueryLayout,
  facts: TableFacts,
  query: RowQuery,
  expr: Expr,
  nulls: readonly boolean[],
): Branch {
  const parts = [...conjunctsOf(expr), ...(query.filter === undefined ? [] : conjunctsOf(query.filter))]
  const isOne = parts.some(fixesId)
  const isListed = parts.some(({ op }) => op === 'listed')
  const scope = scopeOf(layout, facts, isOne || isListed)
  const best = isOne ? 0 : Math.max(0, ...parts.map((part) => leadOf(part, scope)))
  const lead = best === 0 ? undefined : parts.find((part) => leadOf(part, scope) === best)
  const ids = lead === undefined ? undefined : idsSql(lead, scope)
  const keys = keysOf(query, scope)
  return {
    from:
      ids === undefined
        ? tableAs(facts, main)
        : sql`(select distinct id from (${ids}) as i) as d cross join ${tableAs(facts, main)}`,
    keys,
    conditions: [
      sql`${column(main, 'tenant_no')} = ${tenantSlot}`,
      ...(ids === undefined ? [] : [sql`${id} = d.id`]),
      ...(facts.kinds === undefined ? [] : [isOfKinds(main, facts.kinds)]),
      ...parts.filter((part) => part !== lead).map((part) => conditionOf(part, scope)),
      ...(query.after === true ? [afterSql(keys, idDescending(query), nulls)] : []),
    ],
  }
}

function orderSql({ direction }: SqlDialect, keys: readonly Sql[], query: RowQuery, idSql: Sql): Sql {
  const order = orderOf(query)
  const parts = keys.map((key, at) => sql`${key}${direction(order[at]?.descending === true)}`)
  return sql` order by ${joined([...parts, sql`${idSql}${idDescending(query) ? sql` desc` : sql` asc`}`], comma)}`
}

function limitSql({ unlimited }: SqlDialect, { limit, skip }: RowQuery): Sql {
  if (limit !== true && skip !== true) return sql``
  const rows = limit === true ? bindSlot('limit') : unlimited
  return skip === true ? sql` limit ${rows} offset ${bindSlot('skip')}` : sql` limit ${rows}`
}

/** The limit of one branch. It includes the rows that the whole query skips. */
function branchLimitSql({ limit, skip }: RowQuery): Sql {
  if (limit !== true) return sql``
  return skip === true ? sql` limit ${bindSlot('limit')} + ${bindSlot('skip')}` : sql` limit ${bindSlot('limit')}`
}

// Names are unique, because a driver that returns rows as objects would lose columns of the same name.
function named(columns: readonly Sql[]): Sql {
  return joined(
    columns.map((value, at) => sql`${value} as ${sql.id(`c${at}`)}`),
    comma,
  )
}

/** Carried row keys that are columns of the result, beside the id. */
export function carriedKeys({ carry }: RowQuery): readonly string[] {
  return [...new Set(carry)].filter((key) => key !== 'id')
}

function rowColumns(layout: QueryLayout, facts: TableFacts, query: RowQuery, alias: string): Sql[] {
  return [
    shapeSql(layout.dialect, facts, alias, query.shape, chooseIn(layout, facts)),
    column(alias, 'id'),
    ...carriedKeys(query).map((key) => column(alias, facts.field(key).column)),
  ]
}

function plainRows(layout: QueryLayout, facts: TableFacts, query: RowQuery, { from, conditions, keys }: Branch): Sql {
  return sql`select ${named([...rowColumns(layout, facts, query, main), ...keys.map(({ value }) => value)])} from ${from}
    where ${every(conditions)}`
}

function direct(layout: QueryLayout, facts: TableFacts, query: RowQuery, branch: Branch): Sql {
  const values = branch.keys.map(({ value }) => value)
  return sql`${plainRows(layout, facts, query, branch)}${orderSql(layout.dialect, values, query, id)}${limitSql(layout.dialect, query)}`
}

/** Disjoint parts, each in the order of an index: the database merges them row by row, up to the limit. */
function merged(layout: QueryLayout, facts: TableFacts, query: RowQuery, parts: readonly Branch[]): Sql {
  const rows = parts.map((part) => plainRows(layout, facts, query, part))
  const first = 2 + carriedKeys(query).length
  const values = orderOf(query).map((_, at) => sql`${sql.id(`c${first + at}`)}`)
  return sql`${joined(rows, sql` union all `)}${orderSql(layout.dialect, values, query, sql`${sql.id('c1')}`)}${limitSql(layout.dialect, query)}`
}

// `union` removes duplicates, because a row that satisfies several branches has the same id and order values in each.
function deferred(layout: QueryLayout, facts: TableFacts, query: RowQuery, branches: readonly Branch[]): Sql {
  const names = orderOf(query).map((_, at) => `k${at}`)
  const selects = branches.map(({ from, conditions, keys }) => {
    const values = keys.map(({ value }, at) => sql`${value} as ${sql.id(`k${at}`)}`)
    const order =
      query.limit === true
        ? orderSql(
            layout.dialect,
            keys.map(({ value }) => value),
            query,
            id,
          )
        : sql``
    return sql`select * from (select ${joined([sql`${id} as id`, ...values], comma)} from ${from}
      where ${every(conditions)}${order}${branchLimitSql(query)}) as b`
  })
  const pageKeys = names.map((name) => column('p', name))
  const inner = sql`select * from (${joined(selects, sql` union `)}) as p${orderSql(layout.dialect, pageKeys, query, column('p', 'id'))}${limitSql(layout.dialect, query)}`
  return sql`select ${named([...rowColumns(layout, facts, query, main), ...pageKeys])} from (${inner}) as p
    cross join ${tableAs(facts, main)} where ${column(main, 'tenant_no')} = ${tenantSlot} and ${id} = ${column('p', 'id')}
    ${orderSql(layout.dialect, pageKeys, query, column('p', 'id'))}`
}

/** Number of order values before the id in a position. */
export function orderCount(query: RowQuery): number {
  return orderOf(query).length
}

/**
 * `nulls`: which values of the bound position are null (empty without one). `sorts` tells whether SQLite would sort
 * whole rows for a statement.
 */
export function rowsQuery(
  layout: QueryLayout,
  query: RowQuery,
  nulls: readonly boolean[],
  sorts: (compiled: Compiled) => boolean,
): Compiled {
  const facts = layout.table(query.type.name)
  const parts = query.branches.map((expr) => partsOf(layout, facts, query, expr))
  const branches = parts.flat().map((expr) => branchOf(layout, facts, query, expr, nulls))
  const [only, ...more] = branches
  if (more.length > 0 && parts.length === 1 && layout.dialect.merges)
    return compile(merged(layout, facts, query, branches))
  if (only === undefined || more.length > 0) return compile(deferred(layout, facts, query, branches))
  const compiled = compile(direct(layout, facts, query, only))
  return query.limit === true && sorts(compiled) ? compile(deferred(layout, facts, query, branches)) : compiled
}

/**
 * Counts the rows that an index of elements finds for a query, up to the bound `most`: cheap where they are few. Undefined
 * for a query of which not every branch is found in this way. `lookups`: by which condition each branch is found.
 */
export function foundQuery(
  layout: QueryLayout,
  query: RowQuery,
): { compiled: Compiled; lookups: readonly Expr[] } | undefined {
  const scope = scopeOf(layout, layout.table(query.type.name), false)
  const lookups = query.branches.flatMap((branch) => {
    const parts = [...conjunctsOf(branch), ...(query.filter === undefined ? [] : conjunctsOf(query.filter))]
    return (parts.some(fixesId) ? undefined : parts.find((part) => leadOf(part, scope) === 3)) ?? []
  })
  const ids = lookups.flatMap((lookup) => idsSql(lookup, scope) ?? [])
  if (ids.length === 0 || ids.length < query.branches.length) return undefined
  const compiled = compile(
    sql`select count(*) as c0 from (select 1 from (${joined(ids, sql` union all `)}) as i limit ${bindSlot('most')}) as f`,
  )
  return { compiled, lookups }
}

/** The rows of another statement as one text, in its order, and their number. */
export function joinedText(text: string): string {
  return `select coalesce(group_concat("c0", ','), '') as "x0", count(*) as "x1" from (${text}) as x`
}

export function countQuery(layout: QueryLayout, query: RowQuery): Compiled {
  const facts = layout.table(query.type.name)
  const plain: RowQuery = { ...query, order: [], after: false }
  const branches = query.branches.map((expr) => branchOf(layout, facts, plain, expr, []))
  const [only, ...more] = branches
  if (only !== undefined && more.length === 0)
    return compile(sql`select count(*) as c0 from ${only.from} where ${every(only.conditions)}`)
  const selects = branches.map(
    ({ from, conditions }) => sql`select ${id} as id from ${from} where ${every(conditions)}`,
  )
  return compile(sql`select count(*) as c0 from (${joined(selects, sql` union `)}) as u`)
}
