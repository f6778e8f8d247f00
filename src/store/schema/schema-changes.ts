/** Changes of a schema as data: their types, their effect on a schema, and the changes between two schemas. */
import { invariant } from '#base/errors.ts'
import { isObject } from '#base/json.ts'
import { keptBy } from '#base/kept-by.ts'
import type { Column, Index, Schema, Table } from './schema.ts'

export type BareTable = Omit<Table, 'indexes'>

export type SchemaChange =
  /** With its indexes. */
  | { readonly do: 'createTable'; readonly table: Table }
  | { readonly do: 'dropTable'; readonly table: string }
  | { readonly do: 'addColumn'; readonly table: string; readonly column: Column }
  /** Changes columns, key or references of a table. Columns in `keep` keep their values, others get their initial ones. */
  | { readonly do: 'reshapeTable'; readonly table: BareTable; readonly keep: readonly string[] }
  | { readonly do: 'createIndex'; readonly table: string; readonly index: Index }
  | { readonly do: 'dropIndex'; readonly table: string; readonly index: string }
  /** Fills a folded column from the column with the original text. */
  | { readonly do: 'fold'; readonly table: string; readonly from: string; readonly to: string }
  /** Fills an element table from the JSON column of its owners. */
  | {
      readonly do: 'spread'
      readonly table: string
      readonly from: string
      readonly to: string
      readonly members: readonly { readonly name: string; readonly column: string; readonly fold: boolean }[]
    }
  /** Fills a table of words from the JSON column of their owners. */
  | {
      readonly do: 'indexWords'
      readonly table: string
      readonly from: string
      readonly to: string
      readonly text: string
      readonly space: string
      readonly first: string
      /** A column. */
      readonly place: string
    }
  /** Copies all rows of one table into another, with the same values in some more columns of each. */
  | {
      readonly do: 'copyRows'
      readonly from: string
      readonly to: string
      readonly columns: readonly string[]
      readonly with: Readonly<Record<string, string>>
    }
  /** In each tenant that has rows of the table: adds rows by their id, or sets these columns of those that are there. */
  | {
      readonly do: 'setRows'
      readonly table: string
      readonly columns: readonly string[]
      readonly rows: readonly (readonly (string | number)[])[]
    }
  /** Writes durations in days and time. */
  | { readonly do: 'rewriteDurations'; readonly table: string; readonly column: string }
  /** Numbers the rows of each tenant by their ids, and copies the column to a key and its bucket (`bucketOf`). */
  | {
      readonly do: 'numberRows'
      readonly table: string
      readonly number: string
      readonly from: string
      readonly key: string
      readonly bucket: string
    }
  /** Gives an entity tag to rows that have none. */
  | { readonly do: 'tagRows'; readonly table: string; readonly column: string }

export interface Migration {
  readonly number: number
  readonly name: string
  readonly changes: readonly SchemaChange[]
}

function withTable(tables: readonly Table[], name: string, edit: (table: Table) => Table): Table[] {
  invariant(
    tables.some((table) => table.name === name),
    `a migration names the table ${name}, which is not there`,
  )
  return tables.map((table) => (table.name === name ? edit(table) : table))
}

function applied(tables: readonly Table[], change: SchemaChange): readonly Table[] {
  switch (change.do) {
    case 'createTable':
      invariant(!tables.some(({ name }) => name === change.table.name), `the table ${change.table.name} is made twice`)
      return [...tables, change.table]
    case 'dropTable':
      return tables.filter(({ name }) => name !== change.table)
    case 'addColumn':
      return withTable(tables, change.table, (table) => ({ ...table, columns: [...table.columns, change.column] }))
    case 'reshapeTable':
      return withTable(tables, change.table.name, ({ indexes }) => ({ ...change.table, indexes }))
    case 'createIndex':
      return withTable(tables, change.table, (table) => ({ ...table, indexes: [...table.indexes, change.index] }))
    case 'dropIndex':
      return withTable(tables, change.table, (table) => ({
        ...table,
        indexes: table.indexes.filter(({ name }) => name !== change.index),
      }))
    case 'fold':
    case 'spread':
    case 'indexWords':
    case 'copyRows':
    case 'setRows':
    case 'rewriteDurations':
    case 'numberRows':
    case 'tagRows':
      return tables
  }
}

function replayed(migrations: readonly Migration[]): Schema {
  return {
    tables: migrations.flatMap(({ changes }) => changes).reduce<readonly Table[]>(applied, []),
  }
}

/** The schema after all the migrations. Needs no database. A start asks for it twice. */
export const replay = keptBy(replayed)

function bare({ indexes: _, ...table }: Table): BareTable {
  return table
}

/** JSON text with members sorted by name. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  )
}

function like(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}

function named<T extends { readonly name: string }>(list: readonly T[]) {
  return new Map(list.map((entry) => [entry.name, entry]))
}

function newColumnFault(table: string, { name, nullable, initial }: Column): string | undefined {
  return nullable || initial !== undefined
    ? undefined
    : `${table}.${name} is never null, so rows that are there already need a value: give the property an \`initial\``
}

function columnChanges(from: Table, to: Table): SchemaChange[] {
  const old = named(from.columns)
  const next = named(to.columns)
  const added = to.columns.filter(({ name }) => !old.has(name))
  const same = from.columns.every((column) => like(column, next.get(column.name)))
  const rest = ({ columns: _, ...table }: BareTable) => table
  for (const column of added) {
    const fault = newColumnFault(to.name, column)
    if (fault !== undefined) throw new Error(fault)
  }
  if (same && like(rest(bare(from)), rest(bare(to))))
    return added.map((column): SchemaChange => ({ do: 'addColumn', table: to.name, column }))
  return [
    {
      do: 'reshapeTable',
      table: bare(to),
      keep: from.columns.map(({ name }) => name).filter((name) => next.has(name)),
    },
  ]
}

function foldChanges(from: Table, to: Table): SchemaChange[] {
  const old = named(from.columns)
  return to.columns.flatMap(({ name }): SchemaChange[] => {
    const plain = name.replace(/_fold$/, '')
    return plain !== name && !old.has(name) && old.has(plain)
      ? [{ do: 'fold', table: to.name, from: plain, to: name }]
      : []
  })
}

function indexChanges(from: Table, to: Table): { drop: SchemaChange[]; make: SchemaChange[] } {
  const old = named(from.indexes)
  const next = named(to.indexes)
  return {
    drop: from.indexes
      .filter((index) => !like(index, next.get(index.name)))
      .map(({ name }) => ({ do: 'dropIndex', table: to.name, index: name })),
    make: to.indexes
      .filter((index) => !like(index, old.get(index.name)))
      .map((index) => ({ do: 'createIndex', table: to.name, index })),
  }
}

/** Tables after those they refer to, so that each can be created with its foreign keys. */
export function inOrder(tables: readonly Table[]): Table[] {
  const left = named(tables)
  const sorted: Table[] = []
  const place = (table: Table) => {
    if (!left.delete(table.name)) return
    for (const { table: target } of table.references) {
      const first = left.get(target)
      if (first !== undefined) place(first)
    }
    sorted.push(table)
  }
  for (const table of tables) place(table)
  return sorted
}

/** The changes that lead from one schema to the other. Throws if existing rows would have no value for a new column. */
export function changesBetween(from: Schema, to: Schema): SchemaChange[] {
  const old = named(from.tables)
  const next = named(to.tables)
  const changes: SchemaChange[] = []
  for (const table of inOrder(to.tables)) {
    const before = old.get(table.name)
    if (before === undefined) {
      changes.push({ do: 'createTable', table })
      continue
    }
    const indexes = indexChanges(before, table)
    changes.push(...indexes.drop, ...columnChanges(before, table), ...foldChanges(before, table), ...indexes.make)
  }
  for (const { name } of inOrder(from.tables).reverse())
    if (!next.has(name)) changes.push({ do: 'dropTable', table: name })
  return changes
}

/** Columns that a migration has added stand last; in the model they are in the order of the type. */
function wordsOf(table: Table): string {
  return JSON.stringify({ ...table, columns: table.columns.map((column) => JSON.stringify(column)).sort() })
}

/** Whether both are equal as text, but for the order of columns: a quick check, which is nearly always true at a start. */
function isWordForWord(actual: Schema, wanted: Schema): boolean {
  const have = new Set(actual.tables.map(wordsOf))
  return have.size === wanted.tables.length && wanted.tables.every((table) => have.has(wordsOf(table)))
}

/** The differences as texts, none if both are the same. The order of tables and columns does not matter. */
export function differences(actual: Schema, wanted: Schema): string[] {
  if (isWordForWord(actual, wanted)) return []
  const parts = ({ tables }: Schema): Set<string> =>
    new Set(
      tables.flatMap((table) => [
        `table ${table.name} key (${table.primaryKey.join(', ')})${table.clustered === true ? ' clustered' : ''}`,
        ...table.columns.map((column) => `column ${table.name}.${column.name} ${canonical(column)}`),
        ...table.references.map((reference) => `reference of ${table.name} ${canonical(reference)}`),
        ...table.indexes.map((index) => `index ${index.name} on ${table.name} ${canonical(index)}`),
      ]),
    )
  const have = parts(actual)
  const want = parts(wanted)
  return [
    ...[...want].filter((part) => !have.has(part)).map((part) => `missing: ${part}`),
    ...[...have].filter((part) => !want.has(part)).map((part) => `not in the model: ${part}`),
  ]
}
