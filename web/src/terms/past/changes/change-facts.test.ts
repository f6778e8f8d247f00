import { describe, expect, it } from 'vitest'
import type { Change } from '../../../data/types.ts'
import { memberChanges, nameInRow, takenBack } from './change-facts.ts'

const change = (id: string, undoes: string | null = null): Change => ({ id, undoes }) as unknown as Change

describe('what was taken back', () => {
  it('is what a later change took back, and not again what was taken back of that', () => {
    expect([...takenBack([change('3', '2'), change('2'), change('1')])]).toEqual(['2'])
    // 3 took 1 back, and 4 took 3 back: 1 counts again.
    expect([...takenBack([change('4', '3'), change('3', '1'), change('2'), change('1')])]).toEqual(['3'])
  })
})

describe('a row of the record', () => {
  const row = {
    action: 'update',
    before: '{"labels":[{"name":"Thyme","isDefault":true,"languageTag":"en-US"}],"isDeprecated":false}',
    after: '{"labels":[{"name":"Thyme leaf","isDefault":true,"languageTag":"en-US"}],"isDeprecated":true}',
  }

  it('is named as it became, else as it was', () => {
    expect(nameInRow(row, 'en')).toBe('Thyme leaf')
    expect(nameInRow({ ...row, after: null }, 'en')).toBe('Thyme')
    expect(nameInRow({ before: '{"displayName":"Kitchen"}' }, 'en')).toBe('Kitchen')
    expect(nameInRow({ before: 'no json' }, 'en')).toBe('')
  })

  it('tells its members, of updates only', () => {
    const members = memberChanges({ rows: [row] } as unknown as Change)
    expect(members.map(({ member }) => member)).toEqual(['labels', 'isDeprecated'])
    expect(members[1]).toEqual({ member: 'isDeprecated', before: false, after: true })
    expect(memberChanges({ rows: [{ ...row, action: 'delete' }] } as unknown as Change)).toEqual([])
  })
})
