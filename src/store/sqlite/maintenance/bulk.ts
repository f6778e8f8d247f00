/** A SQLite database that is read or filled as a whole. */
import { existsSync } from 'node:fs'
import type { Bulk, WholeBulkOptions } from '../../bulk.ts'
import { quoted } from '../../schema/ddl.ts'
import { checkDrift } from '../../schema/ledger.ts'
import type { Table } from '../../schema/schema.ts'
import { inOrder, type Migration, replay } from '../../schema/schema-changes.ts'
import type { Connection, PreparedStatement } from '../driver.ts'
import { migrate } from '../migrate.ts'
import { openConnection } from '../sqlite.ts'
import { databaseFile } from '../store.ts'
import { placeDatabase } from './new-database.ts'

const busyMillis = 5_000

function insertOf({ name, columns }: Table): string {
  return `insert into ${quoted(name)} (${columns.map((column) => quoted(column.name)).join(', ')}) values (${columns.map(() => '?').join(', ')})`
}

/** Throws if there is no database to read. */
export async function openSqliteBulk(
  location: string,
  { models, clock, migrations, writes }: WholeBulkOptions,
): Promise<Bulk> {
  checkDrift(models, migrations)
  const file = databaseFile(location)
  if (writes) await placeDatabase(file, (made) => migrate(made, clock, migrations), { mayHaveKeys: true })
  else if (!existsSync(file)) throw new Error(`There is no database in ${location}.`)
  const connection = openConnection(file, busyMillis)
  // A database that is only read is migrated too, because an older schema has other columns.
  migrate(connection, clock, migrations)
  return bulkOn(connection, writes, migrations, () => connection.exec('pragma wal_checkpoint(truncate)'))
}

/** On an open database with the newest schema. Closing it closes the connection. */
export function bulkOn(
  connection: Pick<Connection, 'prepare' | 'exec' | 'close'>,
  writes: boolean,
  migrations: readonly Migration[],
  finished: () => void = () => undefined,
): Bulk {
  connection.exec(writes ? 'begin immediate' : 'begin')
  // Rows come in the order of their keys, so that one may refer to a later one of its own table. Ends with the transaction.
  if (writes) connection.exec('pragma defer_foreign_keys = on')
  const inserts = new Map<string, PreparedStatement>()
  const insertInto = (table: Table): PreparedStatement => {
    const insert = inserts.get(table.name) ?? connection.prepare(insertOf(table))
    inserts.set(table.name, insert)
    return insert
  }
  return {
    rows: async (text, values) => connection.prepare(text).all(values),
    clear: async () => {
      for (const { name } of inOrder(replay(migrations).tables).reverse())
        connection.exec(`delete from ${quoted(name)}`)
    },
    write: async (table, rows) => {
      const insert = insertInto(table)
      for (const row of rows) insert.run(row)
    },
    finish: async () => {
      connection.exec('commit')
      finished()
    },
    close: async () => connection.close(),
  }
}
