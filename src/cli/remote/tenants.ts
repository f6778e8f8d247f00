/** The tenants of a running server, for `relata tenant list` and `show`. */
import type { TenantView } from '#app/tenants/tenant-view.ts'
import { call } from './call.ts'
import type { Target } from './target.ts'

const path = '/_relata/tenants'

export async function tenantsOf(target: Target): Promise<readonly TenantView[]> {
  return (await call<{ value: readonly TenantView[] }>(target, { path })).value
}

export function tenantOf(target: Target, idOrDomain: string): Promise<TenantView> {
  return call<TenantView>(target, { path: `${path}/${encodeURIComponent(idOrDomain)}` })
}
