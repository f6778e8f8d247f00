/** Adapter: who reads the log of a registry with its chain: whoever reads it through Graph, in its own tenant. */
import { lacking } from '#base/errors.ts'
import type { OwnRequest } from '#base/own-address.ts'
import type { Actor, Store } from '#edm/ports.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { checkMayReadAudits } from '#workloads/directory/rules/rights.ts'

const permissions = directoryAudit.scopes?.read ?? []

/** Returns the tenant; throws `unauthenticated` and `forbidden`. */
export function auditReaderWith(
  store: Store,
  needActor: (request: OwnRequest) => Promise<Actor>,
): (request: OwnRequest) => Promise<string> {
  return async (request) => {
    const actor = await needActor(request)
    const { tenantId, homeTenantId, permissions: held } = actor
    // Who is here by delegation reads the log through Graph, where its roles are known.
    if (homeTenantId !== undefined || !permissions.some((one) => held.has(one)))
      throw lacking('The token gives no right to read the log of the tenant.', {
        layer: 'permission',
        wanted: [...permissions],
        held: [...held],
      })
    await store.read(tenantId, (tx) => checkMayReadAudits({ tx, actor }))
    return tenantId
  }
}
