/**
 * `--workers N`: the primary process of N workers that serve one port (node:cluster). The first one starts alone, so that
 * only one creates the database. A worker that dies is restarted, with a growing delay while it dies early.
 */
import cluster, { type Worker } from 'node:cluster'
import type { Config } from '#app/config.ts'
import { announce } from './banner.ts'
import { writeState } from './server-state.ts'
import { watchSignals } from './signals.ts'
import { type ReadyMessage, reopenMessage, stopMessage } from './worker.ts'

const firstPauseMillis = 100
const longestPauseMillis = 10_000
/** A worker that has lived this long restarts with the first delay. */
const wellMillis = 10_000
/** Longer than a worker takes to drain; then it is killed. */
const stopMillis = 8_000

/** A worker exited before it was ready; it has printed why. */
class NeverReady extends Error {
  override readonly name = 'NeverReady'
  readonly code: number

  constructor(code: number | null) {
    super('a worker ended before it was ready')
    this.code = code ?? 1
  }
}

/** Rejects with `NeverReady`. */
function readyOf(worker: Worker): Promise<ReadyMessage['ready']> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: Partial<ReadyMessage> | undefined) => {
      if (message?.ready !== undefined) resolve(message.ready)
    })
    worker.on('exit', (code: number | null) => reject(new NeverReady(code)))
  })
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) resolve()
    else worker.on('exit', () => resolve())
  })
}

/** Any worker may have a file of the log open. Without such a file SIGHUP ends us, as it ends a server without workers. */
function passHangUpsOn({ auditSink }: Config, workers: () => Iterable<Worker>): () => void {
  if (!auditSink.some(({ kind }) => kind === 'file')) return () => undefined
  const listener = (): void => {
    for (const worker of workers()) if (worker.isConnected()) worker.send(reopenMessage)
  }
  process.on('SIGHUP', listener)
  return () => process.off('SIGHUP', listener)
}

interface Kept {
  worker: Worker
  pauseMillis: number
}

/** Resolves with the exit code when all have stopped. */
export async function startWorkers(config: Config, version: string): Promise<number> {
  cluster.setupPrimary({ args: process.argv.slice(2) })
  const kept = new Set<Kept>()
  const timers = new Set<NodeJS.Timeout>()
  let isStopping = false

  const later = (millis: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, millis)
    timers.add(timer)
  }

  const fork = (entry: Kept): Promise<ReadyMessage['ready']> => {
    entry.worker = cluster.fork()
    const began = performance.now()
    // A connection that is passed on while the worker closes its end of the channel; without a listener it ends us all.
    entry.worker.on('error', (error) => {
      if (!isStopping) process.stderr.write(`relata: a worker cannot be reached: ${error.message}\n`)
    })
    entry.worker.on('exit', (code: number | null, signal: string | null) => {
      if (isStopping || !kept.has(entry)) return
      if (performance.now() - began > wellMillis) entry.pauseMillis = firstPauseMillis
      process.stderr.write(`relata: a worker ended (${signal ?? code}); another starts in ${entry.pauseMillis} ms\n`)
      later(entry.pauseMillis, () => {
        fork(entry).catch(() => undefined)
      })
      entry.pauseMillis = Math.min(entry.pauseMillis * 2, longestPauseMillis)
    })
    return readyOf(entry.worker)
  }

  /** Restarted only after it has been ready once: a worker that cannot start the first time is not retried. */
  const startOne = async (): Promise<ReadyMessage['ready']> => {
    const entry = { pauseMillis: firstPauseMillis } as Kept
    const ready = fork(entry)
    starting.add(entry.worker)
    const facts = await ready
    kept.add(entry)
    return facts
  }
  const starting = new Set<Worker>()
  const allWorkers = (): Set<Worker> => new Set([...starting, ...[...kept].map(({ worker }) => worker)])

  const stopAll = async (): Promise<void> => {
    isStopping = true
    for (const timer of timers) clearTimeout(timer)
    const workers = allWorkers()
    // All in one turn: disconnecting the last worker closes the port here, before any worker closes its server. The other
    // way round, node:cluster would get back a connection it had passed to the last worker, and neither serve nor close it.
    for (const worker of workers) {
      if (!worker.isConnected()) continue
      worker.send(stopMessage)
      worker.disconnect()
    }
    const late = setTimeout(() => {
      for (const worker of workers) worker.process.kill('SIGKILL')
    }, stopMillis)
    await Promise.all([...workers].map(ended))
    clearTimeout(late)
  }

  const forgetHangUps = passHangUpsOn(config, allWorkers)
  const signals = watchSignals()
  try {
    const facts = await startOne()
    await Promise.all(Array.from({ length: config.workers - 1 }, startOne))
    const removeState = writeState(config.location, { url: facts.address, registry: config.registry, version })
    announce(config, facts)
    return await signals.first.finally(removeState)
  } catch (error) {
    if (error instanceof NeverReady) return error.code
    throw error
  } finally {
    await stopAll()
    forgetHangUps()
    signals.forget()
  }
}
