/**
 * Statistics for SQLite's planner. Without them it expects ten rows in a tenant, and reads all rows of a tenant in the
 * order of their ids to avoid a sort. The figures are invented and fixed, so that plans do not change with the data:
 * sqlite.org/queryplanner-ng.html §6.3, sqlite.org/fileformat2.html §2.6.3.
 */

import type { Index, Schema, Table } from '../schema/schema.ts'
import type { RawRow } from '../values.ts'
import type { Connection } from './driver.ts'

const rows = 1_000_000
/** Number of rows with the same first column after the tenant, the same first two, and so on. */
const shares = [200, 20, 5, 2]

function figures({ columns, unique }: Pick<Index, 'columns' | 'unique'>): string {
  return [
    rows,
    ...columns.map((_, at) => {
      if (at === 0) return rows
      return at === columns.length - 1 && (unique || columns[at] === 'id') ? 1 : (shares[at - 1] ?? 1)
    }),
  ].join(' ')
}

/** Rows of `sqlite_stat1`: table, index, figures. For a clustered table, the name of the primary key is that of the table. */
function linesOf({ name, primaryKey, clustered, indexes }: Table): (readonly [string, string, string])[] {
  return [
    [name, clustered === true ? name : `sqlite_autoindex_${name}_1`, figures({ columns: primaryKey, unique: true })],
    ...indexes.map((index) => [name, index.name, figures(index)] as const),
  ]
}

function byTenant({ primaryKey }: Table): boolean {
  return primaryKey[0] === 'tenant_no'
}

function same(a: readonly RawRow[], b: readonly RawRow[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function order(a: RawRow, b: RawRow): number {
  return String(a) < String(b) ? -1 : 1
}

/** Writes the figures if the database does not have them yet. */
export function estimate(connection: Connection, { tables }: Schema): void {
  const wanted = tables.filter(byTenant).flatMap(linesOf).sort(order)
  const exists = connection.prepare("select 1 from sqlite_schema where name = 'sqlite_stat1'").get([]) !== undefined
  const present = exists ? connection.prepare('select "tbl", "idx", "stat" from sqlite_stat1').all([]) : []
  if (same([...present].sort(order), wanted)) return
  connection.exec('begin immediate')
  try {
    // Only ANALYZE can create the table of statistics.
    if (!exists) connection.exec('analyze')
    connection.exec('delete from sqlite_stat1')
    const write = connection.prepare('insert into sqlite_stat1 ("tbl", "idx", "stat") values (?, ?, ?)')
    for (const line of wanted) write.run(line)
    connection.exec('commit')
  } catch (error) {
    connection.exec('rollback')
    throw error
  }
  connection.exec('analyze sqlite_schema')
}
