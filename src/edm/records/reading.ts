/** The port by which rules read the record of changes (exchange.md §10). Implemented by engine/changes. */
import type { EntityType } from '../define.ts'
import type { AnyRow } from '../infer.ts'

export interface ChangeAuthor {
  readonly kind: string
  /** Null: people are not named. */
  readonly id: string | null
  readonly name: string | null
  /** Of a person: id of the application. */
  readonly app?: string
}

/** A write, as its first row tells it. */
export interface ChangeHead {
  readonly id: number
  /** An instant as rows hold it. */
  readonly changedDateTime: string
  readonly verb: string
  readonly by: ChangeAuthor
  readonly requestId: string | null
  readonly batchId: string | null
  readonly importId: string | null
  readonly undoes: string | null
  /** Type and id of the row that it put into the recycle bin; null: it is not there, or not any more. */
  readonly binned: string | null
  /** Rows that it changed. */
  readonly count: number
}

export interface ChangedMembers {
  /** Qualified name of the type. */
  readonly type: string
  readonly id: string
  readonly within: string
  readonly action: 'create' | 'update' | 'delete'
  /** Members by row key: of an update those that changed, of a deletion all. Empty for a creation. */
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
}

/** A changed row, and the place of its entry in the record. */
export interface RecordEntry {
  readonly place: string
  readonly sequence: number
  /** Undefined: the entry only marks that the row left what held it. */
  readonly row: ChangedMembers | undefined
}

/** Which entries: of one row, of all that a row holds or held, or all. */
export type RecordOf = { readonly subject: AnyRow['id'] } | { readonly within: string } | 'all'

export interface RecordReach {
  /** Number of the newest write; 0: there is none. */
  readonly newest: number
  /** Number of the newest write that is no longer kept. */
  readonly forgotten: number
  /** From then on every change is kept; undefined: nothing was ever recorded. */
  readonly sinceDateTime: string | undefined
}

/** `R` and `W`: transactions that read and write. */
export interface RecordReading<R, W> {
  reach(tx: R): Promise<RecordReach>
  /** Undefined where there is none of that number, or not any more. */
  change(tx: R, id: number): Promise<ChangeHead | undefined>
  /** All rows of a write. */
  rows(tx: R, id: number): Promise<ChangedMembers[]>
  /** Entries before a place, newest first; those of creations are not among those of one row. */
  entries(tx: R, of: RecordOf, before: string | undefined, most: number): Promise<RecordEntry[]>
  /** Entries after a place, oldest first. */
  following(tx: R, after: string, most: number): Promise<RecordEntry[]>
  /** Ids of the rows of a recorded type that are there, after an id, in order. */
  idsOf(tx: R, type: string, after: string, most: number): Promise<string[]>
  /** The number of the write after `since` that made a row which `within` held at first; undefined: it is not recorded. */
  madeBy(tx: R, within: string, subject: string, since?: number): Promise<number | undefined>
  /** Numbers of the writes of a batch or an import, in order. */
  ofBatch(tx: R, batchId: string): Promise<number[]>
  /** Writes in the recycle bin before a number, newest first. */
  bin(tx: R, before: number | undefined, most: number): Promise<ChangeHead[]>
  /** Takes a write out of the recycle bin; `keeps`: and erases what it has of rows that are gone, but for these members. */
  unbin(tx: W, id: number, keeps?: readonly string[]): Promise<void>
  /** Instant until which a deletion stays in the recycle bin; undefined: for ever. */
  binnedUntil(deleted: string): string | undefined
  /** Whether the deletion has been in the recycle bin for as long as it stays there. */
  isExpired(change: ChangeHead): boolean
  /** The number of the last write at that instant or earlier; 0: it is no longer kept, or there was none. */
  newestAt(tx: R, instant: string): Promise<number>
}

/** The request that a rule runs for, as records of what was done name it. */
export interface RequestFacts {
  readonly requestId: string
  readonly clientRequestId: string
  /** Of the batch that it is part of. */
  readonly batchId?: string | undefined
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The peer's IP address; absent for reads. */
  readonly remote?: string | undefined
}

/** Something that who watches over the server wants to know: an event of security, by name. */
export interface AuditEvent {
  readonly event: string
  readonly fields: Readonly<Record<string, string>>
}

/** What rules say of their write for the record of changes. */
export interface WriteNotes {
  /** A better word than the name of the operation. */
  verb?: string
  /** The write, or the batch, that it takes back. */
  undoes?: string
  /** Type and id of the row that it puts into the recycle bin, with everything that goes along. */
  binned?: string
  importId?: string
  /** Parts of the write that are recorded as changes of their own, each of which is in the recycle bin. */
  branches?: readonly BinnedBranch[]
}

/** What one deletion among others of a write took along. */
export interface BinnedBranch {
  /** Type and id of the row that was deleted. */
  readonly binned: string
  /** Type and id of each row that may have gone or changed with it. */
  readonly rows: ReadonlySet<string>
}

/** A row, or that it is gone; `more`: annotations of ours, by their name without the namespace. */
export interface TrackedRow {
  /** Qualified name of the type. */
  readonly type: string
  readonly id: string
  readonly isRemoved?: boolean
  readonly more?: Readonly<Record<string, unknown>>
}

/** What the rule of a delta function returns: with `$skiptoken` it goes on, with `$deltatoken` it asks what has changed. */
export interface PageOfRows {
  readonly rows: readonly TrackedRow[]
  readonly skiptoken?: string
  readonly deltatoken?: string
}

/** A row as it was. */
export interface PastRow {
  readonly type: EntityType
  readonly row: AnyRow
}

/** The state after a write, and the instant that was asked for. */
export interface PastMoment {
  readonly sequence: number
  readonly instant: string
}
