/** What the log of a tenant says of a catalogue of roles that it got: events.md §9.1. */
import type { Ids } from '#base/ids.ts'
import type { Tx } from '#edm/ports.ts'
import { directoryAudit } from '../audit.ts'
import { change } from '../rules/audit-record.ts'
import type { RolesMark } from './rows.ts'

export interface CatalogueChange {
  readonly tenantId: string
  /** Who took the list, as a name. */
  readonly by: string
  readonly before: RolesMark
  readonly after: RolesMark
  /** The instant, as rows hold it. */
  readonly now: string
}

export async function recordCatalogue(tx: Tx, ids: Ids, facts: CatalogueChange): Promise<void> {
  const { tenantId, by, before, after, now } = facts
  const app = { appId: null, displayName: by, servicePrincipalId: null, servicePrincipalName: null }
  await tx.insert(directoryAudit, {
    id: ids.mint(),
    category: 'RelataManagement',
    correlationId: null,
    result: 'success',
    resultReason: '',
    activityDisplayName: 'Update role catalogue',
    activityDateTime: now,
    loggedByService: 'Relata',
    operationType: 'Update',
    initiatedBy: { app, user: null },
    targetResources: [
      {
        id: tenantId,
        displayName: 'Role catalogue',
        type: 'RoleCatalogue',
        userPrincipalName: null,
        modifiedProperties: [change('asOf', before.asOf, after.asOf), change('digest', before.digest, after.digest)],
      },
    ],
    additionalDetails: [],
    subjectId: tenantId,
  })
}
