/** What a store is opened with. */
import type { Clock } from '#base/clock.ts'
import type { Model } from '#edm/model.ts'
import type { Migration } from './schema/schema-changes.ts'

/** Options with their defaults. */
export type WholeOptions = StoreOptions & Required<Pick<StoreOptions, 'clock' | 'migrations'>>

export interface StoreOptions {
  readonly models: readonly Model[]
  /** A folder, made when it is not there; undefined: in memory, gone when closed. */
  readonly location: string | undefined
  /** `postgres://…`: PostgreSQL instead of a folder. */
  readonly url?: string
  /** A replica of that server. Reads go there if it has replayed everything this process knows to be written. */
  readonly readUrl?: string
  readonly clock?: Clock
  /** Tests may use other migrations than the product's. */
  readonly migrations?: readonly Migration[]
  /** False: commits do not wait for the disk, and may be lost in a crash of the machine. */
  readonly lasting?: boolean
  /** How long a write waits for another process, in milliseconds. */
  readonly busyMillis?: number
  /** Names of types: other processes on the database are notified when rows of these are written. */
  readonly announced?: readonly string[]
  /** PostgreSQL connections at most: this many for reading, and this many for writing. */
  readonly connections?: number
  /** PostgreSQL: rows of each table are spread over this many tables by tenant. Only when the schema is made. */
  readonly partitions?: number
}
