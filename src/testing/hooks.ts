/** A world for each test by the hooks of a test runner. */
import type { Relata, RelataOptions } from './relata.ts'
import { startRelata } from './start-relata.ts'

export interface Hooks {
  beforeEach(work: () => Promise<void>): void
  afterEach(work: () => Promise<void>): void
}

/** Returns what gives the world of the test that runs; tests that run at the same time need `withRelata` instead. */
export function relataBetween({ beforeEach, afterEach }: Hooks, options: RelataOptions): () => Relata {
  let relata: Relata | undefined
  beforeEach(async () => {
    relata = await startRelata(options)
  })
  afterEach(async () => {
    const ended = relata
    relata = undefined
    await ended?.close()
  })
  return () => {
    if (relata === undefined) throw new Error('the world of a test exists while the test runs')
    return relata
  }
}
