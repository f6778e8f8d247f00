import { describe, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import { recentlyUsed } from '../recently-used.ts'
import { checkSecret, hashSecret, rememberingCheck } from './directory.ts'

describe('secrets', () => {
  it('are known by their salted hash', async () => {
    const [one, two] = await Promise.all([hashSecret('sécret'), hashSecret('sécret')])
    expect(one).not.toBe(two)
    expect(one).not.toContain('cret')
    expect(await checkSecret('sécret', one)).toBe(true)
    expect(await checkSecret('secret', one)).toBe(false)
    expect(await checkSecret('', one)).toBe(false)
  })

  it.each(['', 'x', 'scrypt$12$$', 'scrypt$99$AAAA$AAAA', 'scrypt$12$AAAA$AAAA', 'bcrypt$12$AAAA$AAAA'])(
    'never match the hash %j',
    async (hash) => {
      expect(await checkSecret('', hash)).toBe(false)
    },
  )

  it('are remembered for a minute, the right ones only', async () => {
    const clock = fixedClock(new Date(0))
    const check = rememberingCheck(clock)
    const hash = await hashSecret('a')
    expect(await check('b', hash)).toBe(false)
    expect(await check('a', hash)).toBe(true)
    const began = performance.now()
    for (let time = 0; time < 200; time += 1) expect(await check('a', hash)).toBe(true)
    expect(performance.now() - began).toBeLessThan(500)
    expect(await check('b', hash)).toBe(false)
    clock.set(new Date(61_000))
    expect(await check('a', hash)).toBe(true)
    expect(await check('a', await hashSecret('other'))).toBe(false)
  })
})

describe('a map of what was used recently', () => {
  it('stays within its bound and keeps what is asked for', () => {
    const map = recentlyUsed<number, number>(10)
    map.set(-1, -1)
    for (let key = 0; key < 1000; key += 1) {
      map.set(key, key)
      expect(map.get(-1)).toBe(-1)
    }
    const kept = Array.from({ length: 1000 }, (_, key) => key).filter((key) => map.get(key) !== undefined)
    expect(kept.length).toBeLessThanOrEqual(10)
    expect(kept).toContain(999)
    expect(kept).not.toContain(0)
  })
})
