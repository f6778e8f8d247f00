/**
 * What an operator does to the file of a SQLite store while it is closed or, for a copy, while it is open: look at its
 * schema, copy it, check it, and find out whether anybody has it open.
 */
import { existsSync } from 'node:fs'
import { migrations as ours } from '../../migrations/all.ts'
import { ledgerRows, type SchemaState, stateOf } from '../../schema/ledger.ts'
import type { Migration } from '../../schema/schema-changes.ts'
import { type Connection, openDatabase, resultCodeOf } from '../driver.ts'
import { resultCodes } from '../result-codes.ts'

const busyMillis = 5_000

async function onFile<T>(file: string, work: (connection: Connection) => T): Promise<T> {
  // The library would make one.
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

/** Throws where there is no such file or it is no database. */
export function schemaState(file: string, migrations: readonly Migration[] = ours): Promise<SchemaState> {
  return onFile(file, (connection) =>
    stateOf(isTable(connection, 'relata_migration') ? connection.prepare(ledgerRows).all([]) : undefined, migrations),
  )
}

/** A whole and consistent copy, made while others read and write. `target` is empty or not there. */
export function copyDatabase(file: string, target: string): Promise<void> {
  return onFile(file, (connection) => {
    connection.prepare('vacuum into ?').run([target])
  })
}

/** What the database finds wrong with the file itself; empty: nothing. */
export function fileFaults(file: string): Promise<readonly string[]> {
  return onFile(file, (connection) => {
    try {
      const rows = connection.prepare('pragma integrity_check').all([])
      return rows.map(([text]) => String(text)).filter((text) => text !== 'ok')
    } catch (error) {
      // So badly damaged that it cannot even be looked through.
      if (error instanceof Error && resultCodeOf(error) !== undefined) return [error.message]
      throw error
    }
  })
}

/** Whether a process has it open. Where none has, what its log still held is in the file afterwards. */
export function isInUse(file: string): Promise<boolean> {
  return onFile(file, (connection) => {
    try {
      connection.exec('pragma busy_timeout = 200')
      // Only who is alone may leave the mode in which the log is shared.
      return connection.prepare('pragma journal_mode = delete').get([])?.[0] !== 'delete'
    } catch (error) {
      const code = resultCodeOf(error)
      if (code !== undefined && (code & 0xff) === resultCodes['SQLITE_BUSY']) return true
      throw error
    }
  })
}
