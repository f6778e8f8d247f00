/**
 * A neutral query as one SQL statement. Its columns: the row's JSON text, the id, the carried keys, the order values.
 *
 * The form of a statement determines its plan in two cases. If a condition can be written as a select of ids (linked rows,
 * rows of a closure, rows with an element), the rows are looked up by these ids, and `cross join` keeps the order written
 * (sqlite.org/optoverview.html §8.2). A statement that must sort, or has several branches, sorts only ids and order values;
 * JSON is made for the rows of the page alone.
 */
import { sql } from 'kysely'
import { constant, type Expr, equal, member } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { TableFacts } from '../schema/layout.ts'
import type { QueryLayout } from './dialect.ts'
import { drawnCondition, drawnRows, placeIn } from './drawn.ts'
import { conditionOf, idsSql, leadOf, leadOfElements, operandOf } from './expression.ts'
import type { QueryScope } from './operand.ts'
import { afterSql, id, idDescending, type Key, keyOf, keysOf, limitSql, main, orderOf, orderSql } from './order.ts'
import { withSource } from './row-sets.ts'
import { isOfKinds, shapeSql } from './shape.ts'
import type { Choose } from './shown-values.ts'
import { bindSlot, type Compiled, column, comma, compile, every, joined, literal, type Sql, tenantSlot } from './sql.ts'

interface Branch {
  readonly from: Sql
  readonly conditions: readonly Sql[]
  readonly keys: readonly Key[]
}

const place = column(main, 'place')

/** Where rows come from: the table of the type, or what is drawn from another one. */
interface RowsFrom {
  readonly rows: Sql
  /** By what rows of one order value are ordered, and found again. */
  readonly key: Sql
  readonly isDrawn: boolean
}

function storedRows(facts: TableFacts): RowsFrom {
  return { rows: tableAs(facts, main), key: id, isDrawn: false }
}

function sourcesOf(layout: QueryLayout, { drawn }: RowQuery, facts: TableFacts): readonly RowsFrom[] {
  const stored = storedRows(facts)
  return drawn === true ? [stored, { rows: drawnRows(layout, facts, main), key: place, isDrawn: true }] : [stored]
}

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

function tableAs(facts: TableFacts, alias: string): Sql {
  return sql`${sql.table(facts.name)} as ${sql.id(alias)}`
}

function isId(expr: Expr): boolean {
  return expr.op === 'member' && expr.of === 'it' && expr.path.length === 1 && expr.path[0] === 'id'
}

function fixesId(expr: Expr): boolean {
  return expr.op === 'eq' && (isId(expr.left) || isId(expr.right))
}

/** Which place a drawn row of a given id has: ids are made of it, so that no index has them. */
function placesOf(facts: TableFacts, parts: readonly Expr[], scope: QueryScope): Sql[] {
  return parts.flatMap((part) => {
    if (part.op !== 'eq' || !fixesId(part)) return []
    const other = operandOf(isId(part.left) ? part.right : part.left, scope)
    return [sql`${place} = ${placeIn(facts.type, other.sql(false))}`]
  })
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
  source = storedRows(facts),
): Branch {
  const parts = [...conjunctsOf(expr), ...(query.filter === undefined ? [] : conjunctsOf(query.filter))]
  const isOne = parts.some(fixesId)
  const isListed = parts.some(({ op }) => op === 'listed')
  const scope = scopeOf(layout, facts, isOne || isListed)
  const best = isOne ? 0 : Math.max(0, ...parts.map((part) => leadOf(part, scope)))
  const lead = best === 0 ? undefined : parts.find((part) => leadOf(part, scope) === best)
  const ids = lead === undefined ? undefined : idsSql(lead, scope)
  const keys = keysOf(query, scope)
  const byKey = [sql`${column(main, 'tenant_no')} = ${tenantSlot}`, ...(ids === undefined ? [] : [sql`${id} = d.id`])]
  // How many ids a list of elements gives is unknown to a planner that does not see the values.
  const lookedUp = best === leadOfElements && !source.isDrawn ? layout.dialect.lookedUp : undefined
  const rows = lookedUp?.row(source.rows, main, every(byKey)) ?? source.rows
  const once = ids && (lookedUp?.once(ids) ?? sql`select distinct id from (${ids}) as i`)
  const own = (part: Expr) => (source.isDrawn ? drawnCondition(layout, facts.type, part, place, scope) : undefined)
  return {
    from: once === undefined ? source.rows : sql`(${once}) as d cross join ${rows}`,
    keys,
    conditions: [
      ...(lookedUp === undefined ? byKey : []),
      ...(ids !== undefined && source.isDrawn ? [sql`${place} = ${placeIn(facts.type, column('d', 'id'))}`] : []),
      ...(source.isDrawn ? placesOf(facts, parts, scope) : []),
      ...(facts.kinds === undefined ? [] : [isOfKinds(main, facts.kinds)]),
      ...parts.filter((part) => part !== lead).map((part) => own(part) ?? conditionOf(part, scope)),
      ...(query.after === true ? [afterSql(keys, idDescending(query), nulls)] : []),
    ],
  }
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

function direct(
  layout: QueryLayout,
  facts: TableFacts,
  query: RowQuery,
  branch: Branch,
  { key }: RowsFrom,
  limit: Sql,
): Sql {
  const values = branch.keys.map(({ value }) => value)
  return sql`${plainRows(layout, facts, query, branch)}${orderSql(layout.dialect, values, query, key)}${limit}`
}

/** Disjoint parts, each in the order of an index: the database merges them row by row, up to the limit. */
function merged({ dialect }: QueryLayout, query: RowQuery, rows: readonly Sql[], limit: Sql): Sql {
  const first = 2 + carriedKeys(query).length
  const values = orderOf(query).map((_, at) => sql`${sql.id(`c${first + at}`)}`)
  return sql`${joined(rows, sql` union all `)}${orderSql(dialect, values, query, sql`${sql.id('c1')}`)}${limit}`
}

// `union` removes duplicates, because a row that satisfies several branches has the same id and order values in each.
function deferred(
  layout: QueryLayout,
  facts: TableFacts,
  query: RowQuery,
  branches: readonly Branch[],
  { rows, key: rowKey }: RowsFrom,
  limit: Sql,
): Sql {
  const names = orderOf(query).map((_, at) => `k${at}`)
  const selects = branches.map(({ from, conditions, keys }) => {
    const values = keys.map(({ value }, at) => sql`${value} as ${sql.id(`k${at}`)}`)
    const order =
      query.limit === true
        ? orderSql(
            layout.dialect,
            keys.map(({ value }) => value),
            query,
            rowKey,
          )
        : sql``
    return sql`select * from (select ${joined([sql`${rowKey} as id`, ...values], comma)} from ${from}
      where ${every(conditions)}${order}${branchLimitSql(query)}) as b`
  })
  const pageKeys = names.map((name) => column('p', name))
  const inner = sql`select * from (${joined(selects, sql` union `)}) as p${orderSql(layout.dialect, pageKeys, query, column('p', 'id'))}${limit}`
  return sql`select ${named([...rowColumns(layout, facts, query, main), ...pageKeys])} from (${inner}) as p
    cross join ${rows} where ${column(main, 'tenant_no')} = ${tenantSlot} and ${rowKey} = ${column('p', 'id')}
    ${orderSql(layout.dialect, pageKeys, query, column('p', 'id'))}`
}

type Sorts = (compiled: Compiled) => boolean

export interface CompiledRows extends Compiled {
  /** Of a query that a request has a say in: the database sorts. */
  readonly isSorted: boolean
}

/** The rows that come from one source. */
function rowsOf(
  layout: QueryLayout,
  query: RowQuery,
  nulls: readonly boolean[],
  sorts: Sorts,
  source: RowsFrom,
  limit: Sql,
): Sql {
  const facts = layout.table(query.type.name)
  const parts = query.branches.map((expr) => partsOf(layout, facts, query, expr))
  const branches = parts.flat().map((expr) => branchOf(layout, facts, query, expr, nulls, source))
  const [only, ...more] = branches
  if (more.length > 0 && parts.length === 1 && layout.dialect.merges) {
    const rows = branches.map((part) => plainRows(layout, facts, query, part))
    return merged(layout, query, rows, limit)
  }
  if (only === undefined || more.length > 0) return deferred(layout, facts, query, branches, source, limit)
  const plain = direct(layout, facts, query, only, source, limit)
  return query.limit === true && sorts(compile(plain)) ? deferred(layout, facts, query, branches, source, limit) : plain
}

/**
 * `nulls`: which values of the bound position are null (empty without one). `sorts` tells whether SQLite would sort
 * whole rows for a statement. Drawn rows are read up to the limit as stored ones are, and both are put in one order.
 */
export function rowsQuery(layout: QueryLayout, query: RowQuery, nulls: readonly boolean[], sorts: Sorts): CompiledRows {
  const facts = layout.table(query.type.name)
  const isSorted = (rows: readonly Sql[]) => query.asked === true && rows.some((part) => sorts(compile(part)))
  const limit = limitSql(layout.dialect, query)
  if (query.drawn !== true) {
    const rows = rowsOf(layout, query, nulls, sorts, storedRows(facts), limit)
    return { ...compile(rows), isSorted: isSorted([rows]) }
  }
  const rows = sourcesOf(layout, query, facts).map((source) =>
    rowsOf(layout, query, nulls, sorts, source, branchLimitSql(query)),
  )
  const all = rows.map((part) => sql`select * from (${part}) as a`)
  return { ...compile(merged(layout, query, all, limit)), isSorted: isSorted(rows) }
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
    return (parts.some(fixesId) ? undefined : parts.find((part) => leadOf(part, scope) === leadOfElements)) ?? []
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

function countSql(layout: QueryLayout, query: RowQuery, source: RowsFrom): Sql {
  const facts = layout.table(query.type.name)
  const plain: RowQuery = { ...query, order: [], after: false }
  const branches = query.branches.map((expr) => branchOf(layout, facts, plain, expr, [], source))
  const [only, ...more] = branches
  if (only !== undefined && more.length === 0)
    return sql`select count(*) as c0 from ${only.from} where ${every(only.conditions)}`
  const selects = branches.map(
    ({ from, conditions }) => sql`select ${id} as id from ${from} where ${every(conditions)}`,
  )
  return sql`select count(*) as c0 from (${joined(selects, sql` union `)}) as u`
}

export function countQuery(layout: QueryLayout, query: RowQuery): Compiled {
  const counts = sourcesOf(layout, query, layout.table(query.type.name)).map((from) => countSql(layout, query, from))
  const [only, ...more] = counts
  if (only !== undefined && more.length === 0) return compile(only)
  return compile(
    sql`select ${joined(
      counts.map((count) => sql`(${count})`),
      sql` + `,
    )} as c0`,
  )
}
