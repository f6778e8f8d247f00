import { describe, expect, it } from 'vitest'
import { inTurns } from './turn.ts'

function turned() {
  return new Promise((resolve) => setImmediate(resolve))
}

describe('what arrives in one turn', () => {
  it('is answered in its order, after all of it is there', async () => {
    const answered: number[] = []
    const arrived = inTurns<number>((at) => answered.push(at), undefined)
    for (const at of [1, 2, 3, 4]) arrived(at)
    expect(answered).toEqual([])
    await turned()
    expect(answered).toEqual([1, 2, 3, 4])
  })

  it('is read of one state where it is enough to be worth it', async () => {
    const seen: string[] = []
    const arrived = inTurns<number>(
      (at) => seen.push(`${at}`),
      (work) => {
        seen.push('(')
        work()
        seen.push(')')
      },
    )
    for (const most of [1, 2, 3, 4]) {
      for (let at = 0; at < most; at += 1) arrived(at)
      await turned()
    }
    expect(seen.join('')).toBe('001(012)(0123)')
  })

  it('leaves what comes while it is answered to the next', async () => {
    const answered: number[] = []
    const arrived = inTurns<number>((at) => {
      answered.push(at)
      if (at === 1) arrived(9)
    }, undefined)
    arrived(1)
    arrived(2)
    await turned()
    expect(answered).toEqual([1, 2])
    await turned()
    expect(answered).toEqual([1, 2, 9])
  })
})
