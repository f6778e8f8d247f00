/** The limit of wrong guesses at secrets. It is asked before a guess is checked, so that its answer tells nothing of the guess. */
import type { RateLimit } from './rate-limit.ts'

export interface Guesses {
  /**
   * What the guess leads to; undefined: it is wrong. Throws after too many wrong ones, for a right one as well: also when they
   * went wrong while this one was checked, as many can be sent at once.
   */
  find<T>(check: () => T | undefined | Promise<T | undefined>): Promise<T | undefined>
}

/** `refuse` throws for the seconds to wait. */
export function guessesOf(limit: RateLimit, key: string, refuse: (seconds: number) => never): Guesses {
  const ask = (only?: 'ask'): void => {
    const seconds = limit(key, only)
    if (seconds > 0) refuse(seconds)
  }
  return {
    find: async (check) => {
      ask('ask')
      const found = await check()
      ask(found === undefined ? undefined : 'ask')
      return found
    },
  }
}
