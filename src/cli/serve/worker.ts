/** A worker process of `--workers`: tells the primary process when it is ready, and stops when told. */
import cluster from 'node:cluster'
import type { BannerFacts } from './banner.ts'

export const isWorker = cluster.isWorker

export interface ReadyMessage {
  readonly ready: BannerFacts
}

const stop = 'stop'

/** The message that stops a worker. */
export const stopMessage = { do: stop } as const

export function tellReady(facts: BannerFacts): void {
  process.send?.({ ready: facts } satisfies ReadyMessage)
}

/** Ends the channel to the primary process, so that this one ends with an exit code of its own. */
export function leavePrimary(): void {
  if (process.connected) cluster.worker?.disconnect()
}

/** After a SIGTERM that all processes got: how long a worker waits for the primary's message. */
const keeperMillis = 500

/**
 * Resolves when the worker has to stop. Terminals and service managers send signals to all processes at once: SIGINT is
 * left to the primary, and SIGTERM for a moment as well, because the primary closes the port first.
 */
export function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    const told = (): void => resolve()
    process.on('SIGINT', () => undefined)
    process.on('SIGTERM', () => setTimeout(told, keeperMillis).unref())
    process.on('message', (message: { readonly do?: unknown } | undefined) => {
      if (message?.do === stop) told()
    })
    // The primary may have disconnected before this listened: then its message is lost.
    process.on('disconnect', told)
    if (!process.connected) told()
  })
}
