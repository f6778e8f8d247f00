/** The entry `relata/testing/jest`: a world for each test of Jest, or of any runner with the same global hooks. */
import { type Hooks, relataBetween } from './hooks.ts'
import type { Relata, RelataOptions } from './relata.ts'

export type * from './relata.ts'

/** Called once in a file or a `describe`; in a test, what it returns gives the world of that test. */
export function useRelata(options: RelataOptions = {}): () => Relata {
  const { beforeEach, afterEach } = globalThis as unknown as Partial<Hooks>
  if (beforeEach === undefined || afterEach === undefined)
    throw new Error(
      'useRelata() of relata/testing/jest is called in a test file of Jest: there is no global beforeEach here',
    )
  return relataBetween({ beforeEach, afterEach }, options)
}
