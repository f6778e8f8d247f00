/** What both sides of a relationship read and send, as plans. */
import { control, graph, literal, type RequestPlan } from '../../data/plan.ts'
import type { Acting } from '../../data/session.ts'
import type {
  AccessAssignment,
  ControlAnswer,
  DelegatedCustomer,
  DirectoryAudit,
  Page,
  Relationship,
} from '../../data/types.ts'

export type CustomerList = ControlAnswer<'/_relata/gdap'>
export type CustomerRelationship = CustomerList['value'][number]
export type CustomerAction = 'approve' | 'reject' | 'terminate'

const relationships = '/tenantRelationships/delegatedAdminRelationships'

export interface RoleTemplate {
  readonly id: string
  readonly displayName: string
}

/** With its assignments, as lists of an access trace need them. */
export interface AssignedRelationship extends Relationship {
  readonly accessAssignments?: AccessAssignment[]
}

/** Those of a customer, and those that nobody has taken yet; the newest first. */
export function relationshipsWith(customerId: string): RequestPlan<Page<Relationship>> {
  const $filter = `customer/tenantId eq ${literal(customerId)} or customer eq null`
  return graph('GET', relationships, { query: { $filter, $orderby: 'createdDateTime desc', $top: 100 } })
}

/** Of one customer alone, with the groups that were given their roles. */
export function assignedRelationships(customerId: string): RequestPlan<Page<AssignedRelationship>> {
  const $filter = `customer/tenantId eq ${literal(customerId)}`
  return graph('GET', relationships, {
    query: { $filter, $expand: 'accessAssignments', $orderby: 'createdDateTime desc', $top: 100 },
  })
}

export function oneRelationship(id: string): RequestPlan<Relationship> {
  return graph('GET', `${relationships}/${id}`)
}

export function auditsOf(relationshipId: string): RequestPlan<Page<DirectoryAudit>> {
  const $filter = `targetResources/any(t:t/id eq ${literal(relationshipId)})`
  return graph('GET', '/auditLogs/directoryAudits', { query: { $filter, $top: 50 } })
}

export function lockForApproval(id: string): RequestPlan {
  return graph('POST', `${relationships}/${id}/requests`, { body: { action: 'lockForApproval' } })
}

export function terminateAsPartner(id: string): RequestPlan {
  return graph('POST', `${relationships}/${id}/requests`, { body: { action: 'terminate' } })
}

/** The same roles and terms once more, under another name. */
export function sameAgain(
  like: Relationship,
  displayName: string,
  customer: { readonly tenantId: string; readonly displayName: string },
): RequestPlan<Relationship> {
  const { duration, autoExtendDuration, accessDetails } = like
  return graph('POST', relationships, {
    body: {
      displayName,
      duration,
      customer,
      accessDetails,
      ...(autoExtendDuration === null || autoExtendDuration === undefined ? {} : { autoExtendDuration }),
    },
  })
}

/** `Northwind support` → `Northwind support 2`, then 3; at most the 50 letters that Graph takes. */
export function nextName(name: string, taken: readonly string[]): string {
  const base = name.replace(/ \d+$/, '')
  const used = new Set(taken.map((one) => one.toLowerCase()))
  for (let n = 2; ; n += 1) {
    const next = `${base.slice(0, 50 - ` ${n}`.length)} ${n}`
    if (!used.has(next.toLowerCase())) return next
  }
}

export function ofCustomer(customer: string): RequestPlan<CustomerList> {
  return control('GET', '/gdap', { query: { customer } })
}

export function answerAs(id: string, action: CustomerAction, customer: Acting): RequestPlan {
  return control('POST', `/gdap/${id}/${action}`, {
    body: { tenantId: customer.tenant.id, user: customer.caller.id },
  })
}

export function extendAs(id: string, allowed: boolean, customer: Acting): RequestPlan {
  return control('POST', `/gdap/${id}/auto-extend`, {
    body: { allowed, tenantId: customer.tenant.id, userId: customer.caller.id },
  })
}

export const roleTemplates: RequestPlan<Page<RoleTemplate>> = graph('GET', '/directoryRoleTemplates', {
  query: { $select: 'id,displayName', $top: 999 },
})

export const customersPlan: RequestPlan<Page<DelegatedCustomer>> = graph(
  'GET',
  '/tenantRelationships/delegatedAdminCustomers',
  { query: { $top: 100, $count: true } },
)

/** Statuses that the service leaves by itself. */
export const underWay: ReadonlySet<string> = new Set([
  'approved',
  'activating',
  'terminationRequested',
  'terminating',
  'expiring',
])
export const ended: ReadonlySet<string> = new Set(['terminated', 'expired'])

/** The partner is the second half of the id. */
export function partnerInId(id: string): string | undefined {
  return /^[0-9a-f-]{36}-([0-9a-f-]{36})$/i.exec(id)?.[1]?.toLowerCase()
}

export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

/** Roles whose holders may answer for a customer. */
export const approverRoles = [globalAdministrator, 'fc8ad4e2-40e4-4724-8317-bcda7503ecbf'] as const
