/**
 * Writes of one tenant, one after another over all processes: a transaction holds the tenant's lock until it ends.
 * Those that wait in this process share a transaction and its commit, each in a savepoint of its own.
 */
import type { Pool, PoolClient } from 'pg'
import { StoreError } from '#base/errors.ts'
import { execute } from './connection.ts'
import { isPassing } from './errors.ts'

const mostJobs = 128
/** How often a transaction is tried that lost its connection or met another before anything was committed. */
const mostTries = 5
const pauseMillis = [10, 50, 250, 1_000] as const

interface Job {
  readonly work: (client: PoolClient) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface Batches {
  add<T>(tenantNo: number, work: (client: PoolClient) => Promise<T>): Promise<T>
  /** Settles when nothing is left to do. Later jobs are refused. */
  close(): Promise<void>
}

export interface BatchFacts {
  readonly pool: Pool
  /** Takes the tenant's lock in an open transaction. */
  readonly lockText: (tenantNo: number) => string
  /** What is said to other processes as part of the transaction; undefined: nothing. */
  readonly notice: (tenantNo: number) => string | undefined
}

type Outcome = { readonly job: Job; readonly value: unknown } | { readonly job: Job; readonly error: unknown }

const closed = () => new StoreError('unavailable', 'closed')
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

/** A fault that ends the transaction: every job in it must be run again, or told. */
class Undone extends Error {}

const runJob = async (client: PoolClient, job: Job): Promise<Outcome> => {
  try {
    return { job, value: await job.work(client) }
  } catch (error) {
    if (isPassing(error)) throw new Undone('', { cause: error })
    return { job, error }
  }
}

/** A job that fails takes back what it wrote, and nothing of the others. */
const runSaved = async (client: PoolClient, job: Job): Promise<Outcome> => {
  await execute(client, 'savepoint job')
  const outcome = await runJob(client, job)
  await execute(client, 'error' in outcome ? 'rollback to job; release job' : 'release job')
  return outcome
}

export const batchesOn = ({ pool, lockText, notice }: BatchFacts): Batches => {
  const queues = new Map<number, Job[]>()
  const running = new Map<number, Promise<void>>()
  let isClosed = false

  /** A job that is alone needs no savepoint: where it fails, all there is is undone. Else later ones are taken along. */
  const runJobs = async (client: PoolClient, queue: Job[], taken: Job[]): Promise<Outcome[]> => {
    const outcomes: Outcome[] = []
    const isAlone = taken.length + queue.length <= 1
    for (let at = 0; at < (isAlone ? 1 : mostJobs); at++) {
      const job = taken[at] ?? queue.shift()
      if (job === undefined) break
      taken[at] = job
      outcomes.push(isAlone ? await runJob(client, job) : await runSaved(client, job))
    }
    return outcomes
  }

  const answer = (outcomes: readonly Outcome[]): void => {
    for (const outcome of outcomes) {
      if ('error' in outcome) outcome.job.reject(outcome.error)
      else outcome.job.resolve(outcome.value)
    }
  }

  const runOnce = async (tenantNo: number, queue: Job[], taken: Job[]): Promise<void> => {
    const client = await pool.connect()
    let broken: unknown
    let isCommitting = false
    try {
      await execute(client, `begin; ${lockText(tenantNo)}`)
      const outcomes = await runJobs(client, queue, taken)
      if (outcomes.every((outcome) => 'error' in outcome)) await execute(client, 'rollback')
      else {
        const said = notice(tenantNo)
        isCommitting = true
        await execute(client, said === undefined ? 'commit' : `${said}; commit`)
      }
      answer(outcomes)
    } catch (error) {
      broken = error
      if (isCommitting && !isRefused(error)) throw new StoreError('unavailable', 'commit', error)
      throw error instanceof Undone ? error.cause : error
    } finally {
      // A connection in an unknown state is not given to anyone else.
      client.release(broken !== undefined)
    }
  }

  const giveUp = (jobs: readonly Job[], error: unknown): void => {
    for (const job of jobs) job.reject(error)
  }

  const attempt = async (tenantNo: number, queue: Job[], taken: Job[], tries: number): Promise<void> => {
    try {
      await runOnce(tenantNo, queue, taken)
    } catch (error) {
      // Where not even a transaction began, those who wait would only meet the same fault.
      if (!mayRepeat(error) || tries >= mostTries || isClosed)
        return giveUp(taken.length === 0 ? queue.splice(0, mostJobs) : taken, error)
      await pause(pauseMillis[tries - 1] ?? 1_000)
      await attempt(tenantNo, queue, taken, tries + 1)
    }
  }

  const drain = async (tenantNo: number, queue: Job[]): Promise<void> => {
    while (queue.length > 0) await attempt(tenantNo, queue, [], 1)
    running.delete(tenantNo)
  }

  return {
    add: <T>(tenantNo: number, work: (client: PoolClient) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        if (isClosed) return reject(closed())
        const queue = queues.get(tenantNo) ?? []
        queues.set(tenantNo, queue)
        queue.push({ work, resolve: resolve as Job['resolve'], reject })
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
const mayRepeat = (error: unknown): boolean =>
  isPassing(error) && !(error instanceof StoreError && error.reason === 'commit')

/** PostgreSQL itself said no to the commit: then nothing is kept, and that is sure. */
const isRefused = (error: unknown): boolean => {
  const cause = error instanceof StoreError ? error.cause : error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(23|40)/.test(cause.code)
}
