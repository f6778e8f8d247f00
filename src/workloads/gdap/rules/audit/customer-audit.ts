/**
 * What the customer's own log shows of a relationship: events.md §9.1. The partner is not named by the original records;
 * ours add it in `additionalDetails`. Written in the transaction of the partner's tenant.
 */
import { StoreError } from '#base/errors.ts'
import type { DraftOf, RowOf } from '#edm/infer.ts'
import type { ReadTx, Tx, WriteContext } from '#edm/ports.ts'
import { notNull } from '#edm/query.ts'
import { directoryAudit } from '../../../directory/audit.ts'
import { namesOfRoles } from '../../../directory/catalogue/rows.ts'
import { groupTarget, roleChanges, target } from '../../../directory/rules/audit-record.ts'
import { relationship } from '../../types.ts'
import { partnerOf } from '../relationship/validate.ts'
import type { AuditSubject, RecordedChange } from './audit-subject.ts'

type Audit = RowOf<typeof directoryAudit>
type Record = Pick<Audit, 'category' | 'activityDisplayName' | 'operationType' | 'initiatedBy' | 'targetResources'>

function service(appId: string, displayName: string): Audit['initiatedBy'] {
  const app = { appId, displayName, servicePrincipalId: null, servicePrincipalName: null }
  return { app, user: null }
}

/** Service principals of a customer with partners: gdap.md §5. */
const administration = service('2832473f-ec63-45fb-976f-5d45a7d4bb91', 'Partner Customer Delegated Administration')
const processor = service('a3475900-ccec-4a69-98f5-a65cd5dc5306', 'Partner Customer Delegated Admin Offline Processor')

/** Roles before and after, where an assignment takes effect, changes or ends. */
function rolesAround({ access }: AuditSubject, { step, after }: RecordedChange): readonly [string[], string[]] {
  const held = [...(access?.roles ?? [])]
  if (step.to === 'active' && step.from !== 'active') return [[], held]
  if (step.to === 'deleted' && step.from !== 'pending') return [held, []]
  const details = after['accessDetails'] as { unifiedRoles: readonly { roleDefinitionId: string }[] } | undefined
  if (step.to !== 'active' || details === undefined) return [[], []]
  return [held, details.unifiedRoles.map(({ roleDefinitionId }) => roleDefinitionId)]
}

function roleRecord(groupId: string, role: string, name: string | null, isAdded: boolean): Record {
  const changes = roleChanges(isAdded, role, name)
  return {
    category: 'RoleManagement',
    activityDisplayName: isAdded ? 'Add member to role' : 'Remove member from role',
    operationType: isAdded ? 'Assign' : 'Unassign',
    initiatedBy: processor,
    targetResources: [groupTarget({ id: groupId, displayName: null }, changes), target('Role', role, name)],
  }
}

async function roleRecords(tx: ReadTx, subject: AuditSubject, transition: RecordedChange): Promise<Record[]> {
  const [before, after] = rolesAround(subject, transition)
  const groupId = subject.access?.groupId ?? ''
  const given = after.filter((role) => !before.includes(role))
  const taken = before.filter((role) => !after.includes(role))
  const roles = [...given, ...taken]
  // Ids that are no roles of the catalogue stand for themselves.
  const names = (await namesOfRoles(tx, roles)).map((name, at) => (name === roles[at] ? null : name))
  return roles.map((role, at) => roleRecord(groupId, role, names[at] ?? null, at < given.length))
}

/** What the customer decides, and what becomes of the relationship. */
const shown: ReadonlySet<string> = new Set(['activated', 'terminated', 'expired'])

function relationshipRecords(subject: AuditSubject, { step, initiator, before, after }: RecordedChange): Record[] {
  if (step.by !== 'customer' && !shown.has(step.audit)) return []
  const changes = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => (name === 'status' || name === 'autoExtendDuration') && before[name] !== after[name])
    .map((displayName) => ({
      displayName,
      newValue: JSON.stringify(after[displayName] ?? null),
      oldValue: JSON.stringify(before[displayName] ?? null),
    }))
  const operationType = `granular_admin_relationship_${step.audit}`
  const own: Record = {
    category: 'GranularAdminRelationship',
    activityDisplayName: operationType.replaceAll('_', ' '),
    operationType,
    initiatedBy: step.by === 'customer' && initiator !== undefined ? initiator : administration,
    targetResources: [target('GranularAdminRelationship', subject.id, subject.displayName, changes)],
  }
  return [own]
}

/** With the first approval of a partner, the partner is added to the customer's settings. */
function partnerAdded(partnerId: string): Record {
  return {
    category: 'CrossTenantAccessSettings',
    activityDisplayName: 'Add a partner to cross-tenant access setting',
    operationType: 'Add',
    initiatedBy: administration,
    targetResources: [target('Policy', partnerId, null)],
  }
}

/** Statuses that only an approved relationship has; the one just approved is not stored yet. */
const approved = [
  'approved',
  'activating',
  'active',
  'terminationRequested',
  'terminating',
  'expiring',
  'expired',
] as const

async function isFirstApproval(tx: ReadTx, customerTenantId: string): Promise<boolean> {
  for (const status of approved) if (await tx.has(relationship, { customerTenantId, status })) return false
  const ended = { customerTenantId, status: 'terminated', activatedDateTime: notNull } as const
  return !(await tx.has(relationship, ended))
}

async function recordsOf(tx: ReadTx, subject: AuditSubject, transition: RecordedChange): Promise<Record[]> {
  const { kind, customerTenantId, relationshipId } = subject
  if (kind === 'assignment') return roleRecords(tx, subject, transition)
  if (kind !== 'relationship') return []
  const records = relationshipRecords(subject, transition)
  const isFirst = transition.step.audit === 'approved' && (await isFirstApproval(tx, customerTenantId ?? ''))
  return isFirst ? [...records, partnerAdded(partnerOf(relationshipId))] : records
}

/** A customer that has left this server has no log. */
async function insertIn(tenantId: string, tx: Tx, row: DraftOf<typeof directoryAudit>): Promise<void> {
  try {
    await tx.insert(directoryAudit, row, tenantId)
  } catch (error) {
    if (!(error instanceof StoreError && error.reason === 'tenant')) throw error
  }
}

/** Writes what the transition means to the customer, if it is known who that is. */
export async function recordForCustomer(
  { tx, ids, now }: WriteContext,
  subject: AuditSubject,
  transition: RecordedChange,
): Promise<void> {
  const { customerTenantId, relationshipId } = subject
  if (customerTenantId === null) return
  for (const record of await recordsOf(tx, subject, transition)) {
    await insertIn(customerTenantId, tx, {
      ...record,
      id: ids.mint(),
      correlationId: null,
      result: 'success',
      resultReason: null,
      activityDateTime: now,
      loggedByService: 'Core Directory',
      additionalDetails: [
        { key: 'partnerTenantId', value: partnerOf(relationshipId) },
        { key: 'relationshipId', value: relationshipId },
      ],
      subjectId: subject.id,
    })
  }
}
