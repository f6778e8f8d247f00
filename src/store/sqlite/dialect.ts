/** SQLite's dialect. */
import { sql } from 'kysely'
import type { SqlDialect } from '../query/dialect.ts'
import { column, comma, joined, literal, type Sql } from '../query/sql.ts'
import { jsonPathOf } from '../schema/json-path.ts'
import { functions } from './sqlite.ts'

function named(name: string, value: Sql): Sql {
  return sql`${sql.raw(name)}(${value})`
}

/** A modifier of SQLite's date functions, rounded to milliseconds. */
function seconds(value: Sql): Sql {
  return sql`(round(${value}, 3) || ' seconds')`
}

function millis(value: Sql): Sql {
  return sql`round((julianday(${value}) - 2440587.5) * 86400000.0)`
}

function pathTo(name: string): Sql {
  return literal(jsonPathOf([name]))
}

export const sqliteDialect: SqlDialect = {
  same: (left, right) => sql`${left} is ${right}`,
  flag: (condition) => sql`(${condition})`,
  fold: (text) => named(functions.fold, text),
  lower: (text) => named(functions.lower, text),
  upper: (text) => named(functions.upper, text),
  seconds: (duration) => sql`cast(${named(functions.seconds, duration)} as double precision)`,
  inside: (json, path) => sql`json_extract(${json}, ${literal(jsonPathOf(path))})`,
  element: (value) => value,
  each: (collection, alias) => sql`json_each(${collection}) as ${sql.id(alias)}`,
  size: (collection) => sql`json_array_length(${collection})`,
  position: (whole, part) => sql`instr(${whole}, ${part})`,
  substring: (whole, from, count) =>
    count === undefined
      ? sql`substr(${whole}, 1 + max(0, ${from}))`
      : sql`substr(${whole}, 1 + max(0, ${from}), max(0, ${count}))`,
  quote: (value) => sql`json_quote(${value})`,
  // `->` gives the JSON text of any element; the column `value` does not.
  elementText: (collection, alias) => sql`(${collection} -> ('$[' || ${column(alias, 'key')} || ']'))`,
  memberText: (object, name) => sql`(${object} -> ${pathTo(name)})`,
  isMissing: (object, name) => sql`json_type(${object}, ${pathTo(name)}) is null`,
  // With `||`, the text is no JSON to the functions around it, which would not quote it.
  members: (object, other, alias) =>
    sql`(select m.key as key, (${object} -> ('$."' || m.key || '"')) || '' as before,
      (${other} -> ('$."' || m.key || '"')) || '' as after from json_each(${object}) as m) as ${sql.id(alias)}`,
  bytewise: (text) => text,
  isNothing: (json) => sql`ifnull(json_type(${json}), 'null') = 'null'`,
  concat: (parts) => sql`concat(${joined(parts, comma)})`,
  gathered: (text) => sql`group_concat(${text}, ',')`,
  direction: (descending) => (descending ? sql` desc` : sql` asc`),
  unlimited: sql`-1`,
  whole: (value) => sql`cast(${value} as integer)`,
  round: (value) => sql`round(${value})`,
  shift: (instant, by) => sql`strftime('%Y-%m-%dT%H:%M:%fZ', ${instant}, ${seconds(by)})`,
  shiftDate: (day, by) => sql`date(${day}, ${seconds(by)})`,
  between: (later, earlier) => sql`((${millis(later)} - ${millis(earlier)}) / 1000.0)`,
  first: (rows) => `${rows} limit 1`,
  // With plain `insert`, SQLite would copy each page before changing it, to be able to undo the statement alone.
  insertAll: 'insert or fail into',
  listed: (list) => `(select value from json_each(${list}))`,
  holds: (whole, part) => `instr(${whole}, ${part}) > 0`,
  merges: true,
  lateral: false,
  lookedUp: undefined,
}
