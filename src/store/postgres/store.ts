/**
 * The `Store` port on PostgreSQL. Writes of one tenant hold its lock until they are committed, whichever process makes
 * them; reads take any connection and see what is committed.
 */
import { randomUUID } from 'node:crypto'
import type { Answer } from '#base/answer.ts'
import { StoreError } from '#base/errors.ts'
import { keptBy } from '#base/kept-by.ts'
import type { EntityType } from '#edm/define.ts'
import type { ReadTx, Store, Tx } from '#edm/ports.ts'
import type { RowQuery } from '#edm/query.ts'
import type { WholeOptions } from '../options.ts'
import { queryLayoutOf } from '../query/dialect.ts'
import { prepareCount, prepareRows, prepareText, textPageInOne, walker } from '../query/prepared.ts'
import { rowsOf } from '../rows/row-access.ts'
import { tagsOn } from '../rows/tags-and-kinds.ts'
import { checkDrift } from '../schema/ledger.ts'
import { type Access, readTxOn } from '../write/read-tx.ts'
import { Job, type JobFacts, type JobLine } from '../write/write-tx.ts'
import { type Hosts, hostsOf } from './addresses.ts'
import { type Asked, connectAlone, execute, openPool, type Pool, take } from './connection.ts'
import { lineOn } from './connection-line.ts'
import { postgresDialect } from './dialect.ts'
import { isPassing, isRefused, storeErrorOf } from './errors.ts'
import { batchesOn, type Run } from './group-commit.ts'
import { migrate } from './migrate.ts'
import { type Notices, noticesOn } from './notices.ts'
import { gatherOn } from './read/gather.ts'
import { waysOn } from './read/known-rows.ts'
import { replicaOn } from './read/replica.ts'
import { aloneOn, sharedOn } from './shared.ts'
import { tenanciesOf } from './tenancies.ts'

const usualConnections = 10
const connectMillis = 5_000

type Options = WholeOptions & { readonly url: string }

/** What an operator needs to know at a start; the address without who signs in there. */
function unreachable(url: string, error: unknown): unknown {
  const cause = error instanceof StoreError ? error.cause : error
  if (!isPassing(error) && !isRefused(cause)) return storeErrorOf(error)
  const said = cause instanceof Error ? cause.message : String(cause)
  const place = url.replace(/^[^:]+:\/\/(?:[^@/]*@)?/, '').replace(/\?.*$/, '')
  return new Error(`The database at ${place} cannot be used: ${said}`, { cause: error })
}

/** Migrates on a connection of its own; says in which schema. */
async function prepareDatabase(options: Options, hosts: Hosts): Promise<string> {
  const { models, clock, migrations, partitions = 0 } = options
  checkDrift(models, migrations)
  const client = await connectAlone(hosts, connectMillis).catch((error: unknown) => {
    throw unreachable(options.url, error)
  })
  try {
    await migrate(client, clock, migrations, partitions)
    return String(await execute(client, 'select current_schema()'))
  } catch (error) {
    throw storeErrorOf(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The lock of a tenant, and how long another's is waited for; a process that hangs loses its own. */
function lockTextOf(schema: string, busyMillis: number) {
  const key = `hashtext('relata ${schema.replaceAll("'", "''")}')`
  const limits = `set local lock_timeout = ${busyMillis}; set local idle_in_transaction_session_timeout = 10000`
  return (tenantNo: number, isPatient: boolean): string =>
    isPatient
      ? `${limits}; select pg_advisory_xact_lock(${key}, ${tenantNo})`
      : `${limits}; select pg_try_advisory_xact_lock(${key}, ${tenantNo})::int`
}

/** Does the work of one job, with its own line in the transaction. */
async function doneIn<T>(
  { client, memory, reached, leave, protect }: Run,
  facts: JobFacts,
  wrote: JobLine['wrote'],
  work: (tx: Tx) => Answer<T>,
): Promise<T> {
  const line = lineOn(client, reached)
  const { take: waits, takeAhead, settle } = line
  const ways = { take: waits, takeAhead, touch: () => undefined, wrote, confirm: settle, protect }
  const job = new Job(facts, { memory, isFar: true, ...ways })
  try {
    const value = await work(job)
    const answered = settle()
    if (!leave(answered)) await answered
    return value
  } catch (error) {
    memory.clear()
    // What a job says of a transaction that is lost follows from what was lost.
    await line.abandon()
    throw error
  } finally {
    job.end()
  }
}

/** What is said of each tenant at its next commit: that announced rows were written, or, where followers are read, that any were. */
function announcements(announced: readonly string[], notices: Notices, tellsAll: boolean) {
  const wanted = new Set(announced)
  const waiting = new Map<number, { readonly tenantId: string; readonly announced: boolean }>()
  return {
    touch: (tenantNo: number, tenantId: string, type: string): void => {
      const isWanted = wanted.has(type) || waiting.get(tenantNo)?.announced === true
      if (isWanted || tellsAll) waiting.set(tenantNo, { tenantId, announced: isWanted })
    },
    notice: (tenantNo: number): string | undefined => {
      const said = waiting.get(tenantNo)
      waiting.delete(tenantNo)
      return said && notices.text(said.tenantId, said.announced)
    },
  }
}

/** Throws when the database cannot be reached, is not ours, or the models and migrations differ. */
export async function openPostgres(options: Options): Promise<Store> {
  const { url, readUrl, connections = usualConnections, busyMillis = 5_000, announced = [] } = options
  const hosts = hostsOf(url)
  const schema = await prepareDatabase(options, hosts)
  const layout = queryLayoutOf(options.models, postgresDialect)
  const access: Access = {
    rows: rowsOf(layout, tagsOn(options.clock)),
    walk: walker(layout),
    textPage: textPageInOne,
  }
  const open = (at: Hosts, { mayFollow = false, writes = false } = {}): Pool =>
    openPool({ hosts: at, most: connections, connectMillis, mayFollow, writes })
  // A write that reads beside its transaction must not wait for a connection that another write holds.
  const readers = open(hosts)
  const writers = open(hosts, { writes: true })
  const replica = readUrl === undefined ? undefined : replicaOn(open(hostsOf(readUrl), { mayFollow: true }), readers)
  const notices = noticesOn(hosts, schema, randomUUID(), connectMillis)
  const { touch, notice } = announcements(announced, notices, replica !== undefined)
  const tenancies = tenanciesOf(readers)
  const batches = batchesOn({
    pool: writers,
    lockText: lockTextOf(schema, busyMillis),
    notice,
    ...(replica && { committed: (tenantNo, place) => replica.mark(tenancies.idOf(tenantNo), place) }),
  })
  const deaf = replica && notices.listen((id) => (id === undefined ? replica.markAll() : replica.mark(id, undefined)))
  const never = () => false
  const ways = waysOn()

  /** The methods of a tenant on one server, made once. */
  const readingOn = (asked: Asked) => {
    const reads = new Map<string, ReadTx>()
    const gather = gatherOn(asked)
    const read = async (tenantId: string): Promise<ReadTx> => {
      const known = reads.get(tenantId)
      if (known !== undefined) return known
      const tenantNo = await tenancies.need(tenantId)
      const made = readTxOn(
        (steps) => take(gather.step, steps),
        tenantNo,
        access,
        () => undefined,
      )
      reads.set(tenantId, made)
      return made
    }
    return { read, ask: gather.add }
  }
  const onPrimary = readingOn(readers)
  const onReplica = replica && readingOn(replica.reader)
  const near = (tenantId: string): typeof onPrimary =>
    onReplica !== undefined && replica?.has(tenantId) === true ? onReplica : onPrimary
  const closed = () => new StoreError('unavailable', 'closed')

  const write = async <T>(tenantId: string, work: (tx: Tx) => Answer<T>, isPatient: boolean): Promise<T> => {
    const tenantNo = await tenancies.need(tenantId)
    const wrote = ({ name }: EntityType) => touch(tenantNo, tenantId, name)
    const facts = { tenantNo, access, family: layout.family }
    return batches.add(tenantNo, (run) => doneIn(run, facts, wrote, work), isPatient)
  }

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await batches.close()
    deaf?.()
    await Promise.all([notices.close(), replica?.close(), readers.end(), writers.end()])
  }

  return {
    prepare: keptBy((query: RowQuery) => prepareRows(layout, query, never)),
    prepareText: keptBy((query: RowQuery) => prepareText(layout, query, never)),
    prepareCount: keptBy((query: RowQuery) => prepareCount(layout, query)),
    read: async (tenantId, work) => {
      if (closing !== undefined) throw closed()
      return work(await near(tenantId).read(tenantId))
    },
    way: async (tenantId, before, last) => {
      const find = ways(await tenancies.need(tenantId), before, last)
      return (id) => (closing === undefined ? find(near(tenantId).ask, id) : Promise.reject(closed()))
    },
    write: (tenantId, work, how) => write(tenantId, work, how?.ifFree !== true),
    peek: () => undefined,
    edition: () => undefined,
    watch: (heard) =>
      notices.listen((tenantId, isAnnounced) => {
        if (isAnnounced) heard(tenantId)
      }),
    shared: sharedOn(readers),
    alone: aloneOn(hosts, connectMillis),
    join: notices.join,
    claim: notices.claim,
    tenants: tenancies.list,
    addTenant: tenancies.add,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
