/** test/trust.md has a row for each finding, and the tests that it names are there. */
import { expect, it } from 'vitest'
import { tracesIn, untraced } from './traces.ts'

const counts = { A: 8, B: 12, C: 10 }
const wanted = Object.entries(counts).flatMap(([part, count]) =>
  Array.from({ length: count }, (_, at) => `${part}${at + 1}`),
)

const traces = tracesIn('test/trust.md', /^[ABC]\d+$/)

it('test/trust.md has each finding', () => {
  expect([...new Set(traces.map(({ id }) => id))]).toEqual(wanted)
})

it('test/trust.md names tests that are there', () => {
  expect(untraced(traces)).toEqual([])
})
