/** Schedules of attempts: the table of events.md §6.4. */
import { expect, it } from 'vitest'
import { partnerCenterSchedule } from './partner-center.ts'
import { nextIn, ownSchedule, schedulesIn } from './schedule.ts'

const [second, minute, hour] = [1_000, 60_000, 3_600_000]

it('are those of Partner Center and of Standard Webhooks', () => {
  expect(partnerCenterSchedule).toEqual([
    ...[0, 5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute],
    ...[hour, 2 * hour, 4 * hour, 8 * hour],
  ])
  expect(ownSchedule).toEqual([
    ...[0, 5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour],
    ...[10 * hour, 14 * hour, 20 * hour, 24 * hour],
  ])
  expect(ownSchedule.reduce((one, other) => one + other)).toBe(75 * hour + 35 * minute + 5 * second)
  expect([nextIn(ownSchedule, 1), nextIn(ownSchedule, 9), nextIn(ownSchedule, 10)]).toEqual([
    5 * second,
    24 * hour,
    undefined,
  ])
})

it('are replaced one by one, each after a semicolon', () => {
  expect(schedulesIn('own=0,1s,5s')).toEqual({ own: [0, second, 5 * second] })
  expect(schedulesIn('graph=1m; partnercenter = 0,2h')).toEqual({ graph: [minute], partnerCenter: [0, 2 * hour] })
})

it.each([
  ['own', "'own'"],
  ['owner=0', 'owner=0'],
  ['own=0=1', 'own=0=1'],
  ['own=0,x', "'x'"],
  ['own=169h', "'169h'"],
  [`own=${Array.from({ length: 51 }, () => 0)}`, 'more than 50'],
])('are not %s', (text, named) => {
  expect(() => schedulesIn(text)).toThrow(named)
})
