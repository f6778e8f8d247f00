/**
 * A relationship that an indirect provider creates for one of its resellers (gdap.md §1.3). Graph has no call for it:
 * it is done in Partner Center. The reseller owns the row, and must consent before the customer can approve.
 */
import { AppError, Faults, invariant } from '#base/errors.ts'
import { guidIn } from '#base/ids.ts'
import type { WriteContext } from '#edm/ports.ts'
import { resellerRelationship } from '../../types.ts'
import type { GdapSettings } from '../settings.ts'
import { getRelationship, type RelationshipRow } from '../typed-rows.ts'
import { newRelationship, recordCreation } from './relationship.ts'
import { moveRelationship } from './relationship-transitions.ts'

export interface RaiseFacts {
  readonly resellerTenantId: string
  readonly indirectProviderTenantId: string
  /** Members as in the body of a creation, not yet checked. */
  readonly draft: Readonly<Record<string, unknown>>
}

/**
 * Runs in the tenant of the reseller. The relationship is locked for approval in the same transaction. Throws `invalid`
 * with all faults of the draft, and `conflict` for its name.
 */
export async function raiseForReseller(
  settings: GdapSettings,
  context: WriteContext,
  { resellerTenantId, indirectProviderTenantId, draft }: RaiseFacts,
): Promise<RelationshipRow> {
  if (resellerTenantId === indirectProviderTenantId) {
    throw new AppError('invalid', 'An indirect provider is not its own reseller.', {
      target: 'indirectProviderTenantId',
    })
  }
  const { displayName, duration, autoExtendDuration, customer, accessDetails } = draft
  const faults = new Faults('badRequest')
  const named = (customer as { tenantId?: unknown } | null | undefined)?.tenantId
  if (typeof named === 'string' && guidIn(named) === indirectProviderTenantId)
    faults.add('customer/tenantId', 'An indirect provider cannot be its own customer.')
  const row = await newRelationship(settings, context, {
    draft: { displayName, duration, autoExtendDuration, customer, accessDetails } as never,
    faults,
    partnerId: resellerTenantId,
    isDraft: false,
  })
  await context.tx.insert(resellerRelationship, { ...row, indirectProviderTenantId, isPartnerConsentPending: true })
  const made = await getRelationship(context.tx, row.id)
  invariant(made !== undefined, 'it has just been made')
  await recordCreation(context, made)
  return moveRelationship(settings, context, made, { event: 'lockForApproval' })
}
