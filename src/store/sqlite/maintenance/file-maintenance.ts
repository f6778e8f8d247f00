/**
 * Maintenance of the file of a SQLite store, outside of the store: reads its schema, copies it, checks it, and determines
 * whether a process has it open. Only a copy is for a file that is in use.
 */
import { existsSync } from 'node:fs'
import { migrations as ours } from '../../migrations/all.ts'
import { begunOf, begunRows, begunTable } from '../../schema/filling-parts.ts'
import { ledgerRows, type SchemaState, stateOf } from '../../schema/ledger.ts'
import type { Migration } from '../../schema/schema-changes.ts'
import { type Connection, openDatabase, resultCodeOf } from '../driver.ts'
import { resultCodes } from '../result-codes.ts'

const busyMillis = 5_000

async function onFile<T>(file: string, work: (connection: Connection) => T): Promise<T> {
  // SQLite would create the file.
  if (!existsSync(file)) throw new Error(`there is no database ${file}`)
  const connection = openDatabase(file)
  try {
    connection.exec(`pragma busy_timeout = ${busyMillis}`)
    return work(connection)
  } finally {
    connection.close()
  }
}

function isTable(connection: Connection, name: string): boolean {
  return connection.prepare("select 1 from sqlite_master where type = 'table' and name = ?").get([name]) !== undefined
}

/** Throws if the file does not exist or is not a database. */
export function schemaState(file: string, migrations: readonly Migration[] = ours): Promise<SchemaState> {
  return onFile(file, (connection) => {
    const ledger = isTable(connection, 'relata_migration') ? connection.prepare(ledgerRows).all([]) : undefined
    const begun = isTable(connection, begunTable) ? begunOf(connection.prepare(begunRows).all([])) : undefined
    return stateOf(ledger, migrations, begun?.read)
  })
}

/** Makes a complete and consistent copy, even while others read and write. `target` is empty or does not exist. */
export function copyDatabase(file: string, target: string): Promise<void> {
  return onFile(file, (connection) => {
    connection.prepare('vacuum into ?').run([target])
  })
}

/** The faults that SQLite's integrity check finds in the file; empty if none. */
export function fileFaults(file: string): Promise<readonly string[]> {
  return onFile(file, (connection) => {
    try {
      const rows = connection.prepare('pragma integrity_check').all([])
      return rows.map(([text]) => String(text)).filter((text) => text !== 'ok')
    } catch (error) {
      // The file is so damaged that the check itself fails.
      if (error instanceof Error && resultCodeOf(error) !== undefined) return [error.message]
      throw error
    }
  })
}

/** Results of SQLite for a file that no server can be using. */
const unusable = [resultCodes['SQLITE_NOTADB'], resultCodes['SQLITE_CORRUPT']]

/**
 * Whether a process has the file open. If none has, this also checkpoints and removes the write-ahead log. A damaged file
 * is not in use: it has to be possible to replace it.
 */
export function isInUse(file: string): Promise<boolean> {
  return onFile(file, (connection) => {
    try {
      connection.exec('pragma busy_timeout = 200')
      // Leaving WAL mode needs an exclusive lock, so it succeeds only if no other process has the file open.
      return connection.prepare('pragma journal_mode = delete').get([])?.[0] !== 'delete'
    } catch (error) {
      const code = resultCodeOf(error)
      if (code !== undefined && (code & 0xff) === resultCodes['SQLITE_BUSY']) return true
      if (code !== undefined && unusable.includes(code & 0xff)) return false
      throw error
    }
  })
}
