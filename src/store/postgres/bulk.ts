/** A PostgreSQL database that is read or filled as a whole. */
import type pg from 'pg'
import type { Bulk, WholeBulkOptions } from '../bulk.ts'
import { all, textOf } from '../rows/statement.ts'
import { list, quoted } from '../schema/ddl.ts'
import { checkDrift } from '../schema/ledger.ts'
import type { Table } from '../schema/schema.ts'
import { inOrder, replay } from '../schema/schema-changes.ts'
import type { RawRow } from '../values.ts'
import { hostsOf } from './connect/addresses.ts'
import { ask, execute } from './connect/connection.ts'
import { storeErrorOf } from './connect/errors.ts'
import { connectAlone } from './connect/pool.ts'
import { insertOf } from './insert-rows.ts'
import { migrate } from './migrate.ts'

const connectMillis = 5_000
const lock = "select pg_advisory_xact_lock(hashtext('relata bulk'), hashtext(current_schema()))"
/** Rows come in the order of their keys and in parts, so that one may refer to one of its own table in a later part. */
function refersToItself({ name, references }: Table): boolean {
  return references.some(({ table }) => table === name)
}

const waiting = 'relata_bulk_waiting'

/**
 * Writes rows of one table after another. References are checked after each statement, so the rows of a table that refers
 * to itself wait in a temporary one, and go to theirs by one statement.
 */
function writerOn(client: pg.Client) {
  const send = (text: string, values: unknown[] = []): Promise<unknown> =>
    client.query(text, values).catch((error: unknown) => {
      throw storeErrorOf(error)
    })
  let current: Table | undefined
  const settle = async (next?: Table): Promise<void> => {
    if (current === next) return
    if (current !== undefined && refersToItself(current)) {
      const names = list(current.columns.map(({ name }) => name))
      await send(`insert into ${quoted(current.name)} (${names}) select ${names} from ${waiting}`)
      await send(`drop table ${waiting}`)
    }
    current = next
    if (next !== undefined && refersToItself(next))
      await send(`create temporary table ${waiting} (like ${quoted(next.name)}) on commit drop`)
  }
  return {
    settle,
    write: async (table: Table, rows: readonly RawRow[]): Promise<void> => {
      await settle(table)
      const columns = table.columns.map((_, at) => rows.map((row) => row[at] ?? null))
      await send(refersToItself(table) ? insertOf(table, waiting) : insertOf(table), columns)
    },
  }
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
  const writer = writerOn(client)
  return {
    rows: (text, values) => ask(client, all(textOf(text), values)),
    clear: async () => {
      const names = inOrder(replay(migrations).tables).map(({ name }) => quoted(name))
      await execute(client, `lock table ${names.join(', ')} in share row exclusive mode`)
      for (const name of names.reverse()) await execute(client, `delete from ${name}`)
    },
    write: writer.write,
    finish: async () => {
      await writer.settle()
      await execute(client, 'commit')
      // Without statistics, the planner would not use the indexes.
      await execute(client, 'analyze')
    },
    close: async () => {
      await client.end().catch(() => undefined)
    },
  }
}
