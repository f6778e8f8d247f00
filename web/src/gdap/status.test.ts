import { describe, expect, it } from 'vitest'
import { daysTold } from './status.ts'

describe('the days that are left', () => {
  const now = new Date('2026-03-01T12:00:00Z')

  it.each([
    ['2026-03-31T11:59:50Z', 30],
    ['2026-03-03T00:00:01Z', 2],
    ['2026-03-02T23:59:00Z', 1],
    ['2026-03-01T23:59:00Z', 0],
    ['2026-02-01T12:00:00Z', 0],
  ])('until %s are %i', (instant, days) => {
    expect(daysTold(instant, now)).toBe(days)
  })
})
