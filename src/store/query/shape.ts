/** The SQL that makes the JSON text of a row in the shape of the answer. Stored JSON is passed through unchanged. */
import { sql } from 'kysely'
import { noValue } from '#edm/json.ts'
import { marks } from '#edm/levels.ts'
import { kindKey, tagKey } from '#edm/model.ts'
import type { Shape, ShapeMember } from '#edm/query.ts'
import type { Field, TableFacts } from '../schema/layout.ts'
import type { SqlDialect } from './dialect.ts'
import { type Choose, shownText } from './shown-values.ts'
import { column, comma, joined, literal, type Sql } from './sql.ts'

// Instants are stored in one form, so trimming from the right removes trailing zeros of the fraction, as `instantOut` does.
function instantText(value: Sql): Sql {
  return sql`'"' || rtrim(rtrim(${value}, '0Z'), '.') || 'Z"'`
}

function valueText({ quote }: SqlDialect, field: Field, value: Sql): Sql {
  const orNull = (text: Sql): Sql =>
    field.nullable ? sql`case when ${value} is null then 'null' else ${text} end` : text
  if (field.coding === 'json') return orNull(value)
  if (field.coding === 'flag')
    return field.nullable
      ? sql`case ${value} when 1 then 'true' when 0 then 'false' else 'null' end`
      : sql`case ${value} when 1 then 'true' else 'false' end`
  if (field.kind === 'integer') return orNull(sql`cast(${value} as text)`)
  if (field.prop?.type === 'Edm.DateTimeOffset') return orNull(instantText(value))
  return quote(value)
}

interface Piece {
  /** Text before the value, without a comma. */
  readonly before: string
  readonly value: Sql | undefined
  readonly after: string
  /** The condition for leaving the member out; undefined: never. */
  readonly absent: Sql | undefined
}

/** Whether the row is of one of these derived types. */
export function isOfKinds(alias: string, kinds: readonly string[]): Sql {
  return sql`${column(alias, kindKey)} in (${joined(
    kinds.map((kind) => literal(kind)),
    comma,
  )})`
}

/** The condition for leaving a member out of rows that are not of its kinds. */
function absentBut(alias: string, kinds: readonly string[] | undefined): Sql | undefined {
  return kinds === undefined ? undefined : sql`coalesce(not ${isOfKinds(alias, kinds)}, true)`
}

/** The text, except in rows of the kinds whose values are hidden. */
function hiddenBut(alias: string, { prop, hidden }: ShapeMember & { readonly kind: 'prop' }, text: Sql): Sql {
  if (hidden === undefined) return text
  return sql`case when ${isOfKinds(alias, hidden)} then ${literal(noValue(prop))} else ${text} end`
}

function pieceOf(dialect: SqlDialect, facts: TableFacts, alias: string, member: ShapeMember, choose: Choose): Piece {
  const name = JSON.stringify(member.name)
  const textAt = (key: string) => column(alias, facts.field(key).column)
  switch (member.kind) {
    case 'ref': {
      const value = textAt(member.key)
      const absent = facts.field(member.key).nullable ? sql`${value} is null` : undefined
      return { before: `${name}:{"id":`, value: dialect.quote(value), after: '}', absent }
    }
    case 'note':
      return {
        before: `${name}:${JSON.stringify(member.text)}`,
        value: undefined,
        after: '',
        absent: absentBut(alias, member.kinds),
      }
    case 'link': {
      const quoted = dialect.quote(textAt('id'))
      const value = sql`substr(${quoted}, 2, length(${quoted}) - 2)`
      return { before: `${name}:"${marks.open}`, value, after: `${marks.close}${member.after}"`, absent: undefined }
    }
    case 'tag':
      return { before: `${name}:"W/\\"`, value: textAt(tagKey), after: '\\""', absent: undefined }
    case 'type': {
      const own = literal(member.of)
      const value = member.kinds ? sql`coalesce(${textAt(kindKey)}, ${own})` : own
      return { before: `${name}:"#`, value, after: '"', absent: undefined }
    }
    case 'prop': {
      const field = facts.field(member.name)
      const value = textAt(member.name)
      const text = shownText(dialect, field, member, value, choose) ?? valueText(dialect, field, value)
      const shown = hiddenBut(alias, member, text)
      return { before: `${name}:`, value: shown, after: '', absent: absentBut(alias, member.kinds) }
    }
  }
}

function optionalText({ before, value, after, absent }: Piece, leading: string, trailing: string): Sql {
  return sql`case when ${absent} then '' else concat(${literal(leading + before)}, ${value ?? literal('')}, ${literal(after + trailing)}) end`
}

/** An SQL expression for the text; `{}` for an empty shape. One call of concat costs a quarter less than a chain of `||`. */
export function shapeSql(dialect: SqlDialect, facts: TableFacts, alias: string, shape: Shape, choose: Choose): Sql {
  const pieces = shape.map((member) => pieceOf(dialect, facts, alias, member, choose))
  const first = pieces.findIndex(({ absent }) => absent === undefined)
  if (first < 0) {
    if (pieces.length === 0) return literal('{}')
    const texts = pieces.map((piece) => optionalText(piece, ',', ''))
    return sql`concat('{', ltrim(${dialect.concat(texts)}, ','), '}')`
  }
  // An optional member includes its comma: after it if it comes before the first required member, otherwise before it.
  const parts: (string | Sql)[] = ['{']
  const put = (part: string | Sql) => {
    const last = parts.at(-1)
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else parts.push(part)
  }
  pieces.forEach((piece, at) => {
    if (piece.absent !== undefined) {
      put(at < first ? optionalText(piece, '', ',') : optionalText(piece, ',', ''))
      return
    }
    put((at > first ? ',' : '') + piece.before)
    if (piece.value !== undefined) put(piece.value)
    put(piece.after)
  })
  put('}')
  const texts = parts.map((part) => (typeof part === 'string' ? literal(part) : part))
  return dialect.concat(texts)
}
