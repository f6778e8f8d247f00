/**
 * A whole database as bytes, those of a file of SQLite: copies are opened from them, in memory, and take the place of what
 * a file holds. Before Node 26, which has the calls for it, the bytes go through a temporary file.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StoreError } from '#base/errors.ts'
import type { WholeOptions } from '../../options.ts'
import { quoted } from '../../schema/ddl.ts'
import { tableNameOf } from '../../schema/layout.ts'
import { type Connection, opensImages } from '../driver.ts'
import { ownerOnly } from '../maintenance/drafts.ts'
import { migrate } from '../migrate.ts'
import { openConnection, storeErrorOf } from '../sqlite.ts'

/** Where the header of a database says whether it has a write-ahead log, which one in memory cannot have: 2 with, 1 without. */
const journalVersions = [18, 19]
const withoutLog = 1
const withLog = 2
const headerBytes = 100
const busyMillis = 5_000

function temporaryFolderOf<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'relata-image-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function copyOf(connection: Connection): Uint8Array {
  return temporaryFolderOf((folder) => {
    const file = join(folder, 'relata.db')
    connection.exec(`vacuum into '${file.replaceAll("'", "''")}'`)
    return readFileSync(file)
  })
}

/** What is committed, as one state of the database. */
export function imageOf(connection: Connection): Uint8Array {
  try {
    const image = connection.serialize?.() ?? copyOf(connection)
    for (const at of journalVersions) image[at] = withoutLog
    return image
  } catch (error) {
    throw storeErrorOf(error)
  }
}

/** Writes an image as a file, of a database with a write-ahead log. */
export function writeImage(image: Uint8Array, file: string): void {
  // A copy: a part of a `Buffer` shares its memory.
  const header = Uint8Array.from(image.subarray(0, headerBytes))
  for (const at of journalVersions) header[at] = withLog
  const handle = openSync(file, 'w', ownerOnly)
  try {
    writeSync(handle, header)
    for (let at = headerBytes; at < image.length; ) at += writeSync(handle, image, at)
  } finally {
    closeSync(handle)
  }
}

/** A copy of an image, with the newest schema. Closing it ends it. */
export interface OpenImage extends Pick<Connection, 'prepare' | 'exec' | 'backup' | 'close'> {
  /** The number of the last migration that the image had. */
  readonly schema: number
  bytes(): Uint8Array
}

const isOurs = `select count(*) from sqlite_master where type = 'table' and name = 'relata_migration'`

const lastMigration = 'select coalesce(max("number"), 0) from "relata_migration"'

/** Returns its schema before. Throws `StoreError` (`precondition`, `image`) if it is none of Relata's, or of a newer release. */
export function prepareImage(
  connection: Connection,
  { clock, migrations }: Pick<WholeOptions, 'clock' | 'migrations'>,
): number {
  try {
    if (connection.prepare(isOurs).get([])?.[0] !== 1) throw new Error('it is no database of Relata')
    const schema = Number(connection.prepare(lastMigration).get([])?.[0])
    migrate(connection, clock, migrations)
    return schema
  } catch (error) {
    throw new StoreError('precondition', 'image', error)
  }
}

function makeSchema(connection: Connection, { clock, migrations }: Pick<WholeOptions, 'clock' | 'migrations'>): number {
  migrate(connection, clock, migrations)
  return migrations.length
}

/** Undefined: an empty database, with the schema alone. Throws `StoreError` (`precondition`, `image`). */
export function openImage(
  image: Uint8Array | undefined,
  options: Pick<WholeOptions, 'clock' | 'migrations'>,
): OpenImage {
  if (image !== undefined && !opensImages()) return openAsFile(image, options)
  const memory = openConnection(':memory:', busyMillis)
  try {
    const schema = image === undefined ? makeSchema(memory, options) : putImage(memory, image, options)
    return { ...memory, schema, bytes: () => imageOf(memory) }
  } catch (error) {
    memory.close()
    throw error
  }
}

function openFile(file: string): Connection {
  try {
    return openConnection(file, busyMillis)
  } catch (error) {
    throw new StoreError('precondition', 'image', error)
  }
}

function openAsFile(image: Uint8Array, options: Pick<WholeOptions, 'clock' | 'migrations'>): OpenImage {
  const folder = mkdtempSync(join(tmpdir(), 'relata-image-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const file = join(folder, 'relata.db')
    writeImage(image, file)
    const connection = openFile(file)
    const close = () => {
      connection.close()
      remove()
    }
    try {
      const schema = prepareImage(connection, options)
      return { ...connection, schema, bytes: () => imageOf(connection), close }
    } catch (error) {
      connection.close()
      throw error
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** `connection`: to a database in memory, whose content the image replaces. As `prepareImage`. */
export function putImage(
  connection: Connection,
  image: Uint8Array,
  options: Pick<WholeOptions, 'clock' | 'migrations'>,
): number {
  if (connection.deserialize === undefined) throw new StoreError('unavailable', 'storage')
  try {
    connection.deserialize(image)
  } catch (error) {
    throw new StoreError('precondition', 'image', error)
  }
  return prepareImage(connection, options)
}

/** The same image without the rows of these types; nothing of them is in its bytes. */
export function imageWithout(
  image: Uint8Array,
  types: readonly string[],
  options: Pick<WholeOptions, 'clock' | 'migrations'>,
): Uint8Array {
  const opened = openImage(image, options)
  try {
    const tables = types.map((type) => quoted(tableNameOf(type)))
    const isFull = (table: string): boolean => opened.prepare(`select 1 from ${table} limit 1`).get([]) !== undefined
    const full = tables.filter(isFull)
    if (full.length === 0) return image
    for (const table of full) opened.exec(`delete from ${table}`)
    // What was deleted is otherwise still in free pages.
    opened.exec('vacuum')
    return opened.bytes()
  } catch (error) {
    throw storeErrorOf(error)
  } finally {
    opened.close()
  }
}
