/**
 * The interfaces at which the floors meet. `Store` is implemented by store/, `Behaviour` by workloads/;
 * both are used by engine/, which knows neither implementation.
 */
import type { Answer } from '#base/answer.ts'
import type { AppError, Faults } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { EntityType } from './define.ts'
import type { AnyRow, DraftOf, KeysOf, PatchOf, RowOf } from './infer.ts'
import type { BindValue, Closure, ClosureState, Position } from './query.ts'
import type { RowQuery } from './row-query.ts'

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
}

export interface Prepared {
  readonly kind: 'rows' | 'text' | 'count'
}

/** A page as text only: the rows' JSON joined by commas. */
export interface PageText {
  readonly json: string
  /** Place of the last row, where more rows follow it. */
  readonly next: Position | undefined
}

export type Bind = Readonly<Record<string, BindValue | Position>>

/** A query, and what it is bound to. */
export interface BoundQuery {
  readonly prepared: Prepared
  readonly bind: Bind
}

/** The JSON text of the row with that id; undefined where it, or a row above it, is not found. */
export type RowBelow = (id: string) => Answer<string | undefined>

/** One row of a page: its JSON text in the query's shape, the carried row keys, and its place in the order. */
export interface PageRow {
  readonly json: string
  readonly row: AnyRow
  readonly position: Position
}

/** Everything here sees one tenant only. */
export interface ReadTx {
  get<E extends EntityType>(type: E, id: string): Answer<RowOf<E> | undefined>
  /**
   * Rows whose keys equal the given values (null matches null, `notNull` all else), those of any one of a list of them;
   * by id, all of them unless `limit` is given.
   */
  find<E extends EntityType>(type: E, where: KeysOf<E> | readonly KeysOf<E>[], limit?: number): Answer<RowOf<E>[]>
  /** Whether there is a row that `find` would give. Asked again and again it costs less: rows that are added make no yes a no. */
  has<E extends EntityType>(type: E, where: KeysOf<E>): Answer<boolean>
  /**
   * Ids of owners with an element whose members equal the given ones, those of any one of the list; text is compared folded.
   * By id; with `limit` as they are found, an id for each element, and so many at most.
   */
  findByElement<E extends EntityType>(
    type: E,
    prop: string,
    anyOf: readonly Readonly<Record<string, BindValue>>[],
    limit?: number,
  ): Answer<string[]>
  walk(closure: Closure, bind: Bind): Promise<ClosureState[]>
  page(prepared: Prepared, bind: Bind): Promise<PageRow[]>
  /** For a query from `prepareText`; `limit` is the size of the page. */
  text(prepared: Prepared, bind: Bind): Promise<PageText>
  count(prepared: Prepared, bind: Bind): Promise<number>
}

/**
 * A write transaction: alone in its tenant until it ends; everything it wrote is gone when its function throws.
 * Throws `StoreError` of kind `conflict` (`unique`, `reference`), `precondition` (`missing`) or `unavailable`: at once or,
 * where a database is not waited for, from `Store.write` when its function has ended.
 */
export interface Tx extends ReadTx {
  /** Returns the row as stored, initial values filled in. */
  insert<E extends EntityType>(type: E, draft: DraftOf<E>): Answer<RowOf<E>>
  update<E extends EntityType>(type: E, id: string, patch: PatchOf<E>): Answer<void>
  /** Adds to whole-number row keys. */
  add<E extends EntityType>(type: E, id: string, amounts: Partial<Record<keyof RowOf<E>, number>>): Answer<void>
  remove<E extends EntityType>(type: E, id: string): Answer<void>
  /**
   * Where each answer is waited for: asks at once for what rules are about to ask one by one, so that it costs one round
   * trip. Elsewhere nothing, as it would be asked twice. What is refused is told to whoever asks next.
   */
  ahead(ask: (tx: ReadTx) => readonly unknown[]): Promise<unknown> | undefined
  /** Settles when the database has taken all that was written; throws what it refused. */
  confirm(): Promise<void>
  /** Where nothing is written yet: if this function throws, those whose writes share its commit are not run again for it. */
  protect(): void
}

export interface Tenant {
  readonly id: string
}

/** Small texts that all processes on one database have alike: keys and secrets. */
export interface SharedTexts {
  read(name: string): Promise<string | undefined>
  /** Keeps it where none is kept yet; returns the one that is, whoever made it. */
  create(name: string, text: string): Promise<string>
  write(name: string, text: string): Promise<void>
}

export interface WriteHow {
  /** Where another process writes in the tenant, nothing is done, and `unavailable` (`elsewhere`) is thrown. */
  readonly ifFree: true
}

export interface Store {
  /** Compiles once per distinct query value; keep the result. */
  prepare(query: RowQuery): Prepared
  /** The same rows as one text, joined by the database: for pages of which nothing but the text is wanted. */
  prepareText(query: RowQuery): Prepared
  /** Counts the query's rows; order, limit and shape do not matter. */
  prepareCount(query: RowQuery): Prepared
  read<T>(tenantId: string, work: (tx: ReadTx) => Answer<T>): Promise<T>
  /**
   * Resolves when the write is durable. Writes of one event-loop turn share a commit. `work` is run again, in another
   * transaction, where the first was undone before it was committed: by the database, or as a job beside it failed.
   */
  write<T>(tenantId: string, work: (tx: Tx) => Answer<T>, how?: WriteHow): Promise<T>
  /**
   * The JSON text of the first row of a `prepare`d query, at once; undefined where there is none, and where this
   * store would have to wait for it.
   */
  peek(tenantId: string, prepared: Prepared, bind: Bind): string | undefined
  /**
   * One statement for the row of `last` whose id is bound as `key`, as long as each query of `above` finds a row: all
   * are asked of one state, each time.
   */
  rowBelow(tenantId: string, above: readonly BoundQuery[], last: BoundQuery): Answer<RowBelow>
  /** What is read in `work` is read of one state, which costs less for each. Absent where reads are waited for. */
  together?(work: () => void): void
  /**
   * Hears when another process has written rows of an announced type: the tenant, or undefined where that is not known.
   * Returns what ends it. Absent where it cannot be heard.
   */
  watch?(heard: (tenantId: string | undefined) => void): () => void
  /** A number that has changed when another process has written. Absent where that costs more than a look. */
  foreign?(): number
  /** Absent where processes on one database have a folder in common. */
  readonly shared?: SharedTexts
  /** Runs while no other process on the same database is in here. */
  alone<T>(work: () => Promise<T>): Promise<T>
  /** Takes a place among the processes on the database; false: one of them has claimed it. */
  join?(): Promise<boolean>
  /** Whether this process is the only one there; then none can join until it ends. */
  claim?(): Promise<boolean>
  tenants(): Promise<readonly Tenant[]>
  addTenant(id: string): Promise<void>
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

export interface ReadContext {
  readonly tx: ReadTx
  readonly actor: Actor
  /** Preferences of the request, names in lower case. */
  readonly prefer: ReadonlyMap<string, string>
  /** Answer as Graph does even where a superset would serve better. */
  readonly strict: boolean
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
  readonly tx: Tx
  /** The instant of the request, as rows hold it; for what has come due, the instant it was due at. */
  readonly now: string
  readonly ids: Ids
  readonly agenda: Agenda
  /** `time`: an entry of the agenda has come due, and the actor is the system. */
  readonly cause: 'request' | 'time'
}

/** Which scope of a collection link is meant, and the parameters its declaration does not bind itself. */
export interface ScopeChoice {
  readonly scope: string
  readonly bind: Bind
  /** The preference that was honoured, for `Preference-Applied`. */
  readonly applied?: string
}

/**
 * The rules of one type. Every hook is optional; the list is closed. No hook sees a header, a status or SQL.
 * Hooks throw `AppError`; faults of a body go to `faults`, which the engine throws when the hook returns.
 */
export interface Rules<E extends EntityType = EntityType> {
  /** Finds a member by a key the link's first scope does not answer; undefined: not found. */
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
  /** Chooses among a collection link's scopes. */
  scope?(context: ReadContext, from: Located, nav: string): Promise<ScopeChoice>
  /** The row to store. Body members are in `draft` by row key; links as `<nav>Id`. */
  beforeCreate?(context: WriteContext, facts: CreateFacts<E>): Promise<CreateResult<E>>
  /** What to change of the stored row. Body members are in `patch` by row key. */
  beforeUpdate?(context: WriteContext, facts: UpdateFacts<E>): Promise<PatchOf<E>>
  /** Does the whole removal; absent: the row is deleted. */
  remove?(context: WriteContext, facts: { at: Located; row: RowOf<E> }): Promise<void>
  /** Entries of the agenda by kind; a kind belongs to one behaviour only. Runs at the instant the entry was due. */
  readonly due?: Readonly<Record<string, (context: WriteContext, subject: string) => Promise<void>>>
  /** The type's functions and actions by name. */
  readonly operations?: Readonly<Record<string, OperationRule>>
}

/**
 * What a function or an action does with the row it is called on, and with its arguments by their declared names. Those of
 * a function are decoded texts; those of an action are read as properties are. An action runs in a write transaction.
 */
export type OperationRule =
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
