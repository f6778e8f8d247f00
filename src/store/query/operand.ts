/** Operands of expressions: their SQL, and what is known about them. */
import { sql } from 'kysely'
import { invariant } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { EnumType, Prop } from '#edm/props.ts'
import type { Expr } from '#edm/query.ts'
import type { ElementFacts, TableFacts } from '../schema/layout.ts'
import type { QueryLayout, SqlDialect } from './dialect.ts'
import { bindSlot, column, constantSlot, literal, type Sql } from './sql.ts'

/** What a variable stands for. */
export type SqlSource =
  | { readonly kind: 'row'; readonly facts: TableFacts; readonly alias: string }
  | { readonly kind: 'element'; readonly facts: ElementFacts; readonly alias: string }
  | { readonly kind: 'json'; readonly value: Sql; readonly type: Prop['type'] }

export interface QueryScope {
  readonly layout: QueryLayout
  readonly sources: ReadonlyMap<string, SqlSource>
  /** An alias that is not in use. */
  readonly fresh: () => string
  /** The condition fixes the id of the row, so subqueries are restricted to this row. */
  readonly pinned: boolean
}

export interface SqlOperand {
  /** The SQL of the value; `folded`: of its folded form, for comparisons that ignore case. */
  readonly sql: (folded: boolean) => Sql
  /** Whether comparisons ignore case. */
  readonly fold: boolean
  readonly nullable: boolean
  readonly choice?: EnumType
  /** For a constant or a parameter: the upper bound of the texts that start with it. */
  readonly end?: (folded: boolean) => Sql
}

export function known(value: Sql, nullable = true): SqlOperand {
  return { sql: () => value, fold: false, nullable }
}

const lastCharacter = '\u{10FFFF}'

/** Only text has a folded form. */
function isText(type: Prop['type'] | undefined): boolean {
  return type === undefined || type === 'Edm.String'
}

/** Durations are compared by their length in seconds, not by their text. */
function comparable(dialect: SqlDialect, prop: Prop | undefined, value: Sql): Sql {
  return prop?.type === 'Edm.Duration' ? dialect.seconds(value) : value
}

function factsOf(prop: Prop | undefined): Pick<SqlOperand, 'choice'> {
  return prop !== undefined && typeof prop.type !== 'string' && prop.type.kind === 'enum' ? { choice: prop.type } : {}
}

/** The property at the end of a path through complex values; undefined if it is not declared. */
function propAt(type: Prop['type'], path: readonly string[]): Prop | undefined {
  const [first, ...rest] = path
  if (first === undefined || typeof type === 'string' || type.kind === 'enum') return undefined
  const prop = type.props[first]
  return prop === undefined || rest.length === 0 ? prop : propAt(prop.type, rest)
}

function jsonMember(dialect: SqlDialect, value: Sql, type: Prop['type'], path: readonly string[]): SqlOperand {
  const prop = propAt(type, path)
  const text = comparable(dialect, prop, dialect.inside(value, path, prop))
  return {
    sql: (folded) => (folded && isText(prop?.type) ? dialect.fold(text) : text),
    fold: prop?.fold === true,
    nullable: true,
    ...factsOf(prop),
  }
}

export function sourceOf(scope: QueryScope, name: string): SqlSource {
  const source = scope.sources.get(name)
  invariant(source !== undefined, `no variable ${name}`)
  return source
}

function rowMember(
  dialect: SqlDialect,
  source: SqlSource & { kind: 'row' },
  path: readonly [string, ...string[]],
): SqlOperand {
  const [key, ...rest] = path
  const field = source.facts.field(key)
  const own = column(source.alias, field.column)
  if (rest.length > 0 && field.prop !== undefined) return jsonMember(dialect, own, field.prop.type, rest)
  const plain = comparable(dialect, field.prop, own)
  const { foldColumn } = field
  return {
    sql: (folded) => {
      if (!folded) return plain
      if (foldColumn !== undefined) return column(source.alias, foldColumn)
      return isText(field.prop?.type) ? dialect.fold(plain) : plain
    },
    fold: foldColumn !== undefined,
    nullable: field.nullable,
    ...factsOf(field.prop),
  }
}

export function memberOperand(scope: QueryScope, of: string, path: readonly string[]): SqlOperand {
  const source = sourceOf(scope, of)
  const { dialect } = scope.layout
  const [first, ...rest] = path
  if (first === undefined) {
    invariant(source.kind === 'json', `the variable ${of} is not a value`)
    const { type } = source
    const value = dialect.element(source.value, type)
    return {
      sql: (folded) => (folded && isText(type) ? dialect.fold(value) : value),
      fold: false,
      nullable: true,
      ...(typeof type !== 'string' && type.kind === 'enum' ? { choice: type } : {}),
    }
  }
  if (source.kind === 'row') return rowMember(dialect, source, [first, ...rest])
  if (source.kind === 'json') return jsonMember(dialect, source.value, source.type, path)
  const element = source.facts.member(first)
  invariant(element !== undefined && rest.length === 0, `${source.facts.name} has no member ${path.join('/')}`)
  const text = column(source.alias, element.column)
  return { sql: () => text, fold: element.prop.fold === true, nullable: true, ...factsOf(element.prop) }
}

export function constantOperand(value: (Expr & { op: 'const' })['value']): SqlOperand {
  if (typeof value !== 'string')
    return known(literal(typeof value === 'boolean' ? Number(value) : value), value === null)
  return {
    sql: (folded) => constantSlot(folded ? fold(value) : value),
    fold: false,
    nullable: false,
    end: (folded) => constantSlot((folded ? fold(value) : value) + lastCharacter),
  }
}

export function paramOperand(name: string): SqlOperand {
  return {
    sql: (folded) => bindSlot(name, folded),
    fold: false,
    nullable: true,
    end: (folded) => bindSlot(name, folded, lastCharacter),
  }
}

/** The numeric value of an enumeration member, by which enumerations are ordered. */
export function ranked(value: Sql, { members }: EnumType): Sql {
  const cases = members.map((member) => sql`when ${literal(member.name)} then ${literal(member.value)}`)
  return sql`(case ${value} ${sql.join(cases, sql` `)} end)`
}
