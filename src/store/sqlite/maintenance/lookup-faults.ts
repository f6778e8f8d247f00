/** Checks the data that a SQLite store derives from rows for lookups: folded columns and element tables. Reads only. */
import { existsSync } from 'node:fs'
import { invariant } from '#base/errors.ts'
import type { Model } from '#edm/model.ts'
import { quoted } from '../../schema/ddl.ts'
import { type ElementFacts, layoutOf, type TableFacts } from '../../schema/layout.ts'
import type { Connection } from '../driver.ts'
import { functions, openConnection } from '../sqlite.ts'

/** A row whose derived data differs from its values, so lookups miss it or find it wrongly. */
export interface LookupFault {
  readonly tenantId: string
  /** Qualified name of the type. */
  readonly type: string
  readonly id: string
  /** Row key of the value that the data is derived from. */
  readonly key: string
}

const busyMillis = 5_000
const mostOfAKind = 100

function folded(text: string): string {
  return `${functions.fold}(${text})`
}

/** Tenant and id of the rows for which the condition holds; `t` is the row. */
function rowsWhere(connection: Connection, table: string, condition: string): readonly (readonly unknown[])[] {
  return connection
    .prepare(
      `select n."id" as "tenant", t."id" as "id" from ${quoted(table)} as t join "tenancy" as n on n."no" = t."tenant_no"
       where ${condition} limit ${mostOfAKind}`,
    )
    .all([])
}

const ofRow = 'e."tenant_no" = t."tenant_no" and e."owner_id" = t."id"'

/** A condition: the element table differs from the collection of the row, in number or in any member. */
function elementsDiffer(column: string, { name, columns }: ElementFacts): string {
  const differing = columns.map(({ member, column: kept, prop }) => {
    const value = `json_extract(j.value, '$."${member}"')`
    return `${prop.fold === true ? folded(value) : value} is not e.${quoted(kept)}`
  })
  return `json_array_length(t.${quoted(column)}) <> (select count(*) from ${quoted(name)} as e where ${ofRow})
    or exists (select 1 from json_each(t.${quoted(column)}) as j left join ${quoted(name)} as e
      on ${ofRow} and e."ordinal" = j.key where ${differing.join(' or ')})`
}

function strays(connection: Connection, table: string, { name }: ElementFacts): readonly (readonly unknown[])[] {
  return connection
    .prepare(
      `select distinct n."id" as "tenant", e."owner_id" as "id" from ${quoted(name)} as e join "tenancy" as n on n."no" = e."tenant_no"
       where not exists (select 1 from ${quoted(table)} as t where ${ofRow}) limit ${mostOfAKind}`,
    )
    .all([])
}

function faultsOf(connection: Connection, { type, name, fields }: TableFacts): LookupFault[] {
  return fields.flatMap((field) => {
    const { key, column, foldColumn, elements } = field
    const found = [
      ...(foldColumn === undefined
        ? []
        : rowsWhere(connection, name, `${folded(`t.${quoted(column)}`)} is not t.${quoted(foldColumn)}`)),
      ...(elements === undefined
        ? []
        : [...rowsWhere(connection, name, elementsDiffer(column, elements)), ...strays(connection, name, elements)]),
    ]
    return found.map(([tenantId, id]) => ({ tenantId: String(tenantId), type: type.name, id: String(id), key }))
  })
}

/** At most a hundred faults of each kind. The database must have the newest schema. */
export async function lookupFaults(file: string, models: readonly Model[]): Promise<readonly LookupFault[]> {
  invariant(existsSync(file), 'the database is there')
  const connection = openConnection(file, busyMillis)
  try {
    return layoutOf(models).tables.flatMap((table) => faultsOf(connection, table))
  } finally {
    connection.close()
  }
}
