/**
 * Group commit: writes that arrive together run one after another in one database transaction and are answered when it is
 * durable, so one commit serves many writers. Savepoints are expensive, so a group first runs without them. If a write
 * fails after it has changed something, the transaction is rolled back, and the group runs again with a savepoint for each
 * write.
 */
import type { Answer } from '#base/answer.ts'
import type { Deadline, EndReason } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'

const mostWrites = 256
/** Turns of the event loop to wait for more writes, as long as new writes arrive in each. */
const mostTurns = 2
/** How often a group runs if its transaction is lost before the commit. */
const mostTries = 5
/** How often those that wait read ahead once more, because a write before them has changed what they will read. */
const mostReadings = 3
const pauseMillis = [10, 50, 250, 1_000] as const

/** A transaction of the database. */
export interface GroupTransaction {
  /**
   * Resolves when it has begun, where `begin` did not wait for that: statements that are sent before are answered after it.
   * Throws what kept it from beginning, which is then the cause of all other failures.
   */
  begun?(): Promise<void>
  /** Makes a savepoint. Need not wait for it: if it fails, so do the statements after it. */
  save(): void
  /** Ends the savepoint. */
  release(): Answer<void>
  /** Rolls back to the savepoint and ends it. */
  undo(): Answer<void>
  /** Whether a write has asked the database since the last call, as what it wanted was not read ahead. */
  hasAsked?(): boolean
  /** Waits until everything sent is answered. Throws what the database refused. */
  flush(): Answer<void>
  /** Throws `unavailable` (`commit`) if the outcome is unknown. */
  commit(): Answer<void>
  rollback(): Answer<void>
  /** Gives up a transaction whose state is unknown; the database must not keep it. Never throws. */
  abandon(): void
}

/** Begins transactions. */
export interface GroupDatabase<T extends GroupTransaction> {
  /**
   * `isPatient`: waits while another process writes, or leaves that to `begun` of the transaction. Otherwise undefined is
   * returned if one does.
   */
  begin(isPatient: boolean): Answer<T | undefined>
  /** Whether a transaction that failed with this error is certainly not committed, and may succeed when it runs again. */
  readonly mayRepeat: (error: unknown) => boolean
}

/** What a write can do with the transaction that it shares. */
export interface SharedTransaction<T> {
  readonly transaction: T
  /** Must be called before the write changes anything. */
  touch(): void
  /** Makes a savepoint for a write that has not changed anything yet. If it fails, the others need not run again. */
  savepoint(): void
  /** Whether the commit awaits pending answers. False: the write must await them itself, to get its own failures. */
  leave(): boolean
}

type Work<T, R> = (shared: SharedTransaction<T>) => Promise<R>

interface WriteOptions<T> {
  /** Reads what the write will read, as far as that is known before it is its turn. Rejects where the database has failed. */
  readonly ahead?: ((transaction: T) => Promise<void>) | undefined
  /** False: rejects with `unavailable` (`elsewhere`) instead of waiting for another process that writes. */
  readonly isPatient?: boolean
  /** Called after the commit, before the write is answered. */
  readonly committed?: () => void
  /** A write that is still queued when its request ends is not made. */
  readonly deadline?: Deadline | undefined
}

interface QueuedWrite<T> extends WriteOptions<T> {
  /** When it was queued, on the monotonic clock. */
  readonly since: number
  readonly work: Work<T, unknown>
  /** Called when the write leaves the queue. */
  forget: (() => void) | undefined
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

type Outcome<T> =
  | { readonly write: QueuedWrite<T>; readonly value: unknown }
  | { readonly write: QueuedWrite<T>; readonly error: unknown }

/** A write failed after it had changed something, or it is unknown which write failed: the group must run again. */
class Tainted extends Error {}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis)
  })
}

function isFailed<T>(outcome: Outcome<T>): boolean {
  return 'error' in outcome
}

function isPatient<T>(write: QueuedWrite<T>): boolean {
  return write.isPatient !== false
}

function giveUp<T>(writes: readonly QueuedWrite<T>[], error: unknown): void {
  for (const { reject } of writes) reject(error)
}

function answer<T>(outcomes: readonly Outcome<T>[]): void {
  for (const outcome of outcomes) {
    const { write } = outcome
    if ('error' in outcome) write.reject(outcome.error)
    else {
      write.committed?.()
      write.resolve(outcome.value)
    }
  }
}

async function outcomeOf<T>(write: QueuedWrite<T>, shared: SharedTransaction<T>): Promise<Outcome<T>> {
  try {
    return { write, value: await write.work(shared) }
  } catch (error) {
    return { write, error }
  }
}

/** A transaction and the state of the write that runs in it at the moment. */
class Group<T extends GroupTransaction> implements SharedTransaction<T> {
  readonly transaction: T
  private readonly isCareful: boolean
  private readonly isAlone: boolean
  private isTouched = false
  private isSaved = false

  /** `isCareful`: each write gets a savepoint. `isAlone`: there is one write only, which is undone with the transaction. */
  constructor(transaction: T, isCareful: boolean, isAlone: boolean) {
    this.transaction = transaction
    this.isCareful = isCareful
    this.isAlone = isAlone
  }

  private save(): void {
    this.isSaved = true
    this.transaction.save()
  }

  touch(): void {
    this.isTouched = true
  }

  savepoint(): void {
    if (!this.isAlone && !this.isSaved && !this.isTouched) this.save()
  }

  leave(): boolean {
    return !this.isAlone && !this.isSaved
  }

  /** Throws errors that end the whole transaction. */
  async run(write: QueuedWrite<T>, mayRepeat: (error: unknown) => boolean): Promise<Outcome<T>> {
    this.isTouched = false
    this.isSaved = false
    if (this.isCareful) this.save()
    const outcome = await outcomeOf(write, this)
    if ('error' in outcome && mayRepeat(outcome.error)) throw outcome.error
    if (this.isSaved) await this.leaveSavepoint(outcome, mayRepeat)
    else if ('error' in outcome && this.isTouched && !this.isAlone) throw new Tainted()
    return outcome
  }

  /** Fails if an earlier write failed whose answer is still pending: PostgreSQL has dropped the savepoint then. */
  private async leaveSavepoint(outcome: Outcome<T>, mayRepeat: (error: unknown) => boolean): Promise<void> {
    try {
      await ('error' in outcome ? this.transaction.undo() : this.transaction.release())
    } catch (error) {
      throw this.isCareful || mayRepeat(error) ? error : new Tainted()
    }
  }

  /** Awaits the pending answers. Throws if one is a failure. */
  async settle(mayRepeat: (error: unknown) => boolean): Promise<void> {
    try {
      await this.transaction.flush()
    } catch (error) {
      throw mayRepeat(error) ? error : new Tainted()
    }
  }
}

/** A queue of writes: of one SQLite database, or of one tenant in PostgreSQL. */
export class GroupCommit<T extends GroupTransaction> {
  private readonly database: GroupDatabase<T>
  private readonly queue: QueuedWrite<T>[] = []
  private running: Promise<void> | undefined
  private drained: Promise<void> | undefined
  private readonly halts: (() => Promise<void>)[] = []
  private isClosed = false
  private readonly longestMillis: number

  /** `longestMillis`: a write that has been there for longer is not tried again. */
  constructor(database: GroupDatabase<T>, longestMillis = Number.POSITIVE_INFINITY) {
    this.database = database
    this.longestMillis = longestMillis
  }

  /** Resolves after the commit. `work` runs again if the transaction is undone before it. */
  add<R>(work: Work<T, R>, options: WriteOptions<T> = {}): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (this.isClosed) return reject(new StoreError('unavailable', 'closed'))
      const write: QueuedWrite<T> = {
        ...options,
        since: performance.now(),
        work,
        resolve: resolve as QueuedWrite<T>['resolve'],
        reject,
        forget: undefined,
      }
      this.queue.push(write)
      write.forget = options.deadline?.onEnd((why) => this.drop(write, why))
      this.drained ??= nextTurn().then(() => this.drain())
    })
  }

  /** Runs `work` when all earlier writes are made, while no transaction is open; later ones wait for its end. */
  async alone<R>(work: () => Promise<R>): Promise<R> {
    await this.add(async () => undefined)
    return new Promise<R>((resolve, reject) => {
      this.halts.push(() => work().then(resolve, reject))
      this.drained ??= nextTurn().then(() => this.drain())
    })
  }

  private drop(write: QueuedWrite<T>, why: EndReason): void {
    const at = this.queue.indexOf(write)
    if (at !== -1) this.queue.splice(at, 1)
    if (at !== -1) write.reject(new StoreError('unavailable', why))
  }

  private takeOne(): QueuedWrite<T> | undefined {
    const write = this.queue.shift()
    write?.forget?.()
    return write
  }

  /** Takes up to so many writes from the queue. */
  private take(most: number): QueuedWrite<T>[] {
    const writes = this.queue.splice(0, most)
    for (const { forget } of writes) forget?.()
    return writes
  }

  /** Resolves when the transaction that is open now has ended; undefined if none is open. */
  open(): Promise<void> | undefined {
    return this.running
  }

  /** Resolves when the queue is empty. Later writes are refused. */
  async close(): Promise<void> {
    this.isClosed = true
    await this.drained
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0 || this.halts.length > 0) {
      const halt = this.halts.shift()
      if (halt === undefined) await this.gather()
      this.running = halt?.() ?? this.runGroup()
      await this.running
      this.running = undefined
      // Callers that were just answered may write again: let them join the next group.
      await nextTurn()
    }
    this.drained = undefined
  }

  /** Waits for writes that are about to arrive. Ends after the first turn without any, so no write waits for a timer. */
  private async gather(): Promise<void> {
    const { queue } = this
    for (let turns = 0, before = -1; turns < mostTurns && queue.length > before && queue.length < mostWrites; turns++) {
      before = queue.length
      await nextTurn()
    }
  }

  /** Whether another try would take longer than anybody waits for it. */
  private isLate(taken: readonly QueuedWrite<T>[]): boolean {
    const [oldest] = taken.length > 0 ? taken : this.queue
    const isLate = oldest !== undefined && performance.now() > oldest.since + this.longestMillis
    return isLate || (taken.length > 0 && taken.every(({ deadline }) => deadline?.ended !== undefined))
  }

  private async runGroup(): Promise<void> {
    const taken: QueuedWrite<T>[] = []
    let isCareful = false
    for (let tries = 1; ; ) {
      try {
        return await this.runOnce(taken, isCareful)
      } catch (error) {
        if (error instanceof Tainted) {
          isCareful = true
          continue
        }
        // If not even a transaction could begin, the queued writes would only fail in the same way.
        if (tries >= mostTries || this.isLate(taken) || this.isClosed || !this.database.mayRepeat(error))
          return giveUp(taken.length === 0 ? this.take(mostWrites) : taken, error)
        await pause(pauseMillis[tries - 1] ?? 1_000)
        tries += 1
      }
    }
  }

  /** Throws if nothing was committed, or if that is unknown. */
  private async runOnce(taken: QueuedWrite<T>[], isCareful: boolean): Promise<void> {
    const { queue } = this
    const waiting = queue.length
    const transaction = await this.database.begin([...taken, ...queue].some(isPatient))
    if (transaction === undefined)
      return giveUp([...taken, ...this.take(waiting)], new StoreError('unavailable', 'elsewhere'))
    try {
      const outcomes = await this.runWrites(transaction, taken, isCareful)
      await (outcomes.every(isFailed) ? transaction.rollback() : transaction.commit())
      answer(outcomes)
    } catch (error) {
      if (error instanceof Tainted) await transaction.rollback()
      else transaction.abandon()
      throw error
    }
  }

  /**
   * Those that wait read together what each will read. If a read fails, it is unknown of which write it was. Returns the
   * number of writes.
   */
  private async readAhead(transaction: T, writes: readonly QueuedWrite<T>[]): Promise<number> {
    const reading = writes.flatMap(({ ahead }) => ahead?.(transaction) ?? [])
    const failed = (await Promise.allSettled(reading)).find(({ status }) => status === 'rejected')
    await transaction.begun?.()
    transaction.hasAsked?.()
    if (failed === undefined) return writes.length
    const { reason } = failed as PromiseRejectedResult
    throw this.database.mayRepeat(reason) ? reason : new Tainted()
  }

  /** Includes writes that arrive meanwhile. A single write stays alone: if it fails, the transaction is rolled back. */
  private async runWrites(transaction: T, taken: QueuedWrite<T>[], isCareful: boolean): Promise<Outcome<T>[]> {
    const { queue } = this
    const { mayRepeat } = this.database
    const outcomes: Outcome<T>[] = []
    // Who reads nothing ahead waits first: others may arrive meanwhile and share the commit.
    if (isCareful || taken.length + queue.length <= 1) await transaction.begun?.()
    const isAlone = taken.length + queue.length <= 1
    const group = new Group(transaction, isCareful, isAlone)
    const most = isAlone ? 1 : mostWrites
    /** Up to which place writes have read ahead, and how often they may do so once more. */
    let read = isAlone || isCareful ? most : 0
    let again = mostReadings
    for (let at = 0; at < most; at++) {
      if (at >= read)
        read = at + (await this.readAhead(transaction, [...taken.slice(at), ...queue].slice(0, most - at)))
      const write = taken[at] ?? this.takeOne()
      if (write === undefined) break
      taken[at] = write
      outcomes.push(await group.run(write, mayRepeat))
      if (again > 0 && read > at + 1 && !isCareful && transaction.hasAsked?.() === true) {
        read = at + 1
        again -= 1
      }
    }
    await group.settle(mayRepeat)
    return outcomes
  }
}
