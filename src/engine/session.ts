/** What the engine is made of, and the session in which one request reads or writes. */
import type { Clock } from '#base/clock.ts'
import type { Deadline } from '#base/deadline.ts'
import type { AppError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { Dialect, EntityType } from '#edm/define.ts'
import type { Level } from '#edm/levels.ts'
import type { Model } from '#edm/model.ts'
import type {
  Actor,
  Behaviour,
  ChangeRecord,
  Located,
  ReadContext,
  ReadTx,
  Store,
  Tx,
  WriteContext,
  WriteHow,
} from '#edm/ports.ts'
import type { Version } from '#edm/props.ts'
import type { AuditEvent, PastRow, RequestFacts } from '#edm/records/reading.ts'
import type { RolesNow } from './access/current-roles.ts'
import type { AddressCache } from './cache/cache.ts'
import type { ChangeLog } from './changes/change-log.ts'
import type { History } from './changes/history.ts'
import type { Plans } from './plans/plans.ts'
import type { ReadBudget } from './read/budget.ts'
import type { Handle, PlainRequest, PlainResponse } from './request.ts'
import type { Pruning, RecordKept } from './time/retention.ts'

export interface EngineFacts {
  readonly models: Readonly<Record<Version, Model>>
  readonly store: Store
  readonly behaviours: readonly Behaviour[]
  readonly clock: Clock
  readonly ids: Ids
  /** Signs `$skiptoken`s. It has to survive restarts, or clients cannot go on with a listing they have begun. */
  readonly secret: Uint8Array
  /** Answer exactly as Graph does, without Relata's additions. */
  readonly strict: boolean
  /** Qualified names of types whose creation answers 204 without a body. */
  readonly silentCreates: ReadonlySet<string>
  /** Called for every 500 with its cause. */
  readonly report: (error: unknown, requestId: string) => void
  /** The stored type of the agenda's entries: see time/agenda.ts. Absent: nothing happens by itself. */
  readonly agendaEntry?: EntityType
  /** Directory roles that an actor of another tenant holds here at this moment. Absent: those in the token. */
  readonly rolesNow?: RolesNow
  /** Where tokens come from, for a 401. Absent: from this server; false: not known. */
  readonly authorizationUri?: string | false | undefined
  /** Permissions and roles are not enforced; `warn` is called for each refusal that they would cause. Absent: enforced. */
  readonly unenforced?: { warn?(refusal: AppError, request: PlainRequest): void } | undefined
  /** Told what rules note of a write, when it is durable. Absent: nothing is noted. */
  readonly onAudit?: ((event: AuditEvent, who: AuditedBy) => void) | undefined
  /** Members of a body that are not acted on are refused. Absent: they are named in the answer's headers. */
  readonly strictBodies?: boolean
  /** Batch items have the header `relata-explain`; http/ adds it to other answers. */
  readonly explain?: boolean
  /** Called at the start of each step (steps.ts) of a request. */
  readonly onStep?: (name: string, request: PlainRequest) => void
  /** Records that are removed when they are old enough. Absent: none are. */
  readonly records?: readonly RecordKept[]
  /** What is removed by rules of its own. */
  readonly prunings?: readonly Pruning[]
  /** Whether a change that is old enough to leave the record has to stay. Absent: none has. */
  readonly holdsChange?: (tx: ReadTx, change: number) => Promise<boolean>
  /** For how many days changes are kept, and deletions in the recycle bin. Absent: for ever. */
  readonly historyDays?: number | undefined
  readonly binDays?: number | undefined
  /** An empty store in memory, for reads of earlier states. Absent: there are none. */
  readonly pastStore?: (() => Promise<Store>) | undefined
  /** No changes are recorded. Absent: those of types that say so are. */
  readonly unrecorded?: true
  /** Whether the record of changes names people. Absent: it does. */
  readonly historyPeople?: boolean
  /** For how many days delta links can be followed. */
  readonly changeDays?: number
  /** Absent: nothing goes wrong on purpose. */
  readonly faulty?: MakeFaulty | undefined
  /** Called when records were removed, with their kind. */
  readonly onPruned?: (kind: string, count: number) => void
  /** Called when a change was recorded, with its verb, after its commit. */
  readonly onRecorded?: (verb: string) => void
  /** Whether rows at known addresses are read by one statement (cache/known-addresses.ts). Absent: yes. */
  readonly addressCache?: boolean
}

/** `graph`: a whole request. `item`: of a batch. `member`: of a group in a batch, whose transaction is open meanwhile. */
export type FaultPlace = 'graph' | 'item' | 'member'

/** Makes requests of a handler go wrong on purpose. `dialectOf`: of the errors of what a request is about. */
export type MakeFaulty = (
  handle: Handle,
  how: {
    readonly place: FaultPlace
    readonly dialectOf: (request: PlainRequest) => Dialect
  },
) => Handle

/** Who did it, and for which request. */
export interface AuditedBy {
  readonly actor: Actor
  readonly request: RequestFacts | undefined
}

/** What the engine does besides answering requests. */
export interface EngineControls {
  /** The handler for clients, of whose requests some go wrong on purpose; the engine itself is for requests of our own. */
  readonly served: Handle
  /** Resolves when nothing is due any more; rejects where the database cannot be written. */
  settle(): Promise<void>
  /**
   * Fires what is due, then writes as a request of the actor would, in one transaction. `recorded`: it is one change in the
   * record of changes, by that name.
   */
  inTenant<T>(
    tenantId: string,
    actor: Actor,
    work: (context: WriteContext) => Promise<T>,
    recorded?: { readonly verb: string; readonly importId?: string },
  ): Promise<T>
  /**
   * A handler with other rules, which never refuses additions of Relata's: for seeds. What comes due goes on the same agenda
   * and fires with the engine's own rules.
   */
  withRules(behaviours: readonly Behaviour[]): Handle
  /** Drops what is in memory of a tenant that was removed. */
  forget(tenantId: string): void
  /** Resolves when no record is there that is older than it is kept for. Rejects where the database cannot be written. */
  prune(): Promise<void>
  /** Stops the agenda. To be called before the store is closed. */
  close(): Promise<void>
}

/** What a write transaction of a request knows of time. */
export type TransactionTime = Pick<WriteContext, 'now' | 'agenda' | 'cause'>

export type WriteWork<T> = (tx: Tx, time: TransactionTime) => Promise<T>

/** What is to happen by itself: see time/agenda.ts. */
/** How the write of a request is made. */
export type RequestWrite = Omit<WriteHow, 'ifFree'>

export interface EngineAgenda {
  /** Undefined: nothing is due. Else resolves when nothing is; rejects where the database cannot be written. */
  pending(): Promise<void> | undefined
  /** A write transaction in which nothing is overdue; it need not wait for `pending` before. */
  write<T>(tenantId: string, work: WriteWork<T>, how?: RequestWrite): Promise<T>
  close(): Promise<void>
}

/** Answers reads of earlier states: see changes/past.ts. */
export interface Past {
  /** Answers a request whose rows are those of `build`; states of one `key` are one. */
  answer(
    key: string,
    tenantId: string,
    build: () => Promise<readonly PastRow[]>,
    request: PlainRequest,
  ): Promise<PlainResponse>
  close(): void
}

export interface Engine extends Omit<EngineFacts, 'behaviours'> {
  /** It works for a group of a batch, in the write transaction of that group. */
  readonly isInGroup?: true
  readonly behaviours: ReadonlyMap<string, Behaviour>
  readonly plans: Plans
  /** Undefined: every address is walked. */
  readonly addresses: AddressCache | undefined
  /** The same engine for clients that ask for the members of evolvable enums. */
  readonly real?: Engine
  readonly agenda: EngineAgenda
  /** Absent: no type is tracked. */
  readonly changes?: ChangeLog
  /** Absent: no type is recorded. */
  readonly history?: History | undefined
  /** Absent with `history`. */
  readonly record?: ChangeRecord | undefined
  /** Absent: no earlier state can be read. */
  readonly past?: Past | undefined
  /** Rows of steady types, which never change, by tenant and address. */
  readonly steadyRows: Map<string, Located>
}

/** One request in its transaction: the same for reads and writes. */
export interface Session<C extends ReadContext = ReadContext> {
  readonly engine: Engine
  readonly model: Model
  readonly context: C
  /** `https://host:port/v1.0` */
  readonly base: string
  /** In a write transaction; `context` is then a `WriteContext`. */
  readonly isWrite: boolean
  /**
   * `byRule`: rules had a say in which rows were found. `parent`: of the entity that was read. `instead`: keys for which
   * rules found rows of other ids, and these.
   */
  readonly found: { byRule: boolean; parent?: Located | undefined; instead?: Map<string, string> }
  /** `change`: the number under which the write is recorded. `remarks`: what its rules tell the caller. */
  readonly wrote: { change?: number | undefined; remarks?: readonly string[] }
  /** Of the whole answer. */
  readonly budget: ReadBudget
  /** Preferences that were honoured, for `Preference-Applied`. */
  readonly applied: Set<string>
  /** Paths of the members of the body that are not acted on. */
  readonly ignored: Set<string>
  /** Headers of the request, names in lower case: for conditions on the entity tag. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Of the request; absent: it may take as long as it needs. */
  readonly deadline: Deadline | undefined
  /** Metadata level of the answer, and where its rows are: at the address, or with `keyed` below it. `safe`: counts are strings. */
  readonly form: { readonly level: Level; readonly safe: boolean; readonly address: string; readonly keyed: boolean }
  /** The entity tag of the answer's only row, for types that have one. */
  tag: string | undefined
}

/** The same session with another context. Members are named, since spreading them is far slower. */
export function inContext<C extends ReadContext>(
  { engine, model, base, found, wrote, budget, applied, ignored, headers, deadline, form, tag }: Session,
  context: C,
  isWrite = false,
): Session<C> {
  return { engine, model, context, base, isWrite, found, wrote, budget, applied, ignored, headers, deadline, form, tag }
}
