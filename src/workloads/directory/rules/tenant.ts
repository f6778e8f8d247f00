/** Creates a tenant: its own row, the built-in roles, and the one role that is always in use. */
import { invariant } from '#base/errors.ts'
import type { Tx } from '#edm/ports.ts'
import { builtInRole, globalAdministrator, roleCatalogue } from '../role-catalogue.ts'
import { directoryRole, unifiedRoleDefinition } from '../roles.ts'
import { tenant } from '../types.ts'
import { definitionOf, roleRow } from './role.ts'

export interface TenantPlan {
  readonly id: string
  readonly displayName: string
  readonly domain: string
  readonly now: string
}

/** The tenant must have been added to the store. */
export async function createTenant(tx: Tx, { id, displayName, domain, now }: TenantPlan): Promise<void> {
  await tx.insert(tenant, {
    id,
    displayName,
    defaultDomain: domain,
    createdDateTime: now,
    countryLetterCode: 'US',
    preferredLanguage: 'en',
    verifiedDomains: [
      {
        capabilities: 'Email, OfficeCommunicationsOnline',
        isDefault: true,
        isInitial: true,
        name: domain,
        type: 'Managed',
      },
    ],
  })
  for (const role of roleCatalogue) await tx.insert(unifiedRoleDefinition, definitionOf(role))
  const first = builtInRole(globalAdministrator)
  invariant(first !== undefined, 'the catalogue has the Global Administrator')
  await tx.insert(directoryRole, roleRow(first))
}
