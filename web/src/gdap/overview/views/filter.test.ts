import { describe, expect, it } from 'vitest'
import { filterOf, orderOf, presetOf, tileFilter } from './filter.ts'

const now = '2026-11-30T10:00:00.000Z'

describe('the filter of the list', () => {
  it('is what the address says', () => {
    expect(filterOf({}, now)).toBeUndefined()
    expect(filterOf({ tile: 'nonsense' }, now)).toBeUndefined()
    expect(filterOf({ status: 'terminated,expired' }, now)).toBe(`status in ('terminated','expired')`)
    expect(filterOf({ q: `O'Neil`, tile: 'waits' }, now)).toBe(
      `(status eq 'approvalPending') and (contains(displayName,'O''Neil') or contains(customer/displayName,'O''Neil'))`,
    )
  })

  it('counts days from the clock of the server', () => {
    expect(tileFilter('week', now)).toBe(`status eq 'active' and endDateTime le 2026-12-07T10:00:00.000Z`)
    expect(tileFilter('ended', now)).toContain('2026-01-01')
  })

  it('sorts by one column', () => {
    expect([orderOf(undefined), orderOf('-ends'), orderOf('nothing')]).toEqual([
      'customer/displayName',
      'endDateTime desc',
      'customer/displayName',
    ])
  })

  it('knows its preset', () => {
    expect([presetOf({}), presetOf({ status: 'active' }), presetOf({ status: 'active', q: 'a' })]).toEqual([
      'all',
      'active',
      undefined,
    ])
  })
})
