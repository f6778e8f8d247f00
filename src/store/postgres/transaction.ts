/**
 * Write transactions of PostgreSQL. Each holds the advisory lock of its tenant until it ends, so those of one tenant run one
 * after another, across all processes.
 */
import type { PoolClient } from 'pg'
import type { Answer } from '#base/answer.ts'
import { noTenant, StoreError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { Statement } from '../rows/statement.ts'
import type { GroupDatabase, GroupTransaction, SharedTransaction } from '../write/group-commit.ts'
import { RowCache } from '../write/row-cache.ts'
import type { WriteConnection } from '../write/write-tx.ts'
import { execute, type Queryable } from './connect/connection.ts'
import { isPassing } from './connect/errors.ts'
import type { Pool } from './connect/pool.ts'
import { Pipeline } from './pipeline.ts'

export interface PostgresTransaction extends GroupTransaction {
  readonly client: PoolClient
  readonly cache: RowCache
  readonly pipeline: Pipeline
  /** What was sent before the last savepoint. */
  readonly mark: () => number
}

export interface PostgresFacts {
  readonly pool: Pool
  /**
   * The statement that takes the advisory lock of the tenant inside a transaction. If `isPatient` it waits for the lock;
   * otherwise it returns 0 if the lock is taken. Returns 2 if there is no such tenant any more.
   */
  readonly lockText: (tenantNo: number, isPatient: boolean) => string
  /** Id of a tenant whose number has been asked for. */
  readonly idOf: (tenantNo: number) => string
  /** From this time on a write is not tried again, in milliseconds. */
  readonly longestMillis: number
  /** The statement that notifies other processes when the transaction commits; undefined: nothing to notify. */
  readonly notice: (tenantNo: number) => string | undefined
  /**
   * Called after a commit, before its writes are answered. `lsn`: an LSN that is not before that of the commit; undefined if
   * the outcome of the commit is unknown. Absent if no standby is read.
   */
  readonly committed?: (tenantNo: number, lsn: string | undefined) => void
}

function ignore(): void {
  // Nothing to do.
}

/** Whether PostgreSQL has refused the commit, so that it is certain that nothing was committed. */
function isRefused(error: unknown): boolean {
  const cause = error instanceof StoreError ? error.cause : error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(23|40)/.test(cause.code)
}

/**
 * Runs statements, the first of which commits. With synchronous replication the commit waits for a standby, and where the
 * wait is cancelled, PostgreSQL answers that it is done, with a warning: what then only the primary has is lost with it.
 */
async function replicated(client: PoolClient, text: string): Promise<unknown> {
  let warning: Error | undefined
  const hear = ({
    routine,
    message,
  }: {
    readonly routine?: string | undefined
    readonly message?: string | undefined
  }): void => {
    if (routine === 'SyncRepWaitForLSN') warning = new Error(message)
  }
  client.on('notice', hear)
  try {
    const value = await execute(client, text)
    if (warning !== undefined) throw warning
    return value
  } finally {
    client.off('notice', hear)
  }
}

async function commitOn(client: PoolClient, tenantNo: number, { notice, committed }: PostgresFacts): Promise<void> {
  const said = notice(tenantNo)
  const text = said === undefined ? 'commit' : `${said}; commit`
  try {
    if (committed === undefined) await replicated(client, text)
    else committed(tenantNo, String(await replicated(client, `${text}; select pg_current_wal_insert_lsn()`)))
  } catch (error) {
    if (isRefused(error)) throw error
    committed?.(tenantNo, undefined)
    throw new StoreError('unavailable', 'commit', error)
  }
}

/** The transaction on a connection of the pool, which is returned to the pool at its end. */
function transactionOn(
  client: PoolClient,
  tenantNo: number,
  facts: PostgresFacts,
  begun: () => Promise<void>,
): PostgresTransaction {
  let isOver = false
  const end = (isBroken: boolean): void => {
    if (!isOver) client.release(isBroken)
    isOver = true
  }
  const ending = async (work: Promise<unknown>): Promise<void> => {
    await work
    end(false)
  }
  const pipeline = new Pipeline(client as Queryable)
  let mark = 0
  return {
    client,
    cache: new RowCache(),
    pipeline,
    mark: () => mark,
    begun,
    save: () => {
      mark = pipeline.mark()
      execute(client, 'savepoint one_write').catch(ignore)
    },
    release: async () => {
      await execute(client, 'release one_write')
    },
    undo: async () => {
      await execute(client, 'rollback to one_write; release one_write')
      await pipeline.forget(mark)
    },
    hasAsked: () => pipeline.hasAsked(),
    flush: () => pipeline.flush(),
    commit: () => ending(commitOn(client, tenantNo, facts)),
    rollback: async () => {
      try {
        await ending(execute(client, 'rollback'))
      } catch (error) {
        end(true)
        throw error
      }
    },
    // The state of the connection is unknown, so the pool closes it instead of using it again.
    abandon: () => end(true),
  }
}

export function transactionsOn(tenantNo: number, facts: PostgresFacts): GroupDatabase<PostgresTransaction> {
  return {
    begin: async (isPatient) => {
      const client = await facts.pool.connect()
      const taken = execute(client, `begin; ${facts.lockText(tenantNo, isPatient)}`)
      const transaction = transactionOn(client, tenantNo, facts, async () => {
        if ((await taken) !== 2) return
        await transaction.rollback()
        throw noTenant(facts.idOf(tenantNo))
      })
      // Who waits for the lock may read ahead meanwhile: the reads wait with it, and `begun` tells of a failure.
      taken.catch(ignore)
      if (isPatient) return transaction
      try {
        if ((await taken) !== 0) return transaction
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

/** The connection of one write, inside the transaction it shares. `wrote` is called for each type whose rows change. */
export class PostgresConnection implements WriteConnection {
  readonly cache: RowCache
  readonly readsAhead = true
  readonly wrote: (type: EntityType) => void
  private readonly shared: SharedTransaction<PostgresTransaction>

  constructor(shared: SharedTransaction<PostgresTransaction>, wrote: (type: EntityType) => void) {
    this.cache = shared.transaction.cache
    this.shared = shared
    this.wrote = wrote
  }

  async ask<T>(statement: Statement<T>): Promise<T> {
    try {
      return await this.shared.transaction.pipeline.ask(statement)
    } catch (error) {
      // PostgreSQL refuses everything that follows in the transaction.
      this.shared.touch()
      throw error
    }
  }

  beforeChange(): void {
    // It may.
  }

  send(statements: readonly Statement<void>[]): void {
    this.shared.touch()
    this.shared.transaction.pipeline.send(statements)
  }

  wroteIn(): void {
    // Each transaction has a cache of its own, and a standby shows the row when it has it.
  }

  flush(): Promise<void> {
    const { pipeline, mark } = this.shared.transaction
    return pipeline.flush(mark())
  }

  savepoint(): void {
    this.shared.savepoint()
  }

  end(): Answer<void> {
    // What is held back goes out with the statements of the next write.
    return this.shared.leave() ? undefined : this.flush()
  }

  abandon(): Answer<void> {
    const { pipeline, mark } = this.shared.transaction
    return this.shared.leave() ? undefined : pipeline.abandon(mark())
  }
}
