/**
 * Group commit: jobs of one turn of the event loop run one after another in one transaction, each in a savepoint of
 * its own, and are answered when all of it is durable. One `fsync` then serves many writers.
 */
import { StoreError } from '#base/errors.ts'
import { type Session, textOf } from './session.ts'

const mostJobs = 256
/** Turns of the event loop a commit is waited with while each brings more to write. */
const mostTurns = Number(process.env['TURNS'] ?? 8)

interface Job<S> {
  readonly work: (shared: S) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface Batches<S> {
  add<T>(work: (shared: S) => Promise<T>): Promise<T>
  /** Settles when the transaction that is open now has ended; undefined when none is. */
  open(): Promise<void> | undefined
  /** Settles when nothing is left to do. Later jobs are refused. */
  close(): Promise<void>
}

type Outcome<S> = { readonly job: Job<S>; readonly value: unknown } | { readonly job: Job<S>; readonly error: unknown }

const closed = () => new StoreError('unavailable', 'closed')

/** What the jobs of a transaction have in common. */
export interface Common<S> {
  /** Within the transaction, before its first job. */
  begin(): S
  /** Nothing of the transaction came to be. */
  lost(): void
}

export const batchesOn = <S>(session: Session, common: Common<S>): Batches<S> => {
  const begin = textOf('begin immediate')
  const commit = textOf('commit')
  const rollback = textOf('rollback')
  const savepoint = textOf('savepoint job')
  const release = textOf('release job')
  const undo = textOf('rollback to job')
  const queue: Job<S>[] = []
  let running: Promise<void> | undefined
  let drained: Promise<void> | undefined
  let isClosed = false

  const runJob = async (job: Job<S>, shared: S): Promise<Outcome<S>> => {
    session.run(savepoint, [])
    try {
      const value = await job.work(shared)
      session.run(release, [])
      return { job, value }
    } catch (error) {
      // When SQLite has already ended the transaction (disk full), this throws and the whole batch is lost.
      session.run(undo, [])
      session.run(release, [])
      return { job, error }
    }
  }

  const runJobs = async (taken: Job<S>[]): Promise<Outcome<S>[]> => {
    const outcomes: Outcome<S>[] = []
    const shared = common.begin()
    while (taken.length < mostJobs) {
      const job = queue.shift()
      if (job === undefined) break
      taken.push(job)
      outcomes.push(await runJob(job, shared))
    }
    return outcomes
  }

  const lose = (jobs: readonly Job<S>[], error: unknown): void => {
    common.lost()
    try {
      session.run(rollback, [])
    } catch {
      // Nothing was open any more.
    }
    const isOurs = error instanceof StoreError && error.kind === 'unavailable'
    const reason = isOurs ? error : new StoreError('unavailable', 'commit', error)
    for (const job of jobs) job.reject(reason)
  }

  const runBatch = async (): Promise<void> => {
    const taken: Job<S>[] = []
    try {
      session.run(begin, [])
      const outcomes = await runJobs(taken)
      session.run(commit, [])
      for (const outcome of outcomes) {
        if ('error' in outcome) outcome.job.reject(outcome.error)
        else outcome.job.resolve(outcome.value)
      }
    } catch (error) {
      // Where even `begin` failed, those who wait would only meet the same fault.
      lose(taken.length === 0 ? queue.splice(0, mostJobs) : taken, error)
    }
  }

  /** A turn in which nobody came is the last: what is on its way already shares the commit, and nobody waits for a timer. */
  const gather = async (): Promise<void> => {
    for (let turns = 0, before = -1; turns < mostTurns && queue.length > before && queue.length < mostJobs; turns++) {
      before = queue.length
      await new Promise(setImmediate)
    }
  }

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      await gather()
      running = runBatch()
      await running
      running = undefined
      // Those who were just answered may have more to write: let them join the next batch.
      await new Promise(setImmediate)
    }
    drained = undefined
  }

  return {
    add: <T>(work: (shared: S) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        if (isClosed) return reject(closed())
        queue.push({ work, resolve: resolve as Job<S>['resolve'], reject })
        drained ??= new Promise((done) => {
          setImmediate(() => done(drain()))
        })
      }),
    open: () => running,
    close: async () => {
      isClosed = true
      await drained
    },
  }
}
