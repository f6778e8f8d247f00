/** The SQL in which databases differ, as pieces; all other SQL is common to them. One value for each database. */

import type { Model } from '#edm/model.ts'
import type { Prop } from '#edm/props.ts'
import { type Layout, layoutOf } from '../schema/layout.ts'
import type { Sql } from './sql.ts'

export interface SqlDialect {
  /** True or null where one is, true where both are null. */
  same(left: Sql, right: Sql): Sql
  /** A condition as 0, 1 or null. */
  flag(condition: Sql): Sql
  /** Text as `base/fold.ts` folds it, and in either case. */
  fold(text: Sql): Sql
  lower(text: Sql): Sql
  upper(text: Sql): Sql
  /** The length of an ISO 8601 duration in seconds. */
  seconds(duration: Sql): Sql
  /** The value at a path inside JSON, of the type declared there. */
  inside(json: Sql, path: readonly string[], type: Prop | undefined): Sql
  /** What `each` calls `value`, of the type declared for elements. */
  element(value: Sql, type: Prop['type']): Sql
  /** The elements of a collection, for `from`: with the columns `value` and `key`. */
  each(collection: Sql, alias: string): Sql
  /** The number of its elements. */
  size(collection: Sql): Sql
  /** Where a text begins in another, counted from 1; 0: nowhere. */
  position(whole: Sql, part: Sql): Sql
  /** From a place counted from 0. */
  substring(whole: Sql, from: Sql, count: Sql | undefined): Sql
  /** JSON text of one plain value; `null` for null. */
  quote(value: Sql): Sql
  /** JSON text of the elements `each` gives, and of a member of an object; null where there is none. */
  elementText(collection: Sql, alias: string): Sql
  memberText(object: Sql, name: string): Sql
  isMissing(object: Sql, name: string): Sql
  /** Whether JSON text is null, or not there at all. */
  isNothing(json: Sql): Sql
  concat(parts: readonly Sql[]): Sql
  /** Texts of several rows with commas between them; null where there are none. */
  gathered(text: Sql): Sql
  /** Nulls are lowest. */
  direction(descending: boolean): Sql
  /** No limit. */
  readonly unlimited: Sql
  /** A fraction cut off. */
  whole(value: Sql): Sql
  /** Half away from zero. */
  round(value: Sql): Sql
  /** An instant or a day moved by seconds, and the seconds from the second to the first. */
  shift(instant: Sql, seconds: Sql): Sql
  shiftDate(day: Sql, seconds: Sql): Sql
  between(later: Sql, earlier: Sql): Sql
  /** The first row there is of a statement, whichever. */
  first(rows: string): string
  /** Begins an insert of several rows that need not be undone by itself: who sees it fail undoes all it belongs to. */
  readonly insertAll: string
  /** Whether parts of a union that are each in the order of an index are merged row by row, as far as the limit goes. */
  readonly merges: boolean
  /** Whether a recursive query may name itself in one branch only, which may then be lateral. */
  readonly lateral: boolean
}

/** Where rows are kept, and the SQL that asks for them. */
export interface QueryLayout extends Layout {
  readonly dialect: SqlDialect
}

export function queryLayoutOf(models: readonly Model[], dialect: SqlDialect): QueryLayout {
  return { ...layoutOf(models), dialect }
}
