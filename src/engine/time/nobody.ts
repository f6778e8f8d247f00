/** Who acts when time has come: one value for each tenant. */
import type { Actor } from '#edm/ports.ts'

export function nobodyIn(): (tenantId: string) => Actor {
  const known = new Map<string, Actor>()
  return (tenantId) => {
    const found = known.get(tenantId) ?? { kind: 'system', tenantId, permissions: new Set<string>() }
    known.set(tenantId, found)
    return found
  }
}
