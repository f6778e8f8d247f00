/** PostgreSQL's dialect. Text compares and sorts bytewise, as in SQLite, whatever the collation of the database. */
import { sql } from 'kysely'
import type { Prop } from '#edm/props.ts'
import { primitives } from '#edm/types.ts'
import type { SqlDialect } from '../query/dialect.ts'
import { column, comma, joined, literal, type Sql } from '../query/sql.ts'

function bytes(text: Sql): Sql {
  return sql`((${text}) collate "C")`
}

/** ICU's collation, which handles letters beyond ASCII: postgresql.org/docs/current/collation.html, "ICU collations". */
function cased(name: 'lower' | 'upper', text: Sql): Sql {
  return bytes(sql`${sql.raw(name)}((${text}) collate "und-x-icu")`)
}

function json(value: Sql): Sql {
  return sql`(${value})::json`
}

/** Casts the text of a JSON value to its declared type. */
function typed(text: Sql, type: Prop['type'], collection: boolean): Sql {
  if (collection || typeof type !== 'string') return bytes(text)
  if (type === 'Edm.Boolean') return sql`(${text})::boolean::int`
  switch (primitives[type].column) {
    case 'integer':
      return sql`(${text})::bigint`
    case 'real':
      return sql`(${text})::double precision`
    case 'text':
      return bytes(text)
  }
}

/** A path in the syntax of `#>>`: postgresql.org/docs/current/functions-json.html. */
function pathLiteral(path: readonly string[]): Sql {
  return literal(`{${path.map((name) => `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`)
}

/** The value if it is an array, else null, because the functions over arrays fail for other values. */
function array(collection: Sql): Sql {
  return sql`(case json_typeof(${json(collection)}) when 'array' then ${json(collection)} end)`
}

function instant(value: Sql): Sql {
  return sql`(${value})::timestamptz`
}

function moved(value: Sql, seconds: Sql): Sql {
  return sql`(${instant(value)} + make_interval(secs => round((${seconds})::numeric, 3)::double precision)) at time zone 'UTC'`
}

// A function takes a hundred arguments at most.
const mostArguments = 90

function concat(parts: readonly Sql[]): Sql {
  if (parts.length <= mostArguments) return sql`concat(${joined(parts, comma)})`
  const groups = Array.from({ length: Math.ceil(parts.length / mostArguments) }, (_, at) =>
    concat(parts.slice(at * mostArguments, (at + 1) * mostArguments)),
  )
  return concat(groups)
}

/** The pattern of `durationOf` in `base/duration.ts`, without question marks, which are placeholders here. */
const durationForm = String.raw`^(-){0,1}P((\d+)Y){0,1}((\d+)M){0,1}((\d+)W){0,1}((\d+)D){0,1}(T((\d+)H){0,1}((\d+)M){0,1}((\d+(\.\d+){0,1})S){0,1}){0,1}$`

/** Counts as `lengthOf` in `base/duration.ts`. PostgreSQL's own years are a quarter of a day longer. */
function seconds(duration: Sql): Sql {
  const part = (at: number): Sql => sql`coalesce(m[${literal(at)}]::numeric, 0)`
  const days = sql`(${part(3)} + div(${part(5)}, 12)) * 365 + mod(${part(5)}, 12) * 30 + ${part(7)} * 7 + ${part(9)}`
  return sql`(select ((case when m[1] is null then 1 else -1 end)
      * ((${days}) * 86400 + ${part(12)} * 3600 + ${part(14)} * 60 + round(${part(16)}, 3)))::double precision
    from regexp_match(${duration}, ${literal(durationForm)}) as m where m is not null)`
}

export const postgresDialect: SqlDialect = {
  // `is not distinct from` never uses an index.
  same: (left, right) => sql`(${left} = ${right} or (${left} is null and ${right} is null))`,
  flag: (condition) => sql`(${condition})::int`,
  fold: (text) => cased('lower', sql`normalize((${text})::text, NFC)`),
  lower: (text) => cased('lower', text),
  upper: (text) => cased('upper', text),
  seconds,
  inside: (value, path, prop) =>
    typed(
      sql`(${json(value)} #>> ${pathLiteral(path)})`,
      prop?.type ?? 'Edm.String',
      prop === undefined || prop.collection === true,
    ),
  element: (value, type) => typed(sql`(${json(value)} #>> '{}')`, type, false),
  each: (collection, alias) =>
    sql`json_array_elements(${array(collection)}) with ordinality as ${sql.id(alias)}(value, key)`,
  size: (collection) =>
    sql`(case when (${collection}) is not null then coalesce(json_array_length(${array(collection)}), 0) end)`,
  position: (whole, part) => sql`strpos(${whole}, ${part})`,
  substring: (whole, from, count) =>
    count === undefined
      ? sql`substr(${whole}, 1 + greatest(0, ${from})::int)`
      : sql`substr(${whole}, 1 + greatest(0, ${from})::int, greatest(0, ${count})::int)`,
  quote: (value) => sql`coalesce(to_json(${value})::text, 'null')`,
  elementText: (_, alias) => sql`${column(alias, 'value')}::text`,
  memberText: (object, name) => sql`(${json(object)} -> ${literal(name)})::text`,
  isMissing: (object, name) => sql`(${json(object)} -> ${literal(name)}) is null`,
  members: (object, other, alias) =>
    sql`(select m.key as key, m.value::text as before, (${json(other)} -> m.key)::text as after
      from json_each(${json(object)}) as m) as ${sql.id(alias)}`,
  bytewise: bytes,
  isNothing: (value) => sql`coalesce(json_typeof(${json(value)}), 'null') = 'null'`,
  concat,
  gathered: (text) => sql`string_agg(${text}, ',')`,
  direction: (descending) => (descending ? sql` desc nulls last` : sql` asc nulls first`),
  unlimited: sql`null`,
  whole: (value) => sql`trunc(${value})::bigint`,
  round: (value) => sql`round((${value})::numeric)::double precision`,
  shift: (value, seconds) => bytes(sql`to_char(${moved(value, seconds)}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`),
  shiftDate: (day, seconds) => bytes(sql`to_char(${moved(day, seconds)}, 'YYYY-MM-DD')`),
  between: (later, earlier) => sql`extract(epoch from ${instant(later)} - ${instant(earlier)})::double precision`,
  // With a plain `limit`, the planner uses a sequential scan if it expects many such rows; if there are none, that reads
  // the whole table.
  insertAll: 'insert into',
  listed: (list, kind) =>
    `(select value${kind === 'number' ? '::bigint' : ' collate "C"'} from json_array_elements_text((${list})::json) as l(value))`,
  holds: (whole, part) => `strpos(${whole}, ${part}) > 0`,
  first: (rows) => `with "r" as materialized (${rows}) select * from "r" limit 1`,
  merges: false,
  lateral: true,
  // `offset 0` keeps the planner from joining in another way, so that the plan is good whatever the values are; and from
  // hashing ids, as it clears a hash table for as many as it expects each time, which are half a percent of a table.
  lookedUp: {
    once: (ids) => sql`select distinct id from (select id from (${ids}) as i order by id offset 0) as o`,
    row: (rows, alias, test) => sql`lateral (select * from ${rows} where ${test} offset 0) as ${sql.id(alias)}`,
  },
}
