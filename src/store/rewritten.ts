/** The SQL for values that answers show in other words than rows hold them: see edm/rewritten.ts. */
import { sql } from 'kysely'
import type { ComplexType, Prop } from '#edm/define.ts'
import type { ShapeMember } from '#edm/query.ts'
import { isTyped, lateMembers, mayBeLate, sentinel } from '#edm/rewritten.ts'
import type { Field } from './layout.ts'
import { comma, joined, literal, type Sql } from './sql.ts'

const isRewritten = (prop: Prop, masked: boolean): boolean => isTyped(prop) || (masked && mayBeLate(prop))

/** JSON text of one value that may not be null; `json` is its JSON text, for an enum member in quotes. */
const singleText = (prop: Prop, json: Sql, masked: boolean, depth: number): Sql => {
  if (!isRewritten(prop, masked) || typeof prop.type === 'string') return json
  if (prop.type.kind === 'complex') return objectText(prop.type, json, masked, depth)
  const late = lateMembers(prop.type).map((name) => literal(JSON.stringify(name)))
  return sql`case when ${json} in (${joined(late, comma)}) then ${literal(JSON.stringify(sentinel))} else ${json} end`
}

const elementsText = (prop: Prop, json: Sql, masked: boolean, depth: number): Sql => {
  const each = sql.id(`each${depth}`)
  // `->` keeps the JSON text of an element whatever it is, which `value` does not.
  const element = sql`(${json} -> ('$[' || ${each}.key || ']'))`
  return sql`(select '[' || ifnull(group_concat(${singleText(prop, element, masked, depth + 1)}, ','), '') || ']'
    from json_each(${json}) as ${each})`
}

const valueText = (prop: Prop, json: Sql, masked: boolean, depth: number): Sql =>
  sql`case when ifnull(json_type(${json}), 'null') = 'null' then 'null' else ${
    prop.collection === true ? elementsText(prop, json, masked, depth) : singleText(prop, json, masked, depth)
  } end`

/** Member by member, in declared order, which is the order they are kept in. */
const objectText = (type: ComplexType, json: Sql, masked: boolean, depth: number): Sql => {
  const members = Object.entries(type.props).map(([name, prop]) => {
    const path = literal(`$."${name}"`)
    const value = sql`(${json} -> ${path})`
    const text = isRewritten(prop, masked) ? valueText(prop, value, masked, depth) : value
    return sql`case when json_type(${json}, ${path}) is null then '' else ${literal(`,"${name}":`)} || ${text} end`
  })
  const said = type.typed === true ? [literal(`,"@odata.type":${JSON.stringify(type.name)}`)] : []
  return sql`'{' || substr(concat(${joined([...said, ...members], comma)}), 2) || '}'`
}

/** Undefined where the value is shown as it is kept. */
export const rewrittenText = (
  { prop, coding }: Field,
  member: ShapeMember & { kind: 'prop' },
  value: Sql,
): Sql | undefined => {
  const masked = member.masked === true
  if (prop === undefined || !isRewritten(prop, masked)) return undefined
  return valueText(prop, coding === 'json' ? value : sql`json_quote(${value})`, masked, 0)
}
