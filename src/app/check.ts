/** Looks through a whole store for what the rules never leave behind, and says of each what to do. Changes nothing. */

import type { Store } from '#edm/ports.ts'
import { behaviours } from '#workloads/behaviours.ts'
import { checkReferences } from '#workloads/check-references.ts'
import type { Finding, Ward } from '#workloads/finding.ts'
import { checkAgenda } from '#workloads/gdap/checks/agenda.ts'
import { checkRelationships, readRelationships } from '#workloads/gdap/checks/relationships.ts'
import { defaultGdapSettings, type GdapSettings } from '#workloads/gdap/rules/settings.ts'
import type { GdapConfig } from '#workloads/gdap/settings-flags.ts'
import { models } from '#workloads/models.ts'
import { checkNames } from '#workloads/term-store/checks/labels.ts'
import { checkMirrors } from '#workloads/term-store/checks/mirrors.ts'
import { checkPlaces } from '#workloads/term-store/checks/places.ts'
import { readTaxonomy } from '#workloads/term-store/checks/taxonomy.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'

async function checkTenant(ward: Ward, settings: GdapSettings, kinds: ReadonlySet<string>): Promise<void> {
  await checkReferences(ward, models.beta)
  const taxonomy = await readTaxonomy(ward)
  checkPlaces(ward, taxonomy)
  checkMirrors(ward, taxonomy)
  await checkNames(ward, taxonomy)
  const relationships = await readRelationships(ward)
  await checkRelationships(ward, relationships)
  await checkAgenda(ward, settings, kinds, relationships)
}

/** `gdap`: what is held back or slow on purpose is not missing. `only`: this tenant and no other. */
export async function checkStore(
  store: Store,
  gdap: Partial<GdapConfig>,
  tell: (finding: Finding) => void,
  only?: string,
): Promise<{ readonly tenants: number; readonly findings: number }> {
  const settings: GdapSettings = { ...defaultGdapSettings, ...gdap }
  const kinds = new Set(behaviours(defaultSettings, settings).flatMap(({ due }) => Object.keys(due ?? {})))
  let findings = 0
  const tenants = (await store.tenants()).filter(({ id }) => only === undefined || id === only)
  for (const { id: tenantId } of tenants) {
    const report: Ward['report'] = (rule, at, what, advice) => {
      findings += 1
      tell({ rule, tenantId, at, what, advice })
    }
    await checkTenant({ store, tenantId, report }, settings, kinds)
  }
  return { tenants: tenants.length, findings }
}
