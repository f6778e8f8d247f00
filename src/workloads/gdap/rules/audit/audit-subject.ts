/** What audit records are about: the kinds of rows, a row, and a change of it. */
import type { RowOf } from '#edm/infer.ts'
import type { directoryAudit } from '../../../directory/audit.ts'
import { assignment, relationship } from '../../types.ts'
import type { Transition } from '../state-machine.ts'

export const resources = {
  relationship: {
    record: 'granular_admin_relationship',
    name: 'GranularAdminRelationship',
    event: 'granular-admin-relationship',
  },
  assignment: {
    record: 'granular_admin_access_assignment',
    name: 'GranularAdminAccessAssignment',
    event: 'granular-admin-access-assignment',
  },
  // Partner Center has no records or events of these two: they are recorded under the relationship.
  operation: { record: 'granular_admin_relationship', name: 'GranularAdminRelationship', event: '' },
  request: { record: 'granular_admin_relationship', name: 'GranularAdminRelationship', event: '' },
} as const

export type Recorded = keyof typeof resources

export interface AuditSubject {
  readonly kind: Recorded
  readonly id: string
  /** Name of the relationship. */
  readonly displayName: string
  readonly relationshipId: string
  readonly customerTenantId: string | null
  /** Row of the relationship or assignment, before or after the change; absent: Partner Center has no such resource. */
  readonly row?: Values
  /** Of an assignment. */
  readonly access?: { readonly groupId: string; readonly roles: readonly string[] }
}

/** Who made the change, in the shape of audit records. */
export type Initiator = RowOf<typeof directoryAudit>['initiatedBy']
export type Values = Readonly<Record<string, unknown>>

export interface RecordedChange {
  readonly step: Transition
  /** Only the members that change. */
  readonly before: Values
  readonly after: Values
  /** If it is not the actor of the request. */
  readonly initiator?: Initiator | undefined
}

const types = { relationship, assignment } as const

/** The members that Graph shows, of a row as it is after the change; null: there is no resource, or none any more. */
export function resourceAfter({ kind, row }: AuditSubject, { step, after }: RecordedChange): string | null {
  if (row === undefined || step.to === null || !(kind === 'relationship' || kind === 'assignment')) return null
  const whole: Values = { ...row, ...after }
  const shown = Object.entries(types[kind].props).filter(([, prop]) => prop.published !== false)
  return JSON.stringify({
    id: whole['id'],
    ...Object.fromEntries(shown.map(([name]) => [name, whole[name] ?? null])),
  })
}
