/**
 * The `Store` port on PostgreSQL. Writes of one tenant hold its lock until they are committed, whichever process makes
 * them; reads take any connection and see what is committed.
 */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { StoreError, troubleOf } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { Store, StoreContent, StoreProcesses, WriteHow } from '#edm/ports.ts'
import type { ContentHooks, WholeOptions } from '../options.ts'
import { queryLayoutOf } from '../query/dialect.ts'
import { preparing } from '../query/prepared.ts'
import { queryRunner, textPageInOne } from '../query/run.ts'
import { tagsOn } from '../rows/entity-tags.ts'
import { rowsOf } from '../rows/row-access.ts'
import { checkDrift } from '../schema/ledger.ts'
import { GroupCommit, type SharedTransaction } from '../write/group-commit.ts'
import type { StatementFactory } from '../write/read-tx.ts'
import { inWriteTx } from '../write/write-tx.ts'
import { type Hosts, hostsOf } from './connect/addresses.ts'
import { execute } from './connect/connection.ts'
import { isLate, isUnavailable, storeErrorOf } from './connect/errors.ts'
import { connectAlone, openPool, type Pool } from './connect/pool.ts'
import { postgresDialect } from './dialect.ts'
import { migrate } from './migrate.ts'
import { Notices } from './notices.ts'
import { readAhead } from './read/ahead.ts'
import { readingOn } from './read/reading.ts'
import { type Standby, standbyOn } from './read/standby.ts'
import { removalOn } from './removal.ts'
import { aloneOn, probeAll, sharedOn } from './shared.ts'
import { type PostgresTenancies, tenanciesOf } from './tenancies.ts'
import { PostgresConnection, type PostgresFacts, type PostgresTransaction, transactionsOn } from './transaction.ts'

const usualConnections = 10
const usualAnswerMillis = 30_000
const connectMillis = 5_000

type Options = WholeOptions & { readonly url: string; readonly content: (hooks: ContentHooks) => StoreContent }

/** The error an operator sees if the database cannot be used at a start. It shows the address without user and password. */
function unreachable(url: string, error: unknown): unknown {
  const cause = error instanceof StoreError ? error.cause : error
  if (!isUnavailable(error)) return storeErrorOf(error)
  const said = cause instanceof Error ? cause.message : String(cause)
  const place = url.replace(/^[^:]+:\/\/(?:[^@/]*@)?/, '').replace(/\?.*$/, '')
  const known = storeErrorOf(error)
  const { what, cure } = troubleOf(known instanceof StoreError ? known.reason : '')
  return new Error(`The database at ${place} cannot be used: ${what} (${said})\ntip: ${cure}`, { cause: error })
}

const startTries = 3

/** A server under load is given more time than later: many nodes may start at once. */
async function connectPatiently(hosts: Hosts): Promise<pg.Client> {
  for (let left = startTries; ; left -= 1) {
    try {
      return await connectAlone(hosts, connectMillis)
    } catch (error) {
      if (left <= 1 || !isLate(error)) throw error
    }
  }
}

/** Migrates on a separate connection. Returns the name of the schema. */
async function prepareDatabase(options: Options, hosts: Hosts): Promise<string> {
  const { models, clock, migrations, partitions = 0 } = options
  checkDrift(models, migrations)
  const client = await connectPatiently(hosts).catch((error: unknown) => {
    throw unreachable(options.url, error)
  })
  try {
    await migrate(client, clock, migrations, partitions)
    return String(await execute(client, 'select current_schema()'))
  } catch (error) {
    throw unreachable(options.url, error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * The statement that takes the advisory lock of a tenant. `busyMillis`: how long it waits for another process. A process
 * that holds the lock and does nothing loses its transaction after ten seconds.
 */
function lockTextOf(schema: string, busyMillis: number) {
  const key = `hashtext('relata ${schema.replaceAll("'", "''")}')`
  const limits = `set local lock_timeout = ${busyMillis}; set local idle_in_transaction_session_timeout = 10000`
  return (tenantNo: number, isPatient: boolean): string => {
    // The number may come from a process that has not heard yet that the tenant was removed.
    const isThere = `exists (select 1 from "tenancy" where "no" = ${tenantNo} and "id" not like '!%')`
    return isPatient
      ? `${limits}; select pg_advisory_xact_lock(${key}, ${tenantNo}); select case when ${isThere} then 1 else 2 end`
      : `${limits}; select case when not pg_try_advisory_xact_lock(${key}, ${tenantNo}) then 0 when ${isThere} then 1 else 2 end`
  }
}

/** One group commit for each tenant. */
function commitsOn(facts: PostgresFacts) {
  const byTenant = new Map<number, GroupCommit<PostgresTransaction>>()
  let isClosed = false
  return {
    of: (tenantNo: number): GroupCommit<PostgresTransaction> => {
      const known = byTenant.get(tenantNo)
      if (known !== undefined) return known
      const made = new GroupCommit(transactionsOn(tenantNo, facts), facts.longestMillis)
      byTenant.set(tenantNo, made)
      if (isClosed) void made.close()
      return made
    },
    /** Resolves when all writes that were asked for before are made. */
    settled: async (): Promise<void> => {
      // Of a tenant that was removed there are no writes, and none can begin.
      await Promise.allSettled([...byTenant.values()].map((commits) => commits.alone(async () => undefined)))
    },
    /** Resolves when all queues are empty. Later writes are refused. */
    close: async (): Promise<void> => {
      isClosed = true
      await Promise.all([...byTenant.values()].map((commits) => commits.close()))
    },
  }
}

/**
 * The notification that each tenant's next commit sends. `announced`: types whose writes are notified. `notifiesAll`: all
 * writes are, because other processes may read from a standby.
 */
function announcements(announced: readonly string[], notices: Notices, notifiesAll: boolean) {
  const wanted = new Set(announced)
  const waiting = new Map<number, { readonly tenantId: string; readonly announced: boolean }>()
  return {
    touch: (tenantNo: number, tenantId: string, type: string): void => {
      const isWanted = wanted.has(type) || waiting.get(tenantNo)?.announced === true
      if (isWanted || notifiesAll) waiting.set(tenantNo, { tenantId, announced: isWanted })
    },
    notice: (tenantNo: number): string | undefined => {
      const said = waiting.get(tenantNo)
      waiting.delete(tenantNo)
      return said && notices.text(said.tenantId, said.announced)
    },
  }
}

function hooksOf(
  { settled }: ReturnType<typeof commitsOn>,
  tenancies: PostgresTenancies,
  standby: Standby | undefined,
): ContentHooks {
  return {
    before: settled,
    after: () => {
      tenancies.forget(undefined)
      standby?.markAll()
    },
  }
}

function optionsOf(how: WriteHow | undefined, ahead: (transaction: PostgresTransaction) => Promise<void>) {
  const { deadline, ifFree, mayReadAhead } = how ?? {}
  return { isPatient: ifFree !== true, deadline, ahead: mayReadAhead === true ? ahead : undefined }
}

function processesOn(hosts: Hosts, notices: Notices, readers: Pool): StoreProcesses {
  return {
    alone: aloneOn(hosts, connectMillis),
    watch: (heard) => notices.listenForAnnounced(heard),
    tell: (word) => notices.tellWord(word),
    hear: (heard) => notices.listenForWords(heard),
    texts: sharedOn(readers),
    join: () => notices.join(),
    claim: () => notices.claim(),
    isShared: () => notices.isShared(),
  }
}

/** Throws if the database cannot be reached or is not one of Relata's, or if the models and migrations differ. */
export async function openPostgres(options: Options): Promise<Store> {
  const { url, readUrl, connections = usualConnections, announced = [] } = options
  const { answerMillis = usualAnswerMillis, busyMillis = Math.min(5_000, answerMillis / 2) } = options
  // A little under the request's, so that the database says itself why it has not answered.
  const statementMillis = answerMillis * 0.95
  const hosts = hostsOf(url)
  const schema = await prepareDatabase(options, hosts)
  const layout = queryLayoutOf(options.models, postgresDialect)
  const statements: StatementFactory = {
    rows: rowsOf(layout, tagsOn(options.clock, options.tagCount)),
    query: queryRunner(layout, textPageInOne),
  }
  const open = (at: Hosts, { allowsStandby = false, writes = false } = {}): Pool =>
    openPool({ hosts: at, most: connections, connectMillis, statementMillis, allowsStandby, writes })
  // Two pools, because a write may also read outside its transaction: with one pool, writes that hold all connections
  // would wait for each other.
  const readers = open(hosts)
  const writers = open(hosts, { writes: true })
  const standby =
    readUrl === undefined ? undefined : standbyOn(open(hostsOf(readUrl), { allowsStandby: true }), readers)
  const notices = new Notices(hosts, schema, randomUUID(), connectMillis)
  const { touch, notice } = announcements(announced, notices, standby !== undefined)
  const tenancies = tenanciesOf(readers)
  const lockText = lockTextOf(schema, busyMillis)
  const commits = commitsOn({
    pool: writers,
    lockText,
    idOf: tenancies.idOf,
    longestMillis: statementMillis - busyMillis,
    notice,
    ...(standby && { committed: (tenantNo, lsn) => standby.mark(tenancies.idOf(tenantNo), lsn) }),
  })
  const stopMarking =
    standby && notices.listen((id) => (id === undefined ? standby.markAll() : standby.mark(id, undefined)))

  const removal = removalOn({ ...options, writers, tenancies, lockText, notices })

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await commits.close()
    stopMarking?.()
    removal.stop()
    await Promise.all([notices.close(), standby?.close(), readers.end(), writers.end()])
  }

  return {
    prepare: preparing(layout, () => false),
    ...readingOn({
      primary: readers,
      standby,
      tenancies,
      statements,
      costlyAtOnce: Math.max(1, Math.floor(connections / 2)),
      isClosed: () => closing !== undefined,
    }),
    write: async (tenantId, work, how) => {
      const tenantNo = await tenancies.need(tenantId)
      const wrote = ({ name }: EntityType) => touch(tenantNo, tenantId, name)
      const facts = { tenantNo, statements, family: layout.family, numberOf: tenancies.need }
      const write = (shared: SharedTransaction<PostgresTransaction>) =>
        inWriteTx(facts, new PostgresConnection(shared, wrote), work)
      const ahead = (transaction: PostgresTransaction) => readAhead(facts, transaction, work)
      return commits.of(tenantNo).add(write, optionsOf(how, ahead))
    },
    processes: processesOn(hosts, notices, readers),
    probe: async (how, deadline) => {
      if (closing !== undefined) throw new StoreError('unavailable', 'closed')
      if (how === 'read') await notices.probe(deadline)
      else await probeAll(readers.within(deadline), writers.within(deadline))
    },
    tenants: tenancies.list,
    addTenant: tenancies.add,
    removeTenant: removal.remove,
    content: options.content(hooksOf(commits, tenancies, standby)),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
