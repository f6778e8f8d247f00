/** Adapter: the relationships of a customer, which are rows of its partners. */
import type { Customer, CustomerRelationship } from '#control/customer/customer.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, Store } from '#edm/ports.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import type { GdapSettings, TenantFacts } from '#workloads/gdap/rules/settings.ts'
import { relationship } from '#workloads/gdap/types.ts'
import type { TenantList } from '../tenant-list.ts'

/** Tenants that are read at a time. */
const atOnce = 32

const answers = {
  granular_admin_relationship_approved: 'approved',
  granular_admin_relationship_rejected: 'rejected',
} as const

/** As the log of the partner has it, for as long as it is kept. */
async function answerOf(tx: ReadTx, relationshipId: string): Promise<CustomerRelationship['answer']> {
  for (const row of await tx.find(directoryAudit, { subjectId: relationshipId })) {
    const what = Object.entries(answers).find(([name]) => name === row.operationType)?.[1]
    const by = row.initiatedBy.user
    if (what !== undefined)
      return { what, by: by?.userPrincipalName ?? by?.displayName ?? null, dateTime: row.activityDateTime }
  }
  return null
}

type Roles = GdapSettings['roles']

async function shown(
  tx: ReadTx,
  row: RowOf<typeof relationship>,
  partner: TenantFacts,
  roles: Roles,
): Promise<CustomerRelationship> {
  const { id, displayName, status, duration, autoExtendDuration, createdDateTime, activatedDateTime, endDateTime } = row
  return {
    id,
    displayName,
    status: status ?? '',
    partner: { tenantId: partner.id, displayName: partner.displayName },
    roles: row.accessDetails.unifiedRoles.map(({ roleDefinitionId: role }) => ({
      id: role,
      name: roles.find(role)?.name ?? role,
    })),
    duration,
    autoExtendDuration,
    createdDateTime,
    activatedDateTime,
    endDateTime,
    isPending: status === 'approvalPending',
    answer: await answerOf(tx, id),
  }
}

export async function relationshipsOfCustomer(
  { store, tenants, roles }: { readonly store: Store; readonly tenants: TenantList; readonly roles: Roles },
  { tenantId: customerTenantId }: Customer,
): Promise<readonly CustomerRelationship[]> {
  const found: CustomerRelationship[] = []
  const partners = tenants.all()
  const ofPartner = (partner: TenantFacts): Promise<CustomerRelationship[]> =>
    store.read(partner.id, async (tx) => {
      const list: CustomerRelationship[] = []
      for (const row of await tx.find(relationship, { customerTenantId }))
        list.push(await shown(tx, row, partner, roles))
      return list
    })
  for (let at = 0; at < partners.length; at += atOnce)
    found.push(...(await Promise.all(partners.slice(at, at + atOnce).map(ofPartner))).flat())
  return found.sort((one, other) => ((one.createdDateTime ?? '') < (other.createdDateTime ?? '') ? 1 : -1))
}
