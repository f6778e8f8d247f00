/**
 * Drawn rows (edm/records/drawn.ts) as a row source of a query: a select whose columns are those of the stored rows, and
 * `place`, by which an index finds and orders rows. Both databases take it into the query around it, so that what is not
 * asked for is not made.
 */
import { sql } from 'kysely'
import { invariant } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { Prop } from '#edm/props.ts'
import type { Expr } from '#edm/query.ts'
import type { Drawn, DrawnJson, DrawnText, DrawnValue } from '#edm/records/drawn.ts'
import { leftMark } from '#edm/records/recording.ts'
import type { TableFacts } from '../schema/layout.ts'
import type { QueryLayout } from './dialect.ts'
import { operandOf } from './expression.ts'
import type { QueryScope } from './operand.ts'
import { column, comma, joined, literal, type Sql, tenantSlot } from './sql.ts'

/** Aliases: of the first row of a write, of all its rows, of the members of one, of elements, of a later change, of a row. */
const aliases = { first: 'r', row: 'e', member: 'm', element: 'l', later: 'n', stored: 's' } as const

interface DrawnScope {
  readonly layout: QueryLayout
  /** Of the table that is read. */
  readonly facts: TableFacts
  readonly alias: (typeof aliases)[keyof typeof aliases]
}

function valueAt({ facts, alias }: DrawnScope, key: string): Sql {
  if (alias !== aliases.member) return column(alias, facts.field(key).column)
  // What is null is so as JSON as well.
  return key === 'key' ? column(alias, key) : sql`nullif(${column(alias, key)}, 'null')`
}

function textSql(text: DrawnText, scope: DrawnScope): Sql {
  const { dialect } = scope.layout
  if ('is' in text) return text.is === null ? sql`cast(null as text)` : literal(text.is)
  if ('number' in text) return sql`cast(${valueAt(scope, text.number)} as text)`
  if ('place' in text) {
    const place = column(aliases.first, 'id')
    return text.place === 'id' ? place : sql`ltrim(${place}, '0')`
  }
  if ('joined' in text) return dialect.concat(text.joined.map((part) => textSql(part, scope)))
  if ('first' in text) return sql`coalesce(${joined(partsOf(text.first, scope), comma)})`
  if ('tenant' in text) {
    const { from, count } = text.tenant
    return sql`(select substr(y.id, ${literal(from + 1)}, ${literal(count)}) from tenancy as y where y.no = ${tenantSlot})`
  }
  if ('by' in text) {
    const cases = Object.entries(text.texts).map(
      ([value, then]) => sql`when ${literal(value)} then ${textSql(then, scope)}`,
    )
    const other = textSql(text.other ?? { is: null }, scope)
    return sql`(case ${textSql(text.by, scope)} ${joined(cases, sql` `)} else ${other} end)`
  }
  if ('later' in text) return laterSql(text.later, scope)
  if ('stored' in text) return storedSql(text, scope)
  const value = valueAt(scope, text.at)
  if ('list' in text) return elementSql(text, value, scope)
  return text.path === undefined ? value : dialect.inside(value, text.path, undefined)
}

const flag: Prop = { kind: 'prop', type: 'Edm.Boolean', doc: '' }

function elementSql(
  { list, member, flag: name }: Extract<DrawnText, { list: string }>,
  json: Sql,
  { layout: { dialect } }: DrawnScope,
): Sql {
  const { element } = aliases
  const value = column(element, 'value')
  const elements = list === '' ? json : dialect.inside(json, [list], undefined)
  // Both databases go through a list in its order; to say so would make SQLite sort.
  const flagged = name === undefined ? sql`` : sql` where ${dialect.inside(value, [name], flag)} = 1`
  return sql`(select ${dialect.inside(value, [member], undefined)}
    from ${dialect.each(elements, element)}${flagged} limit 1)`
}

/** Changes, and not creations, are found by their row. */
function laterSql(text: DrawnText, { layout, facts, alias }: DrawnScope): Sql {
  const { later } = aliases
  const [subject, before] = [facts.field('subject').column, facts.field('before').column]
  const value = textSql(text, { layout, facts, alias: later })
  return sql`(select ${value} from ${sql.table(facts.name)} as ${sql.id(later)}
    where ${column(later, 'tenant_no')} = ${tenantSlot} and ${column(later, subject)} = ${column(alias, subject)}
      and ${column(later, 'id')} > ${column(alias, 'id')} and ${column(later, before)} is not null
      and ${value} is not null
    order by ${column(later, 'id')} limit 1)`
}

function storedSql({ stored: type, value }: Extract<DrawnText, { stored: string }>, scope: DrawnScope): Sql {
  const { stored } = aliases
  const facts = scope.layout.table(type)
  const subject = column(scope.alias, scope.facts.field('subject').column)
  return sql`(select ${textSql(value, { layout: scope.layout, facts, alias: stored })}
    from ${sql.table(facts.name)} as ${sql.id(stored)}
    where ${column(stored, 'tenant_no')} = ${tenantSlot} and ${column(stored, 'id')} = ${subject})`
}

function partsOf(texts: readonly DrawnText[], scope: DrawnScope): Sql[] {
  return texts.map((text) => textSql(text, scope))
}

/** Undefined: it differs from row to row. */
function constantJson(json: DrawnJson): string | undefined {
  return 'text' in json && 'is' in json.text ? JSON.stringify(json.text.is) : undefined
}

function objectSql(members: Readonly<Record<string, DrawnJson>>, scope: DrawnScope): Sql {
  const parts: Sql[] = []
  let before = '{'
  for (const [name, json] of Object.entries(members)) {
    const constant = constantJson(json)
    before += `${before.endsWith('{') && parts.length === 0 ? '' : ','}${JSON.stringify(name)}:`
    if (constant !== undefined) before += constant
    else {
      parts.push(literal(before), jsonSql(json, scope))
      before = ''
    }
  }
  return scope.layout.dialect.concat([...parts, literal(`${before}}`)])
}

/** A list of what is there for each row of a source. */
function gathered(item: DrawnJson, from: Sql, scope: DrawnScope): Sql {
  const { dialect } = scope.layout
  return dialect.concat([
    literal('['),
    sql`(select ${dialect.gathered(jsonSql(item, scope))} from ${from})`,
    literal(']'),
  ])
}

/** Of the write that begins at a place. Rows that only mark that another one has left what held it are none of it. */
function rowsFrom(facts: TableFacts, place: Sql): Sql {
  const { row } = aliases
  return sql`${sql.table(facts.name)} as ${sql.id(row)}
    where ${column(row, 'tenant_no')} = ${tenantSlot} and ${column(row, 'id')} >= ${place}
      and ${column(row, 'id')} < ${place} || '~'
      and ${column(row, facts.field('after').column)} is distinct from ${literal(leftMark)}`
}

function rowsSql({ rows, most }: Extract<DrawnJson, { rows: unknown }>, scope: DrawnScope): Sql {
  const { first, row } = aliases
  const from = sql`(select ${sql.id(row)}.* from ${rowsFrom(scope.facts, column(first, 'id'))}
    order by ${column(row, 'id')} limit ${literal(most)}) as ${sql.id(row)}`
  return gathered(rows, from, { ...scope, alias: row })
}

/** Members that follow from others are left out, as where the record itself is read. */
function membersSql({ members }: Extract<DrawnJson, { members: unknown }>, scope: DrawnScope): Sql {
  const { layout, facts, alias } = scope
  const at = (key: string): Sql => column(alias, facts.field(key).column)
  const left = layout.tables.flatMap(({ type: { name, recorded, derived = [] } }) =>
    recorded === undefined ? [] : ['id', ...derived].map((key) => literal(`${name} ${key}`)),
  )
  const { member } = aliases
  const told =
    left.length === 0
      ? sql``
      : sql` where ${at('type')} || ' ' || ${column(member, 'key')} not in (${joined(left, comma)})`
  const from = sql`${layout.dialect.members(at('before'), at('after'), member)}${told}`
  return gathered(members, from, { ...scope, alias: member })
}

function jsonSql(json: DrawnJson, scope: DrawnScope): Sql {
  const { dialect } = scope.layout
  const constant = constantJson(json)
  if (constant !== undefined) return literal(constant)
  if ('text' in json) return dialect.quote(textSql(json.text, scope))
  if ('object' in json) return objectSql(json.object, scope)
  if ('rows' in json) return rowsSql(json, scope)
  if ('members' in json) return membersSql(json, scope)
  if ('when' in json)
    return sql`(case when ${textSql(json.when, scope)} = ${literal(json.equals)} then ${jsonSql(json.then, scope)} else 'null' end)`
  const items = json.list.map(({ when, item }) => {
    const text = dialect.concat([literal(','), jsonSql(item, scope)])
    return when === undefined ? text : sql`case when ${textSql(when, scope)} is not null then ${text} else '' end`
  })
  return dialect.concat([literal('['), sql`ltrim(${dialect.concat(items)}, ',')`, literal(']')])
}

function isText(value: DrawnValue): value is DrawnText {
  const isList = 'list' in value && typeof value.list !== 'string'
  return !(isList || 'text' in value || 'object' in value || 'rows' in value || 'members' in value || 'when' in value)
}

export function drawnOf(type: EntityType): Drawn {
  const { drawn } = type
  invariant(drawn !== undefined, `${type.name} has no drawn rows`)
  return drawn
}

/** The drawn rows of a type, for `from`. `place` is the column of their order where all else is equal. */
export function drawnRows(layout: QueryLayout, { type, fields }: TableFacts, as: string): Sql {
  const { from, having, values } = drawnOf(type)
  const facts = layout.table(from)
  const { first } = aliases
  const scope: DrawnScope = { layout, facts, alias: first }
  const columns = fields.map(({ key, column: name, foldColumn }) => {
    const value = values[key]
    invariant(value !== undefined && foldColumn === undefined, `${type.name}: ${key} is not drawn`)
    const isStored = isText(value) && 'at' in value && !('path' in value || 'list' in value)
    const text = isText(value) ? textSql(value, scope) : jsonSql(value, scope)
    return sql`${isStored ? text : layout.dialect.bytewise(text)} as ${sql.id(name)}`
  })
  return sql`(select ${column(first, 'tenant_no')} as tenant_no, ${column(first, 'id')} as place, ${joined(columns, comma)}
    from ${sql.table(facts.name)} as ${sql.id(first)}
    where ${column(first, facts.field(having).column)} is not null) as ${sql.id(as)}`
}

/** The place in an id. */
export function placeIn(type: EntityType, id: Sql): Sql {
  return sql`substr(${id}, ${literal(drawnOf(type).idPrefix + 1)})`
}

/**
 * The row key of the table drawn from, where a condition says that one row of the write has a given value: then it is asked of
 * all rows of the write, without making their JSON, and also of those beyond the most that are shown.
 */
function keyAsked({ drawn }: EntityType, { over, where, variable }: Expr & { op: 'any' }): string | undefined {
  const value = over.length === 1 ? drawn?.values[over[0] ?? ''] : undefined
  if (value === undefined || !('rows' in value) || !('object' in value.rows)) return undefined
  if (where?.op !== 'eq' || where.left.op !== 'member' || where.left.of !== variable) return undefined
  const member = value.rows.object[where.left.path.join('/')]
  const text = member !== undefined && 'text' in member ? member.text : undefined
  return text !== undefined && 'at' in text && !('path' in text || 'list' in text) ? text.at : undefined
}

/** Undefined: the condition is as for stored rows. */
export function drawnCondition(layout: QueryLayout, type: EntityType, part: Expr, place: Sql, scope: QueryScope) {
  const key = part.op === 'any' && part.of === 'it' ? keyAsked(type, part as Expr & { op: 'any' }) : undefined
  if (key === undefined || part.op !== 'any' || part.where?.op !== 'eq') return undefined
  const facts = layout.table(drawnOf(type).from)
  const value = operandOf(part.where.right, scope).sql(false)
  return sql`exists (select 1 from ${rowsFrom(facts, place)} and ${column(aliases.row, facts.field(key).column)} = ${value})`
}

/** Steps to make a value, by what it is made of (`cost.ts`). A write has few rows, and a row few members. */
export function stepsOf(value: DrawnValue): number {
  if ('rows' in value) return 40 + 3 * stepsOf(value.rows)
  if ('members' in value) return 20 + 4 * stepsOf(value.members)
  if ('object' in value) return Object.values(value.object).reduce((sum, part) => sum + stepsOf(part), 1)
  if ('list' in value && typeof value.list !== 'string')
    return value.list.reduce((sum, { item }) => sum + stepsOf(item), 1)
  return 'when' in value ? 1 + stepsOf(value.then) : 1
}
