/**
 * The tenants, in memory: rules ask inside a transaction of one tenant, where no other can be read.
 * A tenant is neither renamed nor removed while the server runs.
 */

import type { Store } from '#edm/ports.ts'
import { tenant } from '#workloads/directory/types.ts'
import type { TenantFacts } from '#workloads/gdap/rules/settings.ts'

export interface TenantList {
  /** Among the loaded ones. */
  find(idOrDomain: string): TenantFacts | undefined
  /** In the order of their names. */
  all(): readonly TenantFacts[]
  /** Reads added tenants. Never inside a transaction: it would wait for its own end. */
  refresh(): Promise<void>
}

export function tenantListOf(store: Store): TenantList {
  const byId = new Map<string, TenantFacts>()
  const byDomain = new Map<string, TenantFacts>()
  const read = async (): Promise<void> => {
    for (const { id } of await store.tenants()) {
      if (byId.has(id)) continue
      const row = await store.read(id, (tx) => tx.get(tenant, id))
      if (row === undefined) continue
      const facts = { id, displayName: row.displayName, defaultDomain: row.defaultDomain.toLowerCase() }
      byId.set(id, facts)
      byDomain.set(facts.defaultDomain, facts)
    }
  }
  let reading: Promise<void> | undefined
  return {
    find: (idOrDomain) => {
      const wanted = idOrDomain.toLowerCase()
      return byId.get(wanted) ?? byDomain.get(wanted)
    },
    all: () => [...byId.values()].sort((one, other) => one.displayName.localeCompare(other.displayName, 'en')),
    refresh: () => {
      reading ??= read().finally(() => {
        reading = undefined
      })
      return reading
    },
  }
}
