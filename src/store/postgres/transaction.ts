/**
 * Write transactions of PostgreSQL: those of one tenant one after another over all processes, as each holds the tenant's
 * lock until it ends.
 */
import type { PoolClient } from 'pg'
import { StoreError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { GroupDatabase, GroupTransaction, SharedTransaction } from '../write/group-commit.ts'
import { RowCache } from '../write/row-cache.ts'
import type { WriteConnection } from '../write/write-tx.ts'
import { execute, type Pool } from './connection.ts'
import { isPassing } from './errors.ts'
import { Pipeline } from './pipeline.ts'

export interface PostgresTransaction extends GroupTransaction {
  readonly client: PoolClient
  readonly cache: RowCache
}

export interface PostgresFacts {
  readonly pool: Pool
  /** Takes the tenant's lock in an open transaction; not patient: only where it is free, else the last value is 0. */
  readonly lockText: (tenantNo: number, isPatient: boolean) => string
  /** What is said to other processes as part of the transaction; undefined: nothing. */
  readonly notice: (tenantNo: number) => string | undefined
  /** Before anybody hears of a commit. `place` in the log it is not behind of; undefined: not known. Absent: no matter. */
  readonly committed?: (tenantNo: number, place: string | undefined) => void
}

function ignore(): void {
  // Nothing to do.
}

/** PostgreSQL itself said no to the commit: then nothing is kept, and that is sure. */
function isRefused(error: unknown): boolean {
  const cause = error instanceof StoreError ? error.cause : error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(23|40)/.test(cause.code)
}

async function commitOn(client: PoolClient, tenantNo: number, { notice, committed }: PostgresFacts): Promise<void> {
  const said = notice(tenantNo)
  const text = said === undefined ? 'commit' : `${said}; commit`
  try {
    if (committed === undefined) await execute(client, text)
    else committed(tenantNo, String(await execute(client, `${text}; select pg_current_wal_insert_lsn()`)))
  } catch (error) {
    if (isRefused(error)) throw error
    committed?.(tenantNo, undefined)
    throw new StoreError('unavailable', 'commit', error)
  }
}

/** The transaction of a connection, which goes back to the pool when it has ended. */
function transactionOn(client: PoolClient, tenantNo: number, facts: PostgresFacts): PostgresTransaction {
  let isOver = false
  const end = (isBroken: boolean): void => {
    if (!isOver) client.release(isBroken)
    isOver = true
  }
  const ending = async (work: Promise<unknown>): Promise<void> => {
    await work
    end(false)
  }
  return {
    client,
    cache: new RowCache(),
    save: () => {
      execute(client, 'savepoint one_write').catch(ignore)
    },
    release: async () => {
      await execute(client, 'release one_write')
    },
    undo: async () => {
      await execute(client, 'rollback to one_write; release one_write')
    },
    commit: () => ending(commitOn(client, tenantNo, facts)),
    rollback: async () => {
      try {
        await ending(execute(client, 'rollback'))
      } catch (error) {
        end(true)
        throw error
      }
    },
    // A connection in an unknown state is not given to anyone else.
    abandon: () => end(true),
  }
}

export function transactionsOn(tenantNo: number, facts: PostgresFacts): GroupDatabase<PostgresTransaction> {
  return {
    begin: async (isPatient) => {
      const client = await facts.pool.connect()
      const transaction = transactionOn(client, tenantNo, facts)
      try {
        const got = await execute(client, `begin; ${facts.lockText(tenantNo, isPatient)}`)
        if (got !== 0) return transaction
        await transaction.rollback()
        return undefined
      } catch (error) {
        transaction.abandon()
        throw error
      }
    },
    mayRepeat: (error) => isPassing(error) && !(error instanceof StoreError && error.reason === 'commit'),
  }
}

/** How one write asks, in the transaction it shares. `wrote`: hears of the types whose rows change. */
export class PostgresConnection extends Pipeline implements WriteConnection {
  readonly cache: RowCache
  readonly wrote: (type: EntityType) => void
  private readonly shared: SharedTransaction<PostgresTransaction>

  constructor(shared: SharedTransaction<PostgresTransaction>, wrote: (type: EntityType) => void) {
    super(shared.transaction.client, () => shared.touch())
    this.cache = shared.transaction.cache
    this.shared = shared
    this.wrote = wrote
  }

  savepoint(): void {
    this.shared.savepoint()
  }

  async end(): Promise<void> {
    const answered = this.flush()
    if (!this.shared.leave(answered)) await answered
  }
}
