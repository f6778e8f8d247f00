/** A lane that this process works on, with what it has to know to be sure of it (docs/adr/0047). */
import type { Outcome, TargetRow } from '../kinds/kind.ts'
import type { LaneQueue } from './lane-queue.ts'

/** All in milliseconds of the monotonic clock. */
export const leaseMillis = 30_000
/** A request may take 15 s, and is over before another process can have the lane. */
const leastLeft = 16_000
const beatMillis = 8_000
/** Events that a lane passes over, as its target does not want them, before its cursor is written without waiting for a beat. */
const mostPassed = 1_000

export interface OwnedLaneFacts {
  readonly id: string
  readonly lane: number
  readonly targetId: string
  readonly epoch: number
  readonly beat: number
  readonly queue: LaneQueue
  /** When the transaction that claimed it began. */
  readonly since: number
}

/** What happens to the target beside its rows of deliveries. */
export interface TargetNews {
  readonly patch: Partial<TargetRow>
  readonly event?: 'relata.target-disabled' | 'relata.target-backlogged'
}

export class OwnedLane {
  readonly id: string
  readonly lane: number
  readonly targetId: string
  readonly epoch: number
  readonly queue: LaneQueue
  beat: number
  /** When its last beat that is known to be written began. */
  beatAt: number
  /** The cursor as the database has it. */
  writtenCursor: number
  /** When it last had something to do. */
  busyAt: number
  inFlight = 0
  isLost = false
  /** It is being given back. */
  isLeaving = false
  /** To be told to the kind, in the transaction that writes them down. */
  outcomes: Outcome[] = []

  constructor({ id, lane, targetId, epoch, beat, queue, since }: OwnedLaneFacts) {
    this.id = id
    this.lane = lane
    this.targetId = targetId
    this.epoch = epoch
    this.beat = beat
    this.queue = queue
    this.beatAt = since
    this.busyAt = since
    this.writtenCursor = queue.cursor
  }

  /** Whether a request that begins now ends before another process may claim the lane. */
  maySend(now: number): boolean {
    return !this.isLost && !this.isLeaving && now <= this.beatAt + leaseMillis - leastLeft
  }

  needsBeat(now: number): boolean {
    return now >= this.beatAt + beatMillis
  }

  /** Whether something of it is to be written. */
  get isDirty(): boolean {
    const passed = this.queue.cursor - this.writtenCursor
    return this.queue.hasChanges || this.outcomes.length > 0 || passed >= mostPassed
  }

  get isIdle(): boolean {
    return this.inFlight === 0 && !this.isDirty && this.queue.held === 0
  }
}
