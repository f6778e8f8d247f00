/** Who holds which role of the taxonomy, as a matrix, and the requests that change one cell of it. Pure. */
import type { StoreRoles } from '../api.ts'

/** Stands for all applications; it can administer the store, and nothing else. */
export const applications = 'app@sharepoint'

export type GroupRole = 'none' | 'manager' | 'contributor'

export interface RoleChange {
  readonly groupId?: string
  readonly administrators?: readonly string[]
  readonly managers?: readonly string[]
  readonly contributors?: readonly string[]
}

type Group = StoreRoles['groups'][number]

/** Everybody who holds a role. */
export function holdersOf({ administrators, groups }: StoreRoles): readonly string[] {
  return [
    ...new Set([...administrators, ...groups.flatMap(({ managers, contributors }) => [...managers, ...contributors])]),
  ]
}

export function roleIn({ managers, contributors }: Group, holder: string): GroupRole {
  if (managers.includes(holder)) return 'manager'
  return contributors.includes(holder) ? 'contributor' : 'none'
}

function listWith(list: readonly string[], holder: string, isIn: boolean): readonly string[] {
  const others = list.filter((one) => one !== holder)
  return isIn ? [...others, holder] : others
}

export function administratorChange({ administrators }: StoreRoles, holder: string, isIn: boolean): RoleChange {
  return { administrators: listWith(administrators, holder, isIn) }
}

/** Only the lists that become others. */
export function groupChange(group: Group, holder: string, role: GroupRole): RoleChange {
  const before = roleIn(group, holder)
  const touches = (name: GroupRole): boolean => before === name || role === name
  return {
    groupId: group.id,
    ...(touches('manager') ? { managers: listWith(group.managers, holder, role === 'manager') } : {}),
    ...(touches('contributor') ? { contributors: listWith(group.contributors, holder, role === 'contributor') } : {}),
  }
}

/** What puts the lists of a change back. */
export function changeBack(roles: StoreRoles, change: RoleChange): RoleChange {
  const group = roles.groups.find(({ id }) => id === change.groupId)
  return {
    ...(change.groupId === undefined ? {} : { groupId: change.groupId }),
    ...(change.administrators === undefined ? {} : { administrators: roles.administrators }),
    ...(change.managers === undefined ? {} : { managers: group?.managers ?? [] }),
    ...(change.contributors === undefined ? {} : { contributors: group?.contributors ?? [] }),
  }
}
