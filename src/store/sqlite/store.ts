/**
 * The `Store` port on SQLite. A file has one connection that writes and one that reads committed rows; a database in
 * memory has one connection for both.
 */
import { join } from 'node:path'
import { StoreError } from '#base/errors.ts'
import type { Store, StoreProcesses } from '#edm/ports.ts'
import type { WholeOptions } from '../options.ts'
import { type QueryLayout, queryLayoutOf } from '../query/dialect.ts'
import { preparing } from '../query/prepared.ts'
import { queryRunner, textPageInTwo } from '../query/run.ts'
import type { Compiled } from '../query/sql.ts'
import { tagsOn } from '../rows/entity-tags.ts'
import { rowsOf } from '../rows/row-access.ts'
import { type StatementText, textOf } from '../rows/statement.ts'
import { checkDrift } from '../schema/ledger.ts'
import { folderOfCopy, type TemporaryFolder } from '../temporary-folder.ts'
import { GroupCommit, type SharedTransaction } from '../write/group-commit.ts'
import type { StatementFactory } from '../write/read-tx.ts'
import { inWriteTx } from '../write/write-tx.ts'
import { sqliteDialect } from './dialect.ts'
import { type Connection, opensImages } from './driver.ts'
import { contentOn } from './images/content.ts'
import { prepareImage, putImage, writeImage } from './images/image.ts'
import { checkpointsOn } from './maintenance/checkpoints.ts'
import { makeFolder, makePrivate } from './maintenance/drafts.ts'
import { fileStateOf } from './maintenance/file-identity.ts'
import { placeDatabase } from './maintenance/new-database.ts'
import { openFault } from './maintenance/open-fault.ts'
import { removalOn } from './maintenance/removal.ts'
import { migrate } from './migrate.ts'
import { aloneIn } from './processes/alone.ts'
import { foreignWritesOn } from './processes/foreign-writes.ts'
import { membersOf } from './processes/members.ts'
import { choiceOf } from './readers/choice.ts'
import { readerPool } from './readers/reader-pool.ts'
import { readingOn, togetherOn } from './reading.ts'
import { type SqliteSession, sessionOf } from './session.ts'
import { openConnection, smallCache, smallFootprint } from './sqlite.ts'
import { tenanciesOf } from './tenancies.ts'
import { SqliteConnection, type SqliteTransaction, transactionsOn } from './transaction.ts'

/** The file inside the folder of a store. */
export function databaseFile(location: string): string {
  return join(location, 'relata.db')
}

function explainText(text: string): string {
  return `explain query plan ${text}`
}

/** Whether SQLite would sort whole rows for a statement. */
function sortsOn(session: SqliteSession) {
  return ({ text, slots }: Compiled): boolean =>
    session
      .all(
        textOf(explainText(text)),
        slots.map(() => null),
      )
      .some((row) => /USE TEMP B-TREE FOR ORDER BY/.test(String(row[3])))
}

/** How long a write waits for another process, and how long of that inside SQLite, where nothing else is answered. */
const usualBusyMillis = 5_000
const shortBusyMillis = 20

interface Sessions extends Pick<StoreProcesses, 'alone'> {
  readonly writer: SqliteSession
  readonly reader: SqliteSession
  /** The one that writes. */
  readonly connection: Connection
  readonly reading: Connection
}

/** `isCopy`: one of many, in a folder that ends with it. */
function openSessions(options: WholeOptions, isCopy: boolean): Sessions {
  const { location, clock, migrations, busyMillis = usualBusyMillis } = options
  const file = location === undefined ? ':memory:' : databaseFile(location)
  try {
    const others = isCopy && location !== undefined ? smallFootprint : ''
    const connection = openConnection(file, busyMillis, others)
    if (options.lasting === false) connection.exec('pragma synchronous = off')
    try {
      if (options.image !== undefined) putImage(connection, options.image, options)
      else if (isCopy) prepareImage(connection, options)
      migrate(connection, clock, migrations)
      if (location !== undefined) connection.exec(`${smallCache}; pragma busy_timeout = ${shortBusyMillis}`)
      const writer = sessionOf(connection, 0)
      const reading = location === undefined ? connection : openConnection(file, busyMillis, others)
      return {
        writer,
        connection,
        reader: location === undefined ? writer : sessionOf(reading, 1),
        reading,
        alone: location === undefined ? (work) => work() : aloneIn(location),
      }
    } catch (error) {
      connection.close()
      throw error
    }
  } catch (error) {
    throw openFault(error, file)
  }
}

/**
 * Makes the database with its schema, if there is none: whatever else is kept beside it is made later. Throws if the folder
 * has lost its database.
 */
export async function placeSqlite({ models, location, clock, migrations, lasting }: WholeOptions): Promise<void> {
  checkDrift(models, migrations)
  if (location === undefined) return
  const file = databaseFile(location)
  if (lasting === false) {
    makeFolder(location)
    makePrivate(file)
    return
  }
  await placeDatabase(file, (connection) => migrate(connection, clock, migrations))
}

function probingTexts() {
  return { any: textOf('select "number" from "relata_migration" limit 1'), version: textOf('pragma user_version') }
}

/** Writes the first page of the database as it is. */
function rewrite(writer: SqliteSession, version: StatementText, shared: SharedTransaction<unknown>): void {
  shared.touch()
  writer.run(textOf(`pragma user_version = ${Number(writer.get(version, [])?.[0])}`), [])
}

/** In a folder that ends with it. Its pages are in memory only while they are used. */
async function openCopy(options: WholeOptions, image: Uint8Array, folder: TemporaryFolder): Promise<Store> {
  try {
    writeImage(image, databaseFile(folder.path))
    const { image: _, ...others } = options
    const store = await openHere({ ...others, location: folder.path, lasting: false }, true)
    const close = async (): Promise<void> => {
      await store.close()
      folder.remove()
    }
    return { ...store, close }
  } catch (error) {
    folder.remove()
    throw error
  }
}

function probingOn(reader: SqliteSession, writer: SqliteSession, commits: GroupCommit<SqliteTransaction>) {
  const { any, version } = probingTexts()
  return async (how: 'read' | 'write'): Promise<void> => {
    reader.get(any, [])
    if (how === 'write') await commits.add(async (shared) => rewrite(writer, version, shared))
  }
}

/** Opens and migrates the database. Throws if the models and migrations differ, or if it is not one of Relata's. */
export function openSqlite(options: WholeOptions): Promise<Store> {
  const { image, location, memoryForCopies = usualMemoryForCopies } = options
  if (image === undefined || location !== undefined) return openHere(options)
  const isInMemory = opensImages() && copiesBytes + image.length <= memoryForCopies
  const folder = isInMemory ? undefined : folderOfCopy()
  return folder === undefined ? openInMemory(options, image.length) : openCopy(options, image, folder)
}

/** A hundred copies of a large database would take more memory than a developer's machine has to spare. */
const usualMemoryForCopies = 192 * 1024 * 1024
let copiesBytes = 0

async function openInMemory(options: WholeOptions, bytes: number): Promise<Store> {
  const store = await openHere(options)
  copiesBytes += bytes
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    if (closing === undefined) copiesBytes -= bytes
    closing ??= store.close()
    return closing
  }
  return { ...store, close }
}

function statementsOf(layout: QueryLayout, { clock, tagCount }: WholeOptions): StatementFactory {
  return { rows: rowsOf(layout, tagsOn(clock, tagCount)), query: queryRunner(layout, textPageInTwo) }
}

async function openHere(options: WholeOptions, isCopy = false): Promise<Store> {
  if (options.isPlaced !== true) await placeSqlite(options)
  const { writer, reader, alone, connection, reading } = openSessions(options, isCopy)
  const isShared = writer === reader
  const layout = queryLayoutOf(options.models, sqliteDialect)
  const statements = statementsOf(layout, options)
  const file = options.location === undefined ? undefined : databaseFile(options.location)
  const fileState = file === undefined ? undefined : fileStateOf(file, options.lasting !== false)
  const pool = file === undefined || isCopy ? undefined : readerPool(file)
  const choice = choiceOf(reader, pool)
  const foreignWrites = foreignWritesOn(writer)
  const tenancies = tenanciesOf(reader, writer, isShared ? undefined : foreignWrites)
  const commits = new GroupCommit(
    transactionsOn(writer, () => tenancies.doubt(), fileState, options.busyMillis ?? usualBusyMillis),
  )
  const open = () => commits.open()
  const checkpoints = checkpointsOn(writer, () => open() !== undefined)
  const before = isShared ? open : () => undefined
  const committed = () => checkpoints.wrote()
  const removal = removalOn({ models: options.models, writer, tenancies, commits, committed })
  if (options.tidies === true) removal.finish().catch(() => undefined)

  const replaced = (): void => {
    tenancies.doubt()
    committed()
    // The image may be of a moment in which a tenant was being removed.
    removal.finish().catch(() => undefined)
  }

  const members = options.location === undefined ? undefined : membersOf(options.location)
  const probe = probingOn(reader, writer, commits)
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await commits.close()
    checkpoints.stop()
    pool?.close()
    members?.leave()
    if (!isShared) reader.close()
    writer.close()
  }

  return {
    prepare: preparing(layout, sortsOn(writer)),
    ...readingOn({ reader, choice, tenancies, statements, before, isClosed: () => closing !== undefined }),
    write: (tenantId, work, how) =>
      commits.add(
        async (shared) => {
          const tenantNo = tenancies.need(tenantId)
          const facts = { tenantNo, statements, family: layout.family, numberOf: tenancies.need }
          return inWriteTx(facts, new SqliteConnection(writer, shared, tenantNo, choice.checkWrite), work)
        },
        { committed, deadline: how?.deadline },
      ),
    // The number is read before the transaction begins: later, it could be newer than the rows.
    ...(isShared ? {} : { together: togetherOn(reader, foreignWrites) }),
    processes: { alone, ...(fileState && { foreignWrites, fileState }), ...members?.processes },
    probe: async (how) => {
      const state = closing === undefined ? (fileState?.() ?? 'kept') : 'closed'
      if (state !== 'kept') throw new StoreError('unavailable', state)
      await before()
      await probe(how)
    },
    tenants: async () => {
      await before()
      return tenancies.list()
    },
    addTenant: (id) =>
      commits.add(async (shared) => {
        shared.touch()
        tenancies.add(id)
      }),
    removeTenant: removal.remove,
    content: contentOn({ ...options, file, commits, connection, reading, before, replaced }),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
