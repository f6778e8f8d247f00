/** `relata seed`: fills the world of a running server with more. */
import { call } from './call.ts'
import { documentOrName } from './given-document.ts'
import { say } from './shown.ts'
import type { Target } from './target.ts'

/** In their order; each is a file, or the name of a pack. The first that is refused ends it, and those before it stay. */
export async function seed(target: Target, words: readonly string[]): Promise<void> {
  for (const word of words) {
    await call(target, { method: 'POST', path: '/_relata/seed', body: { seed: await documentOrName(word) } })
    say(`seeded ${word}`)
  }
}
