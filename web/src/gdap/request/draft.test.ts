import { describe, expect, it } from 'vitest'
import { globalAdministrator } from '../rules.ts'
import { bodyOf, daysOf, emptyDraft, faultsOf, fieldOf } from './draft.ts'

const now = new Date('2026-11-30T10:00:00Z')
const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'

describe('the duration as typed', () => {
  it.each([
    ['730', 730],
    ['P1Y', 365],
    ['P2Y', 730],
    ['P6M', 180],
    ['P18M', 545],
    ['P2W', 14],
    ['2026-12-31', 31],
    ['2026-11-30', 0],
    ['soon', undefined],
    ['P', undefined],
  ] as const)('%s is %s days', (text, days) => {
    expect(daysOf(text, now)).toBe(days)
  })
})

describe('a request that is being written', () => {
  const whole = {
    ...emptyDraft,
    roles: [helpdesk],
    name: ' Support ',
    tenantId: 'fab21ca0-0000-4000-8000-000000000001',
  }

  it('says of each field what is wrong', () => {
    expect(faultsOf({ ...emptyDraft, duration: '731' }, now)).toEqual({
      roles: 'rolesMissing',
      name: 'nameMissing',
      duration: 'durationBad',
      customer: 'tenantMissing',
    })
    expect(faultsOf(whole, now)).toEqual({})
    expect(faultsOf({ ...whole, name: 'a<b' }, now)).toEqual({ name: 'nameChars' })
    expect(faultsOf({ ...whole, tenantId: '', isForAnyone: true }, now)).toEqual({})
  })

  it('is sent in days, without a customer where anybody may answer', () => {
    expect(bodyOf({ ...whole, duration: 'P1Y' }, now)).toEqual({
      displayName: 'Support',
      duration: 'P365D',
      autoExtendDuration: 'P180D',
      customer: { tenantId: whole.tenantId },
      accessDetails: { unifiedRoles: [{ roleDefinitionId: helpdesk }] },
    })
    expect(bodyOf({ ...whole, isForAnyone: true }, now)).not.toHaveProperty('customer')
  })

  it('is never extended with Global Administrator', () => {
    expect(bodyOf({ ...whole, roles: [globalAdministrator] }, now).autoExtendDuration).toBe('PT0S')
  })

  it('knows the field of a refusal', () => {
    expect(['displayName', 'accessDetails/unifiedRoles', 'customer/tenantId', 'status'].map(fieldOf)).toEqual([
      'name',
      'roles',
      'customer',
      undefined,
    ])
  })
})
