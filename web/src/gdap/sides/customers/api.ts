/** Customers, what a partner has at each, and where their services are administered. */
import { useQueries } from '@tanstack/react-query'
import { key } from '../../../data/keys.ts'
import { graph, literal, type RequestPlan } from '../../../data/plan.ts'
import type { DelegatedCustomer, GraphType, Page } from '../../../data/types.ts'
import type { Bundle } from '../../bundles.ts'
import type { AssignedRelationship } from '../api.ts'
import { allRows, type ReadPages, usePages } from '../lists/pagesOf.ts'
import { roleIdsOf } from '../useRoleNames.ts'

export type ServiceLink = GraphType<'microsoft.graph.delegatedAdminServiceManagementDetail'>

export interface CustomerRow {
  readonly tenantId: string
  readonly name: string
  /** Active ones; undefined: not read yet. */
  readonly relationships: readonly AssignedRelationship[] | undefined
}

const pageSize = 100

export function customersPage(text: string | undefined, isDescending: boolean): RequestPlan<Page<DelegatedCustomer>> {
  return graph('GET', '/tenantRelationships/delegatedAdminCustomers', {
    query: {
      ...(text === undefined ? {} : { $filter: `contains(displayName,${literal(text)})` }),
      $orderby: isDescending ? 'displayName desc' : 'displayName',
      $count: true,
      $top: pageSize,
    },
  })
}

export function oneCustomer(tenantId: string): RequestPlan<DelegatedCustomer> {
  return graph('GET', `/tenantRelationships/delegatedAdminCustomers/${tenantId}`)
}

export function activeAt(ids: readonly string[]): RequestPlan<Page<AssignedRelationship>> {
  const $filter = `status eq 'active' and customer/tenantId in (${ids.map(literal).join(',')})`
  return graph('GET', '/tenantRelationships/delegatedAdminRelationships', {
    query: { $filter, $expand: 'accessAssignments', $orderby: 'endDateTime', $top: 100 },
  })
}

export function servicesOf(tenantId: string): RequestPlan<Page<ServiceLink>> {
  return graph('GET', `/tenantRelationships/delegatedAdminCustomers/${tenantId}/serviceManagementDetails`)
}

/** As they come into sight; the relationships of each page by one call. */
export function useCustomers(text: string | undefined, isDescending: boolean): ReadPages<CustomerRow> {
  const read = usePages<DelegatedCustomer>('customers', [text ?? '', isDescending], customersPage(text, isDescending))
  const chunks = Array.from({ length: Math.ceil(read.rows.length / pageSize) }, (_, at) =>
    read.rows.slice(at * pageSize, (at + 1) * pageSize).map(({ tenantId = '' }) => tenantId),
  )
  const relationships = useQueries({
    queries: chunks.map((ids) => ({
      queryKey: key('customers', 'active', ...ids),
      queryFn: ({ signal }: { signal: AbortSignal }) => allRows(activeAt(ids), () => undefined, signal),
    })),
  })
  const rows = read.rows.map(({ tenantId = '', displayName }, at): CustomerRow => {
    const of = relationships[Math.floor(at / pageSize)]?.data
    return {
      tenantId,
      name: displayName ?? tenantId,
      relationships: of?.filter(({ customer }) => customer?.tenantId === tenantId),
    }
  })
  return { ...read, rows, error: read.error ?? relationships.find(({ error }) => error !== null)?.error ?? null }
}

export function rolesAt({ relationships = [] }: CustomerRow): readonly string[] {
  return [...new Set(relationships.flatMap((one) => roleIdsOf(one)))]
}

/** Ids of groups with access at present. */
export function groupsAt({ relationships = [] }: CustomerRow): readonly string[] {
  return [
    ...new Set(
      relationships
        .flatMap(({ accessAssignments = [] }) => accessAssignments)
        .filter(({ status }) => status === 'active')
        .flatMap(({ accessContainer }) => accessContainer?.accessContainerId ?? []),
    ),
  ]
}

/** The relationship that ends first. */
export function nextEnd({ relationships = [] }: CustomerRow): AssignedRelationship | undefined {
  return [...relationships]
    .filter(({ endDateTime }) => typeof endDateTime === 'string')
    .sort((a, b) => String(a.endDateTime).localeCompare(String(b.endDateTime)))[0]
}

/** The bundle of exactly these roles. */
export function bundleOf(roleIds: readonly string[], bundles: readonly Bundle[]): Bundle | undefined {
  const wanted = new Set(roleIds)
  return bundles.find(({ roles }) => roles.length === wanted.size && roles.every(({ id }) => wanted.has(id)))
}
