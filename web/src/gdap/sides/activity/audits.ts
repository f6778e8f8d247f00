/** Which audit records are asked for, and what they are as lines of a file. Pure. */
import { graph, literal, type RequestPlan } from '../../../data/plan.ts'
import type { DirectoryAudit, Page } from '../../../data/types.ts'
import { doerOf } from '../side.ts'

export interface AuditFilter {
  /** In the name of what it was done to. */
  readonly text?: string | undefined
  readonly category?: string | undefined
  /** How the sign-in name of who did it begins. */
  readonly by?: string | undefined
  /** Id of the customer. */
  readonly customer?: string | undefined
  /** Days back from the server's now. */
  readonly days?: number | undefined
}

/** Of the categories that the log of a partner has. */
export const categories = [
  'GranularAdminRelationship',
  'GranularAdminAccessAssignment',
  'UserManagement',
  'GroupManagement',
  'RoleManagement',
] as const

const dayMs = 86_400_000
/** As the address may hold any number. */
const mostDays = 100_000

export function filterText({ text, category, by, customer, days }: AuditFilter, now: Date): string | undefined {
  const parts = [
    text && `targetResources/any(t:contains(t/displayName,${literal(text)}))`,
    category && `category eq ${literal(category)}`,
    by && `startswith(initiatedBy/user/userPrincipalName,${literal(by)})`,
    customer && `additionalDetails/any(d:d/value eq ${literal(customer)})`,
    // To the minute, so that the same question has the same address for a while.
    days &&
      days < mostDays &&
      `activityDateTime ge ${new Date(Math.floor((now.getTime() - days * dayMs) / 60_000) * 60_000).toISOString()}`,
  ].filter((part) => typeof part === 'string' && part !== '')
  return parts.length === 0 ? undefined : parts.join(' and ')
}

export function auditsPlan(filter: AuditFilter, now: Date, top = 100): RequestPlan<Page<DirectoryAudit>> {
  const $filter = filterText(filter, now)
  return graph('GET', '/auditLogs/directoryAudits', {
    query: { ...($filter === undefined ? {} : { $filter }), $count: true, $top: top },
  })
}

export function detailOf(audit: DirectoryAudit, name: string): string | undefined {
  return audit.additionalDetails?.find(({ key }) => key === name)?.value ?? undefined
}

export const csvHead = [
  'activityDateTime',
  'operationType',
  'category',
  'result',
  'initiatedBy',
  'target',
  'targetId',
  'relationshipId',
  'customerId',
  'id',
] as const

export function csvRow(audit: DirectoryAudit): readonly string[] {
  const [target] = audit.targetResources ?? []
  return [
    audit.activityDateTime ?? '',
    audit.operationType ?? '',
    audit.category ?? '',
    audit.result ?? '',
    doerOf(audit) ?? '',
    target?.displayName ?? '',
    target?.id ?? '',
    detailOf(audit, 'relationshipId') ?? '',
    detailOf(audit, 'customerId') ?? '',
    audit.id ?? '',
  ]
}
