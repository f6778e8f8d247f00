/** Write transactions of SQLite: one at a time, on the only connection that writes. */
import { type Answer, after } from '#base/answer.ts'
import { StoreError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { StoreProcesses } from '#edm/ports.ts'
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

function isBusy(error: unknown): boolean {
  return error instanceof StoreError && error.reason === 'busy'
}

/** Between two tries to begin while another process writes. */
const pauseMillis = 20

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, pauseMillis)
  })
}

async function later(work: () => void, busyMillis: number): Promise<void> {
  for (const limit = performance.now() + busyMillis; ; ) {
    await pause()
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > limit) throw error
    }
  }
}

/** Tries again while another process writes. SQLite itself waits only for moments, as nothing else is answered meanwhile. */
function unlessBusy(work: () => void, busyMillis: number): Answer<void> {
  try {
    return work()
  } catch (error) {
    if (!isBusy(error)) throw error
    return later(work, busyMillis)
  }
}

/**
 * `onForeign` is called in a transaction that is the first one since another process has written. `fileState`: of the
 * database file; absent in memory. `busyMillis`: how long a transaction waits for another process.
 */
export function transactionsOn(
  writer: SqliteSession,
  onForeign: () => void,
  fileState: StoreProcesses['fileState'] = () => 'kept',
  busyMillis = 0,
): GroupDatabase<SqliteTransaction> {
  const begin = textOf('begin immediate')
  const commit = textOf('commit')
  const rollback = textOf('rollback')
  const savepoint = textOf('savepoint one_write')
  const release = textOf('release one_write')
  const undo = textOf('rollback to one_write')
  const version = textOf('pragma data_version')
  const caches = new TenantCaches()
  /** `data_version` changes only when another connection has committed. */
  let seen: unknown

  /** Fails if SQLite has already ended the transaction (disk full): then all writes in it are lost. */
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
      // SQLite has ended the transaction already.
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
    flush: () => undefined,
    commit: () => run(commit),
    rollback: end,
    abandon: end,
  }
  const lock = (): void => {
    // What is written to a file that has no name any more is lost, so it is not acknowledged.
    const state = fileState()
    if (state !== 'kept') throw new StoreError('unavailable', state)
    run(begin)
  }
  const begun = (): SqliteTransaction => {
    try {
      // No other connection can commit during the transaction, so this stays true until its end.
      const now = writer.get(version, [])?.[0]
      if (now !== seen) {
        caches.clear()
        onForeign()
      }
      seen = now
    } catch (error) {
      end()
      throw lost(error)
    }
    caches.limit()
    return transaction
  }
  return {
    begin: () => after(unlessBusy(lock, busyMillis), begun),
    // `begin` has already waited for other processes.
    mayRepeat: () => false,
  }
}

/** A class, because each write creates one. */
export class SqliteConnection implements WriteConnection {
  readonly cache: RowCache
  readonly readsAhead = false
  private readonly writer: SqliteSession
  private readonly shared: SharedTransaction<SqliteTransaction>
  private readonly check: (statement: Statement) => void
  /** The failure of the first statement that failed. */
  private failure: { readonly error: unknown } | undefined

  /** `check` is called before each statement. */
  constructor(
    writer: SqliteSession,
    shared: SharedTransaction<SqliteTransaction>,
    tenantNo: number,
    check: (statement: Statement) => void,
  ) {
    this.writer = writer
    this.shared = shared
    this.check = check
    this.cache = shared.transaction.caches.of(tenantNo)
  }

  ask<T>(statement: Statement<T>): T {
    this.check(statement)
    try {
      return this.writer.answer(statement)
    } catch (error) {
      // SQLite may have rolled back more than the statement.
      this.shared.touch()
      this.failure ??= { error }
      throw error
    }
  }

  beforeChange(): void {
    // Nothing to do.
  }

  send(statements: readonly Statement<void>[]): void {
    this.shared.touch()
    for (const statement of statements) this.ask(statement)
  }

  wrote(): void {
    // Other processes notice changes of the file by themselves.
  }

  wroteIn(tenantNo: number, { name }: EntityType): void {
    this.shared.transaction.caches.of(tenantNo).rowAdded(name, '', undefined)
  }

  async flush(): Promise<void> {
    // Statements are answered synchronously.
  }

  savepoint(): void {
    this.shared.savepoint()
  }

  /** As on PostgreSQL, a write in which a statement has failed is lost, even if the caller catches the error. */
  end(): void {
    if (this.failure !== undefined) throw this.failure.error
  }

  abandon(): void {
    // Statements are answered synchronously.
  }
}
