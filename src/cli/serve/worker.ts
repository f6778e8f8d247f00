/** One of several processes that serve a port: it tells the one that keeps them when it is ready, and stops when told. */
import cluster from 'node:cluster'
import type { BannerFacts } from './banner.ts'

export const isWorker = cluster.isWorker

export interface ReadyMessage {
  readonly ready: BannerFacts
}

const stop = 'stop'

/** What a worker is sent to make it stop. */
export const stopMessage = { do: stop } as const

export function tellReady(facts: BannerFacts): void {
  process.send?.({ ready: facts } satisfies ReadyMessage)
}

/** How long the keeper has to tell of a signal that all processes got. */
const keeperMillis = 500

/**
 * Resolves when the worker is told to stop. A terminal and a service manager send their signals to all processes at
 * once: an interrupt is left to the keeper, and so is a termination for a moment, as the keeper closes the port first.
 */
export function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    const told = (): void => resolve()
    process.on('SIGINT', () => undefined)
    process.on('SIGTERM', () => setTimeout(told, keeperMillis).unref())
    process.on('message', (message: { readonly do?: unknown } | undefined) => {
      if (message?.do === stop) told()
    })
    // Told before it listened for messages: then they are lost with the channel.
    process.on('disconnect', told)
    if (!process.connected) told()
  })
}
