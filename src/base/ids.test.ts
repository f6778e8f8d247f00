import { expect, it } from 'vitest'
import { fixedClock } from './clock.ts'
import { guidOf, timedIds } from './ids.ts'

it('makes GUIDs that sort as they were made, within one instant and over many', () => {
  const clock = fixedClock(new Date('2026-01-05T09:00:00.000Z'))
  const ids = timedIds(clock)
  const made: string[] = []
  for (let count = 0; count < 10_000; count++) {
    if (count === 6000) clock.set(new Date('2026-01-05T09:00:01.000Z'))
    // A clock set back changes nothing about the order.
    if (count === 7000) clock.set(new Date('2025-01-05T09:00:00.000Z'))
    made.push(ids.mint())
  }
  expect([...made].sort()).toEqual(made)
  expect(new Set(made).size).toBe(made.length)
  expect(made.every((id) => guidOf(id) === id && id[14] === '7' && '89ab'.includes(id[19] ?? ''))).toBe(true)
  expect(new Set(made.map((id) => id.slice(19))).size).toBe(made.length)
})
