/** Ends the relationships that partners have with tenants that are removed: their rows are those of the partners. */
import type { Actor } from '#edm/ports.ts'
import { endForLeftCustomer } from '#workloads/gdap/rules/relationship/relationship-transitions.ts'
import type { GdapSettings } from '#workloads/gdap/rules/settings.ts'
import { getRelationship } from '#workloads/gdap/rules/typed-rows.ts'
import { relationship } from '#workloads/gdap/types.ts'
import type { SeedFacts } from '../seed/seed-facts.ts'

export interface PartnerFacts extends SeedFacts {
  readonly gdap: GdapSettings
}

/** Whatever their status is: those of a customer that is not there never go on, nor wait for it. */
export async function leavePartners(facts: PartnerFacts, customers: readonly string[]): Promise<void> {
  const { store, engine, gdap } = facts
  for (const { id: partner } of await store.tenants()) {
    const ids = await store.read(partner, async (tx) => {
      if (!(await tx.has(relationship, {}))) return []
      const found: string[] = []
      for (const customerTenantId of customers)
        for (const { id } of await tx.find(relationship, { customerTenantId })) found.push(id)
      return found
    })
    const actor: Actor = { kind: 'system', tenantId: partner, permissions: new Set() }
    for (const id of ids)
      await engine.inTenant(partner, actor, async (context) => {
        const row = await getRelationship(context.tx, id)
        if (row !== undefined) await endForLeftCustomer(gdap, context, row)
      })
  }
  await engine.settle()
}
