/** What the engine is made of, and what one request carries through it. */
import type { Clock } from '#base/clock.ts'
import type { AppError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { Level } from '#edm/levels.ts'
import type { Model } from '#edm/model.ts'
import type { Actor, Behaviour, Located, ReadContext, Store, Tx, WriteContext } from '#edm/ports.ts'
import type { Version } from '#edm/props.ts'
import type { RolesNow } from './access/current-roles.ts'
import type { AddressCache } from './cache/cache.ts'
import type { ChangeLog } from './changes/change-log.ts'
import type { Plans } from './plans/plans.ts'
import type { AtATime } from './read/at-a-time.ts'
import type { PlainRequest } from './request.ts'

export interface EngineFacts {
  readonly models: Readonly<Record<Version, Model>>
  readonly store: Store
  readonly behaviours: readonly Behaviour[]
  readonly clock: Clock
  readonly ids: Ids
  /** Signs `$skiptoken`s; keep it over restarts, or pages under way break. */
  readonly secret: Uint8Array
  /** Answer as Graph does even where we have a superset. */
  readonly strict: boolean
  /** Qualified names of types whose creation answers 204 without a body. */
  readonly silentCreates: ReadonlySet<string>
  /** Hears of every 500 with its cause. */
  readonly report: (error: unknown, requestId: string) => void
  /** The stored type that keeps what is to happen by itself: see agenda.ts. Absent: nothing does. */
  readonly agendaEntry?: EntityType
  /** Directory roles that somebody of another tenant holds here at this moment. Absent: those the token names. */
  readonly rolesNow?: RolesNow
  /** Refusals for want of rights are passed over; who wants to hears of each, with its request. Absent: they are thrown. */
  readonly lenient?: { tell?(refusal: AppError, request: PlainRequest): void }
  /** Items of a batch carry the name of the check that refused them; http/ does the same for whole answers. */
  readonly explain?: boolean
  /** Hears of each step (steps.ts) as a request comes to it. */
  readonly onStep?: (name: string, request: PlainRequest) => void
  /** Addresses of rows that were walked before are answered by one statement each. Absent: they are. */
  readonly addressCache?: boolean
}

/** What the engine does beside answering requests. */
export interface EngineControls {
  /** Resolves when nothing is due any more; rejects where the database cannot be written. */
  settle(): Promise<void>
  /** Settles, then writes as a request of the actor would, in one transaction. */
  inTenant<T>(tenantId: string, actor: Actor, work: (context: WriteContext) => Promise<T>): Promise<T>
  /** Stops what runs by itself. Before the store is closed. */
  close(): Promise<void>
}

/** What a write transaction of a request knows of time. */
export type TransactionTime = Pick<WriteContext, 'now' | 'agenda' | 'cause'>

export type WriteWork<T> = (tx: Tx, time: TransactionTime) => Promise<T>

/** What is to happen by itself: see time/agenda.ts. */
export interface EngineAgenda {
  /** Undefined: nothing is due. Else resolves when nothing is; rejects where the database cannot be written. */
  pending(): Promise<void> | undefined
  /** A write transaction in which nothing is overdue; it need not wait for `pending` before. */
  write<T>(tenantId: string, work: WriteWork<T>): Promise<T>
  close(): Promise<void>
}

export interface Engine extends Omit<EngineFacts, 'behaviours'> {
  readonly behaviours: ReadonlyMap<string, Behaviour>
  readonly plans: Plans
  /** Undefined: every address is walked. */
  readonly addresses: AddressCache | undefined
  /** The same engine for callers who know of late enum members. */
  readonly real?: Engine
  readonly agenda: EngineAgenda
  /** Absent: no type is tracked. */
  readonly changes?: ChangeLog
  /** Rows of steady types by the way they were found. */
  readonly steadyRows: Map<string, Located>
}

/** One request on its way: the same for reads and writes; `context.tx` tells which. */
export interface Session<C extends ReadContext = ReadContext> {
  readonly engine: Engine
  readonly model: Model
  readonly context: C
  /** `https://host:port/v1.0` */
  readonly base: string
  /** In a write transaction; `context` is then a `WriteContext`. */
  readonly isWrite: boolean
  /** `byRule`: a row was found by a behaviour, so more decides than the rows on the way. `parent`: of the entity that was read. */
  readonly found: { byRule: boolean; parent?: Located | undefined }
  /** Rows that may still be read for this answer; a guard against expands without end. */
  readonly budget: { rows: number; readonly turn: AtATime }
  /** Preferences honoured. */
  readonly applied: Set<string>
  /** Of the request, names in lower case: for conditions on the entity tag. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** How much control information is asked for, and where rows are: at the address, or with `keyed` below it. `safe`: counts are strings. */
  readonly form: { readonly level: Level; readonly safe: boolean; readonly address: string; readonly keyed: boolean }
  /** The entity tag of the answer's only row, for types that have one. */
  tag: string | undefined
}

/** The same session with another context. Named one by one, members are copied far quicker than by spreading. */
export function inContext<C extends ReadContext>(
  { engine, model, base, found, budget, applied, headers, form, tag }: Session,
  context: C,
  isWrite = false,
): Session<C> {
  return { engine, model, context, base, isWrite, found, budget, applied, headers, form, tag }
}
