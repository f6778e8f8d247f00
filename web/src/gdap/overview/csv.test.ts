import { describe, expect, it } from 'vitest'
import type { RelationshipRow } from '../api.ts'
import { relationshipsCsv } from './csv.ts'

describe('relationships as CSV', () => {
  it('quote what has to be quoted, and no cell is a formula', () => {
    const row = {
      id: 'one',
      '@odata.etag': '',
      displayName: '=HYPERLINK("x")',
      status: 'active',
      customer: { tenantId: 't', displayName: 'A, B' },
      endDateTime: '2027-03-04T10:00:00Z',
      accessDetails: { unifiedRoles: [{ roleDefinitionId: 'r' }, { roleDefinitionId: 'unknown' }] },
    } as RelationshipRow
    const roles = new Map([['r', { id: 'r', displayName: 'Helpdesk Administrator', description: '' }]])
    const [head, line, end] = relationshipsCsv([row], roles, new Map()).split('\r\n')
    expect(head?.startsWith('\uFEFFid,displayName,status,')).toBe(true)
    expect(line).toBe(
      `one,"'=HYPERLINK(""x"")",active,t,"A, B",,,,,2027-03-04T10:00:00Z,"Helpdesk Administrator; unknown",`,
    )
    expect(end).toBe('')
  })
})
