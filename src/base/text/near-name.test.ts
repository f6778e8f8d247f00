import { describe, expect, it } from 'vitest'
import { nearName } from './near-name.ts'

describe('the near name', () => {
  it.each([
    ['aproved', 'approved'],
    ['Approve', 'approved'],
    // Not the first that is near enough.
    ['removed', 'removed'],
    ['aprvd', undefined],
    ['', undefined],
  ])('of %s is %s', (name, near) => {
    expect(nearName(name, ['approved', 'remove', 'removed'])).toBe(near)
  })
})
