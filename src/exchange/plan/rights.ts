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

interface Asking {
  readonly rights: PlanRights
  /** The store without the plan. */
  readonly before: TaxonomyPart
  readonly end: TaxonomyPart
}

function lacks({ rights, end }: Asking, role: StoreRole, groupId: string | undefined): string | undefined {
  if (isHeld(rights, role, groupId)) return undefined
  const where = groupId === undefined ? '' : ` of the group '${end.groups.get(groupId)?.name ?? groupId}'`
  return `This needs the role ${role}${where}; you hold ${rights.roleIn(groupId) ?? 'none'}.`
}

/** In a group that the plan makes, the right to make it counts. */
function lacksIn(asking: Asking, groupId: string | undefined): string | undefined {
  return lacks(asking, 'contributor', groupId !== undefined && asking.before.groups.has(groupId) ? groupId : undefined)
}

function setLack(asking: Asking, { id, group, from }: PlanRecord): string | undefined {
  const left = from !== undefined && 'group' in from ? lacksIn(asking, from.group) : undefined
  return lacksIn(asking, group ?? asking.end.sets.get(id)?.groupId) ?? left
}

/** A set that the plan makes asks for its own right. */
function placeLack(asking: Asking, { action, set, from }: PlanRecord): string | undefined {
  const { rights, before } = asking
  for (const id of [set, from !== undefined && 'set' in from ? from.set : undefined]) {
    const state = id === undefined ? undefined : before.sets.get(id)
    if (state === undefined || (action === 'create' && rights.mayAdd?.(state.id) === true)) continue
    const lack = lacksIn(asking, state.groupId)
    if (lack !== undefined) return lack
  }
  return undefined
}

/** What is lacking, in words; undefined: nothing. */
export function lackOf(
  record: PlanRecord,
  rights: PlanRights,
  before: TaxonomyPart,
  end: TaxonomyPart,
): string | undefined {
  const asking: Asking = { rights, before, end }
  const { kind, action, id } = record
  if (kind === 'group')
    return action === 'create' ? lacks(asking, 'administrator', undefined) : lacks(asking, 'manager', id)
  return kind === 'set' && action !== 'order' ? setLack(asking, record) : placeLack(asking, record)
}
