/**
 * Reading from SQLite. A file has a separate connection for reading, which sees committed rows only. A database in memory
 * has one connection, and reads wait while a transaction is open.
 */
import type { Deadline } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'
import type { ReadTx, Store } from '#edm/ports.ts'
import { knownRows } from '../query/known-rows.ts'
import { firstText } from '../query/prepared.ts'
import { textOf } from '../rows/statement.ts'
import { readTxOn, type StatementFactory } from '../write/read-tx.ts'
import type { ReadChoice } from './readers/choice.ts'
import type { SqliteSession } from './session.ts'
import type { SqliteTenancies } from './tenancies.ts'

interface ReadingFacts {
  readonly reader: SqliteSession
  readonly choice: ReadChoice
  readonly tenancies: SqliteTenancies
  readonly statements: StatementFactory
  /** Resolves when the transaction that is open on the same connection has ended; undefined if none is open. */
  readonly before: () => Promise<void> | undefined
  readonly isClosed: () => boolean
}

export function readingOn({
  reader,
  choice,
  tenancies,
  statements,
  before,
  isClosed,
}: ReadingFacts): Pick<Store, 'read' | 'peek' | 'rowBelow'> {
  const transactions = new Map<number, ReadTx>()
  const below = knownRows()
  const checkOpen = (): void => {
    if (isClosed()) throw new StoreError('unavailable', 'closed')
  }
  const newReadTx = (tenantNo: number, deadline: Deadline | undefined): ReadTx =>
    readTxOn(choice.asking(tenantNo, deadline), tenantNo, statements, before)
  /** Without a deadline there is one for each tenant. */
  const unlimited = (tenantNo: number): ReadTx => {
    const made = transactions.get(tenantNo) ?? newReadTx(tenantNo, undefined)
    transactions.set(tenantNo, made)
    return made
  }
  return {
    read: async (tenantId, work, deadline) => {
      checkOpen()
      // The tenant may have been added by the transaction that is open.
      const wait = before()
      if (wait !== undefined) await wait
      const tenantNo = tenancies.need(tenantId)
      return work(deadline === undefined ? unlimited(tenantNo) : newReadTx(tenantNo, deadline))
    },
    peek: (tenantId, prepared, bind) =>
      isClosed() || before() !== undefined
        ? undefined
        : reader.answer(firstText(tenancies.need(tenantId), prepared, bind)),
    rowBelow: async (tenantId, above, last) => {
      const find = below(tenancies.need(tenantId), above, last)
      return async (id) => {
        checkOpen()
        for (let wait = before(); wait !== undefined; wait = before()) await wait
        return reader.answer(find(id))
      }
    },
  }
}

/** Ignores a failure: reads are then only slower, and if the file is damaged, each read throws its own error. */
function quietly(work: () => void): void {
  try {
    work()
  } catch {}
}

/** `first` is called before the read transaction begins. */
export function togetherOn(reader: SqliteSession, first: () => unknown): NonNullable<Store['together']> {
  const begin = textOf('begin')
  const end = textOf('commit')
  return (work) => {
    quietly(() => {
      first()
      reader.run(begin, [])
    })
    try {
      work()
    } finally {
      // After an error of the file, SQLite may have ended the transaction already.
      quietly(() => reader.run(end, []))
    }
  }
}
