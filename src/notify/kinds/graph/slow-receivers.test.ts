/** When a receiver of notifications counts as slow: the numbers of events.md §3.6. */
import { beforeEach, expect, it } from 'vitest'
import { type SlowReceivers, slowReceivers } from './slow-receivers.ts'

const url = 'https://partner.example/hook'
const minute = 60_000

let world: number
let real: number
let receivers: SlowReceivers
beforeEach(() => {
  world = Date.parse('2026-01-06T10:00:00Z')
  real = Date.parse('2030-01-01T00:00:00Z')
  receivers = slowReceivers(
    () => world,
    () => real,
  )
})

/** So many notifications of a hundred were slow. */
const slowOfHundred = (slow: number, of = url) => {
  for (let count = 0; count < 100; count += 1) receivers.took(of, 1, count < slow ? 2_901 : 2_900)
}
const stateOf = (of = url) => {
  const throttling = receivers.throttlingOf(of)
  if (throttling === undefined) return 'sent'
  return throttling.heldMillis === undefined ? 'dropped' : `held for ${throttling.heldMillis / minute} min`
}

it.each([
  [9, 'sent'],
  [10, 'held for 10 min'],
  [14, 'held for 10 min'],
  [15, 'dropped'],
  [100, 'dropped'],
])('%i slow answers of a hundred: %s', (slow, expected) => {
  slowOfHundred(slow)
  expect(stateOf()).toBe(expected)
})

it('nobody is judged by fewer than a hundred notifications, of which a request brings several', () => {
  receivers.took(url, 99, 3_000)
  expect(stateOf()).toBe('sent')
  receivers.took(url, 1, 3_000)
  expect(stateOf()).toBe('dropped')
})

it('is judged anew with each answer, and forgotten ten minutes after the first one, by either clock', () => {
  slowOfHundred(15)
  receivers.took(url, 20, 5)
  expect(stateOf()).toBe('held for 10 min')
  world += 10 * minute - 1
  real += 10 * minute - 1
  expect(stateOf()).toBe('held for 10 min')
  world += 1
  expect(stateOf()).toBe('sent')
  slowOfHundred(15)
  expect(stateOf()).toBe('dropped')
  real += 10 * minute
  expect(stateOf()).toBe('sent')
})

it('subscriptions of one address have one receiver, whatever the query', () => {
  slowOfHundred(20, `${url}?tenant=1`)
  expect([stateOf(), stateOf(`${url}?tenant=2`), stateOf('https://partner.example/other')]).toEqual([
    ...['dropped', 'dropped', 'sent'],
  ])
})
