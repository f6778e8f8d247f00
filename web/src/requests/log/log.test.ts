import { describe, expect, it } from 'vitest'
import type { LoggedRequest } from '../entry.ts'
import { cleared, emptyLog, heldOr, mostKept, released, undone, withArrived, withOlder } from './log.ts'

const entries = (from: number, to: number): LoggedRequest[] =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => {
    const sequence = from <= to ? from + at : from - at
    return { id: `${sequence}`, sequence }
  })
const sequences = (list: readonly LoggedRequest[]): (number | undefined)[] => list.map(({ sequence }) => sequence)

describe('the log of a page', () => {
  it('has the newest first, each once', () => {
    const log = withArrived(withOlder(emptyLog, entries(3, 1), undefined), entries(2, 5))
    expect(sequences(log.shown)).toEqual([5, 4, 3, 2, 1])
  })

  it('keeps two thousand', () => {
    const log = withArrived(withArrived(emptyLog, entries(1, 1500)), entries(1501, 2600))
    expect(log.shown).toHaveLength(mostKept)
    expect(log.shown[0]?.sequence).toBe(2600)
    expect(log.shown.at(-1)?.sequence).toBe(601)
  })

  it('lets new ones wait while somebody reads or has paused it', () => {
    const held = withArrived(heldOr(withArrived(emptyLog, entries(1, 2)), { isHeld: true }), entries(3, 4))
    expect(sequences(held.shown)).toEqual([2, 1])
    expect(sequences(held.waiting)).toEqual([4, 3])
    expect(sequences(released(held).shown)).toEqual([4, 3, 2, 1])
    const paused = heldOr(held, { isPaused: true })
    expect(sequences(heldOr(paused, { isHeld: false }).waiting)).toEqual([4, 3])
    expect(sequences(heldOr(heldOr(paused, { isHeld: false }), { isPaused: false }).shown)).toEqual([4, 3, 2, 1])
  })

  it('hides what was cleared, and brings it back before what came since', () => {
    const before = withArrived(emptyLog, entries(1, 3))
    const after = withArrived(cleared(before), entries(3, 5))
    expect(sequences(after.shown)).toEqual([5, 4])
    expect(sequences(undone(after, before).shown)).toEqual([5, 4, 3, 2, 1])
  })

  it('ends with the page that is the last, or that was cleared', () => {
    expect(withOlder(emptyLog, entries(9, 5), 'next').older).toBe('next')
    expect(withOlder(withOlder(emptyLog, entries(9, 5), 'next'), entries(4, 1), undefined).older).toBeUndefined()
    const log = withOlder({ ...emptyLog, hiddenTo: 7 }, entries(9, 5), 'next')
    expect(sequences(log.shown)).toEqual([9, 8])
    expect(log.older).toBeUndefined()
  })
})
