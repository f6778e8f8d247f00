/** Creates a tenant: its own row, the built-in roles, and the one role that is always in use. */
import { invariant } from '#base/errors.ts'
import type { Tx } from '#edm/ports.ts'
import { bundledMarked, definitionOf, type MarkedRoles } from '../catalogue/rows.ts'
import { globalAdministrator } from '../role-catalogue.ts'
import { directoryRole, unifiedRoleDefinition } from '../roles.ts'
import { tenant } from '../types.ts'
import { roleRow } from './role.ts'

export interface NewTenant {
  readonly id: string
  readonly displayName: string
  readonly domains: TenantDomains
  readonly countryLetterCode?: string | undefined
  readonly preferredLanguage?: string | undefined
  readonly now: string
  /** Absent: those that Relata brings. */
  readonly roles?: MarkedRoles | undefined
}

/** In lower case; `all` has the other two as well. */
export interface TenantDomains {
  readonly default: string
  readonly initial: string
  readonly all: readonly string[]
}

/** As an organisation shows them. */
export function verifiedDomainsOf(domains: TenantDomains) {
  return domains.all.map((name) => ({
    capabilities: 'Email, OfficeCommunicationsOnline',
    isDefault: name === domains.default,
    isInitial: name === domains.initial,
    name,
    type: 'Managed',
  }))
}

/** The tenant must have been added to the store. */
export async function createTenant(tx: Tx, facts: NewTenant): Promise<void> {
  const { id, displayName, domains, now, countryLetterCode = 'US', preferredLanguage = 'en' } = facts
  const { catalogue, mark } = facts.roles ?? bundledMarked()
  await tx.insert(tenant, {
    id,
    displayName,
    defaultDomain: domains.default,
    createdDateTime: now,
    countryLetterCode,
    preferredLanguage,
    verifiedDomains: verifiedDomainsOf(domains),
    roleCatalogue: JSON.stringify(mark),
  })
  for (const role of catalogue.roles) await tx.insert(unifiedRoleDefinition, definitionOf(role))
  const first = catalogue.find(globalAdministrator)
  invariant(first !== undefined, 'the catalogue has the Global Administrator')
  await tx.insert(directoryRole, roleRow(definitionOf(first)))
}
