/** What `relata check` looks for in the roles of a tenant: docs/adr/0050. */
import type { CheckedTenant } from '../../finding.ts'
import { isOfItsMark } from './rows.ts'

export async function checkRoles({ store, tenantId, report }: CheckedTenant): Promise<void> {
  if ((await store.read(tenantId, (tx) => isOfItsMark(tx, tenantId))) !== false) return
  report(
    'roles',
    'the built-in roles',
    'the rows of its roles are not those of the catalogue that it is marked with',
    'take a later list with relata roles update, which writes all of them; or restore a backup',
  )
}
