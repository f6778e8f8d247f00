/** What has come, for whoever waits for it: each thing is given once, in the order in which things came. */
import { setTimeout as wait } from 'node:timers/promises'

export class Arrivals<T> {
  readonly all: T[] = []
  readonly #given = new Set<T>()
  readonly #listeners = new Set<() => void>()
  #end: Error | undefined

  add(one: T): void {
    this.all.push(one)
    this.wake()
  }

  /** Nothing comes any more: whoever waits is told why. */
  end(why: Error): void {
    this.#end ??= why
    this.wake()
  }

  /** Whoever waits looks again. */
  wake(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  /** Of those that nobody was given. */
  find(isWanted: (one: T) => boolean): T | undefined {
    return this.all.find((one) => !this.#given.has(one) && isWanted(one))
  }

  /** Resolves when something has come, or nothing does any more. */
  changed(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      this.#listeners.add(done)
      signal?.addEventListener('abort', done)
      if (signal?.aborted === true) done()
    })
  }

  /** Rejects with `missing` after so many milliseconds, and where nothing comes any more. */
  async next(isWanted: (one: T) => boolean, timeout: number, missing: (ms: number) => string): Promise<T> {
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(), timeout)
    try {
      for (;;) {
        const found = this.find(isWanted)
        if (found !== undefined) {
          this.#given.add(found)
          return found
        }
        if (this.#end !== undefined) throw this.#end
        if (over.signal.aborted) throw new Error(missing(timeout))
        await this.changed(over.signal)
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** One that is wanted, of those that come in so many milliseconds as well. */
  async within(isWanted: (one: T) => boolean, ms: number): Promise<T | undefined> {
    const over = new AbortController()
    const end = wait(ms, undefined, { signal: over.signal }).catch(() => undefined)
    let isOver = false
    end.then(() => {
      isOver = true
      this.wake()
    })
    try {
      while (!isOver && this.find(isWanted) === undefined && this.#end === undefined) await this.changed()
    } finally {
      over.abort()
    }
    return this.find(isWanted)
  }
}
