import { describe, expect, it } from 'vitest'
import { lifeSteps } from './lifeLine.ts'

const created = { createdDateTime: '2026-03-03T10:00:00Z', lastModifiedDateTime: '2026-03-04T10:00:00Z' }
const active = { ...created, activatedDateTime: '2026-03-04T10:00:00Z', endDateTime: '2027-03-04T10:00:00Z' }

type Row = Parameters<typeof lifeSteps>[0]

const shape = (row: Row, audits: Parameters<typeof lifeSteps>[1] = []): string =>
  lifeSteps(row, audits)
    .map(({ name, state }) => `${name}${{ past: '', now: '!', future: '?' }[state]}`)
    .join(' ')

const record = (kind: string, at: string, userPrincipalName: string) => ({
  operationType: `granular_admin_relationship_${kind}`,
  activityDateTime: at,
  initiatedBy: { user: { userPrincipalName } },
})

describe('the course of a relationship', () => {
  it.each([
    [{ ...created, status: 'created' }, 'created! waits? approved? active? ends?'],
    [{ ...created, status: 'approvalPending' }, 'created waits! approved? active? lapses?'],
    [{ ...created, status: 'activating' }, 'created waits approved activating! active? ends?'],
    [{ ...active, status: 'active', autoExtendDuration: 'PT0S' }, 'created waits approved active! ends? removed?'],
    [{ ...active, status: 'active', autoExtendDuration: 'P180D' }, 'created waits approved active! extends? ends?'],
    [{ ...active, status: 'expiring' }, 'created waits approved active expiring! expired? removed?'],
    [{ ...active, status: 'terminated' }, 'created waits approved active ended! removed?'],
    [{ ...created, status: 'terminated', activatedDateTime: null }, 'created waits declined! removed?'],
  ] as const)('of %j', (row, steps) => {
    expect(shape(row as Row)).toBe(steps)
  })

  it('tells who and when as recorded, the lapse after 90 days and the removal after a year', () => {
    const audits = [
      record('approved', '2026-03-04T09:59:00Z', 'admin@fabrikam.example'),
      record('locked_for_approval', '2026-03-03T11:00:00Z', 'tara@contoso.example'),
    ]
    const steps = lifeSteps({ ...active, status: 'expired' }, audits as never)
    expect(steps.find(({ name }) => name === 'approved')).toMatchObject({ by: 'admin@fabrikam.example' })
    expect(steps.find(({ name }) => name === 'waits')).toMatchObject({ at: '2026-03-03T11:00:00Z' })
    expect(steps.at(-1)).toMatchObject({ name: 'removed', at: '2028-03-03T10:00:00.000Z' })
    expect(lifeSteps({ ...created, status: 'approvalPending' }, []).at(-1)?.at).toBe('2026-06-02T10:00:00.000Z')
  })

  it('leaves out instants of records that a seed with past dates has made', () => {
    const audits = [record('approved', '2026-11-30T09:00:00Z', 'admin@fabrikam.example')]
    const approved = lifeSteps({ ...active, status: 'active' }, audits as never).find(({ name }) => name === 'approved')
    expect(approved).toEqual({ name: 'approved', state: 'past', by: 'admin@fabrikam.example' })
  })
})
