/** The SQL that makes a row's JSON text in the shape of an answer. Stored JSON goes in as it is. */
import { sql } from 'kysely'
import type { Shape, ShapeMember } from '#edm/query.ts'
import type { Field, TableFacts } from './layout.ts'
import { column, comma, joined, literal, type Sql } from './sql.ts'

// Instants are text of one form, so trimming from the right drops zeros of the fraction and a bare point: instantOut.
const instantText = (value: Sql): Sql => sql`'"' || rtrim(rtrim(${value}, '0Z'), '.') || 'Z"'`

const valueText = (field: Field, value: Sql): Sql => {
  const orNull = (text: Sql): Sql =>
    field.nullable ? sql`case when ${value} is null then 'null' else ${text} end` : text
  if (field.coding === 'json') return orNull(value)
  if (field.coding === 'flag')
    return field.nullable
      ? sql`case ${value} when 1 then 'true' when 0 then 'false' else 'null' end`
      : sql`case ${value} when 1 then 'true' else 'false' end`
  if (field.kind === 'integer') return orNull(value)
  if (field.prop?.type === 'Edm.DateTimeOffset') return orNull(instantText(value))
  return sql`json_quote(${value})`
}

interface Piece {
  /** Text before the value, without the comma. */
  readonly before: string
  readonly value: Sql
  readonly after: string
  /** Left out altogether when the value is null. */
  readonly optional: boolean
}

const pieceOf = (facts: TableFacts, alias: string, member: ShapeMember): Piece => {
  const key = member.kind === 'ref' ? member.key : member.name
  const field = facts.field(key)
  const value = column(alias, field.column)
  const name = JSON.stringify(member.name)
  return member.kind === 'ref'
    ? { before: `${name}:{"id":`, value: sql`json_quote(${value})`, after: '}', optional: field.nullable }
    : { before: `${name}:`, value: valueText(field, value), after: '', optional: false }
}

const optionalText = ({ before, value, after }: Piece, source: Sql, leading: string, trailing: string): Sql =>
  sql`case when ${source} is null then '' else concat(${literal(leading + before)}, ${value}, ${literal(after + trailing)}) end`

/** One text column; `{}` for an empty shape. One call of concat costs a quarter less than a chain of `||`. */
export const shapeSql = (facts: TableFacts, alias: string, shape: Shape): Sql => {
  const pieces = shape.map((member) => {
    const piece = pieceOf(facts, alias, member)
    return { piece, source: column(alias, facts.field(member.kind === 'ref' ? member.key : member.name).column) }
  })
  const first = pieces.findIndex(({ piece }) => !piece.optional)
  if (first < 0) {
    if (pieces.length === 0) return literal('{}')
    const texts = pieces.map(({ piece, source }) => optionalText(piece, source, ',', ''))
    return sql`concat('{', ltrim(concat(${joined(texts, comma)}), ','), '}')`
  }
  // Members that may be missing take the comma with them: after themselves before the first sure member, else before.
  const parts: (string | Sql)[] = ['{']
  const put = (part: string | Sql) => {
    const last = parts.at(-1)
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else parts.push(part)
  }
  pieces.forEach(({ piece, source }, at) => {
    if (piece.optional) {
      put(at < first ? optionalText(piece, source, '', ',') : optionalText(piece, source, ',', ''))
      return
    }
    put((at > first ? ',' : '') + piece.before)
    put(piece.value)
    put(piece.after)
  })
  put('}')
  const texts = parts.map((part) => (typeof part === 'string' ? literal(part) : part))
  return sql`concat(${joined(texts, comma)})`
}
