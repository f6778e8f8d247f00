import { expect, it } from 'vitest'
import { oldestFirst } from './samples.ts'

it('the objects of samples are the oldest, by instants whose texts have no zeros at their end', () => {
  const made = [
    '2026-11-30T12:00:00.13Z',
    '2026-11-30T12:00:00.116Z',
    '2026-11-30T12:00:00.11Z',
    '2026-11-30T12:00:00Z',
  ]
  const times = made.map((createdDateTime) => ({ createdDateTime }))
  expect(oldestFirst(times)).toEqual(times.toReversed())
})
