/**
 * Records a transition: one audit record in Graph's shape, and an event for the outbox if Partner Center names one
 * (gdap.md §7.1, §7.2). Always in the transaction that makes the transition.
 */
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { directoryAudit, outboxEvent } from '../../../directory/audit.ts'
import { type AuditSubject, type Initiator, type Recorded, type RecordedChange, resources } from './audit-subject.ts'
import { recordForCustomer } from './customer-audit.ts'

function jsonOf(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value)
}

/** Columns of ours, which Graph's audit records do not have. */
const unseen: ReadonlySet<string> = new Set(['customerTenantId', 'lockedDateTime'])

function changesOf({ before, after }: RecordedChange) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((displayName) => !unseen.has(displayName))
    .map((displayName) => ({
      displayName,
      newValue: jsonOf(after[displayName]),
      oldValue: jsonOf(before[displayName]),
    }))
}

const nobody: Initiator = { app: null, user: null }
const noUser = { id: null, displayName: null, ipAddress: null, userPrincipalName: null }

/** A person of the customer, who is not an actor of this tenant. */
export function customerUser(name: string | undefined): Initiator {
  return name === undefined ? nobody : { app: null, user: { ...noUser, displayName: name, userPrincipalName: name } }
}

/** An initiator without application and user stands for the service itself. */
function initiatorOf({ actor }: WriteContext, { step, initiator }: RecordedChange): Initiator {
  if (initiator !== undefined) return initiator
  if (step.by !== 'partner' && step.by !== 'reseller') return nobody
  if (actor.kind === 'user') return { app: null, user: { ...noUser, id: actor.userId ?? null } }
  if (actor.kind === 'system') return nobody
  const app = { appId: actor.appId ?? null, displayName: null, servicePrincipalId: null, servicePrincipalName: null }
  return { app, user: null }
}

function pathOf({ kind, id, relationshipId }: AuditSubject): string {
  return kind === 'assignment'
    ? `/granularAdminRelationships/${relationshipId}/accessAssignments/${id}`
    : `/granularAdminRelationships/${relationshipId}`
}

interface EventFacts {
  readonly eventName: string
  readonly auditId: string | null
}

function tell({ tx, ids, now }: WriteContext, subject: AuditSubject, facts: EventFacts) {
  return tx.insert(outboxEvent, {
    ...facts,
    id: ids.mint(),
    resourceName: resources[subject.kind].name,
    resourcePath: pathOf(subject),
    subjectId: subject.relationshipId,
    changedDateTime: now,
    deliveredDateTime: null,
  })
}

function detailsOf(subject: AuditSubject, { step }: RecordedChange) {
  return [
    { key: 'resourceType', value: resources[subject.kind].record },
    { key: 'relationshipId', value: subject.relationshipId },
    ...(subject.customerTenantId === null ? [] : [{ key: 'customerId', value: subject.customerTenantId }]),
    ...(step.audit === 'approved' ? [{ key: 'ApprovedBy', value: 'Customer' }] : []),
  ]
}

const failed: ReadonlySet<string> = new Set(['error', 'failed'])

/** Writes the audit record of a transition and its event. */
export async function record(context: WriteContext, subject: AuditSubject, transition: RecordedChange): Promise<void> {
  const { tx, ids, now } = context
  const { step } = transition
  const resource = resources[subject.kind]
  const operationType = `${resource.record}_${step.audit}`
  const id = ids.mint()
  await tx.insert(directoryAudit, {
    id,
    category: resource.name,
    correlationId: null,
    result: failed.has(step.to ?? '') ? 'failure' : 'success',
    resultReason: null,
    activityDisplayName: operationType.replaceAll('_', ' '),
    activityDateTime: now,
    loggedByService: 'Partner Customer Delegated Administration',
    operationType,
    initiatedBy: initiatorOf(context, transition),
    targetResources: [
      {
        displayName: subject.displayName,
        id: subject.id,
        modifiedProperties: changesOf(transition),
        type: resource.name,
        userPrincipalName: null,
      },
    ],
    additionalDetails: detailsOf(subject, transition),
    subjectId: subject.id,
  })
  await recordForCustomer(context, subject, transition)
  if (step.event !== undefined)
    await tell(context, subject, { eventName: `${resource.event}-${step.event}`, auditId: id })
}

/** Partner Center sends mails at these instants, but has no event for them: the name is ours (gdap.md §7.3). */
export async function remind(context: WriteContext, subject: AuditSubject, days: number): Promise<void> {
  await tell(context, subject, { eventName: `relata.granular-admin-relationship-ends-in-${days}-days`, auditId: null })
}

/** Who created the row, read from its first audit record: for what the service carries out later. */
export async function makerOf(tx: ReadTx, kind: Recorded, id: string, audit: string): Promise<Initiator | undefined> {
  const operationType = `${resources[kind].record}_${audit}`
  return (await tx.find(directoryAudit, { subjectId: id })).find((row) => row.operationType === operationType)
    ?.initiatedBy
}
