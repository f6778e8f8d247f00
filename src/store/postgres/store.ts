/**
 * The `Store` port on PostgreSQL. Writes of one tenant hold its lock until they are committed, whichever process makes
 * them; reads take any connection and see what is committed.
 */
import { randomUUID } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { invariant, StoreError } from '#base/errors.ts'
import type { ReadTx, Store, Tx } from '#edm/ports.ts'
import type { RowQuery } from '#edm/query.ts'
import { layoutOf } from '../layout.ts'
import { tagsOn } from '../marks.ts'
import { checkDrift } from '../migrate.ts'
import type { WholeOptions } from '../options.ts'
import { prepareCount, prepareRows, prepareText, textPageInOne, walker } from '../prepared.ts'
import { rowsOf } from '../rows.ts'
import { textOf } from '../session.ts'
import { type Access, keptBy, losable, memoised, readTxOn, writesOn } from '../transactions.ts'
import { batchesOn } from './batch.ts'
import { ask, openClient, openPool, take } from './connection.ts'
import { isPassing, isRefused, storeErrorOf } from './errors.ts'
import { gatherOn } from './gather.ts'
import { migrate } from './migrate.ts'
import { type Notices, noticesOn } from './notices.ts'
import { tenanciesOf } from './tenancies.ts'
import { postgresWords } from './words.ts'

const usualConnections = 10
const connectMillis = 5_000

type Options = WholeOptions & { readonly url: string }

/** What an operator needs to know at a start; the address without who signs in there. */
const unreachable = (url: string, error: unknown): unknown => {
  if (!isPassing(error) && !isRefused(error)) return storeErrorOf(error)
  const { host, pathname } = new URL(url)
  const why = error instanceof StoreError && error.cause instanceof Error ? error.cause : error
  const said = why instanceof Error ? why.message : String(why)
  return new Error(`The database at ${host}${pathname} cannot be used: ${said}`, { cause: error })
}

/** Migrates on a connection of its own; says in which schema. */
const prepareDatabase = async (options: Options): Promise<string> => {
  const { models, url, clock, migrations, partitions = 0 } = options
  checkDrift(models, migrations)
  const client = openClient(url, connectMillis)
  // A connection that breaks fails the statement that is asked; this keeps it from ending the process as well.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await migrate(client, clock, migrations, partitions)
    const row = (await ask(client, { ask: 'get', text: textOf('select current_schema()'), values: [] })) as string[]
    return row[0] as string
  } catch (error) {
    throw unreachable(url, error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The lock of a tenant, and how long another's is waited for; a process that hangs loses its own. */
const lockTextOf = (schema: string, busyMillis: number) => {
  const key = `hashtext('relata ${schema.replaceAll("'", "''")}')`
  return (tenantNo: number): string =>
    `set local lock_timeout = ${busyMillis}; set local idle_in_transaction_session_timeout = 60000; select pg_advisory_xact_lock(${key}, ${tenantNo})`
}

const transaction = (
  client: PoolClient,
  tenantNo: number,
  access: Access,
  touched: (type: string) => void,
): { tx: Tx; check: () => void; end: () => void } => {
  let isOver = false
  const { take: takeHere, check } = losable((steps) => {
    invariant(!isOver, 'a transaction is used after its end')
    return take((step) => ask(client, step), steps)
  })
  const memo = memoised(readTxOn(takeHere, tenantNo, access, () => undefined))
  return {
    tx: { ...memo.tx, ...writesOn(takeHere, tenantNo, access, memo.forget, ({ name }) => touched(name)) },
    check,
    end: () => {
      isOver = true
      memo.forget()
    },
  }
}

/** Hears of every tenant in which announced rows were written since the last commit. */
const announcements = (announced: readonly string[], notices: Notices) => {
  const wanted = new Set(announced)
  const waiting = new Map<number, string>()
  return {
    touch: (tenantNo: number, tenantId: string, type: string): void => {
      if (wanted.has(type)) waiting.set(tenantNo, tenantId)
    },
    notice: (tenantNo: number): string | undefined => {
      const tenantId = waiting.get(tenantNo)
      waiting.delete(tenantNo)
      return tenantId === undefined ? undefined : notices.text(tenantId)
    },
  }
}

/** Throws when the database cannot be reached, is not ours, or the models and migrations differ. */
export const openPostgres = async (options: Options): Promise<Store> => {
  const { url, connections = usualConnections, busyMillis = 5_000, announced = [] } = options
  const schema = await prepareDatabase(options)
  const layout = layoutOf(options.models, postgresWords)
  const access: Access = {
    rows: rowsOf(layout, tagsOn(options.clock)),
    walk: walker(layout),
    textPage: textPageInOne,
  }
  const lost = () => undefined
  const open = (): Pool => openPool({ url, most: connections, connectMillis }, lost)
  // A write that reads beside its transaction must not wait for a connection that another write holds.
  const readers = open()
  const writers = open()
  const notices = noticesOn(url, `relata ${schema}`, randomUUID(), connectMillis)
  const { touch, notice } = announcements(announced, notices)
  const batches = batchesOn({ pool: writers, lockText: lockTextOf(schema, busyMillis), notice })
  const tenancies = tenanciesOf(readers, readers)
  const gather = gatherOn(readers)
  const reads = new Map<string, ReadTx>()
  const never = () => false

  const readTx = async (tenantId: string): Promise<ReadTx> => {
    const tenantNo = await tenancies.need(tenantId)
    const made = readTxOn(
      (steps) => take(gather, steps),
      tenantNo,
      access,
      () => undefined,
    )
    reads.set(tenantId, made)
    return made
  }

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await batches.close()
    await Promise.all([notices.close(), readers.end(), writers.end()])
  }

  return {
    prepare: keptBy((query: RowQuery) => prepareRows(layout, query, never)),
    prepareText: keptBy((query: RowQuery) => prepareText(layout, query, never)),
    prepareCount: keptBy((query: RowQuery) => prepareCount(layout, query)),
    read: async (tenantId, work) => {
      if (closing !== undefined) throw new StoreError('unavailable', 'closed')
      return work(reads.get(tenantId) ?? (await readTx(tenantId)))
    },
    write: async (tenantId, work) => {
      const tenantNo = await tenancies.need(tenantId)
      return batches.add(tenantNo, async (client) => {
        const { tx, check, end } = transaction(client, tenantNo, access, (type) => touch(tenantNo, tenantId, type))
        try {
          const value = await work(tx)
          check()
          return value
        } finally {
          end()
        }
      })
    },
    peek: () => undefined,
    edition: () => undefined,
    watch: notices.listen,
    tenants: tenancies.list,
    addTenant: tenancies.add,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
