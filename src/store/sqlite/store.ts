/**
 * The `Store` port on SQLite. A file has one connection that writes and one that reads, so that nobody sees rows that
 * are not committed; in memory there is one connection, and reads wait while a transaction is open.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '#base/errors.ts'
import { keptBy } from '#base/kept-by.ts'
import type { ReadTx, Store } from '#edm/ports.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { WholeOptions } from '../options.ts'
import { queryLayoutOf } from '../query/dialect.ts'
import { knownRows } from '../query/known-rows.ts'
import { firstText, prepareCount, prepareRows, prepareText, textPageInTwo, walker } from '../query/prepared.ts'
import type { Compiled } from '../query/sql.ts'
import { tagsOn } from '../rows/entity-tags.ts'
import { rowsOf } from '../rows/row-access.ts'
import { textOf } from '../rows/statement.ts'
import { checkDrift } from '../schema/ledger.ts'
import { GroupCommit } from '../write/group-commit.ts'
import { readTxOn, type StatementFactory } from '../write/read-tx.ts'
import { inWriteTx } from '../write/write-tx.ts'
import { aloneIn } from './alone.ts'
import { sqliteDialect } from './dialect.ts'
import { foreignWritesOn } from './foreign-writes.ts'
import { checkpointsOn } from './maintenance/checkpoints.ts'
import { migrate } from './migrate.ts'
import { type SqliteSession, sessionOf } from './session.ts'
import { openConnection, smallCache, storeErrorOf } from './sqlite.ts'
import { tenanciesOf } from './tenancies.ts'
import { SqliteConnection, transactionsOn } from './transaction.ts'

/** The file inside the folder of a store. */
export function databaseFile(location: string): string {
  return join(location, 'relata.db')
}

function explainText(text: string): string {
  return `explain query plan ${text}`
}

/** Whether SQLite would put whole rows in order itself. */
function sortsOn(session: SqliteSession) {
  return ({ text, slots }: Compiled): boolean =>
    session
      .all(
        textOf(explainText(text)),
        slots.map(() => null),
      )
      .some((row) => /USE TEMP B-TREE FOR ORDER BY/.test(String(row[3])))
}

/** What fails only makes reading dearer: whoever reads then meets the fault, and says so. */
function quietly(work: () => void) {
  return (): void => {
    try {
      work()
    } catch {}
  }
}

function openSessions(options: WholeOptions): { writer: SqliteSession; reader: SqliteSession } & Pick<Store, 'alone'> {
  const { models, location, clock, migrations, busyMillis = 5_000 } = options
  checkDrift(models, migrations)
  if (location !== undefined) mkdirSync(location, { recursive: true })
  const file = location === undefined ? ':memory:' : databaseFile(location)
  try {
    const connection = openConnection(file, busyMillis)
    if (options.lasting === false) connection.exec('pragma synchronous = off')
    try {
      migrate(connection, clock, migrations)
      if (location !== undefined) connection.exec(smallCache)
      const writer = sessionOf(connection, 0)
      return {
        writer,
        reader: location === undefined ? writer : sessionOf(openConnection(file, busyMillis), 1),
        alone: location === undefined ? (work) => work() : aloneIn(location),
      }
    } catch (error) {
      connection.close()
      throw error
    }
  } catch (error) {
    throw storeErrorOf(error)
  }
}

/** Opens, and brings to the newest schema. Throws when the models and migrations differ or the database is not ours. */
export async function openSqlite(options: WholeOptions): Promise<Store> {
  const { writer, reader, alone } = openSessions(options)
  const layout = queryLayoutOf(options.models, sqliteDialect)
  const { family } = layout
  const statements: StatementFactory = {
    rows: rowsOf(layout, tagsOn(options.clock)),
    walk: walker(layout),
    textPage: textPageInTwo,
  }
  const facts = { writer }
  const commits = new GroupCommit(transactionsOn(writer))
  const tenancies = tenanciesOf(reader, writer)
  const sorts = sortsOn(writer)
  const isShared = writer === reader
  const checkpoints = checkpointsOn(writer, () => commits.open() !== undefined)

  const before = isShared ? () => commits.open() : () => undefined
  const ready = async (): Promise<void> => {
    for (let wait = before(); wait !== undefined; wait = before()) await wait
  }
  const readers = new Map<string, ReadTx>()
  const foreign = foreignWritesOn(writer)
  const known = knownRows()

  const newReadTx = async (tenantId: string): Promise<ReadTx> => {
    await before()
    const made = readTxOn((statement) => reader.answer(statement), tenancies.need(tenantId), statements, before)
    readers.set(tenantId, made)
    return made
  }

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await commits.close()
    checkpoints.stop()
    if (!isShared) reader.close()
    writer.close()
  }

  const begin = textOf('begin')
  const end = textOf('commit')
  /** A fault of the file has ended it already, and who read has been told. */
  const leave = quietly(() => reader.run(end, []))
  const enter = quietly(() => {
    // First: a number asked for later would be newer than the rows that are read.
    foreign()
    reader.run(begin, [])
  })
  const together = (work: () => void): void => {
    enter()
    try {
      work()
    } finally {
      leave()
    }
  }

  return {
    prepare: keptBy((query: RowQuery) => prepareRows(layout, query, sorts)),
    prepareText: keptBy((query: RowQuery) => prepareText(layout, query, sorts)),
    prepareCount: keptBy((query: RowQuery) => prepareCount(layout, query)),
    read: async (tenantId, work) => {
      if (closing !== undefined) throw new StoreError('unavailable', 'closed')
      return work(readers.get(tenantId) ?? (await newReadTx(tenantId)))
    },
    write: (tenantId, work) => {
      return commits.add(
        async (shared) => {
          const tenantNo = tenancies.need(tenantId)
          const connection = new SqliteConnection(facts, shared, tenantNo)
          return inWriteTx({ tenantNo, statements, family }, connection, work)
        },
        { committed: checkpoints.wrote },
      )
    },
    peek: (tenantId, prepared, bind) =>
      closing === undefined && before() === undefined
        ? reader.answer(firstText(tenancies.need(tenantId), prepared, bind))
        : undefined,
    rowBelow: (tenantId, above, last) => {
      const find = known(tenancies.need(tenantId), above, last)
      return (id) => {
        if (closing !== undefined) throw new StoreError('unavailable', 'closed')
        return before() === undefined ? reader.answer(find(id)) : ready().then(() => reader.answer(find(id)))
      }
    },
    ...(isShared ? {} : { together }),
    alone,
    ...(isShared ? {} : { foreign }),
    tenants: async () => {
      await before()
      return tenancies.list()
    },
    addTenant: (id) =>
      commits.add(async (shared) => {
        shared.touch()
        tenancies.add(id)
      }),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
