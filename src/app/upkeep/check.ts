/** Looks through a whole store for what the rules never leave behind, and says of each what to do. Changes nothing. */
import type { Store } from '#edm/ports.ts'
import { checksFor } from '#workloads/checks.ts'
import type { Finding, Report } from '#workloads/finding.ts'
import { defaultGdapSettings } from '#workloads/gdap/rules/settings.ts'
import type { GdapConfig } from '#workloads/gdap/settings-flags.ts'

/** `gdap`: what these settings hold back or slow down is not reported as missing. `only`: this tenant and no other. */
export async function checkStore(
  store: Store,
  gdap: Partial<GdapConfig>,
  tell: (finding: Finding) => void,
  only?: string,
): Promise<{ readonly tenants: number; readonly findings: number }> {
  const checks = checksFor({ ...defaultGdapSettings, ...gdap })
  let findings = 0
  const tenants = (await store.tenants()).filter(({ id }) => only === undefined || id === only)
  for (const { id: tenantId } of tenants) {
    const report: Report = (rule, at, what, advice) => {
      findings += 1
      tell({ rule, tenantId, at, what, advice })
    }
    for (const check of checks) await check({ store, tenantId, report })
  }
  return { tenants: tenants.length, findings }
}
