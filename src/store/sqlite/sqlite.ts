/** Settings of a SQLite connection, SQL functions that SQLite lacks, and its errors as `StoreError`. */
import { existsSync } from 'node:fs'
import { StoreError } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import { secondsOf } from '#edm/types.ts'
import { type Connection, openDatabase, resultCodeOf } from './driver.ts'
import { resultCodes } from './result-codes.ts'

/** SQL functions that handle text beyond ASCII. */
export const functions = {
  fold: 'relata_fold',
  lower: 'relata_lower',
  upper: 'relata_upper',
  /** A duration in seconds, as text. */
  seconds: 'relata_seconds',
} as const

/**
 * The write-ahead log may reach 64 MB before a commit runs a checkpoint: see checkpoints.ts. What is changed or
 * deleted is overwritten, so that nothing of it can be read from the file; no cost of that was measurable.
 */
const settings = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma foreign_keys = on;
  pragma wal_autocheckpoint = 16000;
  pragma temp_store = memory;
  pragma cache_size = -16000;
  pragma mmap_size = 2147418112;
  pragma secure_delete = on;
`

/**
 * For the connection that writes. When rows move between pages, SQLite's commit scans the whole page cache (for a moment a
 * page has the number of the lock byte's page, the highest there is). With a large cache this costs a create more than
 * reading pages again that a small one has dropped. Changed pages stay in memory in either case.
 */
export const smallCache = 'pragma cache_size = -2000; pragma cache_spill = 4000'

/** For a copy, of which there may be many: what one does not use at the moment takes no memory. */
export const smallFootprint = 'pragma synchronous = off; pragma mmap_size = 0; pragma cache_size = -1000'

const inMemory = ':memory:'

/**
 * Throws if the file does not exist. `busyMillis`: how long a statement waits for another process that writes. `others`:
 * settings beside the usual ones.
 */
export function openConnection(file: string, busyMillis: number, others = ''): Connection {
  // SQLite would create it: where one was deleted, its place stays empty.
  if (file !== inMemory && !existsSync(file)) throw new Error(`there is no database ${file}`)
  const connection = openDatabase(file)
  try {
    connection.exec(`pragma busy_timeout = ${busyMillis};${settings}${others}`)
    connection.define(functions.fold, fold)
    connection.define(functions.lower, (value) => value.toLowerCase())
    connection.define(functions.upper, (value) => value.toUpperCase())
    connection.define(functions.seconds, (value) => String(secondsOf(value)))
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Converts an error of SQLite into a `StoreError`. Returns any other error, such as a bug of ours, unchanged. */
export function storeErrorOf(error: unknown): unknown {
  const code = resultCodeOf(error)
  switch (code) {
    case undefined:
      return error
    case resultCodes['SQLITE_CONSTRAINT_UNIQUE']:
    case resultCodes['SQLITE_CONSTRAINT_PRIMARYKEY']:
      return new StoreError('conflict', 'unique', error)
    case resultCodes['SQLITE_CONSTRAINT_FOREIGNKEY']:
      return new StoreError('conflict', 'reference', error)
  }
  // The low byte is the primary result code.
  switch (code & 0xff) {
    case resultCodes['SQLITE_BUSY']:
    case resultCodes['SQLITE_LOCKED']:
      return new StoreError('unavailable', 'busy', error)
    case resultCodes['SQLITE_FULL']:
      return new StoreError('unavailable', 'full', error)
    case resultCodes['SQLITE_READONLY']:
      return new StoreError('unavailable', 'readOnly', error)
    case resultCodes['SQLITE_CORRUPT']:
    case resultCodes['SQLITE_NOTADB']:
      return new StoreError('unavailable', 'damaged', error)
    case resultCodes['SQLITE_IOERR']:
    case resultCodes['SQLITE_CANTOPEN']:
      return new StoreError('unavailable', 'storage', error)
    default:
      return error
  }
}
