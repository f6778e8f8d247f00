import { describe, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import { guessesOf } from './guesses.ts'
import { rateLimit } from './rate-limit.ts'

function guesses() {
  const clock = fixedClock(new Date(0))
  const limit = rateLimit({ burst: 2, perSecond: 0.1 }, clock)
  const refuse = (seconds: number): never => {
    throw new Error(`wait ${seconds}`)
  }
  return { clock, guess: guessesOf(limit, 'key', refuse), other: guessesOf(limit, 'other', refuse) }
}

const wrong = () => undefined
const right = () => 'right'

describe('guesses (B9)', () => {
  it('are not even looked at when there were too many wrong ones', async () => {
    const { guess, other, clock } = guesses()
    for (let time = 0; time < 2; time += 1) expect(await guess.find(wrong)).toBeUndefined()
    let looked = 0
    const look = () => {
      looked += 1
      return 'right'
    }
    await expect(guess.find(look)).rejects.toThrow('wait 10')
    expect([looked, await other.find(look)]).toEqual([0, 'right'])
    clock.set(new Date(10_000))
    expect(await guess.find(look)).toBe('right')
  })

  it('are refused when others went wrong meanwhile, right ones too', async () => {
    const { guess } = guesses()
    const slow = guess.find(async () => {
      for (let time = 0; time < 2; time += 1) await guess.find(wrong)
      return 'right'
    })
    await expect(slow).rejects.toThrow('wait 10')
  })

  it('cost nothing when they are right', async () => {
    const { guess } = guesses()
    for (let time = 0; time < 10; time += 1) expect(await guess.find(right)).toBe('right')
  })
})
