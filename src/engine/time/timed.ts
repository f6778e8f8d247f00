/** What the engine asks of its agenda, and what an agenda is made of. */
import type { Answer } from '#base/answer.ts'
import type { Clock } from '#base/clock.ts'
import type { Ids } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { Behaviour, Store, Tx, WriteContext } from '#edm/ports.ts'

export interface AgendaFacts {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly strict: boolean
  readonly behaviours: readonly Behaviour[]
  readonly report: (error: unknown, requestId: string) => void
  readonly agendaEntry?: EntityType
}

/** What a write transaction of a request knows of time. */
export type Timed = Pick<WriteContext, 'now' | 'agenda' | 'cause'>

export type Work<T> = (tx: Tx, timed: Timed) => Answer<T>

export interface EngineAgenda {
  /** Undefined: nothing is due. Else resolves when nothing is; rejects where the database cannot be written. */
  pending(): Promise<void> | undefined
  /** A write transaction in which nothing is overdue; it need not wait for `pending` before. */
  write<T>(tenantId: string, work: Work<T>): Promise<T>
  close(): Promise<void>
}
