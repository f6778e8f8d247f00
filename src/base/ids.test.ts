import { describe, expect, it } from 'vitest'
import { fixedClock } from './clock.ts'
import { countedIds, guidOf, type Ids, idsBeside, randomIds, timedIds } from './ids.ts'

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

describe('counted ids', () => {
  const from = (seed: number, made = 0) => {
    const ids = countedIds(randomIds)
    ids.restore({ seed, made })
    return ids
  }
  const many = (ids: Ids, count: number) => Array.from({ length: count }, () => ids.mint())

  it('are the same each time, and others for another number', () => {
    expect(many(from(7), 100)).toEqual(many(from(7), 100))
    const all = [from(7), from(8), from(0), from(0xffff_ffff)].flatMap((ids) => many(ids, 5_000))
    expect(new Set(all).size).toBe(20_000)
    expect(all.every((id) => guidOf(id) === id && id[14] === '7' && '89ab'.includes(id[19] ?? ''))).toBe(true)
  })

  it('sort as they were made, after those with the present time', () => {
    const made = [randomIds.mint(), ...many(from(7), 10_000)]
    expect([...made].sort()).toEqual(made)
  })

  it('go on where a copy was taken, and share their count with entity tags', () => {
    const [one, other] = [from(7), countedIds(randomIds)]
    many(one, 3)
    expect(one.count()).toBe(4)
    expect(one.state).toEqual({ seed: 7, made: 4 })
    other.restore(one.state)
    expect(other.mint()).toBe(one.mint())
  })

  it('are those of the base until they have a state', () => {
    const ids = countedIds({ mint: () => 'base' })
    expect([ids.mint(), ids.count(), ids.state]).toEqual(['base', undefined, undefined])
    ids.restore({ seed: 1, made: 0 })
    expect(ids.mint()).not.toBe('base')
    ids.restore(undefined)
    expect(ids.mint()).toBe('base')
  })

  it('of two kinds from one number are different', () => {
    const [one, other] = [idsBeside({ seed: 7, made: 0 }, 1), idsBeside({ seed: 7, made: 99 }, 2)]
    expect(new Set([...many(one, 100), ...many(other, 100), ...many(from(7), 100)]).size).toBe(300)
    expect(many(idsBeside({ seed: 7, made: 5 }, 1), 3)).toEqual(many(idsBeside({ seed: 7, made: 0 }, 1), 3))
  })
})
