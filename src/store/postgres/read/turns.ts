/** Turns for costly reads: only some run at once, so that the others find a free connection. */
import { checkTime, type Deadline } from '#base/deadline.ts'
import { orLate } from '../connect/ending.ts'

/** Runs `work` when it is its turn. Throws `unavailable` (`timeout` or `gone`) if the request ends before. */
export type Turns = <T>(work: () => Promise<T>, deadline: Deadline | undefined) => Promise<T>

export function turnsOf(most: number): Turns {
  let free = most
  const waiting: (() => void)[] = []
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  const enter = async (deadline: Deadline | undefined): Promise<void> => {
    if (free > 0) {
      free -= 1
      return
    }
    const turn = new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
    // A turn that comes too late is passed on.
    await orLate(turn, deadline, leave)
  }
  return async (work, deadline) => {
    checkTime(deadline)
    await enter(deadline)
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
