import { expect, it } from 'vitest'
import { progressLine, progressText } from './progress.ts'

const at = (done: number, failed = 0) => ({ done, failed, total: 3_000, waiting: 700 })

it('tells how fast the run is and how long it will take', () => {
  const line = progressLine(at(1_200, 3), 0, 4_000)
  expect(line).toEqual({ ...at(1_200, 3), perSecond: 300, secondsLeft: 6 })
  expect(progressText(line)).toBe('1200/3000 done, 700 customers waiting, 3 failed, 300/s, 6 s left')
})

it('leaves out of the rate what was done before', () => {
  expect(progressLine(at(2_900), 2_800, 10_000)).toMatchObject({ perSecond: 10, secondsLeft: 10 })
})

it('knows a rate below one in a second', () => {
  expect(progressLine(at(2), 0, 5_000)).toMatchObject({ perSecond: 0.4, secondsLeft: 7_495 })
})

it('says no time while nothing is finished', () => {
  const line = progressLine(at(2_800), 2_800, 5_000)
  expect(progressText(line)).toBe('2800/3000 done, 700 customers waiting, 0 failed, 0/s')
})
