/** Work that is begun at once, as much of it as is allowed at a time; the rest waits for its turn. */
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
