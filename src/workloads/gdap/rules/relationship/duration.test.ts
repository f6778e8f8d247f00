import { describe, expect, it } from 'vitest'
import { addDays, addDuration, day, isZero, lengthOf } from './duration.ts'

describe('durations', () => {
  it.each([
    ['P730D', 730],
    ['P2Y', 730],
    ['P24M', 730],
    ['P1Y', 365],
    ['P1W', 7],
    ['P1D', 1],
    ['PT24H', 1],
    ['PT36H', 1.5],
    ['-P1D', -1],
  ])('%s is %d days', (text, days) => {
    expect(lengthOf(text)).toBe(days * day)
  })

  it.each(['', 'P', 'PT', '1D', 'P1', 'P1DT', 'P-1D', 'day'])('%j is none', (text) => {
    expect(lengthOf(text)).toBeUndefined()
  })

  it.each(['P0D', 'PT0S', 'P0Y', 'PT0.0S'])('%s is zero', (text) => {
    expect(isZero(text)).toBe(true)
  })

  it('adds exact days, over the end of a month and a leap day', () => {
    expect(addDays('2028-02-28T12:00:00.000Z', 2)).toBe('2028-03-01T12:00:00.000Z')
    expect(addDuration('2027-03-01T00:00:00.000Z', 'P1Y')).toBe('2028-02-29T00:00:00.000Z')
  })

  it('stays within the years that sort as text', () => {
    expect(addDuration('9999-06-01T00:00:00.000Z', 'P2Y')).toBe('9999-12-31T23:59:59.999Z')
  })
})
