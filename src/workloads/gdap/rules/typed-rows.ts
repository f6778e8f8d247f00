/** Rows of GDAP with the types of their statuses, and how they are read. */
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import { assignment, operation, relationship, request } from '../types.ts'
import type { AssignmentStatus } from './assignment/assignment-states.ts'
import type { AuditSubject, Recorded } from './audit/audit-subject.ts'
import type { InterferenceFacts } from './latency.ts'
import type { OperationStatus } from './operation/operation-states.ts'
import type { RelationshipStatus } from './relationship/lifecycle.ts'
import type { RequestAction, RequestStatus } from './request/request-states.ts'

type With<R, S> = Omit<R, 'status'> & { readonly status: S }

export type RelationshipRow = With<RowOf<typeof relationship>, RelationshipStatus>
export type AssignmentRow = With<RowOf<typeof assignment>, AssignmentStatus>
export type OperationRow = With<RowOf<typeof operation>, OperationStatus>
export type RequestRow = With<Omit<RowOf<typeof request>, 'action'>, RequestStatus> & { readonly action: RequestAction }

export async function getRelationship(tx: ReadTx, id: string): Promise<RelationshipRow | undefined> {
  return (await tx.get(relationship, id)) as RelationshipRow | undefined
}

export async function getAssignment(tx: ReadTx, id: string): Promise<AssignmentRow | undefined> {
  return (await tx.get(assignment, id)) as AssignmentRow | undefined
}

export async function getOperation(tx: ReadTx, id: string): Promise<OperationRow | undefined> {
  return (await tx.get(operation, id)) as OperationRow | undefined
}

export async function getRequest(tx: ReadTx, id: string): Promise<RequestRow | undefined> {
  return (await tx.get(request, id)) as RequestRow | undefined
}

export async function assignmentsOf(tx: ReadTx, relationshipId: string): Promise<AssignmentRow[]> {
  return (await tx.find(assignment, { relationshipId })) as AssignmentRow[]
}

export async function operationsOf(tx: ReadTx, relationshipId: string): Promise<OperationRow[]> {
  return (await tx.find(operation, { relationshipId })) as OperationRow[]
}

/** The subject of audit records about the row or about something below it. */
export function subjectOf(kind: Recorded, id: string, row: RelationshipRow): AuditSubject {
  return {
    kind,
    id,
    displayName: row.displayName,
    relationshipId: row.id,
    customerTenantId: row.customerTenantId,
    ...(kind === 'relationship' ? { row } : {}),
  }
}

/** The same of an assignment, with what it gives to whom. */
export function assignmentSubject(row: AssignmentRow, owner: RelationshipRow): AuditSubject {
  const roles = row.accessDetails.unifiedRoles.map(({ roleDefinitionId }) => roleDefinitionId)
  return {
    ...subjectOf('assignment', row.id, owner),
    row,
    access: { groupId: row.accessContainer.accessContainerId, roles },
  }
}

export function namedOf(row: RelationshipRow, groupId?: string): InterferenceFacts {
  return {
    relationshipId: row.id,
    displayName: row.displayName,
    ...(groupId === undefined ? {} : { groupId }),
  }
}
