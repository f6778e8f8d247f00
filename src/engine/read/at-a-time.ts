/** Limits how many promises of one kind are pending; the rest waits in order. */
export type AtATime = <T>(work: () => Promise<T>) => Promise<T>

export function atATime(most: number): AtATime {
  let free = most
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
