/** A PostgreSQL database that is read or filled as a whole. */
import type { ColumnKind } from '#edm/types.ts'
import type { Bulk, WholeBulkOptions } from '../bulk.ts'
import { all, textOf } from '../rows/statement.ts'
import { list, quoted } from '../schema/ddl.ts'
import { checkDrift } from '../schema/ledger.ts'
import type { Table } from '../schema/schema.ts'
import { hostsOf } from './connect/addresses.ts'
import { ask, execute } from './connect/connection.ts'
import { storeErrorOf } from './connect/errors.ts'
import { connectAlone } from './connect/pool.ts'
import { migrate } from './migrate.ts'

const connectMillis = 5_000
const lock = "select pg_advisory_xact_lock(hashtext('relata bulk'), hashtext(current_schema()))"
const types: Readonly<Record<ColumnKind, string>> = { text: 'text', integer: 'bigint', real: 'double precision' }

/** Binds one array for each column, so that one prepared statement inserts any number of rows. */
function insertOf({ name, columns }: Table): string {
  const arrays = columns.map(({ kind }, at) => `$${at + 1}::${types[kind]}[]`)
  return `insert into ${quoted(name)} (${list(columns.map((column) => column.name))}) select * from unnest(${arrays.join(', ')})`
}

export async function openPostgresBulk(
  url: string,
  { models, clock, migrations, writes }: WholeBulkOptions,
): Promise<Bulk> {
  checkDrift(models, migrations)
  const client = await connectAlone(hostsOf(url), connectMillis)
  try {
    await migrate(client, clock, migrations, 0)
    // The advisory lock keeps two processes from both finding the database empty.
    await execute(client, writes ? `begin; ${lock}` : 'begin isolation level repeatable read read only')
  } catch (error) {
    await client.end().catch(() => undefined)
    throw storeErrorOf(error)
  }
  return {
    rows: (text, values) => ask(client, all(textOf(text), values)),
    write: async (table, rows) => {
      const columns = table.columns.map((_, at) => rows.map((row) => row[at] ?? null))
      await client.query(insertOf(table), columns).catch((error: unknown) => {
        throw storeErrorOf(error)
      })
    },
    finish: async () => {
      await execute(client, 'commit')
      // Without statistics, the planner would not use the indexes.
      await execute(client, 'analyze')
    },
    close: async () => {
      await client.end().catch(() => undefined)
    },
  }
}
