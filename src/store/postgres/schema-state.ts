/** Whether the schema of a PostgreSQL database is the newest, which an operator asks beside the store. */
import { ledgerRows, type SchemaState, stateOf } from '../schema/ledger.ts'
import { textOf } from '../sqlite/session.ts'
import type { RawRow } from '../values.ts'
import { hostsOf } from './addresses.ts'
import { ask, connectAlone } from './connection.ts'

const connectMillis = 5_000
const ledgerExists = "select to_regclass('relata_migration') is not null"

/** Throws where the database cannot be reached. */
export async function schemaStateAt(url: string): Promise<SchemaState> {
  const client = await connectAlone(hostsOf(url), connectMillis)
  const all = async (text: string) =>
    (await ask(client, { ask: 'all', text: textOf(text), values: [] })) as readonly RawRow[]
  try {
    const [[exists] = []] = await all(ledgerExists)
    return stateOf(String(exists).startsWith('t') ? await all(ledgerRows) : undefined)
  } finally {
    await client.end().catch(() => undefined)
  }
}
