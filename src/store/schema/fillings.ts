/** Changes of data within a migration: fills new columns and element tables from existing rows. */
import { fold } from '#base/fold.ts'
import type { RawRow, SqlValue } from '../values.ts'
import { quoted } from './ddl.ts'
import type { SchemaChange } from './schema-changes.ts'

/** A statement that reads existing rows, and one that runs for each list of values derived from a row. */
export interface Filling {
  readonly read: string
  readonly write: string
  readonly values: (row: RawRow) => readonly (readonly SqlValue[])[]
}

function foldFilling({ table, from, to }: SchemaChange & { do: 'fold' }): Filling {
  return {
    read: `select "tenant_no", "id", ${quoted(from)} from ${quoted(table)} where ${quoted(from)} is not null`,
    write: `update ${quoted(table)} set ${quoted(to)} = ? where "tenant_no" = ? and "id" = ?`,
    values: ([tenantNo = null, id = null, text]) => [[fold(String(text)), tenantNo, id]],
  }
}

function spreadFilling({ table, from, to, members }: SchemaChange & { do: 'spread' }): Filling {
  const columns = ['tenant_no', 'owner_id', 'ordinal', ...members.map(({ column }) => column)]
  const storedOf = (member: (typeof members)[number], value: unknown): SqlValue => {
    if (typeof value === 'string') return member.fold ? fold(value) : value
    return typeof value === 'boolean' || typeof value === 'number' ? Number(value) : null
  }
  return {
    read: `select "tenant_no", "id", ${quoted(from)} from ${quoted(table)}`,
    write: `insert into ${quoted(to)} (${columns.map(quoted).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    values: ([tenantNo = null, id = null, text]) =>
      (JSON.parse(String(text)) as readonly Readonly<Record<string, unknown>>[]).map((element, ordinal) => [
        tenantNo,
        id,
        ordinal,
        ...members.map((member) => storedOf(member, element[member.name])),
      ]),
  }
}

export function fillingOf(change: SchemaChange): Filling | undefined {
  if (change.do === 'fold') return foldFilling(change)
  return change.do === 'spread' ? spreadFilling(change) : undefined
}
