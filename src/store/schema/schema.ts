/** A database schema as plain data, and how it is derived from the models. Contains no SQL. */
import { createHash } from 'node:crypto'
import { invariant } from '#base/errors.ts'
import { keptByAll } from '#base/kept-by.ts'
import type { Model } from '#edm/model.ts'
import type { Prop } from '#edm/props.ts'
import type { ColumnKind } from '#edm/types.ts'
import { type ElementFacts, type Field, layoutOf, snakeOf, type TableFacts, type WordFacts } from './layout.ts'

export interface Column {
  readonly name: string
  readonly kind: ColumnKind
  readonly nullable: boolean
  /** The column's default. */
  readonly initial?: string | number
}

export interface Reference {
  readonly columns: readonly string[]
  readonly table: string
  readonly columnsReferenced: readonly string[]
}

/** A column, or a value inside a JSON column. */
export type IndexPart = string | { readonly column: string; readonly path: readonly string[] }

export interface Index {
  readonly name: string
  readonly columns: readonly IndexPart[]
  readonly unique: boolean
  /** A partial index: only rows in which this column is not null. */
  readonly having?: string
}

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly primaryKey: readonly string[]
  /** Rows are stored in the order of the primary key, if the database supports that. */
  readonly clustered?: boolean
  readonly references: readonly Reference[]
  readonly indexes: readonly Index[]
}

export interface Schema {
  readonly tables: readonly Table[]
}

/** The table of tenant ids and the numbers that represent them in rows. */
export const tenancy: Table = {
  name: 'tenancy',
  columns: [
    { name: 'no', kind: 'integer', nullable: false },
    { name: 'id', kind: 'text', nullable: false },
  ],
  primaryKey: ['no'],
  references: [],
  indexes: [{ name: 'i_tenancy__id', columns: ['id'], unique: true }],
}

const tenantNo: Column = { name: 'tenant_no', kind: 'integer', nullable: false }

function columnOf({ column, kind, nullable, initialStored }: Field): Column {
  return {
    name: column,
    kind,
    nullable,
    ...(initialStored === null ? {} : { initial: initialStored }),
  }
}

function foldColumnOf(field: Field, name: string): Column {
  return {
    name,
    kind: 'text',
    nullable: field.nullable,
    ...(typeof field.initialFolded === 'string' ? { initial: field.initialFolded } : {}),
  }
}

// PostgreSQL truncates names to 63 bytes, so a longer one is cut and ends in its digest.
function shortened(name: string): string {
  return name.length <= 63
    ? name
    : `${name.slice(0, 54)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}

function partName(part: IndexPart): string {
  return typeof part === 'string' ? part : [part.column, ...part.path.map(snakeOf)].join('__')
}

function indexOf(table: string, columns: readonly IndexPart[], unique: boolean, having?: string): Index {
  const parts = columns.filter((part) => part !== 'tenant_no').map(partName)
  return {
    name: shortened(`i_${table}__${[...parts, ...(having === undefined ? [] : ['if', having])].join('_')}`),
    columns,
    unique,
    ...(having === undefined ? {} : { having }),
  }
}

// No foreign key to the owner: only the store writes element tables, and checking each element would cost a lookup.
function elementTableOf({ name, columns, lead }: ElementFacts): Table {
  const rest = columns.filter(({ column }) => column !== lead).map(({ column }) => column)
  return {
    name,
    columns: [
      tenantNo,
      { name: 'owner_id', kind: 'text', nullable: false },
      { name: 'ordinal', kind: 'integer', nullable: false },
      ...columns.map(({ column, kind }): Column => ({ name: column, kind, nullable: true })),
    ],
    primaryKey: ['tenant_no', 'owner_id', 'ordinal'],
    clustered: true,
    references: [],
    indexes: [indexOf(name, ['tenant_no', lead, ...rest, 'owner_id'], false)],
  }
}

/** `place` and `length` spare a search the rows of owners. Few and narrow columns, as a text has several such rows. */
function wordTableOf({ name }: WordFacts): Table {
  return {
    name,
    columns: [
      tenantNo,
      { name: 'entry', kind: 'text', nullable: false },
      { name: 'owner_id', kind: 'text', nullable: false },
      { name: 'place', kind: 'integer', nullable: false },
      { name: 'length', kind: 'integer', nullable: false },
    ],
    primaryKey: ['tenant_no', 'entry', 'owner_id'],
    clustered: true,
    references: [],
    indexes: [],
  }
}

/** Whether the path leads to one primitive or enumeration value inside values of the type. */
function isPlainAt(type: Prop['type'] | undefined, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return typeof type === 'string' || type?.kind === 'enum'
  const prop = typeof type === 'object' && type.kind === 'complex' ? type.props[name] : undefined
  return prop !== undefined && prop.collection !== true && isPlainAt(prop.type, rest)
}

/** `key`, or `key/member` for a value inside a complex one. */
function indexPartOf(facts: TableFacts, key: string): IndexPart {
  const [first = key, ...path] = key.split('/')
  const field = facts.field(first)
  if (path.length === 0) return field.sortColumn
  invariant(
    field.prop?.collection !== true && isPlainAt(field.prop?.type, path),
    `${facts.type.name}: an index names ${key}, where there is no single value`,
  )
  return { column: field.column, path }
}

/** Whether the index finds rows by a link. A partial index does if it leaves out only rows without the link. */
function leadsTo({ columns, having }: Index, column: string): boolean {
  return columns[1] === column && (having ?? column) === column
}

function indexesOf(facts: TableFacts): Index[] {
  const declared = (facts.type.indexes ?? []).map(({ keys, unique = false, having }) => {
    const columns = ['tenant_no', ...keys.map((key) => indexPartOf(facts, key))]
    const some = having === undefined ? undefined : facts.field(having).column
    return indexOf(facts.name, unique || columns.includes('id') ? columns : [...columns, 'id'], unique, some)
  })
  // Removing a row looks for rows that link to it; without an index, that is a sequential scan.
  const missing = facts.fields
    .filter(({ column, link }) => link !== undefined && !declared.some((index) => leadsTo(index, column)))
    .map(({ column }) => indexOf(facts.name, ['tenant_no', column, 'id'], false))
  return [...declared, ...missing]
}

function tableOf(facts: TableFacts): Table {
  const columns = [
    tenantNo,
    ...facts.fields.flatMap((field) =>
      field.foldColumn === undefined ? [columnOf(field)] : [columnOf(field), foldColumnOf(field, field.foldColumn)],
    ),
    { name: 'version', kind: 'integer', nullable: false, initial: 1 } as const,
  ]
  const names = columns.map(({ name }) => name)
  invariant(new Set(names).size === names.length, `two columns of ${facts.name} have one name: ${names.join(', ')}`)
  return {
    name: facts.name,
    columns,
    primaryKey: ['tenant_no', 'id'],
    ...(facts.type.clustered === true ? { clustered: true } : {}),
    references: facts.fields.flatMap(({ column, link }) =>
      link === undefined
        ? []
        : [{ columns: ['tenant_no', column], table: link, columnsReferenced: ['tenant_no', 'id'] }],
    ),
    indexes: indexesOf(facts),
  }
}

function newSchema(models: readonly Model[]): Schema {
  const { tables } = layoutOf(models)
  const all = [
    tenancy,
    ...tables.flatMap((facts) => [
      tableOf(facts),
      ...facts.elements.map(elementTableOf),
      ...facts.words.map(wordTableOf),
    ]),
  ]
  const names = all.map(({ name }) => name)
  invariant(new Set(names).size === names.length, `two tables have one name: ${names.join(', ')}`)
  return { tables: all }
}

/** The schema for the models. A start asks for it twice: what the migrations lead to, and what a removal goes through. */
export const schemaOf = keptByAll(newSchema)
