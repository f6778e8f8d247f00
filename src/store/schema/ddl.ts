/** Changes of a schema as SQL statements. `Ddl` has the SQL in which the databases differ. */

import type { Column, Index, IndexPart, Reference, Schema, Table } from './schema.ts'
import type { BareTable, SchemaChange } from './schema-changes.ts'

export interface Ddl {
  readonly kinds: Readonly<Record<Column['kind'], string>>
  /** SQL after the closing bracket of a table. */
  readonly end: (table: BareTable) => string
  /** Statements that follow the creation of a table. */
  readonly more: (table: BareTable) => string[]
  /** SQL before a foreign key. */
  readonly reference: (table: string, reference: Reference) => string
  /** A column of an index, and a value inside a JSON column, written as in queries. */
  readonly indexed: (column: string) => string
  readonly inside: (column: string, path: readonly string[]) => string
  /** Statements that change the columns of a table, keep its rows and drop its indexes. `before`: the table before that. */
  readonly reshape: (table: BareTable, keep: readonly string[], before: Table | undefined) => string[]
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function list(names: readonly string[]): string {
  return names.map(quoted).join(', ')
}

export function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
}

export function columnText(ddl: Ddl, { name, kind, nullable, initial }: Column): string {
  return [
    quoted(name),
    ddl.kinds[kind],
    ...(nullable ? [] : ['not null']),
    ...(initial === undefined ? [] : [`default ${literal(initial)}`]),
  ].join(' ')
}

export function referenceText(ddl: Ddl, of: string, reference: Reference): string {
  const { columns, table, columnsReferenced } = reference
  return `${ddl.reference(of, reference)}foreign key (${list(columns)}) references ${quoted(table)} (${list(columnsReferenced)})`
}

export function createTable(ddl: Ddl, table: BareTable, name = table.name): string {
  const parts = [
    ...table.columns.map((column) => columnText(ddl, column)),
    `primary key (${list(table.primaryKey)})`,
    ...table.references.map((reference) => referenceText(ddl, table.name, reference)),
  ]
  return `create table ${quoted(name)} (\n  ${parts.join(',\n  ')}\n)${ddl.end(table)}`
}

function createIndex(ddl: Ddl, table: string, { name, columns, unique, having }: Index): string {
  const part = (entry: IndexPart) =>
    typeof entry === 'string' ? ddl.indexed(entry) : ddl.inside(quoted(entry.column), entry.path)
  return `create ${unique ? 'unique ' : ''}index ${quoted(name)} on ${quoted(table)} (${columns.map(part).join(', ')})${having === undefined ? '' : ` where ${quoted(having)} is not null`}`
}

/**
 * The statements of one change. `before`: the table before a reshape, which recreates its indexes.
 * Other changes of data have no statements here: see fillings.ts.
 */
export function statementsOf(ddl: Ddl, change: SchemaChange, before?: Table): string[] {
  switch (change.do) {
    case 'createTable':
      return [
        createTable(ddl, change.table),
        ...ddl.more(change.table),
        ...change.table.indexes.map((index) => createIndex(ddl, change.table.name, index)),
      ]
    case 'dropTable':
      return [`drop table ${quoted(change.table)}`]
    case 'addColumn':
      return [`alter table ${quoted(change.table)} add column ${columnText(ddl, change.column)}`]
    case 'reshapeTable':
      return [
        ...ddl.reshape(change.table, change.keep, before),
        ...(before?.indexes ?? []).map((index) => createIndex(ddl, change.table.name, index)),
      ]
    case 'createIndex':
      return [createIndex(ddl, change.table, change.index)]
    case 'dropIndex':
      return [`drop index ${quoted(change.index)}`]
    case 'copyRows': {
      const { from, to, columns } = change
      const more = Object.entries(change.with)
      const values = [...columns.map(quoted), ...more.map(([, value]) => literal(value))]
      const into = list([...columns, ...more.map(([name]) => name)])
      return [`insert into ${quoted(to)} (${into}) select ${values.join(', ')} from ${quoted(from)}`]
    }
    case 'fold':
    case 'spread':
    case 'indexWords':
    case 'setRows':
    case 'rewriteDurations':
    case 'numberRows':
    case 'tagRows':
      return []
  }
}

/** The whole schema as statements, for reading. */
export function schemaText(ddl: Ddl, { tables }: Schema): string {
  return tables
    .flatMap((table) => statementsOf(ddl, { do: 'createTable', table }))
    .map((statement) => `${statement};\n`)
    .join('')
}
