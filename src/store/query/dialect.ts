/** The SQL in which the databases differ. All other SQL is the same for both. */

import type { Model } from '#edm/model.ts'
import type { Prop } from '#edm/props.ts'
import { type Layout, layoutOf } from '../schema/layout.ts'
import type { Sql } from './sql.ts'

export interface SqlDialect {
  /** Equality: true if both are null, null or false if one is. */
  same(left: Sql, right: Sql): Sql
  /** A condition as 0, 1 or null. */
  flag(condition: Sql): Sql
  /** Text folded as by `base/text/fold.ts`. */
  fold(text: Sql): Sql
  lower(text: Sql): Sql
  upper(text: Sql): Sql
  /** The length of an ISO 8601 duration in seconds. */
  seconds(duration: Sql): Sql
  /** The value at a path inside JSON, of the type declared there. */
  inside(json: Sql, path: readonly string[], type: Prop | undefined): Sql
  /** The column `value` of `each`, cast to the declared type of the elements. */
  element(value: Sql, type: Prop['type']): Sql
  /** The elements of a collection, for `from`, with the columns `value` and `key`. */
  each(collection: Sql, alias: string): Sql
  /** The number of its elements. */
  size(collection: Sql): Sql
  /** Position of a text in another, counted from 1; 0: not found. */
  position(whole: Sql, part: Sql): Sql
  /** `from` counts from 0. */
  substring(whole: Sql, from: Sql, count: Sql | undefined): Sql
  /** JSON text of a primitive value; `null` for null. */
  quote(value: Sql): Sql
  /** JSON text of the current element of `each`, and of a member of an object; null if there is none. */
  elementText(collection: Sql, alias: string): Sql
  memberText(object: Sql, name: string): Sql
  isMissing(object: Sql, name: string): Sql
  /** The members of a JSON object, for `from`: `key`, and the JSON text `before` and, in the other object, `after`. */
  members(object: Sql, other: Sql, alias: string): Sql
  /** A text that is made, compared and sorted bytewise as stored ones are. */
  bytewise(text: Sql): Sql
  /** Whether the value is SQL's null or JSON's. */
  isNothing(json: Sql): Sql
  concat(parts: readonly Sql[]): Sql
  /** Aggregate: the texts of several rows with commas between them; null if there are no rows. */
  gathered(text: Sql): Sql
  /** Nulls sort lowest. */
  direction(descending: boolean): Sql
  /** The argument of `limit` for no limit. */
  readonly unlimited: Sql
  /** Truncates. */
  whole(value: Sql): Sql
  /** Rounds half away from zero. */
  round(value: Sql): Sql
  /** An instant or a day plus seconds; and the difference of two instants in seconds. */
  shift(instant: Sql, seconds: Sql): Sql
  shiftDate(day: Sql, seconds: Sql): Sql
  between(later: Sql, earlier: Sql): Sql
  /** Any one row of a statement. */
  first(rows: string): string
  /** Begins an insert of several rows that need not be undone alone: if it fails, the whole write is rolled back. */
  readonly insertAll: string
  /** The values of a JSON list, for `in`. */
  listed(list: string, kind: 'text' | 'number'): string
  /** Whether a text is in another. */
  holds(whole: string, part: string): string
  /** Whether the planner merges the ordered branches of a `union all` row by row, up to the limit, instead of sorting. */
  readonly merges: boolean
  /** Whether a recursive query may refer to itself only once. The steps are then in a lateral join. */
  readonly lateral: boolean
  /** The ids of a select, and the row of each, looked up by `test`. Undefined: a cross join of both does that. */
  readonly lookedUp: LookedUp | undefined
}

export interface LookedUp {
  /** A select of ids, each once. */
  once(ids: Sql): Sql
  row(rows: Sql, alias: string, test: Sql): Sql
}

/** Tables and columns of the models, and the SQL dialect. */
export interface QueryLayout extends Layout {
  readonly dialect: SqlDialect
}

export function queryLayoutOf(models: readonly Model[], dialect: SqlDialect): QueryLayout {
  return { ...layoutOf(models), dialect }
}
