/**
 * Group commit: jobs of one turn of the event loop run one after another in one transaction, each in a savepoint of
 * its own, and are answered when all of it is durable. One `fsync` then serves many writers.
 */
import { StoreError } from '#base/errors.ts'
import { type Session, textOf } from './session.ts'

const mostJobs = 256

interface Job {
  readonly work: () => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface Batches {
  add<T>(work: () => Promise<T>): Promise<T>
  /** Settles when the transaction that is open now has ended; undefined when none is. */
  open(): Promise<void> | undefined
  /** Settles when nothing is left to do. Later jobs are refused. */
  close(): Promise<void>
}

type Outcome = { readonly job: Job; readonly value: unknown } | { readonly job: Job; readonly error: unknown }

const closed = () => new StoreError('unavailable', 'closed')

export const batchesOn = (session: Session): Batches => {
  const begin = textOf('begin immediate')
  const commit = textOf('commit')
  const rollback = textOf('rollback')
  const savepoint = textOf('savepoint job')
  const release = textOf('release job')
  const undo = textOf('rollback to job')
  const queue: Job[] = []
  let running: Promise<void> | undefined
  let drained: Promise<void> | undefined
  let isClosed = false

  const runJob = async (job: Job): Promise<Outcome> => {
    session.run(savepoint, [])
    try {
      const value = await job.work()
      session.run(release, [])
      return { job, value }
    } catch (error) {
      // When SQLite has already ended the transaction (disk full), this throws and the whole batch is lost.
      session.run(undo, [])
      session.run(release, [])
      return { job, error }
    }
  }

  const runJobs = async (taken: Job[]): Promise<Outcome[]> => {
    const outcomes: Outcome[] = []
    while (taken.length < mostJobs) {
      const job = queue.shift()
      if (job === undefined) break
      taken.push(job)
      outcomes.push(await runJob(job))
    }
    return outcomes
  }

  const lose = (jobs: readonly Job[], error: unknown): void => {
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
    const taken: Job[] = []
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

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      running = runBatch()
      await running
      running = undefined
      // Those who were just answered may have more to write: let them join the next batch.
      await new Promise(setImmediate)
    }
    drained = undefined
  }

  return {
    add: <T>(work: () => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        if (isClosed) return reject(closed())
        queue.push({ work, resolve: resolve as Job['resolve'], reject })
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
