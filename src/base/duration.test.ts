import { describe, expect, it } from 'vitest'
import { addDuration, durationOf, inDaysAndTime, lengthOf, parseDuration } from './duration.ts'

const day = 86_400_000

describe('a duration', () => {
  it.each([
    ['P1D', 0, 0, day],
    ['P730D', 0, 0, 730 * day],
    ['P2Y', 2, 0, 0],
    ['P1Y2M3DT4H5M6S', 1, 2, 3 * day + 4 * 3_600_000 + 5 * 60_000 + 6_000],
    ['P2W', 0, 0, 14 * day],
    ['PT0S', 0, 0, 0],
    ['P0D', 0, 0, 0],
    ['PT1.001S', 0, 0, 1_001],
    ['PT0.0004S', 0, 0, 0],
    ['PT36H', 0, 0, 1.5 * day],
    ['PT5M', 0, 0, 300_000],
    ['P5M', 0, 5, 0],
    ['-P1M1D', 0, -1, -day],
  ])('is read from %s', (text, years, months, millis) => {
    expect(durationOf(text)).toEqual({ years, months, millis })
  })

  it.each([
    '',
    'P',
    'PT',
    'P1',
    '1D',
    'P1DT',
    'P1H',
    'PT1D',
    'P1.5D',
    'P-1D',
    'p1d',
    'P1D ',
    'P1M1Y',
    'PT1,5S',
    'P1234567890D',
  ])('is not %j', (text) => {
    expect(durationOf(text)).toBeUndefined()
    expect(() => parseDuration(text)).toThrow(SyntaxError)
  })

  it('has a length in which a year is 365 days, and twelve months are a year', () => {
    const days = (text: string) => lengthOf(parseDuration(text)) / day
    expect(['P2Y', 'P24M', 'P730D', 'P104W2D', 'PT17520H'].map(days)).toEqual([730, 730, 730, 730, 730])
    expect(['P1M', 'P13M', 'P6M', '-P1Y1M'].map(days)).toEqual([30, 395, 180, -395])
    expect(lengthOf(parseDuration('P2YT1S'))).toBe(730 * day + 1_000)
  })
})

describe('a duration in days and time', () => {
  it.each([
    ['P2Y', 'P730D'],
    ['P6M', 'P180D'],
    ['P1Y6M', 'P545D'],
    ['P104W', 'P728D'],
    ['P25W5D', 'P180D'],
    ['P1MT90M', 'P30DT1H30M'],
    ['P1WT1.5S', 'P7DT1.5S'],
    ['-P1Y', '-P365D'],
    ['P0D', 'PT0S'],
    ['P0Y', 'PT0S'],
    ['-PT0S', 'PT0S'],
    ['P999999999Y', 'P364999999635D'],
  ])('is %s → %s', (text, shown) => {
    expect(inDaysAndTime(text)).toBe(shown)
  })

  it.each(['P1D', 'PT36H', 'P0DT1S', '-P1DT0H', 'P007D', 'PT0.0004S'])('keeps %s', (text) => {
    expect(inDaysAndTime(text)).toBe(text)
  })

  it.each(['', 'P', 'P1', 'P1.5D'])('is none for %j', (text) => {
    expect(inDaysAndTime(text)).toBeUndefined()
  })
})

describe('adding a duration', () => {
  it.each([
    ['2026-01-31T10:00:00.000Z', 'P1M', '2026-02-28T10:00:00.000Z'],
    ['2024-01-31T10:00:00.000Z', 'P1M', '2024-02-29T10:00:00.000Z'],
    ['2024-02-29T00:00:00.000Z', 'P1Y', '2025-02-28T00:00:00.000Z'],
    ['2024-02-29T00:00:00.000Z', 'P4Y', '2028-02-29T00:00:00.000Z'],
    ['2026-11-30T23:59:59.999Z', 'P3M', '2027-02-28T23:59:59.999Z'],
    ['2026-03-31T00:00:00.000Z', '-P1M', '2026-02-28T00:00:00.000Z'],
    ['2026-01-15T00:00:00.000Z', '-P13M', '2024-12-15T00:00:00.000Z'],
    ['2026-12-31T00:00:00.000Z', 'P1D', '2027-01-01T00:00:00.000Z'],
    // Months first, then days.
    ['2026-01-31T00:00:00.000Z', 'P1M1D', '2026-03-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00.000Z', 'P365D', '2027-01-01T00:00:00.000Z'],
    ['2024-01-01T00:00:00.000Z', 'P365D', '2024-12-31T00:00:00.000Z'],
    ['2026-01-01T00:00:00.000Z', 'PT0.5S', '2026-01-01T00:00:00.500Z'],
    ['0099-12-31T00:00:00.000Z', 'P1D', '0100-01-01T00:00:00.000Z'],
    ['0050-01-31T00:00:00.000Z', 'P1M', '0050-02-28T00:00:00.000Z'],
  ])('goes from %s by %s to %s', (from, text, to) => {
    expect(addDuration(new Date(from), parseDuration(text)).toISOString()).toBe(to)
  })

  it('leads to no instant where there is none', () => {
    expect(addDuration(new Date(0), parseDuration('P999999999Y')).getTime()).toBeNaN()
  })
})
