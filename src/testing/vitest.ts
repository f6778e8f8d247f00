/** The entry `relata/testing/vitest`: `test` with a world of its own as the fixture `relata`. */
import { test as base, type TestAPI } from 'vitest'
import type { Relata, RelataOptions } from './relata.ts'
import { startRelata } from './start-relata.ts'

export type * from './relata.ts'

/** `const test = testWith({ seed: 'contoso' })`. A test that does not name the fixture starts no world. */
export function testWith(options: RelataOptions = {}): TestAPI<{ relata: Relata }> {
  return base.extend<{ relata: Relata }>({
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs
    relata: async ({}, use) => {
      const relata = await startRelata(options)
      try {
        await use(relata)
      } finally {
        await relata.close()
      }
    },
  })
}

export const test: TestAPI<{ relata: Relata }> = testWith()
