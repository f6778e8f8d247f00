/**
 * The interfaces at which the floors meet. `Store` is implemented by store/, `Behaviour` by workloads/;
 * both are used by engine/, which knows neither implementation.
 */
import type { Deadline } from '#base/deadline.ts'
import type { AppError, Faults } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { EntityType } from './define.ts'
import type { AnyRow, DraftOf, KeysOf, PatchOf, RowFate, RowOf } from './infer.ts'
import type { BindValue, Closure, ClosureState, Position } from './query.ts'
import type { AuditEvent, PastMoment, PastRow, RecordReading, RequestFacts, WriteNotes } from './records/reading.ts'
import type { Counts, PageText, RowQuery, WordHit, WordSearch } from './row-query.ts'

/** Who asks. `permissions` are the scopes and app roles of the token. `system`: nobody, time has come. */
export interface Actor {
  readonly kind: 'app' | 'user' | 'system'
  readonly tenantId: string
  readonly appId?: string
  readonly userId?: string
  readonly permissions: ReadonlySet<string>
  /** Template ids of directory roles: those of the token, or with a home elsewhere those held here at this moment. */
  readonly roles?: ReadonlySet<string>
  /** Somebody of that tenant, who is in this one by delegation only. */
  readonly homeTenantId?: string
  /** As the token names who asks: the sign-in name of a person, the display name of an application. */
  readonly name?: string
  /** May manage the tenants of a registry. */
  readonly isOperator?: true
}

/** One row of a page: its JSON text in the query's shape, the carried row keys, and its place in the order. */
export interface PageRow {
  readonly json: string
  readonly row: AnyRow
  readonly position: Position
}

/** What a query can be prepared to give. */
export interface QueryResults {
  readonly rows: PageRow[]
  /** Joined by the database, for pages of which only the text is wanted. The parameter `limit` is the size of the page. */
  readonly text: PageText
  /** The number of rows; order, limit and shape do not matter. */
  readonly count: number
}

export type QueryKind = keyof QueryResults

/** A compiled query. It belongs to the store that made it. */
export interface Prepared<K extends QueryKind = 'rows'> {
  readonly kind: K
}

export type ResultOf<Q> = Q extends Prepared<infer K> ? QueryResults[K] : ClosureState[]

/** Values of parameters by name; `after` is the position that a page follows. */
export type Bind = Readonly<Record<string, BindValue | Position>>

/** A query, and the values of its parameters. */
export interface BoundQuery {
  readonly prepared: Prepared
  readonly bind: Bind
}

/** The JSON text of the row with that id; undefined where it, or a row that has to be there for it, is not found. */
export type RowBelow = (id: string, deadline?: Deadline) => Promise<string | undefined>

/** Reads of one tenant. Throws `StoreError` of kind `unavailable`, or `AppError` `invalid` for a value no database takes. */
export interface ReadTx {
  get<E extends EntityType>(type: E, id: string): Promise<RowOf<E> | undefined>
  /**
   * Rows whose keys equal the given values (null equals null, `notNull` all else); with a list, rows that equal any of its
   * members. Ordered by id; all of them unless `limit` is given.
   */
  find<E extends EntityType>(type: E, where: KeysOf<E> | readonly KeysOf<E>[], limit?: number): Promise<RowOf<E>[]>
  /** Whether `find` would give a row. In a write a yes is cached: rows that are added do not make it a no. */
  has<E extends EntityType>(type: E, where: KeysOf<E>): Promise<boolean>
  /**
   * Ids of rows with an element whose members equal those of any member of the list; text is compared without regard to
   * case. Ordered by id. With `limit`, in any order: one id for each element found, at most so many.
   */
  findByElement<E extends EntityType>(
    type: E,
    prop: string,
    anyOf: readonly Readonly<Record<string, BindValue>>[],
    limit?: number,
  ): Promise<string[]>
  /** How many rows equal `where` and have each of the values as that key; values that none has are left out. */
  countEach<E extends EntityType>(type: E, where: KeysOf<E>, key: string, values: readonly string[]): Promise<Counts>
  /** Rows found by what texts of a collection, or words of them, begin with. In the order of keys, then of ids. */
  findByWord<E extends EntityType>(type: E, prop: string, search: WordSearch): Promise<WordHit[]>
  /** Runs a prepared query, or a closure, which the store compiles once. */
  query<Q extends Prepared<QueryKind> | Closure>(query: Q, bind: Bind): Promise<ResultOf<Q>>
}

/** How a write uses the connection that it shares with others. */
export interface TxPipeline {
  /** Resolves when the database has taken everything written so far. Throws what it refused. */
  flush(): Promise<void>
  /**
   * Undoes what follows by itself, if the write fails: the writes that share its commit are then not run again. Only
   * before the first write; does nothing after it.
   */
  savepoint(): void
}

/**
 * A write transaction. No other write of the tenant runs until it ends, and all of it is undone when its function throws.
 * Throws `StoreError` of kind `conflict` (`unique`, `reference`), `precondition` (`missing`) or `unavailable`; where
 * writes are pipelined, perhaps only from `flush`, from a later read, or from `Store.write` when its function has ended.
 */
export interface Tx extends ReadTx {
  /**
   * Returns the row as stored, initial values filled in. `tenantId`: adds it to another tenant, in this transaction; only for
   * rows that no rule of that tenant relies on, such as entries of its log, as its own writes are not held up. Throws
   * `precondition` (`tenant`) if there is no such tenant.
   */
  insert<E extends EntityType>(type: E, draft: DraftOf<E>, tenantId?: string): Promise<RowOf<E>>
  update<E extends EntityType>(type: E, id: string, patch: PatchOf<E>): Promise<void>
  /** Adds to whole numbers of a row. */
  add<E extends EntityType>(type: E, id: string, amounts: Partial<Record<keyof RowOf<E>, number>>): Promise<void>
  remove<E extends EntityType>(type: E, id: string): Promise<void>
  readonly pipeline: TxPipeline
}

export interface Tenant {
  readonly id: string
}

/** Small texts that all processes on one database share: keys and secrets. */
export interface SharedTexts {
  read(name: string): Promise<string | undefined>
  /** Keeps the text where none is kept yet. Returns the one that is kept, whichever process made it. */
  create(name: string, text: string): Promise<string>
  write(name: string, text: string): Promise<void>
}

/** What several processes on one database do with regard to each other. */
export interface StoreProcesses {
  /** Runs `work` while no other process on the database runs its own. */
  alone<T>(work: () => Promise<T>): Promise<T>
  /**
   * Calls `heard` when another process has written rows of an announced type: with the tenant, or undefined where the
   * tenant is not known. Returns a function that ends it. Absent where the database sends no notifications.
   */
  watch?(heard: (tenantId: string | undefined) => void): () => void
  /** Sends a word without spaces to the other processes, of which those get it that listen. Absent as `watch` is. */
  tell?(word: string): Promise<void>
  /** Calls `heard` with the words that other processes send. Returns a function that ends it. */
  hear?(heard: (word: string) => void): () => void
  /** A number that changes when another process has written. Absent where it would cost a statement. */
  foreignWrites?(): number
  /** Whether the file of the database is still the one that was opened. Absent where the database is no file. */
  fileState?(): 'kept' | 'deleted' | 'dropped' | 'replaced'
  /** Absent where processes on one database share a folder. */
  readonly texts?: SharedTexts
  /** Joins the processes on the database; false: one of them has claimed it. */
  join?(): Promise<boolean>
  /** Whether this process is the only one; from then on none can join until it ends. */
  claim?(): Promise<boolean>
  /** Whether others are on the database at the moment. Claims nothing. */
  isShared?(): Promise<boolean>
}

export interface WriteHow {
  /** The work may run for its reads first, up to its first change, which throws `unavailable` (`ahead`); it keeps nothing of it. */
  readonly mayReadAhead?: boolean
  /** Throws `unavailable` (`elsewhere`) instead of waiting, where another process writes in the tenant. */
  readonly ifFree?: true
  /** Throws `unavailable` (`timeout` or `gone`) when the request ends while the write waits for its turn or for a lock. */
  readonly deadline?: Deadline | undefined
}

/** The rows of a whole database, keys and secrets of its processes not included. */
export interface StoreContent {
  /** The bytes of a SQLite database, of one state between two commits. */
  image(): Promise<Uint8Array>
  /**
   * Puts the rows of an image of any schema in the place of all rows, in one transaction: for each other process, and for
   * each cache, it is a write of another process. Absent on a database in memory, which is opened with the image instead.
   */
  replace?(image: Uint8Array): Promise<void>
}

export interface Store {
  /** Compiles a query, once for each query value. Without `as` it gives rows. */
  prepare<K extends QueryKind = 'rows'>(query: RowQuery, as?: K): Prepared<K>
  /** `deadline` ends the statements of `work`, which then throws `unavailable` (`timeout` or `gone`). */
  read<T>(tenantId: string, work: (tx: ReadTx) => Promise<T>, deadline?: Deadline): Promise<T>
  /**
   * Resolves when the write is durable. Writes that arrive together share a commit. `work` is run again where its
   * transaction was undone before the commit: by the database, or because another write in it failed.
   */
  write<T>(tenantId: string, work: (tx: Tx) => Promise<T>, how?: WriteHow): Promise<T>
  /**
   * The JSON text of the first row of a query, synchronously. Undefined where there is none, and where the store cannot
   * answer without waiting.
   */
  peek(tenantId: string, prepared: Prepared, bind: Bind): string | undefined
  /**
   * One statement that finds a row by the id bound as `key` in `last`, as long as each query of `above` finds a row. All
   * queries see one state of the database.
   */
  rowBelow(tenantId: string, above: readonly BoundQuery[], last: BoundQuery): Promise<RowBelow>
  /** All reads in `work` see one state of the database, which makes each cheaper. Absent where reads are asynchronous. */
  together?(work: () => void): void
  readonly processes: StoreProcesses
  /**
   * Resolves when the database has answered a small question; `write`: when it has stored something small as well. Throws
   * `unavailable` with the reason, `timeout` when the deadline ends first.
   */
  probe(how: 'read' | 'write', deadline: Deadline): Promise<void>
  tenants(): Promise<readonly Tenant[]>
  /** Throws `conflict` (`unique`) where the tenant exists. */
  addTenant(id: string): Promise<void>
  /**
   * Removes the tenant with all its rows. It is unknown to all processes when its removal has begun; an interrupted removal
   * goes on when the database is opened the next time. Throws `precondition` (`tenant`) where there is no such tenant.
   */
  removeTenant(id: string): Promise<void>
  /** Absent where the database cannot be copied as a whole. */
  readonly content?: StoreContent
  /** Resolves when the writes under way have ended. Everything asked later throws `unavailable` (`closed`). */
  close(): Promise<void>
}

/** A row reached by walking a path, with the way that led there. */
export interface Located {
  readonly type: EntityType
  readonly id: string
  /** `id` and the row keys the type carries. */
  readonly row: AnyRow
  /** The link or root it was reached by. */
  readonly nav: string
  /** The key as the caller wrote it, decoded. */
  readonly key: string | undefined
  readonly from: Located | undefined
  /** What the behaviour that located it wants to remember. */
  readonly facts?: unknown
}

/** The nearest row of a type on the way up, the row itself included. */
export function nearest(at: Located | undefined, type: EntityType): Located | undefined {
  for (let step = at; step !== undefined; step = step.from) if (step.type.name === type.name) return step
  return undefined
}

export type ChangeRecord = RecordReading<ReadTx, Tx>

export interface ReadContext {
  readonly tx: ReadTx
  readonly actor: Actor
  /** Absent: no request of Graph's is the cause. */
  readonly request?: RequestFacts | undefined
  /** Preferences of the request, names in lower case. */
  readonly prefer: ReadonlyMap<string, string>
  /** Answer as Graph does even where a superset would serve better. */
  readonly strict: boolean
  /** What was changed, when and by whom. Absent: nothing is recorded. */
  readonly record?: ChangeRecord | undefined
  /** Where refusals for want of rights are only told of. Absent: they are thrown. */
  readonly pass?: (refusal: AppError) => void
}

/** What rules do instead of throwing that the caller may not. */
export function refuse({ pass }: Pick<ReadContext, 'pass'>, refusal: AppError): void {
  if (pass === undefined) throw refusal
  pass(refusal)
}

/** What is to happen by itself, kept with the rows of the tenant. */
export interface Agenda {
  /** Replaces an entry of the same kind and subject. `due` is an instant as rows hold it; an entry due now or earlier fires before anything is read again. */
  set(entry: { readonly kind: string; readonly subject: string; readonly due: string }): Promise<void>
  drop(kind: string, subject: string): Promise<void>
}

export interface WriteContext extends ReadContext {
  /** Absent: nothing is recorded. */
  readonly notes?: WriteNotes | undefined
  /** Tells the log, when the write is durable. */
  readonly note?: ((event: AuditEvent) => void) | undefined
  readonly tx: Tx
  /** The instant of the request, as rows hold it; for what has come due, the instant it was due at. */
  readonly now: string
  readonly ids: Ids
  readonly agenda: Agenda
  /** `time`: an entry of the agenda has come due, and the actor is the system. */
  readonly cause: 'request' | 'time'
  /** Asks others: this run of the work is undone, and the next one has their answer (docs/adr/0051). Absent: nobody can be. */
  readonly outside?: (<T>(question: string, ask: () => Promise<T>) => T) | undefined
  /** Tells the caller something beside the answer, in one sentence. */
  readonly remark?: ((text: string) => void) | undefined
  /** In a dry run: `<type> <id>` of rows → a better word for what happens to them than the rows show; empty: say nothing. */
  readonly effects?: Map<string, string> | undefined
}

/** Which scope of a collection link is meant, and the parameters its declaration does not bind itself. */
export interface ScopeChoice {
  readonly scope: string
  readonly bind: Bind
  /** The preference that was honoured, for `Preference-Applied`. */
  readonly applied?: string
  /** Ids of rows that come first, in this order, where the request asks for no other; the others follow in that of the type. */
  readonly leading?: readonly string[]
}

/**
 * The rules of one type. Every hook is optional; the list is closed. No hook sees a header, a status or SQL.
 * Hooks throw `AppError`; faults of a body go to `faults`, which the engine throws when the hook returns.
 */
export interface Rules<E extends EntityType = EntityType> {
  /** Finds a member by a key the first scope does not answer; for a link that is `located`, whether its row is seen. */
  locate?(
    context: ReadContext,
    from: Located | undefined,
    nav: string,
    key: string,
  ): Promise<{ id: string; facts?: unknown } | undefined>
  /**
   * Whether a reader sees any row of the type. If not, listings are empty and keys are not found. A plain value says that
   * the actor alone decides: found addresses may then be remembered for it. A promise says that rows decide as well.
   */
  sees?(context: ReadContext): boolean | Promise<boolean>
  /** Chooses among the scopes of a collection link, or of a root that has some. */
  scope?(context: ReadContext, from: Located | undefined, nav: string): Promise<ScopeChoice>
  /** The row to store. Body members are in `draft` by row key; links as `<nav>Id`. */
  beforeCreate?(context: WriteContext, facts: CreateFacts<E>): Promise<CreateResult<E>>
  /** What to change of the stored row. Body members are in `patch` by row key. */
  beforeUpdate?(context: WriteContext, facts: UpdateFacts<E>): Promise<PatchOf<E>>
  /** Name and path of a row, for people: in dry runs and lists. */
  describe?(tx: ReadTx, row: RowOf<E>): Promise<{ readonly name?: string; readonly path?: string }>
  /** Annotations of rows that a link lists or finds, by id: name without its namespace → value (exchange.md §9.2). */
  annotate?(
    context: ReadContext,
    from: Located | undefined,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>>
  /** A row as it was at a moment, and all that reads below it need, in an order that links allow; none: it was not there. */
  past?(context: ReadContext, id: string, moment: PastMoment): Promise<readonly PastRow[]>
  /** At the end of a write, for each row that it made, changed or removed: throwing refuses it. Not with `--strict`. */
  settle?(context: WriteContext, facts: RowFate<RowOf<E>>): Promise<void>
  /** Does the whole removal; absent: the row is deleted. */
  remove?(context: WriteContext, facts: { at: Located; row: RowOf<E> }): Promise<void>
  /** Entries of the agenda by kind; a kind belongs to one behaviour only. Runs at the instant the entry was due. */
  readonly due?: Readonly<Record<string, (context: WriteContext, subject: string) => Promise<void>>>
  /** The type's functions and actions by name. */
  readonly operations?: Readonly<Record<string, OperationRule>>
}

/**
 * What an operation does with the row it is called on, and with its arguments by their declared names: decoded texts for a
 * function, else as properties are read. An action runs in a write transaction; one that only `reads` has a `query`.
 */
export type OperationRule =
  | {
      query(context: ReadContext, at: Located | undefined, args: Readonly<Record<string, unknown>>): Promise<unknown>
    }
  | {
      function(context: ReadContext, at: Located | undefined, args: Readonly<Record<string, string>>): Promise<unknown>
    }
  | {
      action(context: WriteContext, at: Located | undefined, args: Readonly<Record<string, unknown>>): Promise<unknown>
    }

/** A type and its rules. */
export interface Behaviour<E extends EntityType = EntityType> extends Rules<E> {
  readonly type: E
}

export interface CreateFacts<E extends EntityType> {
  readonly from: Located | undefined
  readonly nav: string
  readonly draft: Partial<RowOf<E>>
  readonly faults: Faults
}

export interface CreateResult<E extends EntityType> {
  readonly row: DraftOf<E>
  /** Row keys whose value in the answer differs from what is stored. */
  readonly echo?: PatchOf<E>
  /** Goes on in the same transaction once the row is stored. */
  whenStored?(row: RowOf<E>): Promise<void>
}

export interface UpdateFacts<E extends EntityType> {
  readonly at: Located
  readonly before: RowOf<E>
  readonly patch: PatchOf<E>
  readonly faults: Faults
  /** Answers 202 with the address of an operation: `<the row `up` steps above the target>/<nav>/<id>`. */
  defer(operation: { readonly nav: string; readonly id: string; readonly up: number }): void
}

/** Binds a behaviour to its type, so that its hooks see typed rows. */
export function behaviour<E extends EntityType>(type: E, rules: Rules<E>): Behaviour {
  return { type, ...rules } as unknown as Behaviour
}
