/** A database that is read or filled as a whole, table by table, by a copy or a bulk load. */
import type { Clock } from '#base/clock.ts'
import type { Model } from '#edm/model.ts'
import type { Table } from './schema/schema.ts'
import type { Migration } from './schema/schema-changes.ts'
import type { RawRow } from './values.ts'

/** Where a database is: a folder, or `postgres://…`. */
export type DatabasePlace = { readonly location: string } | { readonly url: string }

/** One database, in one transaction from when it is opened until it is closed. */
export interface Bulk {
  /** All reads see one state of the database. */
  rows(text: string, values: RawRow): Promise<readonly RawRow[]>
  /** Deletes all rows of all tables; whoever writes waits until this is committed. */
  clear(): Promise<void>
  /** Inserts rows of a table; values are in the order of its columns. */
  write(table: Table, rows: readonly RawRow[]): Promise<void>
  /** Commits, and updates the planner's statistics. */
  finish(): Promise<void>
  /** Without `finish`, everything written is rolled back. */
  close(): Promise<void>
}

export interface BulkOptions {
  readonly models: readonly Model[]
  readonly clock: Clock
  /** Creates the database if there is none, and migrates it. */
  readonly writes: boolean
}

/** With the migrations that create the schema. */
export type WholeBulkOptions = BulkOptions & { readonly migrations: readonly Migration[] }
