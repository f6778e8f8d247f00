import { describe, expect, it } from 'vitest'
import { auditFilter } from '../api.ts'

describe('the filter of the audit log', () => {
  it('has the days that are given, the last one whole', () => {
    const start = new Date('2027-02-28T00:00:00').toISOString()
    const end = new Date('2027-03-01T00:00:00').toISOString()
    expect(auditFilter({ from: '2027-02-28', to: '2027-02-28' })).toBe(
      `activityDateTime ge ${start} and activityDateTime lt ${end}`,
    )
  })

  it('leaves out what is no day of a year that can be asked for', () => {
    for (const day of ['garbage', '999999-01-01', '2027-13-01', '275760-12-31'])
      expect(auditFilter({ from: day, to: day, category: 'X' }), day).toBe("category eq 'X'")
  })
})
