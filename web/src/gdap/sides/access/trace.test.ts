import { describe, expect, it } from 'vitest'
import type { AssignedRelationship } from '../api.ts'
import { type Evidence, joinable, nearestWay, verdictsOf } from './trace.ts'

interface Made {
  readonly status?: string
  readonly roles: readonly string[]
  /** Group → its roles. */
  readonly assigned?: Readonly<Record<string, readonly string[]>>
  readonly assignmentStatus?: string
}

function details(roles: readonly string[]) {
  return { unifiedRoles: roles.map((roleDefinitionId) => ({ roleDefinitionId })) }
}

function relationship(id: string, { status = 'active', roles, assigned = {}, assignmentStatus = 'active' }: Made) {
  return {
    id,
    displayName: id.toUpperCase(),
    status,
    endDateTime: '2028-01-01T00:00:00Z',
    accessDetails: details(roles),
    accessAssignments: Object.entries(assigned).map(([group, some]) => ({
      status: assignmentStatus,
      accessContainer: { accessContainerId: group, accessContainerType: 'securityGroup' },
      accessDetails: details(some),
    })),
  } as unknown as AssignedRelationship
}

function evidence(relationships: readonly AssignedRelationship[], memberOf: readonly string[] = []): Evidence {
  return {
    relationships,
    memberOf: new Set(memberOf),
    groupName: (id) => `group ${id}`,
    roleName: (id) => `role ${id}`,
  }
}

describe('verdicts', () => {
  it('tells four of them apart', () => {
    const of = evidence(
      [relationship('r', { roles: ['a', 'b', 'c'], assigned: { mine: ['a'], theirs: ['b'] } })],
      ['mine'],
    )
    const verdicts = verdictsOf(of, ['d'])
    expect(verdicts.map(({ role, verdict, isEnough }) => [role.id, verdict, isEnough])).toEqual([
      ['d', 'none', true],
      ['a', 'has', false],
      ['b', 'noMember', false],
      ['c', 'noGroup', false],
    ])
  })

  it('counts only what is active: relationships and assignments', () => {
    const of = evidence(
      [
        relationship('waits', { status: 'approvalPending', roles: ['a'], assigned: { mine: ['a'] } }),
        relationship('going', { roles: ['b'], assigned: { mine: ['b'] }, assignmentStatus: 'deleting' }),
      ],
      ['mine'],
    )
    expect(verdictsOf(of, ['a', 'b']).map(({ verdict }) => verdict)).toEqual(['none', 'noGroup'])
  })

  it('says which groups would do', () => {
    const of = evidence([relationship('r', { roles: ['a', 'b'], assigned: { g: ['a', 'b'], h: ['b'] } })])
    expect(joinable(verdictsOf(of, ['a']))).toEqual([
      { group: { id: 'g', name: 'group g' }, roles: [{ id: 'a', name: 'role a' }] },
    ])
  })
})

describe('the nearest way', () => {
  it('lacks a member before an assignment, an assignment before an active relationship', () => {
    const member = relationship('m', { roles: ['a'], assigned: { g: ['a'] } })
    const unassigned = relationship('u', { roles: ['a'] })
    const waiting = relationship('w', { status: 'approvalPending', roles: ['a'] })
    expect(nearestWay(evidence([waiting, unassigned, member]), ['a'])).toMatchObject({
      brokenAt: 'member',
      relationship: { id: 'm' },
      group: { id: 'g' },
    })
    expect(nearestWay(evidence([waiting, unassigned]), ['a'])).toMatchObject({
      brokenAt: 'assignment',
      relationship: { id: 'u' },
    })
    expect(nearestWay(evidence([waiting]), ['a'])).toMatchObject({ brokenAt: 'inactive', status: 'approvalPending' })
    expect(nearestWay(evidence([member]), ['z'])).toMatchObject({ brokenAt: 'relationship', relationship: undefined })
  })
})
