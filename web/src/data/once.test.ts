import { expect, it } from 'vitest'
import { oneAtATime } from './once.ts'

it('does one work at a time, and the next after it, also where it failed', async () => {
  const told: boolean[] = []
  const once = oneAtATime((isBusy) => told.push(isBusy))
  const runs = [once(async () => 'first'), once(async () => 'second')]
  expect(await Promise.all(runs)).toEqual(['first', undefined])
  await expect(once(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await once(async () => 'third')).toBe('third')
  expect(told).toEqual([true, false, true, false, true, false])
})
