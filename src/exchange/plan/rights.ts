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

/** Of a set that is there its own group counts, whatever the record says; of one that moves also the group it goes to. */
function setLack(asking: Asking, { action, id, group }: PlanRecord): string | undefined {
  const own = asking.before.sets.get(id)?.groupId
  const to = own === undefined || action === 'move' ? (group ?? asking.end.sets.get(id)?.groupId) : own
  return lacksIn(asking, to) ?? (own === undefined || own === to ? undefined : lacksIn(asking, own))
}

const ofTheTerm: ReadonlySet<string> = new Set(['deprecate', 'undeprecate', 'merge'])

/** Whether it changes the term itself and not only a place of it. */
export function isOfTheTerm({ action, changes }: PlanRecord): boolean {
  if (ofTheTerm.has(action)) return true
  return changes.some(
    ({ member }) => member !== 'isAvailableForTagging' && !String(member).startsWith('localProperties.'),
  )
}

/** A set that the plan makes asks for its own right. The term's own members belong to its home set, wherever it is named. */
function placeLack(asking: Asking, record: PlanRecord): string | undefined {
  const { rights, before } = asking
  const { action, id: termId, set, from } = record
  const home = isOfTheTerm(record) ? before.home(termId)?.setId : undefined
  for (const id of new Set([set, from !== undefined && 'set' in from ? from.set : undefined, home])) {
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
  const isOfAdministrators = action === 'create' || record.changes.some(({ member }) => member === 'siteId')
  if (kind === 'group')
    return isOfAdministrators ? lacks(asking, 'administrator', undefined) : lacks(asking, 'manager', id)
  return kind === 'set' && action !== 'order' ? setLack(asking, record) : placeLack(asking, record)
}
