/** Whether the schema of a PostgreSQL database is the newest: for an operator, without opening a store. */
import { migrations as ours } from '../migrations/all.ts'
import { all, textOf } from '../rows/statement.ts'
import { begunOf, begunRows, begunTable } from '../schema/filling-parts.ts'
import { ledgerRows, type SchemaState, stateOf } from '../schema/ledger.ts'
import type { Migration } from '../schema/schema-changes.ts'
import { hostsOf } from './connect/addresses.ts'
import { ask } from './connect/connection.ts'
import { connectAlone } from './connect/pool.ts'

const connectMillis = 5_000
const tablesExist = `select to_regclass('relata_migration') is not null, to_regclass('${begunTable}') is not null`

/** Throws if the database cannot be reached. */
export async function schemaStateAt(url: string, migrations: readonly Migration[] = ours): Promise<SchemaState> {
  const client = await connectAlone(hostsOf(url), connectMillis)
  const rowsOf = (text: string) => ask(client, all(textOf(text), []))
  try {
    const [[hasLedger, isBegun] = []] = await rowsOf(tablesExist)
    const isTrue = (value: unknown): boolean => String(value).startsWith('t')
    const begun = isTrue(isBegun) ? begunOf(await rowsOf(begunRows)) : undefined
    return stateOf(isTrue(hasLedger) ? await rowsOf(ledgerRows) : undefined, migrations, begun?.read)
  } finally {
    await client.end().catch(() => undefined)
  }
}
