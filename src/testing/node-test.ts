/** The entry `relata/testing/node-test`: a world for each test of `node:test`. */
import { afterEach, beforeEach } from 'node:test'
import { relataBetween, type TestNamed } from './hooks.ts'
import type { Relata, RelataOptions } from './relata.ts'

export type * from './relata.ts'

/** Called once in a file or a `describe`; in a test, what it returns gives the world of that test. */
export function useRelata(options: RelataOptions = {}): () => Relata {
  return relataBetween(
    {
      beforeEach: (work) => beforeEach((test) => work(test as TestNamed)),
      afterEach: (work) => afterEach((test) => work(test as TestNamed)),
    },
    options,
  )
}
