/**
 * Records a transition: one audit record in Graph's shape, and an event for the outbox if Partner Center names one
 * (gdap.md §7.1, §7.2). Always in the transaction that makes the transition.
 */
import { bucketOf } from '#base/ids.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { directoryAudit, outboxEvent } from '../../../directory/audit.ts'
import { leaveOut } from '../../../directory/rules/audit-record.ts'
import { type EventFacts, factsText } from '../../../events/event-facts.ts'
import {
  type AuditSubject,
  type Initiator,
  type Recorded,
  type RecordedChange,
  resourceAfter,
  resources,
} from './audit-subject.ts'
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

interface Told {
  readonly eventName: string
  readonly auditId: string | null
  readonly facts: Omit<EventFacts, 'entity'>
}

const entities = { assignment: 'delegatedAdminAccessAssignment', other: 'delegatedAdminRelationship' } as const

function tell({ tx, ids, now }: WriteContext, subject: AuditSubject, { eventName, auditId, facts }: Told) {
  const { kind, relationshipId, customerTenantId } = subject
  const { changeType, ...more } = facts
  const entity = kind === 'assignment' ? entities.assignment : entities.other
  return tx.insert(outboxEvent, {
    id: ids.mint(),
    eventName,
    resourceName: resources[kind].name,
    resourcePath: pathOf(subject),
    subjectId: relationshipId,
    auditId,
    changedDateTime: now,
    orderingKey: relationshipId,
    bucket: bucketOf(relationshipId),
    customerId: customerTenantId,
    facts: factsText({ changeType, entity, ...more }),
  })
}

/** What Partner Center is silent on, by the audit record of the transition (events.md §1.1). */
const ownNames: Readonly<Record<Recorded, Readonly<Record<string, string>>>> = {
  relationship: {
    created: 'created',
    locked_for_approval: 'locked',
    updated: 'changed',
    auto_extended: 'auto-extended',
    cleaned_up: 'cleaned-up',
    deleted: 'deleted',
  },
  assignment: { failed: 'failed' },
  operation: {},
  request: {},
}

function eventNameOf(kind: Recorded, { event, audit }: RecordedChange['step']): string | undefined {
  if (event !== undefined) return `${resources[kind].event}-${event}`
  const own = ownNames[kind][audit]
  return own && `relata.${resources[kind].event}-${own}`
}

/** Members of ours, and the one that changes with every change. */
const untold: ReadonlySet<string> = new Set([...unseen, 'lastModifiedDateTime'])

function toldOf(members: RecordedChange['after']): RecordedChange['after'] {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !untold.has(name)))
}

function changeTypeOf({ from, to, event }: RecordedChange['step']): EventFacts['changeType'] {
  if (from === null) return 'created'
  return to === null || event === 'deleted' ? 'deleted' : 'updated'
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
  leaveOut(context, id)
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
        groupType: null,
        id: subject.id,
        modifiedProperties: changesOf(transition),
        type: resource.name,
        userPrincipalName: null,
      },
    ],
    additionalDetails: detailsOf(subject, transition),
    subjectId: subject.id,
    resourceAfter: resourceAfter(subject, transition),
  })
  await recordForCustomer(context, subject, transition)
  const eventName = eventNameOf(subject.kind, step)
  if (eventName === undefined) return
  const [before, after] = [toldOf(transition.before), toldOf(transition.after)]
  const facts = { changeType: changeTypeOf(step), before, after, initiatedBy: initiatorOf(context, transition) }
  await tell(context, subject, { eventName, auditId: id, facts })
}

/** Partner Center sends mails at these instants, but has no event for them: the name is ours (gdap.md §7.3). */
export async function remind(context: WriteContext, subject: AuditSubject, days: number): Promise<void> {
  const eventName = `relata.granular-admin-relationship-ends-in-${days}-days`
  await tell(context, subject, { eventName, auditId: null, facts: { changeType: 'updated' } })
}

/** Who created the row, read from its first audit record: for what the service carries out later. */
export async function makerOf(tx: ReadTx, kind: Recorded, id: string, audit: string): Promise<Initiator | undefined> {
  const operationType = `${resources[kind].record}_${audit}`
  return (await tx.find(directoryAudit, { subjectId: id })).find((row) => row.operationType === operationType)
    ?.initiatedBy
}
