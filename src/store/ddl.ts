/** Changes of a schema as SQL statements. What differs between databases is in one table, `dialects`. */
import type { BareTable, Change } from './changes.ts'
import { jsonPathOf } from './json-path.ts'
import type { Column, Index, IndexPart, Reference, Schema } from './schema.ts'

export type Dialect = 'sqlite'

interface DialectFacts {
  readonly kinds: Readonly<Record<Column['kind'], string>>
  /** Said after the closing bracket of a clustered table. */
  readonly clustered: string
  /** A value inside a JSON column, as queries have it. */
  readonly inside: (column: string, path: readonly string[]) => string
  /** Statements that give a table its new form, rows kept. */
  readonly reshape: (table: BareTable, keep: readonly string[]) => string[]
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const list = (names: readonly string[]): string => names.map(quoted).join(', ')
const literal = (value: string | number): string =>
  typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`

const columnText = (dialect: Dialect, { name, kind, nullable, initial }: Column): string =>
  [
    quoted(name),
    dialects[dialect].kinds[kind],
    ...(nullable ? [] : ['not null']),
    ...(initial === undefined ? [] : [`default ${literal(initial)}`]),
  ].join(' ')

const referenceText = ({ columns, table, columnsReferenced }: Reference): string =>
  `foreign key (${list(columns)}) references ${quoted(table)} (${list(columnsReferenced)})`

const createTable = (dialect: Dialect, table: BareTable, name = table.name): string => {
  const parts = [
    ...table.columns.map((column) => columnText(dialect, column)),
    `primary key (${list(table.primaryKey)})`,
    ...table.references.map(referenceText),
  ]
  const end = table.clustered === true ? dialects[dialect].clustered : ''
  return `create table ${quoted(name)} (\n  ${parts.join(',\n  ')}\n)${end}`
}

const createIndex = (dialect: Dialect, table: string, { name, columns, unique }: Index): string => {
  const part = (entry: IndexPart) =>
    typeof entry === 'string' ? quoted(entry) : dialects[dialect].inside(quoted(entry.column), entry.path)
  return `create ${unique ? 'unique ' : ''}index ${quoted(name)} on ${quoted(table)} (${columns.map(part).join(', ')})`
}

// SQLite cannot alter a column: sqlite.org/lang_altertable.html §7, "making other kinds of table schema changes".
// Foreign keys are off while migrations run. Indexes fall with the old table and are made again by the caller.
const reshapeInSqlite = (table: BareTable, keep: readonly string[]): string[] => {
  const next = `${table.name}__next`
  return [
    createTable('sqlite', table, next),
    `insert into ${quoted(next)} (${list(keep)}) select ${list(keep)} from ${quoted(table.name)}`,
    `drop table ${quoted(table.name)}`,
    `alter table ${quoted(next)} rename to ${quoted(table.name)}`,
  ]
}

const dialects: Readonly<Record<Dialect, DialectFacts>> = {
  sqlite: {
    kinds: { text: 'text', integer: 'integer', real: 'real' },
    clustered: ' without rowid',
    inside: (column, path) => `json_extract(${column}, ${literal(jsonPathOf(path))})`,
    reshape: reshapeInSqlite,
  },
}

/**
 * The statements of one change. `indexes` are those the table has before the change: a reshaped table gets them again.
 * Changes of data (`fold`, `spread`) have no statements of their own.
 */
export const statementsOf = (dialect: Dialect, change: Change, indexes: readonly Index[] = []): string[] => {
  switch (change.do) {
    case 'createTable':
      return [
        createTable(dialect, change.table),
        ...change.table.indexes.map((index) => createIndex(dialect, change.table.name, index)),
      ]
    case 'dropTable':
      return [`drop table ${quoted(change.table)}`]
    case 'addColumn':
      return [`alter table ${quoted(change.table)} add column ${columnText(dialect, change.column)}`]
    case 'reshapeTable':
      return [
        ...dialects[dialect].reshape(change.table, change.keep),
        ...indexes.map((index) => createIndex(dialect, change.table.name, index)),
      ]
    case 'createIndex':
      return [createIndex(dialect, change.table, change.index)]
    case 'dropIndex':
      return [`drop index ${quoted(change.index)}`]
    case 'fold':
    case 'spread':
      return []
  }
}

/** The whole schema as statements, for reading. */
export const schemaText = (dialect: Dialect, { tables }: Schema): string =>
  tables
    .flatMap((table) => statementsOf(dialect, { do: 'createTable', table }))
    .map((statement) => `${statement};\n`)
    .join('')
