/** What a world holds while it is served, and what a copy of it holds. */
import type { ClockState } from '#base/clock.ts'
import type { IdState } from '#base/ids.ts'
import type { ServerParts } from '#http/server.ts'

/** A whole world as a value: from one, other worlds are opened. */
export interface WorldImage {
  /** The bytes of a SQLite database, of any schema of Relata. */
  readonly rows: Uint8Array
  readonly clock: ClockState
  /** Undefined: ids are random. */
  readonly ids: IdState | undefined
  /** Rows that a fault rule of the world holds; copies have no rules, so there they go on. Absent: none, or not known. */
  readonly held?: readonly HeldRow[]
}

/** A row of a state machine that waits without an entry on the agenda. */
export interface HeldRow {
  readonly machine: string
  readonly subject: string
  readonly relationshipId: string
}

/** Without rows: a world without tenants. */
export type WorldStart = Omit<WorldImage, 'rows'> & Partial<Pick<WorldImage, 'rows'>>

/** The parts of one world that are open. A reset or a snapshot puts another instance in its place. */
export interface Instance {
  /** What its requests are answered from, with the address and the certificate of the server. */
  readonly parts: ServerParts
  /** A message to those who follow what happens in it. */
  tell(event: string, data: unknown): void
  /** Of one state between two commits. */
  image(): Promise<WorldImage>
  /**
   * An instance with that content, in this one's place: on a database that outlives worlds the rows are replaced, in one
   * transaction. From then on this one is only closed, by `retire`.
   */
  replaced(image: WorldImage): Promise<Instance>
  /** Ends an instance that was replaced, when its requests are answered. */
  retire(): Promise<void>
  /** Ends the instance and its database. */
  close(): Promise<void>
}

/** Opens an instance in memory. `id`: of its world. */
export type OpenInstance = (image: WorldImage, id: string) => Promise<Instance>
