import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '#base/clock.ts'
import type { Deadline } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'
import { type StoreHealth, storeHealth } from './store-health.ts'

const down = (reason: string, cause?: Error) => new StoreError('unavailable', reason, cause)

let lines: string[]
let asked: string[]
/** What the database answers: undefined for nothing wrong; `hang`: nothing at all. */
let answer: StoreError | 'hang' | undefined
let health: StoreHealth

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  lines = []
  asked = []
  answer = undefined
  health = storeHealth(
    { error: (text) => lines.push(`error ${text}`), warn: (text) => lines.push(`warn ${text}`) },
    systemClock,
  )
  health.watch({
    probe: async (how, deadline: Deadline) => {
      asked.push(how)
      if (answer === 'hang') await new Promise<never>((_, fail) => deadline.onEnd((why) => fail(down(why))))
      if (answer !== undefined) throw answer
    },
  })
})
afterEach(() => {
  health.close()
  vi.useRealTimers()
})

describe('the health of a store', () => {
  it('is asked at most once a second', async () => {
    for (let n = 0; n < 5; n++) expect(await health.outage()).toBeUndefined()
    expect(asked).toEqual(['read'])
    await vi.advanceTimersByTimeAsync(1_100)
    await health.outage()
    expect(asked).toEqual(['read', 'read'])
  })

  it('is told of once, however many requests meet it, and once more when it is over', async () => {
    answer = down('full', new Error('disk full'))
    for (let n = 0; n < 50; n++) expect(health.note(answer)).toBe(true)
    expect(await health.outage()).toMatchObject({ reason: 'full' })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^error The disk of the database is full.* Free some space.*\(disk full\)$/)
    // Reading alone would not show that a disk is full.
    expect(new Set(asked)).toEqual(new Set(['write']))
    answer = undefined
    await vi.advanceTimersByTimeAsync(1_100)
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/^warn The database answers again, after \d+\.\d s; before: The disk/)
    expect(await health.outage()).toBeUndefined()
  })

  it('does not hang where the database does', async () => {
    answer = 'hang'
    const outage = health.outage()
    await vi.advanceTimersByTimeAsync(2_100)
    expect(await outage).toMatchObject({ reason: 'silent', message: expect.stringContaining('does not answer') })
  })

  it('logs each reason of an outage once', async () => {
    for (let n = 0; n < 10; n++) health.note(down(n % 2 === 0 ? 'connection' : 'starting'))
    expect(lines).toHaveLength(2)
  })

  it('fills no log where the database goes down again and again', async () => {
    for (let second = 0; second < 300; second++) {
      health.note(down('connections'))
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(lines.length).toBeLessThan(40)
  })

  it('finds the cause behind a commit, and is not troubled by what passes', async () => {
    for (const reason of ['busy', 'locked', 'timeout', 'gone', 'pool', 'elsewhere', 'closed'])
      expect(health.note(down(reason))).toBe(true)
    expect(health.note(new Error('of ours'))).toBe(false)
    expect(health.note(new StoreError('conflict', 'unique'))).toBe(false)
    expect(await health.outage()).toBeUndefined()
    health.note(down('commit', down('connection')))
    expect(await health.outage()).toMatchObject({ reason: 'connection' })
  })
})
