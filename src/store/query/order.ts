/** The order of a query, and the place in it that a page goes on from. */
import { sql } from 'kysely'
import type { OrderKey } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { SqlDialect } from './dialect.ts'
import { operandOf } from './expression.ts'
import { type QueryScope, ranked } from './operand.ts'
import { bindSlot, column, comma, joined, type Sql, slot } from './sql.ts'

/** Alias of the table whose rows are listed. */
export const main = 't'
export const id: Sql = column(main, 'id')

export interface Key {
  readonly value: Sql
  readonly descending: boolean
  readonly nullable: boolean
}

/** The order keys before the id. Keys after it have no effect, because ids are unique. */
export function orderOf({ order }: RowQuery): readonly OrderKey[] {
  const end = order.findIndex(({ by }) => by.op === 'member' && by.of === 'it' && by.path[0] === 'id')
  return end < 0 ? order : order.slice(0, end)
}

/** Whether the query orders by id explicitly, descending. */
export function idDescending({ order }: RowQuery): boolean {
  return order.find(({ by }) => by.op === 'member' && by.of === 'it' && by.path[0] === 'id')?.descending === true
}

export function keyOf({ by, descending }: OrderKey, scope: QueryScope): Key {
  const operand = operandOf(by, scope)
  const value = operand.sql(operand.fold)
  return {
    value: operand.choice === undefined ? value : ranked(value, operand.choice),
    descending,
    nullable: operand.nullable,
  }
}

export function keysOf(query: RowQuery, scope: QueryScope): Key[] {
  return orderOf(query).map((key) => keyOf(key, scope))
}

function after(at: number): Sql {
  return slot({ from: 'after', at })
}

/**
 * The condition for rows strictly after a position, nulls lowest. `nulls`: which values of the position are null. Because
 * this is known, all comparisons are plain ones, which can use an index.
 */
export function afterSql(keys: readonly Key[], lastDescending: boolean, nulls: readonly boolean[]): Sql {
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

export function orderSql({ direction }: SqlDialect, keys: readonly Sql[], query: RowQuery, idSql: Sql): Sql {
  const order = orderOf(query)
  const parts = keys.map((key, at) => sql`${key}${direction(order[at]?.descending === true)}`)
  return sql` order by ${joined([...parts, sql`${idSql}${idDescending(query) ? sql` desc` : sql` asc`}`], comma)}`
}

export function limitSql({ unlimited }: SqlDialect, { limit, skip }: RowQuery): Sql {
  if (limit !== true && skip !== true) return sql``
  const rows = limit === true ? bindSlot('limit') : unlimited
  return skip === true ? sql` limit ${rows} offset ${bindSlot('skip')}` : sql` limit ${rows}`
}

/** Number of order values before the id in a position. */
export function orderCount(query: RowQuery): number {
  return orderOf(query).length
}
