import { describe, expect, it } from 'vitest'
import { fixedClock, instantIn, movableClock } from './clock.ts'

const start = '2026-01-31T12:00:00.000Z'

function clocks() {
  const base = fixedClock(new Date(start))
  const clock = movableClock(base)
  const later = (millis: number) => base.set(new Date(base.now().getTime() + millis))
  return { base, clock, later, shows: () => clock.now().toISOString() }
}

describe('a clock that can be moved', () => {
  it('runs with its base, before and after it is set', () => {
    const { clock, later, shows } = clocks()
    expect([shows(), clock.frozen]).toEqual([start, false])
    clock.set(new Date('2030-01-01T00:00:00.000Z'))
    later(1_500)
    expect(shows()).toBe('2030-01-01T00:00:01.500Z')
    clock.set(new Date('2020-01-01T00:00:00.000Z'))
    later(500)
    expect(shows()).toBe('2020-01-01T00:00:00.500Z')
  })

  it('stops, can be moved while it stands, and goes on from there', () => {
    const { clock, later, shows } = clocks()
    clock.freeze(true)
    clock.freeze(true)
    later(60_000)
    expect([shows(), clock.frozen]).toEqual([start, true])
    clock.set(new Date('2030-01-01T00:00:00.000Z'))
    later(60_000)
    expect(shows()).toBe('2030-01-01T00:00:00.000Z')
    clock.freeze(false)
    expect([shows(), clock.frozen]).toEqual(['2030-01-01T00:00:00.000Z', false])
    later(1_000)
    expect(shows()).toBe('2030-01-01T00:00:01.000Z')
  })

  it('ends at the last instant, and can be set back from there (A6)', () => {
    const { clock, later, shows } = clocks()
    clock.set(new Date('9999-12-31T23:59:59.000Z'))
    later(60_000)
    expect([shows(), clock.frozen]).toEqual(['9999-12-31T23:59:59.999Z', false])
    expect(() => clock.advance('PT1S')).toThrow(RangeError)
    clock.freeze(true)
    expect(shows()).toBe('9999-12-31T23:59:59.999Z')
    clock.set(new Date('2030-01-01T00:00:00.000Z'))
    clock.freeze(false)
    later(1_000)
    expect(shows()).toBe('2030-01-01T00:00:01.000Z')
  })

  it('advances by the calendar', () => {
    const { clock, shows } = clocks()
    clock.advance('P1M')
    expect(shows()).toBe('2026-02-28T12:00:00.000Z')
    clock.advance('P1Y1DT1H')
    expect(shows()).toBe('2027-03-01T13:00:00.000Z')
    clock.advance('-PT1H')
    expect(shows()).toBe('2027-03-01T12:00:00.000Z')
  })

  it('stays where it is when it cannot be moved there', () => {
    const { clock, shows } = clocks()
    let moves = 0
    clock.onMove(() => {
      moves += 1
    })
    expect(() => clock.advance('P9000Y')).toThrow(RangeError)
    expect(() => clock.advance('P999999999Y')).toThrow(RangeError)
    expect(() => clock.set(new Date(Number.NaN))).toThrow(RangeError)
    expect(() => clock.set(new Date(Date.UTC(-1, 0)))).toThrow(RangeError)
    expect(() => clock.advance('tomorrow')).toThrow(SyntaxError)
    expect([shows(), moves]).toEqual([start, 0])
  })

  it('tells who listens, until they no longer do', () => {
    const { clock, later } = clocks()
    const heard: string[] = []
    const stop = clock.onMove(() => heard.push(clock.now().toISOString()))
    clock.freeze(true)
    clock.advance('P1D')
    later(5_000)
    clock.freeze(false)
    stop()
    clock.advance('P1D')
    expect(heard).toEqual([start, '2026-02-01T12:00:00.000Z', '2026-02-01T12:00:00.000Z'])
  })
})

it.each([
  ['2026-05-01T09:00:00Z', '2026-05-01T09:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2026-05-01T01:00+02:00', '2026-04-30T23:00:00.000Z'],
  // `Date` takes it for a day in March.
  ['2026-02-30T00:00:00Z', undefined],
  ['2026-02-29', undefined],
  ['2026-05-01T09:00:00', undefined],
  ['0000-05-01T09:00:00Z', undefined],
])('the instant of %s is %s', (text, instant) => {
  expect(instantIn(text)?.toISOString()).toBe(instant)
})
