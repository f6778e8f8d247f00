/**
 * The reader processes of a SQLite file: statements that can take long are read there, so that the event loop goes on, and
 * are ended by killing the process (decision 24). Processes start when they are needed, at most a few, and end after a
 * minute without work. Tenants take turns, and none has all processes at once where there are several.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Deadline, EndReason } from '#base/deadline.ts'
import { AppError, StoreError } from '#base/errors.ts'
import { resultOf, type Statement } from '../../rows/statement.ts'
import type { RawRow } from '../../values.ts'
import { storeErrorOf } from '../sqlite.ts'
import type { ReadOrder, ReadReply } from './messages.ts'

const mostProcesses = Math.min(4, Math.max(3, availableParallelism()))
const mostWaiting = 500
/** A little below that of the server: a third of its share where the processor is short. */
const niceness = 5
const idleMillis = 60_000
/** Characters of one answer: more would only be refused by the engine. */
const mostCharacters = 32 * 1024 * 1024

export interface ReaderPool {
  /** Throws `unavailable` when the request ends, and where no process can be had. */
  answer<T>(tenantNo: number, statement: Statement<T>, deadline: Deadline | undefined): Promise<T>
  /** Kills all processes. */
  close(): void
}

interface Job {
  readonly tenantNo: number
  readonly order: ReadOrder
  readonly resolve: (rows: RawRow[]) => void
  readonly reject: (error: unknown) => void
  forget: (() => void) | undefined
}

interface Reader {
  readonly process: ChildProcess
  isReady: boolean
  job: Job | undefined
}

/** The program of a reader, beside this file: in the source, compiled, and in the bundle. */
function startProcess(file: string): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts')
  const program = new URL(isSource ? './reader-process.ts' : './reader-process.js', import.meta.url)
  const child = fork(fileURLToPath(program), [file], {
    execArgv: isSource ? ['--conditions=source'] : [],
    // Nothing of the server's environment is needed, and secrets may be in it.
    env: process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] } : {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  try {
    // The event loop of the server comes first.
    if (child.pid !== undefined) setPriority(child.pid, niceness)
  } catch {
    // It may have ended already; its exit is heard.
  }
  // A server that has nothing else to do ends.
  child.unref()
  child.channel?.unref()
  return child
}

function failureOf({ failed, code }: Extract<ReadReply, { failed: string }>): unknown {
  return storeErrorOf(Object.assign(new Error(failed), code === undefined ? {} : { errcode: code }))
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
  private readonly waiting: Job[] = []
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
    for (const job of this.waiting.splice(0)) this.fail(job, new StoreError('unavailable', 'closed'))
    for (const reader of this.readers) this.end(reader, new StoreError('unavailable', 'closed'))
  }

  private read(tenantNo: number, order: ReadOrder, deadline: Deadline | undefined): Promise<RawRow[]> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(new StoreError('unavailable', 'closed'))
      if (this.waiting.length >= mostWaiting) return reject(new StoreError('unavailable', 'readers'))
      const job: Job = { tenantNo, order, resolve, reject, forget: undefined }
      this.waiting.push(job)
      job.forget = deadline?.onEnd((why) => this.drop(job, why))
      this.assign()
    })
  }

  /** The request of a job has ended: what reads for it is killed. */
  private drop(job: Job, why: EndReason): void {
    const error = new StoreError('unavailable', why)
    const at = this.waiting.indexOf(job)
    if (at !== -1) this.waiting.splice(at, 1)
    const reader = [...this.readers].find((one) => one.job === job)
    if (reader !== undefined) this.end(reader, error)
    else this.fail(job, error)
    this.assign()
  }

  private fail(job: Job, error: unknown): void {
    job.forget?.()
    job.reject(error)
  }

  private end(reader: Reader, error: StoreError): void {
    this.readers.delete(reader)
    reader.process.kill('SIGKILL')
    if (reader.job !== undefined) this.fail(reader.job, error)
    reader.job = undefined
  }

  private runningOf(tenantNo: number): number {
    let running = 0
    for (const { job } of this.readers) if (job?.tenantNo === tenantNo) running += 1
    return running
  }

  /** The job to do next: of the tenant for which the fewest are being done, the one that has waited longest. */
  private next(): Job | undefined {
    let best: Job | undefined
    let fewest = Math.max(1, mostProcesses - 1)
    for (const job of this.waiting) {
      const running = this.runningOf(job.tenantNo)
      if (running < fewest) [best, fewest] = [job, running]
    }
    if (best !== undefined) this.waiting.splice(this.waiting.indexOf(best), 1)
    return best
  }

  private assign(): void {
    for (const reader of this.readers) {
      if (!reader.isReady || reader.job !== undefined) continue
      const job = this.next()
      if (job === undefined) break
      reader.job = job
      reader.process.channel?.ref()
      reader.process.send(job.order, (error) => {
        if (error !== null) this.lost(reader, error)
      })
    }
    this.startMore()
    this.endLater()
  }

  private startMore(): void {
    const starting = [...this.readers].filter(({ isReady }) => !isReady).length
    if (this.waiting.length <= starting || this.readers.size >= mostProcesses || this.isClosed) return
    const tenants = new Set(this.waiting.map(({ tenantNo }) => tenantNo))
    const isWanted = [...tenants].some((tenantNo) => this.runningOf(tenantNo) < Math.max(1, mostProcesses - 1))
    if (isWanted) this.start()
  }

  private start(): void {
    let process: ChildProcess
    try {
      process = startProcess(this.file)
    } catch (error) {
      for (const job of this.waiting.splice(0)) this.fail(job, new StoreError('unavailable', 'readers', error))
      return
    }
    const reader: Reader = { process, isReady: false, job: undefined }
    this.readers.add(reader)
    process.channel?.ref()
    process.on('message', (reply: ReadReply) => this.heard(reader, reply))
    process.on('error', (error) => this.lost(reader, error))
    process.on('exit', () => this.lost(reader, undefined))
  }

  /** The process has ended by itself, or somebody else has killed it. What it was reading is not read again. */
  private lost(reader: Reader, cause: unknown): void {
    if (!this.readers.has(reader)) return
    const error = new StoreError('unavailable', 'readers', cause)
    const wasReady = reader.isReady
    this.end(reader, error)
    // One that cannot even start would be started for ever.
    if (!wasReady) for (const job of this.waiting.splice(0)) this.fail(job, error)
    this.assign()
  }

  private heard(reader: Reader, reply: ReadReply): void {
    const { job } = reader
    reader.isReady = true
    reader.job = undefined
    reader.process.channel?.unref()
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
      for (const reader of this.readers)
        if (reader.job === undefined) this.end(reader, new StoreError('unavailable', 'closed'))
    }, idleMillis)
    this.idle.unref()
  }
}

/** `file`: the database; no process is started before the first statement. */
export function readerPool(file: string): ReaderPool {
  return new Readers(file)
}
