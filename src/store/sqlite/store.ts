/**
 * The `Store` port on SQLite. A file has one connection that writes and one that reads, so that nobody sees rows that
 * are not committed; in memory there is one connection, and reads wait while a transaction is open.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '#base/errors.ts'
import { keptBy } from '#base/kept-by.ts'
import type { EntityType } from '#edm/define.ts'
import type { BoundQuery, ReadTx, Store } from '#edm/ports.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { WholeOptions } from '../options.ts'
import { prepareCount, prepareRows, prepareText, textOfFirst, textPageOf, walker, wayOf } from '../query/prepared.ts'
import type { Compiled } from '../query/sql.ts'
import { rowsOf } from '../rows/row-access.ts'
import { atOnce } from '../rows/statement.ts'
import { tagsOn } from '../rows/tags-and-kinds.ts'
import { layoutOf } from '../schema/layout.ts'
import { batchesOn } from '../write/group-commit.ts'
import { memoriesOn } from '../write/memories.ts'
import { Near, type NearFacts } from '../write/near.ts'
import { type Access, readTxOn } from '../write/read-tx.ts'
import { Sums } from '../write/sums.ts'
import { Job } from '../write/write-tx.ts'
import { aloneIn } from './alone.ts'
import { checkpointsOn } from './checkpoints.ts'
import { editionsOn } from './editions.ts'
import { checkDrift, migrate } from './migrate.ts'
import { type Session, sessionOf, type Text, textOf } from './session.ts'
import { openConnection, smallCache, storeErrorOf } from './sqlite.ts'
import { tenanciesOf } from './tenancies.ts'

/** The file inside the folder of a store. */
export function databaseFile(location: string): string {
  return join(location, 'relata.db')
}

function explainText(text: string): string {
  return `explain query plan ${text}`
}

/** Whether SQLite would put whole rows in order itself. */
function sortsOn(session: Session) {
  return ({ text, slots }: Compiled): boolean =>
    session
      .all(
        textOf(explainText(text)),
        slots.map(() => null),
      )
      .some((row) => /USE TEMP B-TREE FOR ORDER BY/.test(String(row[3])))
}

/** Texts that are kept; the plans of the engine are few. */
const mostWays = 1_000

/** Finds rows by one statement that looks at the rows above them as well; a statement is prepared once for all addresses. */
function waysOn(reader: Session) {
  const texts = new Map<string, Text>()
  const once = (text: string): Text => {
    const known = texts.get(text) ?? textOf(text)
    if (texts.size >= mostWays) texts.clear()
    texts.set(text, known)
    return known
  }
  return (tenantNo: number, before: readonly BoundQuery[], last: BoundQuery) => {
    const { text, values, place } = wayOf(tenantNo, before, last)
    const statement = once(text)
    return (id: string): string | undefined => {
      values[place] = id
      return reader.get(statement, values)?.[0] as string | undefined
    }
  }
}

/** What fails only makes reading dearer: whoever reads then meets the fault, and says so. */
function quietly(work: () => void) {
  return (): void => {
    try {
      work()
    } catch {}
  }
}

function openSessions(options: WholeOptions): { writer: Session; reader: Session } & Pick<Store, 'alone'> {
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
  const layout = layoutOf(options.models)
  const access: Access = {
    rows: rowsOf(layout, tagsOn(options.clock)),
    walk: walker(layout),
    textPage: textPageOf,
  }
  const sums = new Sums()
  const batches = batchesOn(writer, memoriesOn(writer, sums))
  const near: NearFacts = { writer, sums, family: layout.family }
  const tenancies = tenanciesOf(reader, writer)
  const sorts = sortsOn(writer)
  const isShared = writer === reader
  const checkpoints = checkpointsOn(writer, () => batches.open() !== undefined)

  const before = isShared ? () => batches.open() : () => undefined
  const ready = async (): Promise<void> => {
    for (let wait = before(); wait !== undefined; wait = before()) await wait
  }
  const readers = new Map<string, ReadTx>()
  const editions = editionsOn(writer)
  const ways = waysOn(reader)

  const newReadTx = async (tenantId: string): Promise<ReadTx> => {
    await before()
    const made = readTxOn((steps) => atOnce(reader, steps), tenancies.need(tenantId), access, before)
    readers.set(tenantId, made)
    return made
  }

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await batches.close()
    checkpoints.stop()
    if (!isShared) reader.close()
    writer.close()
  }

  const begin = textOf('begin')
  const end = textOf('commit')
  /** A fault of the file has ended it already, and who read has been told. */
  const leave = quietly(() => reader.run(end, []))
  const enter = quietly(() => {
    // First: numbers asked for later would be newer than the rows that are kept by them.
    editions.foreign()
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
      const written: string[] = []
      // A reader that came before the commit must not keep what it saw under the new number.
      const committed = () => {
        editions.bump(tenantId, written)
        checkpoints.wrote()
      }
      return batches.add(async (run) => {
        const tenantNo = tenancies.need(tenantId)
        const memory = run.shared(tenantNo)
        const line = new Near(near, run, memory, written)
        const job = new Job({ tenantNo, access, family: layout.family }, line)
        try {
          const value = await work(job)
          // PostgreSQL answers nothing in a transaction in which a statement failed, so neither must be used any more.
          if (line.failure !== undefined) throw line.failure.error
          return value
        } catch (error) {
          memory.clear()
          throw error
        } finally {
          job.end()
        }
      }, committed)
    },
    peek: (tenantId, prepared, bind) =>
      closing === undefined && before() === undefined
        ? textOfFirst(reader, tenancies.need(tenantId), prepared, bind)
        : undefined,
    way: (tenantId, above, last) => {
      const find = ways(tenancies.need(tenantId), above, last)
      return (id) => {
        if (closing !== undefined) throw new StoreError('unavailable', 'closed')
        return before() === undefined ? find(id) : ready().then(() => find(id))
      }
    },
    ...(isShared ? {} : { together }),
    alone,
    ...(isShared ? {} : { foreign: editions.foreign }),
    edition: (tenantId: string, type?: EntityType) => editions.of(tenantId, type?.name ?? ''),
    tenants: async () => {
      await before()
      return tenancies.list()
    },
    addTenant: (id) =>
      batches.add(async ({ touch }) => {
        touch()
        tenancies.add(id)
      }),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
