/**
 * Where work on taxonomies as files is done: small work here, the other in a process of its own, one after another, within
 * limits of time and memory (decision 45). The process starts when it is needed and ends when it was idle for a while.
 */
import type { ChildProcess } from 'node:child_process'
import { totalmem } from 'node:os'
import { AppError } from '#base/errors.ts'
import { startSideProcess } from '#store/side-process.ts'
import { valueIn, type WorkCall, type WorkReply } from './messages.ts'
import { WorkTurns } from './turns.ts'
import { localWork, type Work } from './work.ts'

export interface WorkLimits {
  /** Of the process. */
  readonly memoryMegabytes: number
  /** For one piece of work, with what is read of the store for it. */
  readonly millis: number
  readonly mostWaiting: number
  readonly mostOfTenant: number
  readonly idleMillis: number
}

function memoryMegabytes(): number {
  const constrained = process.constrainedMemory?.() ?? 0
  const all = constrained > 0 && constrained < totalmem() ? constrained : totalmem()
  return Math.round(Math.min(2_048, Math.max(192, all / 1024 / 1024 / 3)))
}

/** The memory is at most a third of what there is, so that a small container has room for both processes. */
export function usualLimits(): WorkLimits {
  return { memoryMegabytes: memoryMegabytes(), millis: 120_000, mostWaiting: 8, mostOfTenant: 4, idleMillis: 30_000 }
}

/** The work has taken more than it may. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch'
  readonly what: 'memory' | 'time'

  constructor(what: 'memory' | 'time', limits: WorkLimits) {
    const most = what === 'memory' ? `${limits.memoryMegabytes} MB of memory` : `${limits.millis / 1000} seconds`
    super(`It takes more than ${most}, and was given up.`)
    this.what = what
  }
}

export interface Workshop {
  /**
   * Does the work: here, if it is small. Otherwise, where its process was killed by somebody else, it is begun once more.
   * Throws `TooMuch`, and `throttled` or `unavailable` where too many wait.
   */
  run<T>(tenantId: string, isSmall: boolean, work: (work: Work) => Promise<T>): Promise<T>
}

interface Worker {
  readonly process: ChildProcess
  /** Resolves with the reply to a call. */
  ask(call: WorkCall): Promise<unknown>
  /** Rejects when the process has ended. */
  readonly ended: Promise<never>
  end(): void
}

/** Its process has ended, and not for want of memory. */
class Lost extends Error {}

/** Not more in one message, which is written as a whole. */
const pieceBytes = 4 * 1024 * 1024

/** The program, beside this file: in the source, compiled, and in the bundle. */
function startProcess(limits: WorkLimits): ChildProcess {
  return startSideProcess({
    beside: import.meta.url,
    name: 'exchange-process',
    memoryMegabytes: limits.memoryMegabytes,
  })
}

/** Node aborts a process that has no more memory. */
function isOutOfMemory(code: number | null, signal: string | null): boolean {
  return code === 134 || ['SIGABRT', 'SIGTRAP', 'SIGILL'].includes(signal ?? '')
}

function startWorker(limits: WorkLimits, onEnd: () => void): Worker {
  const child = startProcess(limits)
  const waiting: { resolve: (value: unknown) => void; reject: (error: unknown) => void }[] = []
  child.on('message', (reply: WorkReply) => {
    if ('ready' in reply) return
    const first = waiting.shift()
    try {
      first?.resolve(valueIn(reply))
    } catch (error) {
      first?.reject(error)
    }
  })
  let over: Error | undefined
  const ended = new Promise<never>((_, reject) => {
    const stop = (error: Error): void => {
      over = error
      onEnd()
      reject(error)
      // Whoever reads rows for it goes no further.
      for (const one of waiting.splice(0)) one.reject(error)
    }
    child.on('error', (cause) => stop(new Lost('the process could not be started', { cause })))
    child.on('exit', (code, signal) =>
      stop(
        isOutOfMemory(code, signal) ? new TooMuch('memory', limits) : new Lost(`the process ended (${code ?? signal})`),
      ),
    )
  })
  ended.catch(() => undefined)
  return {
    process: child,
    ended,
    ask: (call) =>
      new Promise((resolve, reject) => {
        if (over !== undefined) return reject(over)
        waiting.push({ resolve, reject })
        // Where it cannot be sent the process ends, which is heard.
        child.send(call, () => undefined)
      }),
    end: () => void child.kill('SIGKILL'),
  }
}

/** The methods of a piece of work as calls to the process. */
function remoteWork({ ask }: Worker): Work {
  const call =
    <K extends keyof Work>(name: K) =>
    (given: Parameters<Work[K]>[0]) =>
      ask({ call: name, given } as WorkCall) as ReturnType<Work[K]>
  const give = call('give')
  return {
    give: async (bytes) => {
      for (let at = 0; at < bytes.length; at += pieceBytes) await give(bytes.subarray(at, at + pieceBytes))
    },
    read: call('read'),
    begin: call('begin'),
    take: call('take'),
    plan: call('plan'),
    write: call('write'),
    validate: call('validate'),
  }
}

class OneProcess implements Workshop {
  readonly #limits: WorkLimits
  readonly #turns: WorkTurns
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(limits: WorkLimits) {
    this.#limits = limits
    this.#turns = new WorkTurns(limits)
  }

  run<T>(tenantId: string, isSmall: boolean, work: (work: Work) => Promise<T>): Promise<T> {
    if (isSmall) return work(localWork())
    return this.#turns.run(tenantId, async () => {
      try {
        return await this.#once(work)
      } catch (error) {
        if (!(error instanceof Lost)) throw error
      }
      try {
        return await this.#once(work)
      } catch (error) {
        if (!(error instanceof Lost)) throw error
        const text = 'No process could be had to read or write files of terms; try again.'
        throw new AppError('unavailable', text, {
          headers: { 'Retry-After': '5' },
          check: 'exchange.process',
          cause: error,
        })
      }
    })
  }

  async #once<T>(work: (work: Work) => Promise<T>): Promise<T> {
    const worker = this.#started()
    worker.process.ref()
    worker.process.channel?.ref()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        worker.end()
        reject(new TooMuch('time', this.#limits))
      }, this.#limits.millis)
    })
    worker.process.send({ fresh: true } satisfies WorkCall, () => undefined)
    try {
      return await Promise.race([work(remoteWork(worker)), worker.ended, late])
    } catch (error) {
      // It may be at work still, for nobody.
      if (!(error instanceof AppError)) this.#end(worker)
      throw error
    } finally {
      clearTimeout(timer)
      this.#rest(worker)
    }
  }

  #started(): Worker {
    clearTimeout(this.#idle)
    if (this.#worker !== undefined) return this.#worker
    try {
      const worker = startWorker(this.#limits, () => {
        if (this.#worker === worker) this.#worker = undefined
      })
      this.#worker = worker
      return worker
    } catch (cause) {
      throw new Lost('the process could not be started', { cause })
    }
  }

  #end(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined
    worker.end()
  }

  /** A server that has nothing else to do ends, and the process with it. */
  #rest(worker: Worker): void {
    worker.process.unref()
    worker.process.channel?.unref()
    this.#idle = setTimeout(() => this.#end(worker), this.#limits.idleMillis)
    this.#idle.unref()
  }
}

export function workshopWith(limits: WorkLimits): Workshop {
  return new OneProcess(limits)
}

let shared: Workshop | undefined

/** Of this process of the server, for all its tenants and worlds: what they take of memory does not multiply. */
export function sharedWorkshop(): Workshop {
  shared ??= workshopWith(usualLimits())
  return shared
}
