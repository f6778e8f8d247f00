/** Whether the schema of a PostgreSQL database is the newest: for an operator, without opening a store. */

import { all, textOf } from '../rows/statement.ts'
import { ledgerRows, type SchemaState, stateOf } from '../schema/ledger.ts'
import { hostsOf } from './connect/addresses.ts'
import { ask } from './connect/connection.ts'
import { connectAlone } from './connect/pool.ts'

const connectMillis = 5_000
const ledgerExists = "select to_regclass('relata_migration') is not null"

/** Throws if the database cannot be reached. */
export async function schemaStateAt(url: string): Promise<SchemaState> {
  const client = await connectAlone(hostsOf(url), connectMillis)
  const rowsOf = (text: string) => ask(client, all(textOf(text), []))
  try {
    const [[exists] = []] = await rowsOf(ledgerExists)
    return stateOf(String(exists).startsWith('t') ? await rowsOf(ledgerRows) : undefined)
  } finally {
    await client.end().catch(() => undefined)
  }
}
