/** Write transactions of SQLite: one at a time, on the one connection that writes, which answers at once. */
import { StoreError } from '#base/errors.ts'
import { type Statement, type StatementText, textOf } from '../rows/statement.ts'
import type { GroupDatabase, GroupTransaction, SharedTransaction } from '../write/group-commit.ts'
import { type RowCache, TenantCaches } from '../write/row-cache.ts'
import type { WriteConnection } from '../write/write-tx.ts'
import type { SqliteSession } from './session.ts'

export interface SqliteTransaction extends GroupTransaction {
  readonly caches: TenantCaches
}

function lost(error: unknown): StoreError {
  const isUnavailable = error instanceof StoreError && error.kind === 'unavailable'
  return isUnavailable ? error : new StoreError('unavailable', 'commit', error)
}

export function transactionsOn(writer: SqliteSession): GroupDatabase<SqliteTransaction> {
  const begin = textOf('begin immediate')
  const commit = textOf('commit')
  const rollback = textOf('rollback')
  const savepoint = textOf('savepoint one_write')
  const release = textOf('release one_write')
  const undo = textOf('rollback to one_write')
  const version = textOf('pragma data_version')
  const caches = new TenantCaches()
  /** Moves only when another connection has committed. */
  let seen: unknown

  /** When SQLite has already ended the transaction (disk full), the transaction is lost with all that is in it. */
  const run = (text: StatementText): void => {
    try {
      writer.run(text, [])
    } catch (error) {
      throw lost(error)
    }
  }
  const end = (): void => {
    caches.clear()
    try {
      writer.run(rollback, [])
    } catch {
      // Nothing was open any more.
    }
  }
  const transaction: SqliteTransaction = {
    caches,
    save: () => run(savepoint),
    release: () => run(release),
    undo: () => {
      run(undo)
      run(release)
    },
    commit: () => run(commit),
    rollback: end,
    abandon: end,
  }
  return {
    begin: () => {
      run(begin)
      try {
        // In the transaction nobody else can commit: what is asked here holds until its end.
        const now = writer.get(version, [])?.[0]
        if (now !== seen) caches.clear()
        seen = now
      } catch (error) {
        end()
        throw lost(error)
      }
      caches.limit()
      return transaction
    },
    // The connection has waited for other processes already.
    mayRepeat: () => false,
  }
}

/** A class, as each write makes one. */
export class SqliteConnection implements WriteConnection {
  readonly cache: RowCache
  readonly isRemote = false
  private readonly writer: SqliteSession
  private readonly shared: SharedTransaction<SqliteTransaction>
  /** Of its first statement that failed: nothing it does after that counts. */
  private failure: { readonly error: unknown } | undefined

  constructor(writer: SqliteSession, shared: SharedTransaction<SqliteTransaction>, tenantNo: number) {
    this.writer = writer
    this.shared = shared
    this.cache = shared.transaction.caches.of(tenantNo)
  }

  ask<T>(statement: Statement<T>): T {
    try {
      return this.writer.answer(statement)
    } catch (error) {
      // SQLite may have undone more than the statement.
      this.shared.touch()
      this.failure ??= { error }
      throw error
    }
  }

  send(statements: readonly Statement<void>[]): void {
    this.shared.touch()
    for (const statement of statements) this.ask(statement)
  }

  wrote(): void {
    // Other processes look at the file themselves.
  }

  async flush(): Promise<void> {
    // Everything is answered already.
  }

  savepoint(): void {
    this.shared.savepoint()
  }

  /** PostgreSQL answers nothing in a transaction in which a statement failed, so neither must be used any more. */
  end(): void {
    if (this.failure !== undefined) throw this.failure.error
  }

  abandon(): void {
    // Everything is answered already.
  }
}
