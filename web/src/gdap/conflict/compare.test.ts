import { describe, expect, it } from 'vitest'
import type { RelationshipRow } from '../api.ts'
import { bodyAfter, compare } from './compare.ts'

const roles = (...ids: string[]) => ({ unifiedRoles: ids.map((roleDefinitionId) => ({ roleDefinitionId })) })
const was = {
  id: 'one',
  '@odata.etag': 'a',
  displayName: 'Name',
  duration: 'P30D',
  autoExtendDuration: 'PT0S',
  status: 'created',
  accessDetails: roles('a', 'b'),
} as RelationshipRow

describe('what two people changed', () => {
  it('is a conflict where both changed the same field, and not to the same', () => {
    const now = { ...was, displayName: 'Theirs', autoExtendDuration: 'P180D' } as RelationshipRow
    const body = { displayName: 'Mine', autoExtendDuration: 'P180D' }
    expect(compare(was, now, body)).toEqual({
      conflicts: [{ field: 'displayName', was: 'Name', theirs: 'Theirs', mine: 'Mine' }],
      theirs: [],
    })
  })

  it('is none where one of them left the field as it was, which is not sent again', () => {
    const now = { ...was, duration: 'P60D' } as RelationshipRow
    const body = { displayName: 'Mine', duration: 'P30D' }
    const found = compare(was, now, body)
    expect(found.conflicts).toEqual([])
    expect(found.theirs.map(({ field }) => field)).toEqual(['duration'])
    expect(bodyAfter(body, found)).toEqual({ displayName: 'Mine' })
  })

  it('takes roles as equal in any order', () => {
    const now = { ...was, accessDetails: roles('b', 'a') } as RelationshipRow
    expect(compare(was, now, { accessDetails: roles('a') })).toEqual({ conflicts: [], theirs: [] })
  })
})
