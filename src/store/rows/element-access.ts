/** Element tables: written together with the rows that contain the elements, and used to find these rows. */
import { invariant } from '#base/errors.ts'
import type { SqlDialect } from '../query/dialect.ts'
import { list, quoted } from '../schema/ddl.ts'
import type { ElementFacts } from '../schema/layout.ts'
import type { RawRow, SqlValue } from '../values.ts'
import { foldedValue, pushElement } from './codec.ts'
import { KeyList, placeholders, testsOf, unionOf, upTo } from './key-lists.ts'
import type { ElementValues } from './rows.ts'
import { all, type RowForm, run, type Statement, type StatementText, textOf } from './statement.ts'

const rowsAtOnce = 8

function ids(raws: RawRow[]): string[] {
  return raws.map(([id]) => id as string)
}

/** A value of a member as the table has it. */
function comparableOf(facts: ElementFacts) {
  return (key: string, value: unknown): SqlValue => {
    if (typeof value === 'string') return facts.member(key)?.prop.fold === true ? foldedValue(value) : value
    return typeof value === 'boolean' || typeof value === 'number' ? Number(value) : null
  }
}

/** Finds owners by members of their elements. `test`: another condition on the owner; may be empty. */
function elementFinder(facts: ElementFacts, test: string) {
  const table = quoted(facts.name)
  const columnOf = (key: string): string => {
    const column = facts.member(key)
    invariant(column !== undefined, `${facts.name} has no member ${key}`)
    return column.column
  }
  const owners = (start: string) => (names: readonly string[]) =>
    `${start} "owner_id" from ${table} where ${testsOf(names, columnOf)}${test}`
  const foundBy = new KeyList((names) => `${unionOf(names, owners('select distinct'))} order by "owner_id"`)
  const foundSome = new KeyList((names) => `${unionOf(names, owners('select'), 'union all')} ${upTo}`)
  const bound = comparableOf(facts)
  const bindTo = (keys: KeyList, where: ElementValues, values: SqlValue[]): KeyList => {
    let at = keys
    for (const key in where) {
      const value = bound(key, where[key] ?? null)
      at = value === null ? at.withNull(key) : at.with(key)
      if (value !== null) values.push(value)
    }
    return at
  }
  return (tenantNo: number, anyOf: readonly ElementValues[], limit: number | undefined): Statement<string[]> => {
    let keys = limit === undefined ? foundBy : foundSome
    const values: SqlValue[] = []
    for (let at = 0; at < anyOf.length; at++) {
      values.push(tenantNo)
      keys = bindTo(at > 0 ? keys.or() : keys, anyOf[at] as ElementValues, values)
      if (test !== '') values.push(tenantNo)
    }
    if (limit !== undefined) values.push(limit)
    return all(keys.text(), values, ids)
  }
}

/** `ownerTest`: a test of the column `owner_id`, with a value for the tenant; empty for none. */
export function elementAccess(facts: ElementFacts, { insertAll }: Pick<SqlDialect, 'insertAll'>, ownerTest: string) {
  const columns = facts.columns.map(({ column }) => column)
  const table = quoted(facts.name)
  const width = columns.length + 3
  const form: RowForm = {
    how: 'insert',
    table,
    columns: [
      { name: 'tenant_no', kind: 'integer' },
      { name: 'owner_id', kind: 'text' },
      { name: 'ordinal', kind: 'integer' },
      ...facts.columns.map(({ column, kind }) => ({ name: column, kind })),
    ],
    test: '',
  }
  const insert = (rows: number) =>
    textOf(
      `${insertAll} ${table} (${list(['tenant_no', 'owner_id', 'ordinal', ...columns])}) values ${new Array(rows).fill(`(${placeholders(width)})`).join(', ')}`,
      form,
    )
  /** Indexed by the number of rows: one statement for each row would be slower. */
  const inserts = Array.from({ length: rowsAtOnce + 1 }, (_, rows) => insert(rows))
  const clear = textOf(`delete from ${table} where "tenant_no" = ? and "owner_id" = ?`)
  return {
    key: facts.key,
    /** Adds the statements that write the elements of a row. */
    pushWrites(statements: Statement<void>[], tenantNo: number, ownerId: string, value: unknown): void {
      const count = Array.isArray(value) ? value.length : 0
      for (let at = 0; at < count; at += rowsAtOnce) {
        const end = Math.min(count, at + rowsAtOnce)
        const values: SqlValue[] = []
        for (let ordinal = at; ordinal < end; ordinal++) {
          values.push(tenantNo, ownerId, ordinal)
          pushElement(values, facts, (value as unknown[])[ordinal])
        }
        statements.push(run(inserts[end - at] as StatementText, values))
      }
    },
    comparable: comparableOf(facts),
    clear: (tenantNo: number, ownerId: string): Statement<void> => run(clear, [tenantNo, ownerId]),
    find: elementFinder(facts, ownerTest),
  }
}
