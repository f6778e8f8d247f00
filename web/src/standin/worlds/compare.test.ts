import { expect, it } from 'vitest'
import { comparedRows, differing, sizeOf } from './compare.ts'

it('compares all tables of both sides, and names what differs, the largest difference first', () => {
  const tables = comparedRows({ term: 10, set: 2, gone: 1 }, { term: 14, set: 2, made: 9 })
  expect(tables).toHaveLength(4)
  expect(differing(tables)).toEqual([
    { table: 'made', before: 0, after: 9 },
    { table: 'term', before: 10, after: 14 },
    { table: 'gone', before: 1, after: 0 },
  ])
})

it('says sizes in the unit that fits', () => {
  expect(sizeOf(708_608)).toEqual({ value: 709, unit: 'kilobyte' })
  expect(sizeOf(1_440_000)).toEqual({ value: 1.4, unit: 'megabyte' })
})
