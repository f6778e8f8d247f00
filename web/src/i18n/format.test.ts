import { describe, expect, it } from 'vitest'
import { relativeTime } from './format.ts'

const now = new Date('2026-11-30T22:00:00Z')
const day = 86_400_000
const after = (ms: number): string => relativeTime(new Date(now.getTime() + ms), now)

describe('a relative time', () => {
  it.each([
    [0, 'now'],
    [-999, 'now'],
    [-59_000, '59 seconds ago'],
    [90_000, 'in 1 minute'],
    [-25 * 3_600_000, '25 hours ago'],
    [47 * 3_600_000, 'in 47 hours'],
    [2 * day, 'in 2 days'],
    [59 * day, 'in 59 days'],
    [-60 * day, '2 months ago'],
    [365 * day, 'in 12 months'],
    [729 * day, 'in 24 months'],
    [730 * day, 'in 2 years'],
  ])('%s ms from now is "%s"', (ms, text) => expect(after(ms)).toBe(text))
})
