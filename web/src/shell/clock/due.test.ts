import { describe, expect, it } from 'vitest'
import { countKinds, type DueEntry, durationFrom, firedBy, instantFrom, later, offsetOf, pageOf } from './due.ts'

const entry = (kind: string, dueDateTime: string): DueEntry => ({ tenantId: 't', kind, subject: 's', dueDateTime })
const from = new Date('2027-01-31T10:00:00Z')

describe('what a jump would fire', () => {
  const due = [
    entry('gdap.reminder30', '2027-02-01T00:00:00Z'),
    entry('gdap.reminder7', '2027-02-20T00:00:00Z'),
    entry('gdap.end', '2027-03-01T00:00:00Z'),
  ]

  it('has what is due at the instant, and nothing after it', () => {
    expect(firedBy(due, new Date('2027-02-20T00:00:00Z'))).toHaveLength(2)
    expect(firedBy(due, new Date('2027-02-19T23:59:59Z'))).toHaveLength(1)
  })

  it('counts reminders as one kind', () => {
    expect(countKinds(due)).toEqual([
      ['gdap.reminder', 2],
      ['gdap.end', 1],
    ])
  })
})

describe('a time that is typed', () => {
  it('is an instant of a year up to 9999', () => {
    expect(instantFrom('2027-01-31T10:00')).toEqual(new Date('2027-01-31T10:00'))
    for (const typed of ['', 'soon', '12026-01-01T00:00', '275760-01-01T00:00', '+012026-01-01T00:00'])
      expect(instantFrom(typed), typed).toBeUndefined()
  })
})

describe('a duration', () => {
  it('is taken as people write days', () => {
    expect(durationFrom(' 90 ')).toBe('P90D')
    expect(durationFrom('90 days')).toBe('P90D')
    expect(durationFrom('30 Tage')).toBe('P30D')
    expect(durationFrom('p1yt2h')).toBe('P1YT2H')
    expect(durationFrom('-P1D')).toBeUndefined()
    expect(durationFrom('P')).toBeUndefined()
  })

  it('goes by the calendar for months, and exactly for the rest', () => {
    expect(later(from, 'P1M')?.toISOString()).toBe('2027-02-28T10:00:00.000Z')
    expect(later(from, 'P1Y')?.toISOString()).toBe('2028-01-31T10:00:00.000Z')
    expect(later(from, 'P1WT1H30M5S')?.toISOString()).toBe('2027-02-07T11:30:05.000Z')
    expect(later(from, 'P9999Y')).toBeUndefined()
  })
})

it('says how far the clock is from the true time, and nothing where that is the way of an answer', () => {
  const after = (ms: number): Date => new Date(from.getTime() + ms)
  expect(offsetOf(after(900), from)).toBeUndefined()
  expect(offsetOf(after(3_599_900), from)).toEqual({ unit: 'hours', n: 1, isBehind: false })
  expect(offsetOf(after(-30 * 86_400_000), from)).toEqual({ unit: 'days', n: 30, isBehind: true })
})

it('leads from an entry to its relationship, and nowhere from one of an assignment', () => {
  expect(pageOf(entry('gdap.end', ''))).toBe('/gdap/relationships/s')
  expect(pageOf(entry('gdap.reminder30', ''))).toBe('/gdap/relationships/s')
  expect(pageOf(entry('gdap.assignment', ''))).toBeUndefined()
})
