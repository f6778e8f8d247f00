/** Which migrations a database has: asked before a command reads it as a whole, without changing it. */
import { existsSync } from 'node:fs'
import type { Config } from '#app/config.ts'
import { shownAddress } from '#store/postgres/connect/addresses.ts'
import type { SchemaState } from '#store/schema/ledger.ts'
import { schemaState } from '#store/sqlite/maintenance/file-maintenance.ts'
import { databaseFile } from '#store/sqlite/store.ts'

/** Where a database is. */
export type DatabaseSettings = Pick<Config, 'location' | 'databaseUrl'>

/** The path of the database of a location. Throws if there is none. */
export function needFile(location: string): string {
  const file = databaseFile(location)
  if (!existsSync(file)) throw new Error(`there is no database ${file}; the first start creates it`)
  return file
}

async function schemaStateAt(url: string): Promise<SchemaState> {
  return (await import('#store/postgres/schema-state.ts')).schemaStateAt(url)
}

/** The database as named to the operator, and its migrations. Throws if this version cannot use it. */
export async function needSchema({ location, databaseUrl }: DatabaseSettings) {
  const name = databaseUrl === undefined ? needFile(location) : shownAddress(databaseUrl)
  const schema = databaseUrl === undefined ? await schemaState(name) : await schemaStateAt(databaseUrl)
  if (schema.fault !== undefined) throw new Error(`${name} cannot be used by this version of Relata: ${schema.fault}`)
  return { name, schema }
}

/** The name of the database. Throws where a migration is still to run: an older server may be using it. */
export async function needUpgraded(place: DatabaseSettings): Promise<string> {
  const { name, schema } = await needSchema(place)
  if (schema.pending.length > 0)
    throw new Error(`${name} has to be upgraded first (${schema.pending.join(', ')})\ntip: relata migrate does it`)
  return name
}
