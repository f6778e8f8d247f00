/** A statement that inserts any number of rows of a table. */
import type { ColumnKind } from '#edm/types.ts'
import { list, quoted } from '../schema/ddl.ts'
import type { Table } from '../schema/schema.ts'

const types: Readonly<Record<ColumnKind, string>> = { text: 'text', integer: 'bigint', real: 'double precision' }

/** Binds one array for each column, so that one prepared statement inserts any number of rows. */
export function insertOf({ name, columns }: Pick<Table, 'name' | 'columns'>, into = name): string {
  const arrays = columns.map(({ kind }, at) => `$${at + 1}::${types[kind]}[]`)
  return `insert into ${quoted(into)} (${list(columns.map((column) => column.name))}) select * from unnest(${arrays.join(', ')})`
}
