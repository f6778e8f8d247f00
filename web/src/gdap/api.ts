/** The calls of the pages about relationships, as plans, and what they answer. */
import { useMemo } from 'react'
import { graph, literal, type RequestPlan, segment } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { currentSession } from '../data/session.ts'
import type { AccessAssignment, DirectoryAudit, GraphType, Page, Relationship } from '../data/types.ts'

interface Stored {
  readonly id: string
  readonly '@odata.etag': string
}

export type RelationshipRow = Relationship & Stored & { readonly accessAssignments?: readonly AssignmentRow[] }
export type AssignmentRow = AccessAssignment & Stored
export type OperationRow = GraphType<'microsoft.graph.delegatedAdminRelationshipOperation'> & Stored
export type RequestRow = GraphType<'microsoft.graph.delegatedAdminRelationshipRequest'> & Stored

export interface Role {
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly isPrivileged?: boolean
}

export interface Group {
  readonly id: string
  readonly displayName: string
}

interface Member {
  readonly id: string
  readonly displayName: string | null
}

interface Person {
  readonly id: string
  readonly displayName: string | null
  readonly userPrincipalName: string | null
}

/** Names of events whose topics a write touches: data/invalidate.ts. */
export const touched = ['relata.granular-admin-relationship-changed'] as const

const catalogueMs = 5 * 60_000
const relationships = '/tenantRelationships/delegatedAdminRelationships'

export function pathOf(id: string): string {
  return `${relationships}/${segment(id)}`
}

/** In the order of use, without those that Microsoft says nothing of. */
export function roleIdsOf({ accessDetails }: Pick<Relationship, 'accessDetails'>): readonly string[] {
  return (accessDetails?.unifiedRoles ?? []).flatMap(({ roleDefinitionId }) => roleDefinitionId ?? [])
}

export function rolesBody(ids: Iterable<string>) {
  return { unifiedRoles: [...ids].map((roleDefinitionId) => ({ roleDefinitionId })) }
}

export const plans = {
  one: (id: string) => graph<RelationshipRow>('GET', pathOf(id)),
  assignments: (id: string) => graph<Page<AssignmentRow>>('GET', `${pathOf(id)}/accessAssignments`),
  operations: (id: string) =>
    graph<Page<OperationRow>>('GET', `${pathOf(id)}/operations`, {
      headers: { Prefer: 'include-unknown-enum-members' },
    }),
  requests: (id: string) =>
    graph<Page<RequestRow>>('GET', `${pathOf(id)}/requests`, { headers: { Prefer: 'include-unknown-enum-members' } }),
  audits: (id: string) =>
    graph<Page<DirectoryAudit>>('GET', '/auditLogs/directoryAudits', {
      query: { $filter: `additionalDetails/any(d:d/value eq ${literal(id)})`, $top: 200 },
    }),
  ofCustomer: (tenantId: string) =>
    graph<Page<RelationshipRow>>('GET', relationships, {
      query: {
        $filter: `customer/tenantId eq ${literal(tenantId)}`,
        $orderby: 'displayName',
        $select: 'id,displayName,status,activatedDateTime,endDateTime,autoExtendDuration',
      },
    }),
  roles: (): RequestPlan<Page<Role>> => ({
    method: 'GET',
    path: '/beta/roleManagement/directory/roleDefinitions?$top=999&$orderby=displayName',
    needsToken: true,
  }),
  groups: () =>
    graph<Page<Group>>('GET', '/groups', {
      query: { $filter: 'securityEnabled eq true', $select: 'id,displayName', $orderby: 'displayName', $top: 999 },
    }),
  members: (groupId: string) =>
    graph<Page<Member>>('GET', `/groups/${segment(groupId)}/transitiveMembers`, {
      query: { $select: 'id,displayName', $top: 100 },
    }),
  people: (ids: readonly string[]) =>
    graph<Page<Person>>('GET', '/users', {
      query: { $filter: `id in (${ids.map(literal).join(',')})`, $select: 'id,displayName,userPrincipalName' },
    }),
  named: (displayName: string) =>
    graph<Page<RelationshipRow>>('GET', relationships, {
      query: { $filter: `displayName eq ${literal(displayName)}`, $select: 'id,displayName,status' },
    }),
  /** Those that wait for somebody, changed at or after the instant. */
  changedSince: (instant: string) =>
    graph<Page<RelationshipRow>>('GET', relationships, {
      query: {
        $filter: `lastModifiedDateTime ge ${instant} and (status eq 'created' or status eq 'approvalPending')`,
        $orderby: 'displayName',
        $top: 300,
      },
    }),
  create: (body: unknown) => graph<RelationshipRow>('POST', relationships, { body }),
  change: (row: Stored, body: unknown) =>
    graph<RelationshipRow>('PATCH', pathOf(row.id), { headers: { 'If-Match': row['@odata.etag'] }, body }),
  remove: (row: Stored) => graph('DELETE', pathOf(row.id), { headers: { 'If-Match': row['@odata.etag'] } }),
  request: (id: string, action: 'lockForApproval' | 'terminate') =>
    graph<RequestRow>('POST', `${pathOf(id)}/requests`, { body: { action } }),
  assign: (id: string, groupId: string, roleIds: Iterable<string>) =>
    graph<AssignmentRow>('POST', `${pathOf(id)}/accessAssignments`, {
      body: {
        accessContainer: { accessContainerId: groupId, accessContainerType: 'securityGroup' },
        accessDetails: rolesBody(roleIds),
      },
    }),
  changeAssignment: (id: string, row: Stored, roleIds: Iterable<string>) =>
    graph('PATCH', `${pathOf(id)}/accessAssignments/${segment(row.id)}`, {
      headers: { 'If-Match': row['@odata.etag'] },
      body: { accessDetails: rolesBody(roleIds) },
    }),
  unassign: (id: string, row: Stored) =>
    graph('DELETE', `${pathOf(id)}/accessAssignments/${segment(row.id)}`, {
      headers: { 'If-Match': row['@odata.etag'] },
    }),
}

export function useRelationship(id: string) {
  return useRead('relationship', [id], plans.one(id))
}

/** Asks again every two seconds while something is under way. */
export function useAssignments(id: string, enabled = true) {
  return useRead('relationship', [id, 'assignments'], plans.assignments(id), {
    enabled,
    refetchInterval: ({ state }) =>
      state.data?.value.some(({ status }) => status === 'pending' || status === 'deleting') === true ? 2000 : false,
  })
}

export function useAudits(id: string) {
  return useRead('audit', [id], plans.audits(id))
}

/** The catalogue of roles by id. */
export function useRoles(): ReadonlyMap<string, Role> {
  const { data } = useRead('roles', [], plans.roles(), { staleTime: catalogueMs })
  return useMemo(() => new Map((data?.value ?? []).map((role) => [role.id, role])), [data])
}

export function useGroups() {
  return useRead('directory', ['securityGroups'], plans.groups())
}

/** The link that the customer opens, as partners build it. Another world has a host of its own on this machine. */
export function invitationLink(id: string): string {
  const { world } = currentSession()
  const { origin, protocol, hostname, port } = location
  const hasHosts = world !== 'default' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
  const base = hasHosts ? `${protocol}//${world}.w.localhost${port === '' ? '' : `:${port}`}` : origin
  return `${base}/AdminPortal/Home#/partners/invitation/granularAdminRelationships/${id}`
}
