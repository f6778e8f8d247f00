/**
 * The database of a folder: made whole or not at all, and only in a folder that has not lost one. Whoever starts a server
 * on the wrong folder, or after a deletion, is told, and gets no new database in silence.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Connection, openDatabase, resultCodeOf } from '../driver.ts'
import { aloneIn } from '../processes/alone.ts'
import { resultCodes } from '../result-codes.ts'
import { openConnection } from '../sqlite.ts'
import { draftOf, flushFolder, isOfNewDatabase, makeFolder, makePrivate } from './drafts.ts'
import { openFault } from './open-fault.ts'

const busyMillis = 5_000

/** A folder or a file that cannot be used, with the cure. */
function refusal(why: string, cure: string): Error {
  return new Error(`${why}\ntip: ${cure}`)
}

/** Files that are made only beside a database. Certificates are not: `relata trust` makes them before the first start. */
const besides = new Set(['keys.json', 'page.key', 'events.key', 'audit.key'])

function marksIn(folder: string, name: string): readonly string[] {
  return readdirSync(folder).filter((entry) => {
    if (entry === `${name}-shm` || isOfNewDatabase(entry)) return false
    return besides.has(entry) || entry.startsWith(`${name}-`) || entry.startsWith(`${name}.`)
  })
}

/** Throws if the folder has what is only made beside a database. For a file that does not exist. */
export function checkNothingLost(file: string): void {
  const [folder, name] = [dirname(file), basename(file)]
  const marks = existsSync(folder) ? marksIn(folder, name) : []
  if (marks.length === 0) return
  const kept = marks.filter((mark) => /\.\d{8}T\d{6}(?:-\d+)?$/.test(mark)).at(-1)
  throw refusal(
    `the database ${file} is missing, but there is ${marks.join(', ')} beside it, so no new one was made`,
    kept === undefined
      ? `put a backup in its place (relata restore FILE --location ${folder}); to begin with a new database, move those files away`
      : `${kept} is the database that the last restore replaced: rename it to ${name}, or restore a backup`,
  )
}

function checkSize(file: string): void {
  const found = statSync(file)
  if (!found.isFile()) throw refusal(`${file} is not a file`, 'name another folder with --location')
  if (found.size > 0) return
  throw refusal(
    `${file} is empty, so it is not a database of Relata; nothing was changed`,
    `put a backup in its place (relata restore FILE --replace --location ${dirname(file)}); to begin with a new database, delete it`,
  )
}

/** What is wrong with a file that was there before; undefined if it is a database of Relata, of whatever version. */
function faultIn(connection: Connection): string | undefined {
  try {
    const tables = connection.prepare(`select name from sqlite_master where type = 'table'`).all([]).flat()
    if (tables.includes('relata_migration')) return undefined
    return tables.length === 0 ? 'it has no tables' : `it has other tables (${tables.slice(0, 3).join(', ')})`
  } catch (error) {
    const code = resultCodeOf(error)
    if (code !== undefined && (code & 0xff) === resultCodes['SQLITE_NOTADB']) return 'it is not an SQLite database'
    throw error
  }
}

/** Throws if the file is not a database of Relata. Changes nothing in it. */
function checkOurs(file: string): void {
  checkSize(file)
  const connection = openDatabase(file)
  try {
    connection.exec(`pragma busy_timeout = ${busyMillis}`)
    const fault = faultIn(connection)
    if (fault === undefined) return
    const folder = dirname(file)
    throw refusal(
      `${file} is not a database of Relata: ${fault}; nothing was changed`,
      `name another folder with --location, or put a backup in its place (relata restore FILE --replace --location ${folder})`,
    )
  } finally {
    connection.close()
  }
}

/** Under another name first: the file appears with its schema, and whoever is killed before leaves a draft. */
function make(file: string, fill: (connection: Connection) => void): void {
  const draft = draftOf(file, 'new')
  try {
    makePrivate(draft)
    const connection = openConnection(draft, busyMillis)
    try {
      fill(connection)
    } finally {
      // Copies the log into the file, flushes it, and removes the log.
      connection.close()
    }
    renameSync(draft, file)
    flushFolder(dirname(file))
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${suffix}`, { force: true })
  }
}

/**
 * Makes the database if there is none; of several processes that do so at the same time one makes it. Throws if the folder
 * has lost its database, or if what is there is empty or no file. `mayHaveKeys`: the caller fills the database by itself.
 */
export async function placeDatabase(
  file: string,
  fill: (connection: Connection) => void,
  { mayHaveKeys = false } = {},
): Promise<void> {
  try {
    if (existsSync(file)) return checkOurs(file)
    const folder = dirname(file)
    makeFolder(folder)
    await aloneIn(folder)(async () => {
      if (existsSync(file)) return
      if (!mayHaveKeys) checkNothingLost(file)
      make(file, fill)
    })
    checkOurs(file)
  } catch (error) {
    throw openFault(error, file)
  }
}
