/**
 * What the customer decides about a relationship, which Graph has no call for: gdap.md §3.2 T5, T12, §5. Runs in the
 * tenant of the partner, after the check that the caller may act for the customer.
 */
import { AppError } from '#base/errors.ts'
import type { PatchOf } from '#edm/infer.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { globalAdministrator } from '../../../directory/role-catalogue.ts'
import { type relationship, resellerRelationship } from '../../types.ts'
import { customerUser } from '../audit/audit-record.ts'
import { invalid, malformedId, notAllowed, unknownRelationship } from '../refusals.ts'
import { getRelationship, type RelationshipRow } from '../typed-rows.ts'
import { isZero } from './duration.ts'
import { next, type RelationshipEvent } from './lifecycle.ts'
import { moveRelationship } from './relationship-transitions.ts'
import { extensionDuration, noExtension, partnerOf, relationshipIdOf, roleIdsOf } from './validate.ts'

export interface CustomerFacts {
  readonly relationshipId: string
  readonly customer: { readonly tenantId: string; readonly displayName: string; readonly defaultDomain: string }
  /** Name of the person who acts for the customer. */
  readonly by?: string
}

async function needRelationship(tx: ReadTx, id: string): Promise<RelationshipRow> {
  const known = relationshipIdOf(id)
  if (known === undefined) throw malformedId()
  const row = await getRelationship(tx, known)
  if (row === undefined) throw unknownRelationship(id)
  return row
}

const verbs: Partial<Record<RelationshipEvent, string>> = {
  customerApprove: 'approved',
  customerReject: 'rejected',
  removeRoles: 'ended',
  customerSwitchAutoExtend: 'changed',
}

/** An approval link serves one customer: the one it was made for, or the first to answer it. */
function checkCustomer(row: RelationshipRow, tenantId: string): void {
  if (row.customerTenantId === null || row.customerTenantId === tenantId) return
  throw new AppError('forbidden', 'The relationship is with another customer.', { code: 'forbidden' })
}

function ownCustomer(message: string): AppError {
  return new AppError('forbidden', message, { code: 'forbidden', target: 'tenantId' })
}

/** Rows of before may name the partner as its own customer: they can be rejected and ended, but not approved. */
function checkOther({ id }: RelationshipRow, tenantId: string, event: RelationshipEvent): void {
  if (event !== 'customerApprove' || partnerOf(id) !== tenantId) return
  throw ownCustomer('A partner cannot be its own customer.')
}

async function checkPossible(
  tx: ReadTx,
  row: RelationshipRow,
  tenantId: string,
  event: RelationshipEvent,
): Promise<void> {
  if (next(row.status, event) === undefined) {
    throw notAllowed(`A relationship that is '${row.status}' cannot be ${verbs[event]} by the customer.`, [])
  }
  if (event !== 'customerApprove' && event !== 'customerReject') return
  const raised = await tx.get(resellerRelationship, row.id)
  if (event === 'customerApprove' && raised?.indirectProviderTenantId === tenantId)
    throw ownCustomer('An indirect provider cannot be its own customer.')
  if (raised?.isPartnerConsentPending === true) {
    throw notAllowed('The reseller has not approved the relationship yet.', [])
  }
}

/** The relationship, if the customer may do this with it now. */
async function needFor({ tx }: WriteContext, facts: CustomerFacts, event: RelationshipEvent): Promise<RelationshipRow> {
  const row = await needRelationship(tx, facts.relationshipId)
  const tenantId = facts.customer.tenantId.toLowerCase()
  checkCustomer(row, tenantId)
  checkOther(row, tenantId, event)
  await checkPossible(tx, row, tenantId, event)
  return row
}

async function act(context: WriteContext, facts: CustomerFacts, event: RelationshipEvent): Promise<RelationshipRow> {
  const row = await needFor(context, facts, event)
  const tenantId = facts.customer.tenantId.toLowerCase()
  const patch: PatchOf<typeof relationship> =
    row.customerTenantId === null
      ? { customer: { tenantId, displayName: facts.customer.displayName }, customerTenantId: tenantId }
      : {}
  return moveRelationship(undefined, context, row, { event, patch, initiator: customerUser(facts.by) })
}

/**
 * `Approve all` in the admin center. Like the other two, throws `AppError` if the status forbids it, and returns the
 * row as it is before the service's next transition.
 */
export function approve(context: WriteContext, facts: CustomerFacts): Promise<RelationshipRow> {
  return act(context, facts, 'customerApprove')
}

export function reject(context: WriteContext, facts: CustomerFacts): Promise<RelationshipRow> {
  return act(context, facts, 'customerReject')
}

/** `Remove roles` in the admin center. */
export function terminateByCustomer(context: WriteContext, facts: CustomerFacts): Promise<RelationshipRow> {
  return act(context, facts, 'removeRoles')
}

/** Lets the relationship extend itself at its end, or not: what the portal lets both sides do (gdap.md §3.2 T7). */
export async function switchExtension(
  context: WriteContext,
  facts: CustomerFacts,
  allowed: boolean,
): Promise<RelationshipRow> {
  const event = 'customerSwitchAutoExtend'
  const row = await needFor(context, facts, event)
  if (allowed && roleIdsOf(row.accessDetails).includes(globalAdministrator))
    throw invalid('allowed', 'A relationship with the Global Administrator role cannot be extended automatically.')
  if (isZero(row.autoExtendDuration ?? noExtension) !== allowed) return row
  const patch = { autoExtendDuration: allowed ? extensionDuration : noExtension }
  return moveRelationship(undefined, context, row, { event, patch, initiator: customerUser(facts.by) })
}
