/** The DDL of PostgreSQL. If wanted, each table is partitioned by tenant. */
import { createHash } from 'node:crypto'
import { columnText, type Ddl, literal, quoted, referenceText } from '../schema/ddl.ts'
import type { Column, Reference, Table } from '../schema/schema.ts'
import type { BareTable } from '../schema/schema-changes.ts'

/** Columns of primary keys are never null, and the index of a primary key cannot say `nulls first`. */
const inKeys = new Set(['tenant_no', 'id', 'owner_id', 'ordinal'])

// PostgreSQL truncates names to 63 bytes, so a generated name could not be found again to drop the constraint.
function constraintName(table: string, { columns }: Reference): string {
  return `r_${createHash('sha256').update(`${table} ${columns.join()}`).digest('hex').slice(0, 16)}`
}

function isSpread({ primaryKey }: BareTable): boolean {
  return primaryKey[0] === 'tenant_no'
}

function changedColumn(ddl: Ddl, { name, kind, nullable, initial }: Column): string[] {
  const column = `alter column ${quoted(name)}`
  const type = ddl.kinds[kind]
  return [
    `${column} drop default`,
    `${column} type ${type} using ${quoted(name)}::${type.replace(/ collate.*/, '')}`,
    ...(initial === undefined ? [] : [`${column} set default ${literal(initial)}`]),
    `${column} ${nullable ? 'drop' : 'set'} not null`,
  ]
}

/** Foreign keys of the table are dropped first and created again last, because their columns may change. */
function reshapes(ddl: Ddl, table: BareTable, keep: ReadonlySet<string>, before: Table): string[] {
  // A column that stays as it is is left alone: the one that a table is partitioned by cannot be altered.
  const old = new Map(before.columns.map((column) => [column.name, columnText(ddl, column)]))
  return [
    ...before.references.map((reference) => `drop constraint ${quoted(constraintName(table.name, reference))}`),
    ...table.columns.flatMap((column) =>
      old.get(column.name) === columnText(ddl, column)
        ? []
        : keep.has(column.name)
          ? changedColumn(ddl, column)
          : [`add column ${columnText(ddl, column)}`],
    ),
    ...before.columns.filter(({ name }) => !keep.has(name)).map(({ name }) => `drop column ${quoted(name)}`),
    ...table.references.map((reference) => `add ${referenceText(ddl, table.name, reference)}`),
  ]
}

/** `partitions`: the number of partitions of each table; 0: not partitioned. Throws for a change of a primary key. */
export function postgresDdl(partitions: number): Ddl {
  const ddl: Ddl = {
    kinds: { text: 'text collate "C"', integer: 'bigint', real: 'double precision' },
    end: (table) => (partitions > 0 && isSpread(table) ? ' partition by hash ("tenant_no")' : ''),
    more: (table) =>
      isSpread(table)
        ? Array.from(
            { length: partitions },
            (_, at) =>
              `create table ${quoted(`${table.name}__p${at}`)} partition of ${quoted(table.name)} for values with (modulus ${partitions}, remainder ${at})`,
          )
        : [],
    reference: (table, reference) => `constraint ${quoted(constraintName(table, reference))} `,
    indexed: (column) => (inKeys.has(column) ? quoted(column) : `${quoted(column)} nulls first`),
    inside: (column, path) => {
      const steps = path.map((name) => `"${name}"`).join(',')
      return `((((${column})::json #>> ${literal(`{${steps}}`)})) collate "C") nulls first`
    },
    reshape: (table, keep, before) => {
      if (before === undefined || before.primaryKey.join() !== table.primaryKey.join())
        throw new Error(`the table ${table.name} cannot be given another primary key`)
      return [
        ...before.indexes.map(({ name }) => `drop index ${quoted(name)}`),
        ...reshapes(ddl, table, new Set(keep), before).map((change) => `alter table ${quoted(table.name)} ${change}`),
      ]
    },
  }
  return ddl
}
