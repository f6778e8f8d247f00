/** A catalogue after a list of roles was read: what is added, changed, withdrawn. Nothing is written. events.md §8.5. */
import { AppError, Faults } from '#base/errors.ts'
import { canonicalJson } from '#base/json.ts'
import { type BuiltInRole, catalogueOf, type RoleCatalogue } from '../role-catalogue.ts'
import type { RolesList, StatedRole } from './roles-list.ts'

export interface RoleInList {
  readonly id: string
  readonly name: string
}

export interface ChangedRole extends RoleInList {
  /** Members that differ. */
  readonly members: readonly string[]
}

export interface RolesChange {
  /** Day of the catalogue, before and after. */
  readonly from: string
  readonly asOf: string
  readonly added: readonly RoleInList[]
  readonly changed: readonly ChangedRole[]
  /** The list no longer has them: they are still resolved, and no longer offered. */
  readonly withdrawn: readonly RoleInList[]
}

export interface RolesWish {
  /** Takes a list older than the catalogue, and one that withdraws most of it. */
  readonly force: boolean
  /** Day of a list that has none. */
  readonly today: string
  /** No list is of a later day: all lists after it would count as older. */
  readonly latestDay: string
}

const members = [
  'name',
  'aliases',
  'description',
  'categories',
  'privileged',
  'gdap',
  'gdapSource',
  'state',
  'firstSeen',
] as const

function differing(before: BuiltInRole, after: BuiltInRole): string[] {
  return members.filter((member) => canonicalJson(before[member]) !== canonicalJson(after[member]))
}

function made(stated: StatedRole, asOf: string): BuiltInRole {
  return {
    aliases: [],
    description: '',
    categories: [],
    privileged: false,
    gdap: 'unknown',
    gdapSource: '',
    state: 'current',
    firstSeen: asOf,
    ...stated,
  }
}

/** A name that somebody may still use is kept. */
function withAlias(aliases: readonly string[], more: string, name: string): readonly string[] {
  const taken = [name, ...aliases].map((one) => one.toLowerCase())
  return taken.includes(more.toLowerCase()) ? aliases : [...aliases, more]
}

function hasName({ name, aliases }: BuiltInRole, wanted: string): boolean {
  return [name, ...aliases].some((one) => one.toLowerCase() === wanted.toLowerCase())
}

/** What is withdrawn and listed again, is there again. */
function stateOf(before: BuiltInRole, { state }: StatedRole): BuiltInRole['state'] {
  return state ?? (before.state === 'withdrawn' ? 'current' : before.state)
}

function renamed(before: BuiltInRole, name: string, aliases = before.aliases): Pick<BuiltInRole, 'name' | 'aliases'> {
  return { name, aliases: withAlias(aliases, before.name, name).filter((one) => one !== name) }
}

/** Names by which the service’s own interfaces know a role are no new names. */
function afterService(before: BuiltInRole, stated: StatedRole): BuiltInRole {
  const naming = hasName(before, stated.name) ? {} : renamed(before, stated.name)
  return { ...before, ...stated, name: before.name, ...naming, state: stateOf(before, stated) }
}

/** What is known already is not changed, but for what it says of GDAP: `no` has a reason of its own, and so has `yes`. */
function afterPartners(before: BuiltInRole, { name, ...stated }: StatedRole): BuiltInRole {
  const { gdap = 'unknown', gdapSource = '', description = '', categories = [] } = stated
  const isMore = before.gdap === 'unknown' || (before.gdap === 'likely' && gdap === 'yes')
  return {
    ...before,
    aliases: withAlias(before.aliases, name, before.name),
    description: before.description || description,
    categories: before.categories.length > 0 ? before.categories : categories,
    ...(isMore ? { gdap, gdapSource } : {}),
  }
}

function merged(before: BuiltInRole, stated: StatedRole, kind: RolesList['kind']): BuiltInRole {
  if (kind === 'partners') return afterPartners(before, stated)
  if (kind === 'service') return afterService(before, stated)
  return { ...before, ...stated, ...renamed(before, stated.name, stated.aliases), state: stateOf(before, stated) }
}

function checkNames(roles: readonly BuiltInRole[]): void {
  const faults = new Faults()
  const named = new Map<string, BuiltInRole>()
  for (const role of roles.filter(({ state }) => state !== 'withdrawn')) {
    const other = named.get(role.name.toLowerCase())
    if (other === undefined) named.set(role.name.toLowerCase(), role)
    else
      faults.add(
        'roles',
        `'${role.name}' would be the name of two roles, '${other.id}' and '${role.id}'.`,
        'roleNameRepeated',
      )
  }
  faults.throwIfAny()
}

/** Of lists that have all roles. */
function checkDay(asOf: string, current: RoleCatalogue, { force, latestDay }: RolesWish): void {
  if (asOf > latestDay)
    throw new AppError(
      'invalid',
      `The list is of ${asOf}, a day that is yet to come: ${latestDay} is the latest one.`,
      {
        code: 'rolesFuture',
        target: 'asOf',
      },
    )
  if (asOf < current.asOf && !force)
    throw new AppError(
      'conflict',
      `The list is of ${asOf}, and the catalogue of ${current.asOf}: an older list is taken only with 'force'.`,
      { code: 'rolesOlder', target: 'asOf' },
    )
}

/** A list of a few roles is more often a part of one than news of the service. */
function checkWithdrawn(withdrawn: number, current: RoleCatalogue): void {
  const held = current.roles.filter(({ state }) => state !== 'withdrawn').length
  if (withdrawn * 2 > held)
    throw new AppError(
      'conflict',
      `The list would withdraw ${withdrawn} of ${held} roles: one that withdraws most of them is taken only with 'force'.`,
      { code: 'rolesMostWithdrawn', target: 'roles' },
    )
}

/**
 * Throws `conflict` for an older list and for one that withdraws most roles, and `invalid` for one of a day that is yet to come
 * and where two roles would have one name.
 */
export function updatedRoles(
  current: RoleCatalogue,
  list: RolesList,
  wish: RolesWish,
): { readonly catalogue: RoleCatalogue; readonly change: RolesChange } {
  const isWhole = list.kind !== 'partners'
  const asOf = list.asOf ?? (isWhole ? wish.today : current.asOf)
  if (isWhole) checkDay(asOf, current, wish)
  const stated = new Map(list.roles.map((role) => [role.id, role]))
  const [added, changed, withdrawn]: [RoleInList[], ChangedRole[], RoleInList[]] = [[], [], []]
  const kept = current.roles.map((before): BuiltInRole => {
    const of = stated.get(before.id)
    if (of === undefined && (!isWhole || before.state === 'withdrawn')) return before
    const after: BuiltInRole = of === undefined ? { ...before, state: 'withdrawn' } : merged(before, of, list.kind)
    const { id, name } = after
    const differ = differing(before, after)
    if (before.state !== 'withdrawn' && after.state === 'withdrawn') withdrawn.push({ id, name })
    else if (differ.length > 0) changed.push({ id, name, members: differ })
    return after
  })
  const fresh = list.roles.filter(({ id }) => current.find(id) === undefined).map((role) => made(role, asOf))
  added.push(...fresh.map(({ id, name }) => ({ id, name })))
  const roles = [...kept, ...fresh]
  if (!wish.force) checkWithdrawn(withdrawn.length, current)
  checkNames(roles)
  const sources = isWhole ? list.sources : [...new Set([...current.sources, ...list.sources])]
  return {
    catalogue: catalogueOf({ asOf, sources, roles }),
    change: { from: current.asOf, asOf, added, changed, withdrawn },
  }
}
