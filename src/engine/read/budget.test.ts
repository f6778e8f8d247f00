import { describe, expect, it } from 'vitest'
import type { Deadline, EndReason } from '#base/deadline.ts'
import { inLargeTurn, ReadBudget, wholeAllowance } from './budget.ts'

function busy(millis: number): void {
  for (const end = performance.now() + millis; performance.now() < end; );
}

describe('reads of single rows', () => {
  it('give the event loop back, however many wait at the same time', async () => {
    const budget = new ReadBudget(wholeAllowance(), undefined)
    let sinceTurn = 0
    let most = 0
    let isOver = false
    const turn = (): void => {
      sinceTurn = 0
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    const read = async (): Promise<void> => {
      busy(0.2)
      sinceTurn += 1
      most = Math.max(most, sinceTurn)
    }
    await Promise.all(Array.from({ length: 1_000 }, () => budget.single(read)))
    isOver = true
    expect(most).toBeLessThan(400)
  })
})

describe('large answers', () => {
  it('are built two at a time, in order', async () => {
    const begun: number[] = []
    const finish: (() => void)[] = []
    const all = [0, 1, 2, 3].map((number) =>
      inLargeTurn(async () => {
        begun.push(number)
        await new Promise<void>((resolve) => finish.push(resolve))
        return number
      }, undefined),
    )
    await new Promise(setImmediate)
    expect(begun).toEqual([0, 1])
    for (let at = 0; at < 4; at++) {
      finish[at]?.()
      await new Promise(setImmediate)
    }
    expect(begun).toEqual([0, 1, 2, 3])
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3])
  })

  it('are not built when their request has ended while they waited', async () => {
    const finish: (() => void)[] = []
    const hold = () => inLargeTurn(() => new Promise<void>((resolve) => finish.push(resolve)), undefined)
    const holding = [hold(), hold()]
    const works: ((why: EndReason) => void)[] = []
    const deadline = {
      limitSeconds: 1,
      ended: undefined as EndReason | undefined,
      onEnd: (work: (why: EndReason) => void) => {
        works.push(work)
        return () => undefined
      },
    } satisfies Deadline
    let isBuilt = false
    const late = inLargeTurn(async () => {
      isBuilt = true
    }, deadline)
    deadline.ended = 'timeout'
    for (const work of works) work('timeout')
    await expect(late).rejects.toMatchObject({ kind: 'unavailable', reason: 'timeout' })
    await new Promise(setImmediate)
    for (const end of finish) end()
    await Promise.all(holding)
    await new Promise(setImmediate)
    expect(isBuilt).toBe(false)
    expect(await inLargeTurn(async () => 'next', undefined)).toBe('next')
  })
})
