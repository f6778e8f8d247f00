/** What a store is opened with. */
import type { Clock } from '#base/clock.ts'
import type { Model } from '#edm/model.ts'
import type { Migration } from './schema/schema-changes.ts'

/** With what it is opened where nothing is said. */
export type WholeOptions = StoreOptions & Required<Pick<StoreOptions, 'clock' | 'migrations'>>

export interface StoreOptions {
  readonly models: readonly Model[]
  /** A folder, made when it is not there; undefined: in memory, gone when closed. */
  readonly location: string | undefined
  /** `postgres://…`: there instead of in a folder. */
  readonly url?: string
  /** A server that follows that one: reads go there where it has what this process knows to be written. */
  readonly readUrl?: string
  readonly clock?: Clock
  /** Only tests have others than those of the product. */
  readonly migrations?: readonly Migration[]
  /** False: what is written may be lost with the machine, and nobody waits for its disk. */
  readonly lasting?: boolean
  /** How long a write waits for another process, in milliseconds. */
  readonly busyMillis?: number
  /** Names of types: other processes on the same database hear when rows of these are written. */
  readonly announced?: readonly string[]
  /** PostgreSQL connections at most: this many for reading, and this many for writing. */
  readonly connections?: number
  /** PostgreSQL: rows of each table are spread over this many tables by tenant. Only when the schema is made. */
  readonly partitions?: number
}
