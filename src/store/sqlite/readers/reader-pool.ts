/**
 * The reader processes of a SQLite file: statements that can take long are read there, so that the event loop goes on, and
 * are ended by killing the process (decision 24). Processes start when they are needed, at most a few, and end after a
 * minute without work. Who is next is decided in `read-queue.ts`.
 */
import type { ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { Deadline, EndReason } from '#base/deadline.ts'
import { AppError, StoreError } from '#base/errors.ts'
import { resultOf, type Statement } from '../../rows/statement.ts'
import { startSideProcess } from '../../side-process.ts'
import type { RawRow } from '../../values.ts'
import { storeErrorOf } from '../sqlite.ts'
import type { ReadOrder, ReadReply } from './messages.ts'
import { type QueuedRead, ReadQueue, type Turn } from './read-queue.ts'

const mostProcesses = Math.min(4, Math.max(3, availableParallelism()))
/** A read that is done within this time is a short one. */
const expressMillis = 1_000
const mostFailedStarts = 2
/** Of a reader. A statement keeps the texts that its functions are given until it is done. */
const memoryMegabytes = 256
const idleMillis = 60_000
/** Characters of one answer: more would only be refused by the engine. */
const mostCharacters = 32 * 1024 * 1024

export interface ReaderPool {
  /** Throws `unavailable` when the request ends, and where no process can be had. */
  answer<T>(tenantNo: number, statement: Statement<T>, deadline: Deadline | undefined): Promise<T>
  /** Kills all processes. */
  close(): void
}

interface Job extends QueuedRead {
  readonly resolve: (rows: RawRow[]) => void
  readonly reject: (error: unknown) => void
  forget: (() => void) | undefined
  /** Its process was killed from outside, so it is read once more, but not again. */
  isRepeated: boolean
}

interface Reader {
  readonly process: ChildProcess
  isReady: boolean
  job: Job | undefined
  isExpress: boolean
  /** Runs out when its read is no short one any more. */
  watch: NodeJS.Timeout | undefined
}

type Running = Turn<Job>

/** The program of a reader, beside this file: in the source, compiled, and in the bundle. */
function startProcess(file: string): ChildProcess {
  const child = startSideProcess({ beside: import.meta.url, name: 'reader-process', args: [file], memoryMegabytes })
  // A server that has nothing else to do ends.
  child.unref()
  child.channel?.unref()
  return child
}

function failureOf({ failed, code }: Extract<ReadReply, { failed: string }>): unknown {
  return storeErrorOf(Object.assign(new Error(failed), code === undefined ? {} : { errcode: code }))
}

/** Whether a process has ended because it has no more memory: Node aborts it. */
function isOutOfMemory(code: number | null, signal: string | null): boolean {
  return code === 134 || ['SIGABRT', 'SIGTRAP', 'SIGILL'].includes(signal ?? '')
}

function tooMuchMemory(): AppError {
  return new AppError('invalid', 'The read took too much memory, and was stopped; ask for less, or with fewer tests.', {
    inner: 'tooManyResultsRequested',
    check: 'limit.memory',
  })
}

function tooLarge(): AppError {
  return new AppError('invalid', 'The answer would be too large; ask for less, or page with $top.', {
    inner: 'tooManyResultsRequested',
    check: 'limit.bytes',
  })
}

class Readers implements ReaderPool {
  private readonly file: string
  private readonly readers = new Set<Reader>()
  private readonly queue = new ReadQueue<Job>(mostProcesses)
  /** In a row. */
  private failedStarts = 0
  private idle: NodeJS.Timeout | undefined
  private isClosed = false

  constructor(file: string) {
    this.file = file
  }

  async answer<T>(tenantNo: number, statement: Statement<T>, deadline: Deadline | undefined): Promise<T> {
    const { text, values } = statement
    const wants = statement.wants === 'get' ? 'get' : 'all'
    const rows = await this.read(tenantNo, { text: text.text, values, wants, most: mostCharacters }, deadline)
    return resultOf(statement, wants === 'get' ? rows[0] : rows)
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.idle)
    const reading = [...this.readers].flatMap((reader) => this.end(reader) ?? [])
    for (const job of [...reading, ...this.queue.removeAll()]) this.fail(job, new StoreError('unavailable', 'closed'))
  }

  private read(tenantNo: number, order: ReadOrder, deadline: Deadline | undefined): Promise<RawRow[]> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(new StoreError('unavailable', 'closed'))
      const job: Job = { tenantNo, order, resolve, reject, forget: undefined, isRepeated: false }
      if (!this.queue.add(job)) return reject(new StoreError('unavailable', 'crowded'))
      job.forget = deadline?.onEnd((why) => this.drop(job, why))
      this.assign()
    })
  }

  /** The request of a job has ended: what reads for it is killed. */
  private drop(job: Job, why: EndReason): void {
    const error = new StoreError('unavailable', why)
    const reader = [...this.readers].find((one) => one.job === job)
    if (reader === undefined) this.queue.remove(job)
    else this.end(reader)
    this.fail(job, error)
    this.assign()
  }

  private fail(job: Job, error: unknown): void {
    job.forget?.()
    job.reject(error)
  }

  /** Kills a process. Answers what it was reading. */
  private end(reader: Reader): Job | undefined {
    const { job } = reader
    this.readers.delete(reader)
    clearTimeout(reader.watch)
    reader.process.kill('SIGKILL')
    reader.job = undefined
    return job
  }

  private get running(): Running[] {
    return [...this.readers].flatMap(({ job, isExpress }) => (job === undefined ? [] : [{ job, isExpress }]))
  }

  private assign(): void {
    for (const reader of this.readers) {
      if (!reader.isReady || reader.job !== undefined) continue
      const turn = this.queue.next(this.running)
      if (turn === undefined) break
      reader.isExpress = turn.isExpress
      this.send(reader, turn.job)
    }
    this.startMore()
    this.endLater()
  }

  private send(reader: Reader, job: Job): void {
    reader.job = job
    reader.watch = setTimeout(() => this.tookLong(reader, job), expressMillis)
    reader.process.channel?.ref()
    reader.process.send(job.order, (error) => {
      if (error !== null) this.lost(reader, error)
    })
  }

  /** From the express lane, it is read again from its beginning when it is its turn among the long ones. */
  private tookLong(reader: Reader, job: Job): void {
    this.queue.tookLong(job)
    if (!reader.isExpress) return
    this.end(reader)
    this.queue.addAgain(job)
    this.assign()
  }

  private startMore(): void {
    if (this.isClosed || this.readers.size > mostProcesses) return
    const starting = [...this.readers].filter(({ isReady }) => !isReady).length
    // Where some read and others cannot start, those that read are enough.
    const isVain = this.failedStarts >= mostFailedStarts && this.readers.size > starting
    if (isVain || this.queue.length <= starting || !this.queue.hasTurn(this.running)) return
    this.start()
  }

  private start(): void {
    let process: ChildProcess
    try {
      process = startProcess(this.file)
    } catch (error) {
      this.failAll(error)
      return
    }
    const reader: Reader = { process, isReady: false, job: undefined, isExpress: false, watch: undefined }
    this.readers.add(reader)
    process.channel?.ref()
    process.on('message', (reply: ReadReply) => this.heard(reader, reply))
    process.on('error', (error) => this.lost(reader, error))
    process.on('exit', (code, signal) => this.lost(reader, undefined, isOutOfMemory(code, signal)))
  }

  private failAll(cause: unknown): void {
    for (const job of this.queue.removeAll()) this.fail(job, new StoreError('unavailable', 'readers', cause))
  }

  /** The process has ended by itself, or somebody else has killed it. */
  private lost(reader: Reader, cause: unknown, isTooLarge = false): void {
    if (!this.readers.has(reader)) return
    const job = this.end(reader)
    if (!reader.isReady) this.failedStarts += 1
    // If none can be started, they would be started for ever.
    if (this.failedStarts >= mostFailedStarts && this.readers.size === 0) {
      this.failedStarts = 0
      this.failAll(cause)
    }
    if (job !== undefined) {
      if (isTooLarge) this.fail(job, tooMuchMemory())
      else if (job.isRepeated) this.fail(job, new StoreError('unavailable', 'readers', cause))
      else {
        job.isRepeated = true
        this.queue.addFirst(job)
      }
    }
    this.assign()
  }

  private heard(reader: Reader, reply: ReadReply): void {
    const { job } = reader
    clearTimeout(reader.watch)
    reader.isReady = true
    reader.job = undefined
    reader.process.channel?.unref()
    this.failedStarts = 0
    if (job !== undefined) {
      job.forget?.()
      if ('rows' in reply) job.resolve(reply.rows)
      else if ('tooLarge' in reply) job.reject(tooLarge())
      else if ('failed' in reply) job.reject(failureOf(reply))
    }
    this.assign()
  }

  private endLater(): void {
    clearTimeout(this.idle)
    if (this.readers.size === 0 || this.isClosed) return
    this.idle = setTimeout(() => {
      for (const reader of this.readers) if (reader.job === undefined) this.end(reader)
    }, idleMillis)
    this.idle.unref()
  }
}

/** `file`: the database; no process is started before the first statement. */
export function readerPool(file: string): ReaderPool {
  return new Readers(file)
}
