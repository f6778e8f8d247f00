/** Fragments of SQL, composed by Kysely, which is used without a database. */
import { createQueryId, type RawBuilder, SqliteQueryCompiler, sql } from 'kysely'
import { invariant } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { Bind } from '#edm/ports.ts'
import type { BindValue, Position } from '#edm/query.ts'
import { placeholder } from '../rows/statement.ts'
import { checkText, type SqlValue } from '../values.ts'

export type Sql = RawBuilder<unknown>

/** The source of the value of a placeholder. `suffix` is appended to a text, for the upper bound of a prefix range. */
export type SqlSlot =
  | { readonly from: 'tenant' }
  | { readonly from: 'constant'; readonly value: SqlValue }
  | { readonly from: 'bind'; readonly name: string; readonly folded: boolean; readonly suffix: string }
  | { readonly from: 'after'; readonly at: number }

export interface Compiled {
  readonly text: string
  readonly slots: readonly SqlSlot[]
}

class Compiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return placeholder
  }
}

/** Without an instance of `Kysely`, of which a start would load all that builds schemas and runs migrations. */
const compiler = new Compiler()

export function compile(query: Sql): Compiled {
  const { sql: text, parameters } = compiler.compileQuery(query.toOperationNode(), createQueryId())
  return { text, slots: parameters as readonly SqlSlot[] }
}

export function slot(value: SqlSlot): Sql {
  return sql`${value}`
}

export const tenantSlot: Sql = slot({ from: 'tenant' })

export function bindSlot(name: string, folded = false, suffix = ''): Sql {
  return slot({ from: 'bind', name, folded, suffix })
}

export function constantSlot(value: SqlValue): Sql {
  return slot({ from: 'constant', value })
}

export function column(alias: string, name: string): Sql {
  return sql.ref(`${alias}.${name}`)
}

export function literal(value: SqlValue): Sql {
  return sql.lit(value)
}

export function joined(list: readonly Sql[], between: Sql): Sql {
  return sql.join(list, between)
}

export const comma: Sql = sql`, `

/** Conjunction; true for an empty list. */
export function every(list: readonly Sql[]): Sql {
  return list.length === 0 ? sql`true` : joined(list, sql` and `)
}

function plainValue(value: BindValue): SqlValue {
  return typeof value === 'boolean' ? Number(value) : value
}

function boundValue(bind: Bind, name: string, folded: boolean, suffix: string): SqlValue {
  const value = bind[name]
  invariant(value !== undefined && !Array.isArray(value), `the parameter ${name} is not bound`)
  if (typeof value !== 'string') return plainValue(value as BindValue)
  checkText(value)
  return folded ? fold(value) + suffix : suffix === '' ? value : value + suffix
}

/**
 * The values of a compiled query, in the order of its placeholders. Throws if a parameter is missing, and `invalid` for a
 * text with U+0000.
 */
export function valuesOf(slots: readonly SqlSlot[], tenantNo: number, bind: Bind): SqlValue[] {
  const values = new Array<SqlValue>(slots.length)
  for (let at = 0; at < slots.length; at++) {
    const from = slots[at] as SqlSlot
    switch (from.from) {
      case 'tenant':
        values[at] = tenantNo
        break
      case 'constant':
        values[at] = from.value
        break
      case 'bind':
        values[at] = boundValue(bind, from.name, from.folded, from.suffix)
        break
      case 'after':
        values[at] = (bind['after'] as Position)[from.at] ?? null
        break
    }
  }
  return values
}
