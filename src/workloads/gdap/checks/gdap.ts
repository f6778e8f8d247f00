/** The checks of a partner's relationships, which are read once for all of them. */
import type { CheckedTenant } from '../../finding.ts'
import type { GdapSettings } from '../rules/settings.ts'
import { checkAgenda } from './agenda.ts'
import { checkRelationships, readRelationships } from './relationships.ts'

/** `kinds`: those of agenda entries that the rules of some type act on. */
export async function checkGdap(
  tenant: CheckedTenant,
  settings: GdapSettings,
  kinds: ReadonlySet<string>,
): Promise<void> {
  const relationships = await readRelationships(tenant)
  await checkRelationships(tenant, relationships)
  await checkAgenda(tenant, settings, kinds, relationships)
}
