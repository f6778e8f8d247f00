import { describe, expect, it } from 'vitest'
import type { StoreRoles } from '../api.ts'
import { administratorChange, changeBack, groupChange, holdersOf, roleIn } from './roles.ts'

const kitchen = { id: 'g1', displayName: 'Kitchen', managers: ['tara'], contributors: ['hugo'] }
const roles: StoreRoles = {
  tenantId: 't',
  administrators: ['admin', 'tara'],
  groups: [kitchen, { id: 'g2', displayName: 'Menu', managers: [], contributors: ['tara'] }],
}

describe('the matrix of roles', () => {
  it('has a row for each holder, once', () => {
    expect(holdersOf(roles)).toEqual(['admin', 'tara', 'hugo'])
    expect(roleIn(kitchen, 'tara')).toBe('manager')
    expect(roleIn(kitchen, 'admin')).toBe('none')
  })

  it('sends only the lists that become others', () => {
    expect(administratorChange(roles, 'hugo', true)).toEqual({ administrators: ['admin', 'tara', 'hugo'] })
    expect(administratorChange(roles, 'tara', false)).toEqual({ administrators: ['admin'] })
    expect(groupChange(kitchen, 'sana', 'manager')).toEqual({ groupId: 'g1', managers: ['tara', 'sana'] })
    expect(groupChange(kitchen, 'tara', 'contributor')).toEqual({
      groupId: 'g1',
      managers: [],
      contributors: ['hugo', 'tara'],
    })
    expect(groupChange(kitchen, 'hugo', 'none')).toEqual({ groupId: 'g1', contributors: [] })
  })

  it('knows the way back', () => {
    expect(changeBack(roles, groupChange(kitchen, 'tara', 'contributor'))).toEqual({
      groupId: 'g1',
      managers: ['tara'],
      contributors: ['hugo'],
    })
    expect(changeBack(roles, { administrators: [] })).toEqual({ administrators: ['admin', 'tara'] })
  })
})
