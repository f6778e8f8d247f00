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

/**
 * Resolves when the worker is told to stop. A terminal and a service manager send their signals to all processes at
 * once, so those count once; an interrupt is left to the keeper.
 */
export function toldToStop(): Promise<'SIGTERM'> {
  return new Promise((resolve) => {
    const told = (): void => resolve('SIGTERM')
    process.on('SIGINT', () => undefined)
    process.on('SIGTERM', told)
    process.on('message', (message: { readonly do?: unknown } | undefined) => {
      if (message?.do === stop) told()
    })
  })
}
