/** Which role a record of a plan needs, and whether the caller holds it: exchange.md §2.7. Pure. */
import type { StoreRole } from '#workloads/term-store/rules/roles/roles.ts'
import type { PlanRecord } from './records.ts'
import type { TaxonomyPart } from './taxonomy/taxonomy.ts'

/** What a caller may. */
export interface PlanRights {
  /** Of the group; undefined: of the store. */
  roleIn(groupId: string | undefined): StoreRole | undefined
  /** Whether the caller may add terms to the set, as to an open one. */
  mayAdd?(setId: string): boolean
}

const ranks: Readonly<Record<StoreRole, number>> = { contributor: 1, manager: 2, administrator: 3 }

export function isHeld(rights: PlanRights, role: StoreRole, groupId: string | undefined): boolean {
  const held = rights.roleIn(groupId)
  return held !== undefined && ranks[held] >= ranks[role]
}

/** What is lacking, in words; undefined: nothing. `before`: the store without the plan. */
export function lackOf(
  record: PlanRecord,
  rights: PlanRights,
  before: TaxonomyPart,
  end: TaxonomyPart,
): string | undefined {
  const needs = (role: StoreRole, groupId: string | undefined): string | undefined => {
    if (isHeld(rights, role, groupId)) return undefined
    const where = groupId === undefined ? '' : ` of the group '${end.groups.get(groupId)?.name ?? groupId}'`
    return `This needs the role ${role}${where}; you hold ${rights.roleIn(groupId) ?? 'none'}.`
  }
  // In a group that the plan makes, the right to make it counts.
  const inGroup = (id: string | undefined): string | undefined =>
    needs('contributor', id !== undefined && before.groups.has(id) ? id : undefined)
  const { kind, action, id, group, set, from } = record
  if (kind === 'group') return action === 'create' ? needs('administrator', undefined) : needs('manager', id)
  if (kind === 'set' && action !== 'order') {
    const left = from !== undefined && 'group' in from ? inGroup(from.group) : undefined
    return inGroup(group ?? end.sets.get(id)?.groupId) ?? left
  }
  for (const one of [set, from !== undefined && 'set' in from ? from.set : undefined]) {
    const state = one === undefined ? undefined : before.sets.get(one)
    // A set that the plan makes asks for its own right.
    if (one === undefined || state === undefined) continue
    if (action === 'create' && rights.mayAdd?.(one) === true) continue
    const lack = inGroup(state.groupId)
    if (lack !== undefined) return lack
  }
  return undefined
}
