/** The default seed: three well-known tenants, the same in every release. */

import type { Seed, SeedTenant } from './format/seed-format.ts'
import { applications, sitesOf, termStores, wellKnown } from './seed-data.ts'
import { agentGroups, people, relationships, teamOf } from './seed-directory.ts'

type Name = 'contoso' | 'fabrikam' | 'northwind'

function tenantOf(
  name: Name,
  displayName: string,
  more: Pick<SeedTenant, 'isPartner' | 'groups' | 'relationships'> = {},
) {
  const id = wellKnown[name]
  return {
    id,
    displayName,
    defaultDomain: `${name}.example`,
    administrators: [`admin@${name}.example`],
    people: people[name],
    groups: [teamOf(id)],
    sites: sitesOf(id, displayName),
    applications,
    termStore: termStores[name],
    ...more,
  } satisfies SeedTenant
}

export const tenants = [
  tenantOf('contoso', 'Contoso', {
    isPartner: true,
    groups: [...agentGroups, teamOf(wellKnown.contoso)],
    relationships,
  }),
  tenantOf('fabrikam', 'Fabrikam'),
  tenantOf('northwind', 'Northwind Traders'),
] as const

export const defaultSeed: Seed = { tenants }
