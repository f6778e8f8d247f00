/** What the access trace reads: the server's answer, and the partner's own data from which the other ways follow. */
import { control, graph, literal, type RequestPlan } from '../../../data/plan.ts'
import { useRead } from '../../../data/query.ts'
import { type Acting, useSession } from '../../../data/session.ts'
import type { Page } from '../../../data/types.ts'
import { assignedRelationships, customersPlan } from '../api.ts'
import { administratorOf, type KnownTenant } from '../parties.ts'
import { useRoleNames } from '../useRoleNames.ts'
import { anything } from './actions.ts'
import type { AccessAnswer, Evidence } from './trace.ts'

interface Person {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string
}

interface DirectoryGroup {
  readonly id: string
  readonly displayName: string
}

export interface AskedTenant {
  readonly id: string
  readonly name: string
  readonly domain?: string
}

const peoplePlan: RequestPlan<Page<Person>> = graph('GET', '/users', {
  query: { $select: 'id,displayName,userPrincipalName', $top: 999, $orderby: 'displayName' },
})

export function accessPlan(user: string, tenant: string, action: string | undefined, token: boolean) {
  return control<AccessAnswer>('GET', '/access', {
    query: { user, tenant, ...(action === undefined || action === anything ? {} : { action }) },
    token,
  })
}

export interface AccessParties {
  readonly people: readonly Person[]
  readonly tenants: readonly AskedTenant[]
  /** In whose name the partner's data are read. */
  readonly acting: Acting | undefined
  readonly home: string | undefined
  readonly error: Error | null
}

/** In a stand-in all tenants; in a registry the customers of who signed in. */
export function useAccessParties(): AccessParties {
  const { info, acting: own } = useSession()
  const isStandIn = info.mode === 'stand-in'
  const known = useRead('tenants', [], control<Page<KnownTenant>>('GET', '/tenants'), { enabled: isStandIn })
  const customers = useRead('customers', ['names'], customersPlan, { enabled: !isStandIn })
  const all = known.data?.value ?? []
  const partner =
    all.find(({ id, isPartner }) => isPartner && id === own?.tenant.id) ?? all.find((one) => one.isPartner)
  const acting = isStandIn ? partner && administratorOf(partner) : own
  const people = useRead('directory', ['names'], peoplePlan, {
    enabled: !isStandIn || acting !== undefined,
    ...(acting === undefined ? {} : { acting }),
  })
  const tenants = isStandIn
    ? all.map(({ id, displayName, defaultDomain }) => ({ id, name: displayName, domain: defaultDomain }))
    : (customers.data?.value ?? []).map(({ tenantId = '', displayName }) => ({
        id: tenantId,
        name: displayName ?? tenantId,
      }))
  return {
    people: people.data?.value ?? [],
    tenants,
    acting,
    home: isStandIn ? partner?.displayName : own?.tenant.name,
    error: known.error ?? customers.error ?? people.error,
  }
}

/** Undefined while it is read. Absent for a person of another tenant than `acting`'s. */
export function useEvidence(answer: AccessAnswer | undefined, acting: Acting | undefined) {
  const isTheirs = answer !== undefined && (acting === undefined || answer.user.tenantId === acting.tenant.id)
  const isAway = isTheirs && answer.user.tenantId !== answer.tenant.id
  const options = { enabled: isAway, ...(acting === undefined ? {} : { acting }) }
  const tenantId = answer?.tenant.id ?? ''
  const userId = answer?.user.id ?? ''
  const relationships = useRead('access', ['relationships', tenantId], assignedRelationships(tenantId), options)
  const memberOf = useRead(
    'access',
    ['memberOf', userId],
    graph<Page<DirectoryGroup>>('GET', `/users/${userId}/memberOf/microsoft.graph.group`, {
      query: { $select: 'id,displayName', $top: 999 },
    }),
    options,
  )
  const ids = [
    ...new Set(
      (relationships.data?.value ?? [])
        .flatMap(({ accessAssignments = [] }) => accessAssignments)
        .flatMap(({ accessContainer }) => accessContainer?.accessContainerId ?? []),
    ),
  ].sort()
  const groups = useRead(
    'access',
    ['groups', ...ids],
    graph<Page<DirectoryGroup>>('GET', '/groups', {
      query: { $filter: `id in (${ids.map(literal).join(',')})`, $select: 'id,displayName', $top: 999 },
    }),
    { ...options, enabled: isAway && ids.length > 0 },
  )
  const roleName = useRoleNames(acting)
  const error = relationships.error ?? memberOf.error ?? groups.error
  if (!isAway || relationships.data === undefined || memberOf.data === undefined) return { isAway, error }
  // Without their names, which not every token may read, groups have their ids, or what the answer calls them.
  if (ids.length > 0 && groups.data === undefined && groups.error === null) return { isAway, error }
  const called = (id: string): string | undefined => answer.by.find(({ group }) => group.id === id)?.group.displayName
  const evidence: Evidence = {
    relationships: relationships.data.value,
    memberOf: new Set(memberOf.data.value.map(({ id }) => id)),
    groupName: (id) => groups.data?.value.find((one) => one.id === id)?.displayName ?? called(id) ?? id,
    roleName,
  }
  return { isAway, error, evidence }
}

export function addMember(groupId: string, userId: string): RequestPlan {
  return graph('POST', `/groups/${groupId}/members/$ref`, {
    body: { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${userId}` },
  })
}

export function removeMember(groupId: string, userId: string): RequestPlan {
  return graph('DELETE', `/groups/${groupId}/members/${userId}/$ref`)
}
