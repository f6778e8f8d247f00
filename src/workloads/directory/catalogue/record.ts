/** What the log of a tenant says of a catalogue of roles that it got: events.md §9.1. */
import type { Ids } from '#base/ids.ts'
import type { Tx } from '#edm/ports.ts'
import { recordManagement } from '../management-record.ts'
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
  await recordManagement(
    { tx, ids, now, actor: undefined, by },
    {
      activity: 'Update role catalogue',
      type: 'RoleCatalogue',
      id: tenantId,
      displayName: 'Role catalogue',
      changes: [change('asOf', before.asOf, after.asOf), change('digest', before.digest, after.digest)],
    },
  )
}
