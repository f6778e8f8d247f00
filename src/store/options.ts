/** Options of a store. */
import type { Clock } from '#base/clock.ts'
import type { Model } from '#edm/model.ts'
import type { Migration } from './schema/schema-changes.ts'

/** Options with their defaults. */
export type WholeOptions = StoreOptions & Required<Pick<StoreOptions, 'clock' | 'migrations'>>

/** What replacing all rows of a database means for what works on it. */
export interface ContentHooks {
  /** Resolves when the writes under way have ended. */
  readonly before: () => Promise<void>
  /** What is known of the rows is not true any more. */
  readonly after: () => void
}

export interface StoreOptions {
  readonly models: readonly Model[]
  /** A folder, created if it does not exist; undefined: in memory, until the store is closed. */
  readonly location: string | undefined
  /** Content of a database in memory: the bytes of a SQLite database of any schema, as `StoreContent.image` gives them. */
  readonly image?: Uint8Array
  /** Bytes that all such databases of this process may have in memory; further ones are in a temporary folder. */
  readonly memoryForCopies?: number
  /** `postgres://…`: PostgreSQL instead of a folder. */
  readonly url?: string
  /** A standby of that server, for reads. A tenant is read from it if it has replayed all writes this process knows of. */
  readonly readUrl?: string
  /** `placeStore` has made or checked the database of the folder just before. */
  readonly isPlaced?: boolean
  readonly clock?: Clock
  /** Numbers of entity tags that have to be the same in each run; undefined: they are this process's own. */
  readonly tagCount?: () => number | undefined
  /** Tests may use other migrations than the product's. */
  readonly migrations?: readonly Migration[]
  /** False: commits do not wait for the disk, and may be lost in a crash of the machine. */
  readonly lasting?: boolean
  /**
   * How long a request may take, in milliseconds. A statement that would take longer is ended, and so is the wait of a write
   * for its turn; both throw `unavailable` (`timeout`, or `locked` where another session holds a lock).
   */
  readonly answerMillis?: number
  /** Goes on with removals of tenants that were interrupted. */
  readonly tidies?: boolean
  /** How long a write waits for another process, in milliseconds. */
  readonly busyMillis?: number
  /** Names of types: other processes on the database are notified when rows of these are written. */
  readonly announced?: readonly string[]
  /** Names of types whose rows images do not have. */
  readonly uncopied?: readonly string[]
  /** PostgreSQL: size of each of the two connection pools, one for reads and one for writes. */
  readonly connections?: number
  /** PostgreSQL: number of partitions of each table, by tenant. Used only when the schema is created. */
  readonly partitions?: number
}
