/**
 * Writes of one tenant, one after another over all processes: a transaction holds the tenant's lock until it ends.
 * Those that wait in this process share a transaction and its commit. One that fails before it has written leaves nothing
 * behind; where one fails later, all are done again, each in a savepoint of its own.
 */
import type { PoolClient } from 'pg'
import { StoreError } from '#base/errors.ts'
import { Memory } from '../write/row-cache.ts'
import { execute, type Pool } from './connection.ts'
import { isPassing } from './errors.ts'

const mostJobs = 128
/** How often a transaction is tried that lost its connection or met another before anything was committed. */
const mostTries = 5
const pauseMillis = [10, 50, 250, 1_000] as const

/** A transaction with what its jobs have in common. */
export interface Run {
  readonly client: PoolClient
  readonly memory: Memory
  /** Says that there may be something to take back. */
  readonly reached: () => void
  /** Takes what a job need not wait for; false: it is to wait, so that it hears of its own faults. */
  readonly leave: (answered: Promise<void>) => boolean
  /** What the job leaves behind from now on is taken back alone, where it fails. */
  readonly protect: () => void
}

interface Job {
  /** Whether it waits for another process that writes in the tenant. */
  readonly isPatient: boolean
  readonly work: (run: Run) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface Batches {
  /** Rejects with `elsewhere` where it must not wait and would have to. */
  add<T>(tenantNo: number, work: (run: Run) => Promise<T>, isPatient?: boolean): Promise<T>
  /** Settles when nothing is left to do. Later jobs are refused. */
  close(): Promise<void>
}

export interface BatchFacts {
  readonly pool: Pool
  /** Takes the tenant's lock in an open transaction; not patient: only where it is free, else the last value is 0. */
  readonly lockText: (tenantNo: number, isPatient: boolean) => string
  /** What is said to other processes as part of the transaction; undefined: nothing. */
  readonly notice: (tenantNo: number) => string | undefined
  /** Before anybody hears of a commit. `place` in the log it is not behind of; undefined: not known. Absent: no matter. */
  readonly committed?: (tenantNo: number, place: string | undefined) => void
}

type Outcome = { readonly job: Job; readonly value: unknown } | { readonly job: Job; readonly error: unknown }

function closed() {
  return new StoreError('unavailable', 'closed')
}

function elsewhere() {
  return new StoreError('unavailable', 'elsewhere')
}

function pause(millis: number) {
  return new Promise((resolve) => setTimeout(resolve, millis))
}

function isPatient(job: Job): boolean {
  return job.isPatient
}

/** A fault that ends the transaction: every job in it must be run again, or told. */
class Undone extends Error {}

/** A job failed and left something behind, or it is not known which one failed: the others must be done again without it. */
class Tainted extends Error {}

function tainted(error: unknown): never {
  throw isPassing(error) ? new Undone('', { cause: error }) : new Tainted()
}

async function runJob(run: Run, job: Job): Promise<Outcome> {
  try {
    return { job, value: await job.work(run) }
  } catch (error) {
    if (isPassing(error)) throw new Undone('', { cause: error })
    return { job, error }
  }
}

function releaseText(outcome: Outcome): string {
  return 'error' in outcome ? 'rollback to job; release job' : 'release job'
}

function ignore(): void {
  // Nothing to do.
}

/** A job that fails takes back what it wrote, and nothing of the others. */
async function runSaved(run: Run, job: Job): Promise<Outcome> {
  await execute(run.client, 'savepoint job')
  const outcome = await runJob(run, job)
  await execute(run.client, releaseText(outcome))
  return outcome
}

export function batchesOn({ pool, lockText, notice, committed }: BatchFacts): Batches {
  const queues = new Map<number, Job[]>()
  const running = new Map<number, Promise<void>>()
  let isClosed = false

  /** A job that is alone needs no savepoint: where it fails, all there is is undone. Else later ones are taken along. */
  const runJobs = async (client: PoolClient, queue: Job[], taken: Job[], isCareful: boolean): Promise<Outcome[]> => {
    const outcomes: Outcome[] = []
    const left: Promise<void>[] = []
    const isAlone = taken.length + queue.length <= 1
    let isTouched = false
    let isSaved = false
    const run: Run = {
      client,
      memory: new Memory(),
      reached: () => {
        isTouched = true
      },
      leave: (answered) => {
        if (isCareful || isSaved) return false
        // Heard of together, before the commit.
        answered.catch(ignore)
        left.push(answered)
        return true
      },
      protect: () => {
        if (isCareful || isAlone || isSaved || isTouched) return
        isSaved = true
        // Where it cannot be made, neither can what follows.
        execute(client, 'savepoint job').catch(ignore)
      },
    }
    for (let at = 0; at < (isAlone ? 1 : mostJobs); at++) {
      const job = taken[at] ?? queue.shift()
      if (job === undefined) break
      taken[at] = job
      isTouched = false
      isSaved = false
      const outcome = await (isCareful && !isAlone ? runSaved : runJob)(run, job)
      // No savepoint is left where a write nobody waited for has failed before it.
      if (isSaved) await execute(client, releaseText(outcome)).catch(tainted)
      else if ('error' in outcome && isTouched && !isAlone && !isCareful) throw new Tainted()
      outcomes.push(outcome)
    }
    await Promise.all(left).catch(tainted)
    return outcomes
  }

  const giveUp = (jobs: readonly Job[], error: unknown): void => {
    for (const job of jobs) job.reject(error)
  }

  const answer = (outcomes: readonly Outcome[]): void => {
    for (const outcome of outcomes) {
      if ('error' in outcome) outcome.job.reject(outcome.error)
      else outcome.job.resolve(outcome.value)
    }
  }

  const commit = async (client: PoolClient, tenantNo: number): Promise<void> => {
    const said = notice(tenantNo)
    const text = said === undefined ? 'commit' : `${said}; commit`
    try {
      if (committed === undefined) await execute(client, text)
      else committed(tenantNo, String(await execute(client, `${text}; select pg_current_wal_insert_lsn()`)))
    } catch (error) {
      if (isRefused(error)) throw error
      committed?.(tenantNo, undefined)
      throw new StoreError('unavailable', 'commit', error)
    }
  }

  const runOnce = async (tenantNo: number, queue: Job[], taken: Job[], isCareful: boolean): Promise<void> => {
    const client = await pool.connect()
    let broken: unknown
    try {
      const waiting = queue.length
      const isWaiting = [...taken, ...queue].some(isPatient)
      if ((await execute(client, `begin; ${lockText(tenantNo, isWaiting)}`)) === 0) {
        giveUp([...taken, ...queue.splice(0, waiting)], elsewhere())
        await execute(client, 'rollback')
        return
      }
      const outcomes = await runJobs(client, queue, taken, isCareful)
      if (outcomes.every((outcome) => 'error' in outcome)) await execute(client, 'rollback')
      else await commit(client, tenantNo)
      answer(outcomes)
    } catch (error) {
      if (error instanceof Tainted) await execute(client, 'rollback')
      else broken = error
      throw error instanceof Undone ? error.cause : error
    } finally {
      // A connection in an unknown state is not given to anyone else.
      client.release(broken !== undefined)
    }
  }

  const attempt = async (tenantNo: number, queue: Job[], taken: Job[], tries = 1, isCareful = false): Promise<void> => {
    try {
      await runOnce(tenantNo, queue, taken, isCareful)
    } catch (error) {
      if (error instanceof Tainted) return attempt(tenantNo, queue, taken, tries, true)
      // Where not even a transaction began, those who wait would only meet the same fault.
      if (!mayRepeat(error) || tries >= mostTries || isClosed)
        return giveUp(taken.length === 0 ? queue.splice(0, mostJobs) : taken, error)
      await pause(pauseMillis[tries - 1] ?? 1_000)
      await attempt(tenantNo, queue, taken, tries + 1, isCareful)
    }
  }

  const drain = async (tenantNo: number, queue: Job[]): Promise<void> => {
    while (queue.length > 0) await attempt(tenantNo, queue, [])
    running.delete(tenantNo)
  }

  return {
    add: <T>(tenantNo: number, work: (run: Run) => Promise<T>, isPatient = true) =>
      new Promise<T>((resolve, reject) => {
        if (isClosed) return reject(closed())
        const queue = queues.get(tenantNo) ?? []
        queues.set(tenantNo, queue)
        queue.push({ isPatient, work, resolve: resolve as Job['resolve'], reject })
        // From the next turn on, so that writes of one turn share a transaction.
        if (!running.has(tenantNo))
          running.set(
            tenantNo,
            new Promise((done) => {
              setImmediate(() => done(drain(tenantNo, queue)))
            }),
          )
      }),
    close: async () => {
      isClosed = true
      await Promise.all(running.values())
    },
  }
}

/** Whether it is sure that nothing was kept, and another try may do better. */
function mayRepeat(error: unknown): boolean {
  return isPassing(error) && !(error instanceof StoreError && error.reason === 'commit')
}

/** PostgreSQL itself said no to the commit: then nothing is kept, and that is sure. */
function isRefused(error: unknown): boolean {
  const cause = error instanceof StoreError ? error.cause : error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(23|40)/.test(cause.code)
}
