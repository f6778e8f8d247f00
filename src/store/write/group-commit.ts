/**
 * Group commit: jobs that arrive together run one after another in one transaction, and are answered when all of it is
 * durable. One commit then serves many writers. A savepoint makes SQLite copy each page a job changes, so jobs have one
 * only where it is known to be needed: when one of them has failed and left something behind, all is undone and done again.
 */
import { StoreError } from '#base/errors.ts'
import { type Session, textOf } from '../sqlite/session.ts'

const mostJobs = 256
/** Turns of the event loop a commit is waited with while each brings more to write. */
const mostTurns = 2

/** What a job is told of the transaction it is in. */
export interface Run<S> {
  readonly shared: S
  /** Says that the job may leave something behind if it fails. To be called before it does. */
  touch(): void
  /** Gives a job that has not touched anything a savepoint: its failure then is its own. */
  protect(): void
}

interface Job<S> {
  readonly work: (run: Run<S>) => Promise<unknown>
  readonly committed: (() => void) | undefined
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface Batches<S> {
  /** `work` may be run twice; `committed` is called before whoever waits is told. */
  add<T>(work: (run: Run<S>) => Promise<T>, committed?: () => void): Promise<T>
  /** Settles when the transaction that is open now has ended; undefined when none is. */
  open(): Promise<void> | undefined
  /** Settles when nothing is left to do. Later jobs are refused. */
  close(): Promise<void>
}

type Outcome<S> = { readonly job: Job<S>; readonly value: unknown } | { readonly job: Job<S>; readonly error: unknown }

/** A job failed and left something behind: the others must be done again without it. */
class Tainted extends Error {}

function closed() {
  return new StoreError('unavailable', 'closed')
}

/** What the jobs of a transaction have in common. */
export interface Common<S> {
  /** Within the transaction, before its first job. */
  begin(): S
  /** Nothing of the transaction came to be. */
  lost(): void
}

export function batchesOn<S>(session: Session, common: Common<S>): Batches<S> {
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

  /** When SQLite has already ended the transaction (disk full), this throws and the whole batch is lost. */
  const leaveSavepoint = (outcome: Outcome<S>): void => {
    if ('error' in outcome) session.run(undo, [])
    session.run(release, [])
  }

  const runJobs = async (taken: Job<S>[], isCareful: boolean): Promise<Outcome<S>[]> => {
    const outcomes: Outcome<S>[] = []
    // One that fails alone is undone with the transaction, and not run again.
    const isAlone = taken.length + queue.length <= 1
    let isTouched = false
    let isSaved = false
    const save = (): void => {
      session.run(savepoint, [])
      isSaved = true
    }
    const run: Run<S> = {
      shared: common.begin(),
      touch: () => {
        isTouched = true
      },
      protect: () => {
        if (!isSaved && !isTouched) save()
      },
    }
    const leave = (outcome: Outcome<S>): void => {
      if (isSaved) leaveSavepoint(outcome)
      else if ('error' in outcome && isTouched && !isAlone) throw new Tainted()
    }
    for (let at = 0; at < (isAlone ? 1 : mostJobs); at++) {
      const job = taken[at] ?? queue.shift()
      if (job === undefined) break
      taken[at] = job
      isTouched = false
      isSaved = false
      if (isCareful) save()
      let outcome: Outcome<S>
      try {
        outcome = { job, value: await job.work(run) }
      } catch (error) {
        outcome = { job, error }
      }
      leave(outcome)
      outcomes.push(outcome)
    }
    return outcomes
  }

  const rollBack = (): void => {
    common.lost()
    try {
      session.run(rollback, [])
    } catch {
      // Nothing was open any more.
    }
  }

  const lose = (jobs: readonly Job<S>[], error: unknown): void => {
    rollBack()
    const isOurs = error instanceof StoreError && error.kind === 'unavailable'
    const reason = isOurs ? error : new StoreError('unavailable', 'commit', error)
    for (const job of jobs) job.reject(reason)
  }

  const runBatch = async (taken: Job<S>[] = [], isCareful = false): Promise<void> => {
    try {
      session.run(begin, [])
      const outcomes = await runJobs(taken, isCareful)
      if (outcomes.every((outcome) => 'error' in outcome)) rollBack()
      else session.run(commit, [])
      for (const outcome of outcomes) {
        const { job } = outcome
        if ('error' in outcome) job.reject(outcome.error)
        else {
          job.committed?.()
          job.resolve(outcome.value)
        }
      }
    } catch (error) {
      if (error instanceof Tainted) {
        rollBack()
        return runBatch(taken, true)
      }
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
    add: <T>(work: (run: Run<S>) => Promise<T>, committed?: () => void) =>
      new Promise<T>((resolve, reject) => {
        if (isClosed) return reject(closed())
        queue.push({ work, committed, resolve: resolve as Job<S>['resolve'], reject })
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
