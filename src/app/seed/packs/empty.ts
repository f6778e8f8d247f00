/** The pack `empty`: the well-known companies with administrators and applications, and nothing to work on. */
import { defaultSeed } from '../default-seed.ts'
import type { Seed, SeedTenant } from '../format/seed-format.ts'

/** A tenant of the demo data without its relationships, groups, sites and terms. */
export function bareTenant({
  people = [],
  groups,
  sites,
  termStore,
  relationships,
  ...tenant
}: SeedTenant): SeedTenant {
  const { id, languages, administrators } = termStore ?? {}
  return {
    ...tenant,
    people: people.slice(0, 1),
    termStore: {
      ...(id === undefined ? {} : { id }),
      ...(languages === undefined ? {} : { languages }),
      ...(administrators === undefined ? {} : { administrators }),
    },
  }
}

export function emptySeed(): Seed {
  return { tenants: defaultSeed.tenants.map(bareTenant) }
}
