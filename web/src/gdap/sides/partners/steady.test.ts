import { describe, expect, it } from 'vitest'
import { steadyOrder } from './steady.ts'

describe('the order of what waits', () => {
  it('keeps places while it is held, with what is new at the end', () => {
    expect(steadyOrder(['a', 'b'], ['c', 'b'], ['a', 'b', 'c'], true)).toEqual(['a', 'b', 'c'])
    expect(steadyOrder(['a', 'b'], ['b'], ['b'], true)).toEqual(['b'])
    expect(steadyOrder(['a', 'b'], ['c', 'b'], ['a', 'b', 'c'], false)).toEqual(['c', 'b'])
  })
})
