/** The checks of each workload: what the rules never leave behind in a store. */
import { checkChain } from './audit/check-chain.ts'
import { behaviours } from './behaviours.ts'
import { checkRecord } from './check-record.ts'
import { checkReferences } from './check-references.ts'
import { checkRoles } from './directory/catalogue/check.ts'
import { checkDeliveries } from './events/check-deliveries.ts'
import { checkEvents, checkValidationEvents } from './events/check-events.ts'
import type { CheckedTenant } from './finding.ts'
import { checkGdap } from './gdap/checks/gdap.ts'
import type { GdapSettings } from './gdap/rules/settings.ts'
import { models } from './models.ts'
import { checkSubscriptions } from './subscriptions/check-subscriptions.ts'
import { checkTermStore } from './term-store/checks/term-store.ts'
import { defaultSettings } from './term-store/rules/settings.ts'

export type Check = (tenant: CheckedTenant) => Promise<void>

/** `gdap`: what these settings hold back or slow down is not reported as missing. */
export function checksFor(gdap: GdapSettings): readonly Check[] {
  const kinds = new Set(behaviours(defaultSettings, gdap).flatMap(({ due }) => Object.keys(due ?? {})))
  return [
    (tenant) => checkReferences(tenant, models.beta),
    checkTermStore,
    (tenant) => checkGdap(tenant, gdap, kinds),
    checkEvents,
    checkSubscriptions,
    checkDeliveries,
    checkValidationEvents,
    checkChain,
    checkRoles,
    (tenant) => checkRecord(tenant, models.beta),
  ]
}
