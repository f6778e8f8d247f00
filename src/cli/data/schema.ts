/** Which migrations a database has: asked before a command reads it as a whole, without changing it. */
import { existsSync } from 'node:fs'
import type { Config } from '#app/config.ts'
import { shownAddress } from '#store/postgres/connect/addresses.ts'
import type { SchemaState } from '#store/schema/ledger.ts'
import { schemaState } from '#store/sqlite/maintenance/file-maintenance.ts'
import { checkNothingLost } from '#store/sqlite/maintenance/new-database.ts'
import { databaseFile } from '#store/sqlite/store.ts'

/** Where a database is. */
export type DatabaseSettings = Pick<Config, 'location' | 'databaseUrl'>

/** As named to the operator: the file, or the address without its password. */
export function nameOf({ location, databaseUrl }: DatabaseSettings): string {
  return databaseUrl === undefined ? databaseFile(location) : shownAddress(databaseUrl)
}

/** Says which database a command works on. Not on the standard output, which is for programs as well. */
export function tellDatabase(place: DatabaseSettings): void {
  process.stderr.write(`database: ${nameOf(place)}\n`)
}

/** Throws on PostgreSQL, for which `program` does what the command does with a file. */
export function needSqlite({ databaseUrl }: DatabaseSettings, command: string, program: string): void {
  if (databaseUrl === undefined) return
  throw new Error(
    `relata ${command} is for SQLite, and the database is ${shownAddress(databaseUrl)}; nothing was done\ntip: ${program} does it for PostgreSQL (docs/upgrade.md); --location names a folder with an SQLite database`,
  )
}

/** The path of the database of a location. Throws if there is none. */
export function needFile(location: string): string {
  const file = databaseFile(location)
  if (existsSync(file)) return file
  checkNothingLost(file)
  throw new Error(`there is no database ${file}; the first start creates it`)
}

async function schemaStateAt(url: string): Promise<SchemaState> {
  return (await import('#store/postgres/schema-state.ts')).schemaStateAt(url)
}

/** The database as named to the operator, and its migrations. Throws if this version cannot use it. */
export async function needSchema({ location, databaseUrl }: DatabaseSettings) {
  const name = databaseUrl === undefined ? needFile(location) : nameOf({ location, databaseUrl })
  const schema = databaseUrl === undefined ? await schemaState(name) : await schemaStateAt(databaseUrl)
  if (schema.fault !== undefined) throw new Error(`${name} cannot be used by this version of Relata: ${schema.fault}`)
  return { name, schema }
}

async function hasSchema({ location, databaseUrl }: DatabaseSettings): Promise<boolean> {
  // A file that is not there, or is no database, is for whoever opens it to refuse.
  const state =
    databaseUrl === undefined
      ? await schemaState(databaseFile(location)).catch(() => undefined)
      : await schemaStateAt(databaseUrl)
  return state !== undefined && state.applied.length > 0
}

/** As `needUpgraded`, for a command that makes the schema of an empty database. */
export async function needUpgradedOrEmpty(place: DatabaseSettings): Promise<void> {
  if (await hasSchema(place)) await needUpgraded(place)
}

/** The name of the database. Throws where a migration is still to run: an older server may be using it. */
export async function needUpgraded(place: DatabaseSettings): Promise<string> {
  const { name, schema } = await needSchema(place)
  if (schema.pending.length > 0)
    throw new Error(`${name} has to be upgraded first (${schema.pending.join(', ')})\ntip: relata migrate does it`)
  return name
}
