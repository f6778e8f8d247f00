/**
 * Group commit: writes that arrive together run one after another in one transaction, and are answered when all of it is
 * durable. One commit then serves many writers. A savepoint costs each write more, so writes have one only where it is
 * known to be needed: when one of them has failed and left something behind, all is undone and done again.
 */
import type { Answer } from '#base/answer.ts'
import { StoreError } from '#base/errors.ts'

const mostWrites = 256
/** Turns of the event loop a transaction is waited with while each brings more to write. */
const mostTurns = 2
/** How often a group is tried whose transaction was lost before anything was committed. */
const mostTries = 5
const pauseMillis = [10, 50, 250, 1_000] as const

/** A transaction of the database, begun. */
export interface GroupTransaction {
  /** Makes a savepoint. Need not wait: where it cannot be made, neither can what follows. */
  save(): void
  /** Ends the savepoint. */
  release(): Answer<void>
  /** Takes back what was written since the savepoint, and ends it. */
  undo(): Answer<void>
  /** Throws `unavailable` (`commit`) where it is not known whether it was kept. */
  commit(): Answer<void>
  rollback(): Answer<void>
  /** In whatever state it is, nothing of it is kept. Never throws. */
  abandon(): void
}

/** Where transactions are begun. */
export interface GroupDatabase<T extends GroupTransaction> {
  /** `isPatient`: waits for another process that writes; else undefined where there is one. */
  begin(isPatient: boolean): Answer<T | undefined>
  /** Whether it is sure that nothing was kept of a transaction that failed so, and another try may do better. */
  readonly mayRepeat: (error: unknown) => boolean
}

/** What a write is told of the transaction that it shares. */
export interface SharedTransaction<T> {
  readonly transaction: T
  /** Says that the write may leave something behind if it fails. To be called before it does. */
  touch(): void
  /** Gives a write that has not touched anything a savepoint: its failure then is its own. */
  savepoint(): void
  /** Takes answers the write need not wait for, as the commit does; false: it is to wait, so that it hears of its own faults. */
  leave(answered: Promise<void>): boolean
}

type Work<T, R> = (shared: SharedTransaction<T>) => Promise<R>

interface WriteOptions {
  /** False: rejects with `elsewhere` where it would have to wait for another process that writes. */
  readonly isPatient?: boolean
  /** Is called before whoever waits is told. */
  readonly committed?: () => void
}

interface QueuedWrite<T> extends WriteOptions {
  readonly work: Work<T, unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

type Outcome<T> =
  | { readonly write: QueuedWrite<T>; readonly value: unknown }
  | { readonly write: QueuedWrite<T>; readonly error: unknown }

/** A write failed and left something behind, or it is not known which one failed: the others are done again without it. */
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

function ignore(): void {
  // Nothing to do.
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

/** What is known of the write at work in a transaction, and what it is told. */
class Group<T extends GroupTransaction> implements SharedTransaction<T> {
  readonly transaction: T
  private readonly isCareful: boolean
  private readonly isAlone: boolean
  private readonly pending: Promise<void>[] = []
  private isTouched = false
  private isSaved = false

  /** `isCareful`: each write has a savepoint. `isAlone`: there is one only, which is undone with the transaction. */
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

  leave(answered: Promise<void>): boolean {
    if (this.isAlone || this.isSaved) return false
    answered.catch(ignore)
    this.pending.push(answered)
    return true
  }

  /** Throws what ends the transaction for all that are in it. */
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

  /** There is none left where an earlier write, whose answer nobody waited for, has failed. */
  private async leaveSavepoint(outcome: Outcome<T>, mayRepeat: (error: unknown) => boolean): Promise<void> {
    try {
      await ('error' in outcome ? this.transaction.undo() : this.transaction.release())
    } catch (error) {
      throw this.isCareful || mayRepeat(error) ? error : new Tainted()
    }
  }

  /** Throws where one of the answers that were left is a fault. */
  async settle(mayRepeat: (error: unknown) => boolean): Promise<void> {
    try {
      await Promise.all(this.pending)
    } catch (error) {
      throw mayRepeat(error) ? error : new Tainted()
    }
  }
}

/** The writes of one database, or of one tenant of it, in the order in which they came. */
export class GroupCommit<T extends GroupTransaction> {
  private readonly database: GroupDatabase<T>
  private readonly queue: QueuedWrite<T>[] = []
  private running: Promise<void> | undefined
  private drained: Promise<void> | undefined
  private isClosed = false

  constructor(database: GroupDatabase<T>) {
    this.database = database
  }

  /** `work` is run again where the transaction was undone before it was committed. */
  add<R>(work: Work<T, R>, options: WriteOptions = {}): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (this.isClosed) return reject(new StoreError('unavailable', 'closed'))
      this.queue.push({ ...options, work, resolve: resolve as QueuedWrite<T>['resolve'], reject })
      this.drained ??= nextTurn().then(() => this.drain())
    })
  }

  /** Settles when the transaction that is open now has ended; undefined when none is. */
  open(): Promise<void> | undefined {
    return this.running
  }

  /** Settles when nothing is left to do. Later writes are refused. */
  async close(): Promise<void> {
    this.isClosed = true
    await this.drained
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      await this.gather()
      this.running = this.runGroup()
      await this.running
      this.running = undefined
      // Those who were just answered may have more to write: let them join the next group.
      await nextTurn()
    }
    this.drained = undefined
  }

  /** A turn in which nobody came is the last: what is on its way already shares the commit, and nobody waits for a timer. */
  private async gather(): Promise<void> {
    const { queue } = this
    for (let turns = 0, before = -1; turns < mostTurns && queue.length > before && queue.length < mostWrites; turns++) {
      before = queue.length
      await nextTurn()
    }
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
        // Where not even a transaction began, those who wait would only meet the same fault.
        if (tries >= mostTries || this.isClosed || !this.database.mayRepeat(error))
          return giveUp(taken.length === 0 ? this.queue.splice(0, mostWrites) : taken, error)
        await pause(pauseMillis[tries - 1] ?? 1_000)
        tries += 1
      }
    }
  }

  /** Throws where nothing was committed, or it is not known whether. */
  private async runOnce(taken: QueuedWrite<T>[], isCareful: boolean): Promise<void> {
    const { queue } = this
    const waiting = queue.length
    const transaction = await this.database.begin([...taken, ...queue].some(isPatient))
    if (transaction === undefined)
      return giveUp([...taken, ...queue.splice(0, waiting)], new StoreError('unavailable', 'elsewhere'))
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

  /** Later ones are taken along, but by one that is alone: it may fail without a savepoint. */
  private async runWrites(transaction: T, taken: QueuedWrite<T>[], isCareful: boolean): Promise<Outcome<T>[]> {
    const { queue } = this
    const { mayRepeat } = this.database
    const outcomes: Outcome<T>[] = []
    const isAlone = taken.length + queue.length <= 1
    const group = new Group(transaction, isCareful, isAlone)
    for (let at = 0; at < (isAlone ? 1 : mostWrites); at++) {
      const write = taken[at] ?? queue.shift()
      if (write === undefined) break
      taken[at] = write
      outcomes.push(await group.run(write, mayRepeat))
    }
    await group.settle(mayRepeat)
    return outcomes
  }
}
