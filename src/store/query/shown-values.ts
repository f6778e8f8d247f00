/** The SQL for values that answers show differently from how rows store them: see edm/shown-values.ts. */
import { sql } from 'kysely'
import { type Level, saidType, typeNote } from '#edm/levels.ts'
import type { ComplexType, Prop } from '#edm/props.ts'
import type { ShapeMember, Trim } from '#edm/query.ts'
import { evolvableMembers, holdsEvolvable, isTyped, sentinel } from '#edm/shown-values.ts'
import type { Field } from '../schema/layout.ts'
import type { SqlDialect } from './dialect.ts'
import { comma, joined, literal, type Sql } from './sql.ts'

/** The SQL that selects elements of a collection, after `from json_each(…) as <alias>`. */
export type Choose = (trim: Trim, type: Prop['type'], alias: string) => Sql

/** How values are shown, and how much of them. */
interface Wording {
  readonly masked: boolean
  readonly level: Level | undefined
  readonly trim: Trim | undefined
  readonly choose: Choose
  readonly dialect: SqlDialect
}

function isShownOtherwise(prop: Prop, { masked, level, trim }: Wording): boolean {
  return (
    (trim !== undefined && Object.keys(trim).length > 0) || isTyped(prop, level) || (masked && holdsEvolvable(prop))
  )
}

/** JSON text of one value that is not null. `json`: its stored JSON text; that of an enum member has quotes. */
function singleText(prop: Prop, json: Sql, wording: Wording, depth: number): Sql {
  if (!isShownOtherwise(prop, wording) || typeof prop.type === 'string') return json
  if (prop.type.kind === 'complex') return objectText(prop.type, json, wording, depth)
  const evolvable = evolvableMembers(prop.type).map((name) => literal(JSON.stringify(name)))
  return sql`case when ${json} in (${joined(evolvable, comma)}) then ${literal(JSON.stringify(sentinel))} else ${json} end`
}

function elementsText(prop: Prop, json: Sql, wording: Wording, depth: number): Sql {
  const alias = `each${depth}`
  const { trim, choose, dialect } = wording
  const element = dialect.elementText(json, alias)
  const single = singleText(prop, element, wording, depth + 1)
  if (trim !== undefined)
    return sql`(select '[' || coalesce(${dialect.gathered(sql`x`)}, '') || ']'
      from (select ${single} as x from ${dialect.each(json, alias)}${choose(trim, prop.type, alias)}) as chosen)`
  return sql`(select '[' || coalesce(${dialect.gathered(single)}, '') || ']' from ${dialect.each(json, alias)})`
}

function valueText(prop: Prop, json: Sql, wording: Wording, depth: number): Sql {
  return sql`case when ${wording.dialect.isNothing(json)} then 'null' else ${
    prop.collection === true ? elementsText(prop, json, wording, depth) : singleText(prop, json, wording, depth)
  } end`
}

/** Member by member, in declared order, in which they are also stored. */
function objectText(type: ComplexType, json: Sql, around: Wording, depth: number): Sql {
  const { dialect } = around
  const { members: wanted } = around.trim ?? {}
  const shown = Object.entries(type.props).filter(([name]) => wanted === undefined || Object.hasOwn(wanted, name))
  const members = shown.map(([name, prop]) => {
    const wording = { ...around, trim: wanted?.[name] }
    const value = dialect.memberText(json, name)
    const text = isShownOtherwise(prop, wording) ? valueText(prop, value, wording, depth) : value
    const note = wording.level === 'full' ? typeNote(prop) : undefined
    const said = note === undefined ? '' : `,${JSON.stringify(`${name}@odata.type`)}:${JSON.stringify(note)}`
    return sql`case when ${dialect.isMissing(json, name)} then '' else ${literal(`${said},"${name}":`)} || ${text} end`
  })
  const name = saidType(type, around.level)
  const said = name === undefined ? [] : [literal(`,"@odata.type":${JSON.stringify(name)}`)]
  return sql`'{' || substr(${dialect.concat([...said, ...members])}, 2) || '}'`
}

/** Undefined if the value is shown as it is stored. */
export function shownText(
  dialect: SqlDialect,
  { prop, coding }: Field,
  member: ShapeMember & { kind: 'prop' },
  value: Sql,
  choose: Choose,
): Sql | undefined {
  const wording = { masked: member.masked === true, level: member.level, trim: member.trim, choose, dialect }
  if (prop === undefined || !isShownOtherwise(prop, wording)) return undefined
  return valueText(prop, coding === 'json' ? value : dialect.quote(value), wording, 0)
}
