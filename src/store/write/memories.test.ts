import { describe, expect, it } from 'vitest'
import { openDatabase } from '../sqlite/driver.ts'
import { sessionOf } from '../sqlite/session.ts'
import { memoriesOn } from './memories.ts'
import { Sums } from './sums.ts'

describe('what jobs have read', () => {
  it('is kept until there is too much of it, whichever tenants it is of', () => {
    const { begin } = memoriesOn(sessionOf(openDatabase(':memory:'), 0), new Sums())
    const first = begin()(1)
    first.held = 2_500
    expect(begin()(1)).toBe(first)
    begin()(2).held = 2_500
    expect(begin()(1)).not.toBe(first)
    expect(begin()(2).held).toBe(0)
  })
})
