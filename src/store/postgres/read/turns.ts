/**
 * Turns for costly reads: only some run at once, so that the others find a free connection. Tenants take turns, and where
 * there are three turns or more at once, none has all of them.
 */
import { checkTime, type Deadline } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'
import { orLate } from '../connect/ending.ts'

/** Of one tenant. */
const mostWaiting = 100

/**
 * Runs `work` when it is the tenant's turn. Throws `unavailable`: `timeout` or `gone` if the request ends before, `crowded`
 * if too many of the tenant wait.
 */
export type Turns = <T>(tenantNo: number, work: () => Promise<T>, deadline: Deadline | undefined) => Promise<T>

interface Waiting {
  readonly tenantNo: number
  readonly begin: () => void
}

export function turnsOf(most: number): Turns {
  const mostOfTenant = most < 3 ? most : most - 1
  const running = new Map<number, number>()
  const waiting: Waiting[] = []
  let free = most

  /** Of the tenant for which the fewest run, the one that has waited longest. */
  const next = (): Waiting | undefined => {
    let best: Waiting | undefined
    let fewest = mostOfTenant
    for (const one of waiting) {
      const count = running.get(one.tenantNo) ?? 0
      if (count < fewest) [best, fewest] = [one, count]
    }
    return best
  }
  const assign = (): void => {
    for (let one = next(); free > 0 && one !== undefined; one = next()) {
      waiting.splice(waiting.indexOf(one), 1)
      free -= 1
      running.set(one.tenantNo, (running.get(one.tenantNo) ?? 0) + 1)
      one.begin()
    }
  }
  const leave = (tenantNo: number): void => {
    const count = (running.get(tenantNo) ?? 0) - 1
    if (count > 0) running.set(tenantNo, count)
    else running.delete(tenantNo)
    free += 1
    assign()
  }
  const enter = async (tenantNo: number, deadline: Deadline | undefined): Promise<void> => {
    if (waiting.filter((one) => one.tenantNo === tenantNo).length >= mostWaiting)
      throw new StoreError('unavailable', 'crowded')
    let begin = (): void => undefined
    const turn = new Promise<void>((resolve) => {
      begin = resolve
    })
    const one = { tenantNo, begin }
    waiting.push(one)
    assign()
    try {
      // A turn that comes too late is passed on.
      await orLate(turn, deadline, () => leave(tenantNo))
    } catch (error) {
      const at = waiting.indexOf(one)
      if (at !== -1) waiting.splice(at, 1)
      throw error
    }
  }
  return async (tenantNo, work, deadline) => {
    checkTime(deadline)
    await enter(tenantNo, deadline)
    try {
      return await work()
    } finally {
      leave(tenantNo)
    }
  }
}
