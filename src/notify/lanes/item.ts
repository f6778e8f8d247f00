/** One event on its way to one target, as a lane holds it in memory (events.md §6.2). */
import { instantOf } from '#base/clock.ts'
import type { RowOf } from '#edm/infer.ts'
import type { delivery } from '#workloads/events/types.ts'
import type { OutboxRow } from '../kinds/kind.ts'

export type DeliveryRow = RowOf<typeof delivery>
export type DeliveryState = 'waiting' | 'behind' | 'delivered' | 'dead' | 'redelivered' | 'skipped'

/** When something is due: at the earlier of two instants, each by its clock, in milliseconds since 1970. */
export interface DueTime {
  readonly world: number
  readonly real: number
}

export interface Item {
  /** Of its row. */
  readonly id: string
  readonly sequence: number
  readonly round: number
  readonly eventId: string
  readonly eventName: string
  readonly subjectId: string
  readonly orderingKey: string
  /** Undefined: it is read again before it is sent. */
  event: OutboxRow | undefined
  /** Whether the database has its row. */
  isStored: boolean
  /** `due`: it may be sent as soon as it is the first of its key. */
  state: DeliveryState | 'due' | 'sending'
  attempts: number
  /** Instants as rows hold them, by the world clock. */
  firstAt: string | null
  lastAt: string | null
  next: DueTime | undefined
  lastStatus: number | null
  lastError: string | null
  answer: string | null
}

export function rowIdOf(targetId: string, sequence: number, round: number): string {
  return `${targetId}:${String(sequence).padStart(20, '0')}:${round}`
}

export function itemOfEvent(targetId: string, event: OutboxRow): Item {
  const { sequence, id: eventId, eventName, subjectId, orderingKey } = event
  return {
    id: rowIdOf(targetId, sequence, 0),
    sequence,
    round: 0,
    eventId,
    eventName,
    subjectId,
    orderingKey,
    event,
    isStored: false,
    state: 'due',
    attempts: 0,
    firstAt: null,
    lastAt: null,
    next: undefined,
    lastStatus: null,
    lastError: null,
    answer: null,
  }
}

export function itemOfRow(row: DeliveryRow): Item {
  const { nextWorld, nextReal } = row
  const next = nextWorld === null || nextReal === null ? undefined : { world: nextWorld, real: nextReal }
  return {
    id: row.id,
    sequence: row.sequence,
    round: row.round,
    eventId: row.eventId,
    eventName: row.eventName,
    subjectId: row.subjectId,
    orderingKey: row.orderingKey,
    event: undefined,
    isStored: true,
    state: row.state as DeliveryState,
    attempts: row.attempts,
    firstAt: row.firstDateTime,
    lastAt: row.lastDateTime,
    next: next && { world: Date.parse(next.world), real: Date.parse(next.real) },
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    answer: row.answer,
  }
}

/** What is to be written of an item. */
export interface ItemChange {
  readonly item: Item
  readonly row: Omit<DeliveryRow, 'id' | 'targetId' | 'lane' | 'sequence' | 'round' | EventKey>
}

type EventKey = 'eventId' | 'eventName' | 'subjectId' | 'orderingKey'

/** What is on its way, or may be sent, is written as what it was before: it is sent again by whoever reads the row. */
function storedState({ state, next }: Item): string {
  if (state !== 'due' && state !== 'sending') return state
  return next === undefined ? 'behind' : 'waiting'
}

export function changeOf(item: Item): ItemChange {
  const { next, attempts, firstAt, lastAt, lastStatus, lastError, answer } = item
  return {
    item,
    row: {
      state: storedState(item),
      attempts,
      nextWorld: next === undefined ? null : instantOf(new Date(next.world)),
      nextReal: next === undefined ? null : instantOf(new Date(next.real)),
      firstDateTime: firstAt,
      lastDateTime: lastAt,
      lastStatus,
      lastError,
      answer,
    },
  }
}
