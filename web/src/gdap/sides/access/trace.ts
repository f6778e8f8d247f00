/**
 * Why somebody may do something at a customer, as a chain: person, group, role, relationship, customer. Where it is broken,
 * the chain that comes closest, with the first link that is missing. Pure.
 */
import type { ControlAnswer } from '../../../data/types.ts'
import type { AssignedRelationship } from '../api.ts'

export type AccessAnswer = ControlAnswer<'/_relata/access'>
export type AccessRoute = AccessAnswer['by'][number]

export interface Named {
  readonly id: string
  readonly name: string
}

/** What the partner's own data say, beside the answer. */
export interface Evidence {
  readonly relationships: readonly AssignedRelationship[]
  /** Ids of groups that the person is in, directly: others do not count. */
  readonly memberOf: ReadonlySet<string>
  readonly groupName: (id: string) => string
  readonly roleName: (id: string) => string
}

export type Verdict = 'has' | 'noMember' | 'noGroup' | 'none'

export interface RoleVerdict {
  readonly role: Named
  readonly verdict: Verdict
  /** One of the roles that permit the action; true where none was asked about. */
  readonly isEnough: boolean
  readonly groups: readonly Named[]
  readonly relationships: readonly Named[]
}

export type BrokenAt = 'member' | 'assignment' | 'inactive' | 'relationship'

/** A way to access; the parts that are missing are undefined. */
export interface Way {
  readonly group: Named | undefined
  readonly roles: readonly Named[]
  readonly relationship: Named | undefined
  readonly status: string | undefined
  readonly until: string | undefined
  /** The first link that is missing; undefined: it is whole. */
  readonly brokenAt: BrokenAt | undefined
}

interface Held {
  readonly relationship: AssignedRelationship
  readonly roleId: string
  readonly groupId: string | undefined
}

function rolesOf(one: {
  readonly accessDetails?: { readonly unifiedRoles?: readonly { readonly roleDefinitionId?: string | null }[] }
}): readonly string[] {
  return (one.accessDetails?.unifiedRoles ?? []).flatMap(({ roleDefinitionId }) =>
    typeof roleDefinitionId === 'string' ? [roleDefinitionId] : [],
  )
}

type WithRoles = Parameters<typeof rolesOf>[0]

/** Each role of each relationship, once for each group that holds it, or once without a group. */
export function heldRoles(relationships: readonly AssignedRelationship[]): readonly Held[] {
  return relationships.flatMap((relationship) => {
    const assignments = (relationship.accessAssignments ?? []).filter(({ status }) => status === 'active')
    return rolesOf(relationship as WithRoles).flatMap((roleId): Held[] => {
      const groups = assignments
        .filter((one) => rolesOf(one as WithRoles).includes(roleId))
        .flatMap(({ accessContainer }) => accessContainer?.accessContainerId ?? [])
      if (groups.length === 0) return [{ relationship, roleId, groupId: undefined }]
      return groups.map((groupId) => ({ relationship, roleId, groupId }))
    })
  })
}

function once(list: readonly Named[]): readonly Named[] {
  return list.filter(({ id }, at) => list.findIndex((other) => other.id === id) === at)
}

/** `wanted`: ids of roles one of which is enough; undefined: any is. Those that are enough come first. */
export function verdictsOf(evidence: Evidence, wanted: readonly string[] | undefined): readonly RoleVerdict[] {
  const { relationships, memberOf, groupName, roleName } = evidence
  const held = heldRoles(relationships).filter(({ relationship }) => relationship.status === 'active')
  const ids = [...new Set([...(wanted ?? []), ...held.map(({ roleId }) => roleId)])]
  return ids.map((id): RoleVerdict => {
    const of = held.filter(({ roleId }) => roleId === id)
    const assigned = of.filter(({ groupId }) => groupId !== undefined)
    const mine = assigned.filter(({ groupId }) => memberOf.has(groupId ?? ''))
    const told = mine.length > 0 ? mine : assigned
    return {
      role: { id, name: roleName(id) },
      verdict: mine.length > 0 ? 'has' : assigned.length > 0 ? 'noMember' : of.length > 0 ? 'noGroup' : 'none',
      isEnough: wanted === undefined || wanted.includes(id),
      groups: once(told.map(({ groupId = '' }) => ({ id: groupId, name: groupName(groupId) }))),
      relationships: once(
        (told.length > 0 ? told : of).map(({ relationship }) => ({
          id: relationship.id ?? '',
          name: relationship.displayName ?? '',
        })),
      ),
    }
  })
}

export function wayOf(route: AccessRoute): Way {
  return {
    group: { id: route.group.id, name: route.group.displayName },
    roles: route.roles.map(({ id, displayName }) => ({ id, name: displayName })),
    relationship: { id: route.relationship.id, name: route.relationship.displayName },
    status: 'active',
    until: route.until,
    brokenAt: undefined,
  }
}

/** How near a broken way is; the higher, the fewer links are missing. */
const nearness: Readonly<Record<BrokenAt, number>> = { member: 3, assignment: 2, inactive: 1, relationship: 0 }
const alive: ReadonlySet<string> = new Set(['created', 'approvalPending', 'approved', 'activating'])

function brokenAt({ relationship, groupId }: Held): BrokenAt {
  if (relationship.status !== 'active') return 'inactive'
  return groupId === undefined ? 'assignment' : 'member'
}

/** The way that lacks least, for somebody without access. */
export function nearestWay(evidence: Evidence, wanted: readonly string[] | undefined): Way {
  const { relationships, groupName, roleName } = evidence
  const candidates = heldRoles(relationships)
    .filter(({ roleId }) => wanted === undefined || wanted.includes(roleId))
    .filter(({ relationship: { status } }) => status === 'active' || alive.has(status ?? ''))
    .map((held) => ({ held, at: brokenAt(held) }))
    .sort((a, b) => nearness[b.at] - nearness[a.at])
  const [first] = candidates
  const named = (ids: readonly string[]): readonly Named[] => ids.map((id) => ({ id, name: roleName(id) }))
  if (first === undefined)
    return {
      group: undefined,
      roles: named(wanted ?? []),
      relationship: undefined,
      status: undefined,
      until: undefined,
      brokenAt: 'relationship',
    }
  const { held, at } = first
  const { relationship, groupId, roleId } = held
  return {
    group: groupId === undefined ? undefined : { id: groupId, name: groupName(groupId) },
    roles: named([roleId]),
    relationship: { id: relationship.id ?? '', name: relationship.displayName ?? '' },
    status: relationship.status ?? undefined,
    until: relationship.endDateTime ?? undefined,
    brokenAt: at,
  }
}

export interface Joining {
  readonly group: Named
  readonly roles: readonly Named[]
}

/** Groups that would give access to whoever is in them. */
export function joinable(verdicts: readonly RoleVerdict[]): readonly Joining[] {
  const of = verdicts.filter(({ verdict, isEnough }) => verdict === 'noMember' && isEnough)
  const groups = once(of.flatMap(({ groups: some }) => some))
  return groups.map((group) => ({
    group,
    roles: of.filter(({ groups: some }) => some.some(({ id }) => id === group.id)).map(({ role }) => role),
  }))
}
