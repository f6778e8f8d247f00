import { describe, expect, it } from 'vitest'
import type { DirectoryAudit } from '../../data/types.ts'
import { courseOf, doerOf, glowsOn } from './side.ts'

function audit(deed: string, at: string, by?: string): DirectoryAudit {
  return {
    operationType: `granular_admin_relationship_${deed}`,
    activityDateTime: at,
    initiatedBy: { app: null, user: by === undefined ? null : { userPrincipalName: by } },
  } as DirectoryAudit
}

const word = (status: string): string => status
const name = (doer: string): string => doer

describe('the course of a relationship', () => {
  it('has what was with instant and person, what is, and what will come', () => {
    const steps = courseOf(
      { status: 'approvalPending', activatedDateTime: null, endDateTime: null },
      [
        audit('locked_for_approval', '2026-01-02T00:00:00Z', 'tara@contoso.example'),
        audit('created', '2026-01-01T00:00:00Z'),
      ],
      word,
      'Expired',
      name,
    )
    expect(steps).toEqual([
      { id: 'created', title: 'created', state: 'past', at: '2026-01-01T00:00:00Z' },
      { id: 'approvalPending', title: 'approvalPending', state: 'now', at: '2026-01-02T00:00:00Z', by: 'tara' },
      { id: 'approved', title: 'approved', state: 'future' },
      { id: 'active', title: 'active', state: 'future' },
      { id: 'end', title: 'Expired', state: 'future' },
    ])
  })

  it('is short where the customer declined', () => {
    const steps = courseOf(
      { status: 'terminated', activatedDateTime: null, endDateTime: null },
      [audit('rejected', '2026-01-03T00:00:00Z', 'admin@fabrikam.example')],
      word,
      'Expired',
      name,
    )
    expect(steps.map(({ id, title, state }) => [id, title, state])).toEqual([
      ['created', 'created', 'past'],
      ['approvalPending', 'approvalPending', 'past'],
      ['end', 'declined', 'now'],
    ])
    expect(steps.at(-1)).toMatchObject({ at: '2026-01-03T00:00:00Z', by: 'admin' })
  })

  it('ends with the end of an active one, and with what ended it', () => {
    const dates = { activatedDateTime: '2026-01-01T00:00:00Z', endDateTime: '2027-01-01T00:00:00Z' }
    expect(courseOf({ status: 'active', ...dates }, [], word, 'Extended', name).at(-1)).toEqual({
      id: 'end',
      title: 'Extended',
      state: 'future',
      at: '2027-01-01T00:00:00Z',
    })
    expect(courseOf({ status: 'terminating', ...dates }, [], word, 'Expired', name).at(-1)).toMatchObject({
      title: 'terminating',
      state: 'now',
    })
  })

  it('names nobody where the service did it', () => {
    expect(doerOf({ initiatedBy: { app: null, user: null } } as DirectoryAudit)).toBeUndefined()
    expect(
      doerOf({
        initiatedBy: { app: { displayName: 'Partner Customer Delegated Administration' }, user: null },
      } as DirectoryAudit),
    ).toBeUndefined()
    expect(doerOf({ initiatedBy: { app: { appId: 'a', displayName: null }, user: null } } as DirectoryAudit)).toBe('a')
  })
})

describe('what glows', () => {
  it('is the side that did not act, and both where it was neither', () => {
    expect(glowsOn('customer')).toEqual(['partner'])
    expect(glowsOn('partner')).toEqual(['customer'])
    expect(glowsOn(undefined)).toEqual(['partner', 'customer'])
  })
})
