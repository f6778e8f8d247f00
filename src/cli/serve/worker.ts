/** A worker process of `--workers`: tells the primary process when it is ready, and stops when told. */
import cluster from 'node:cluster'
import type { BannerFacts } from './banner.ts'

export const isWorker = cluster.isWorker

export interface ReadyMessage {
  readonly ready: BannerFacts
}

const stop = 'stop'
const reopen = 'reopen'

/** The message that stops a worker. */
export const stopMessage = { do: stop } as const

/** The message that stands for SIGHUP: the signal itself would end a worker that does not listen for it yet. */
export const reopenMessage = { do: reopen } as const

export function tellReady(facts: BannerFacts): void {
  process.send?.({ ready: facts } satisfies ReadyMessage)
}

/** Ends the channel to the primary process, so that this one ends with an exit code of its own. */
export function leavePrimary(): void {
  if (process.connected) cluster.worker?.disconnect()
}

/**
 * The primary may end the channel at any moment, also between a look at it and a message of node:cluster that is sent when a
 * server closes. Nobody is there to be told then.
 */
function bearEndOfChannel(): void {
  const bear = (error: NodeJS.ErrnoException): void => {
    if (!endsOfChannel.has(error.code ?? '')) throw error
  }
  process.on('error', bear)
  // node:cluster passes the errors of the channel on to this one.
  cluster.worker?.on('error', bear)
}

const endsOfChannel: ReadonlySet<string> = new Set(['ERR_IPC_DISCONNECTED', 'ERR_IPC_CHANNEL_CLOSED', 'EPIPE'])

/** After a SIGTERM that all processes got: how long a worker waits for the primary's message. */
const keeperMillis = 500

/**
 * Resolves when the worker has to stop. Terminals and service managers send signals to all processes at once: SIGINT is
 * left to the primary, and SIGTERM for a moment as well, because the primary closes the port first.
 */
export function toldToStop(): Promise<void> {
  bearEndOfChannel()
  return new Promise((resolve) => {
    const told = (): void => resolve()
    process.on('SIGINT', () => undefined)
    process.on('SIGTERM', () => setTimeout(told, keeperMillis).unref())
    process.on('message', (message: { readonly do?: unknown } | undefined) => {
      if (message?.do === stop) told()
      if (message?.do === reopen) process.emit('SIGHUP')
    })
    // The primary may have disconnected before this listened: then its message is lost.
    process.on('disconnect', told)
    if (!process.connected) told()
  })
}
