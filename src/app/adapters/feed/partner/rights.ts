/** Who may use Partner Center's API: events.md §2.2. */
import { AppError, lacking } from '#base/errors.ts'
import type { Actor, Store } from '#edm/ports.ts'
import { adminAgents, isMemberOf } from '#workloads/gdap/rules/admin-agents.ts'
import { readPermissions, writePermissions } from '#workloads/gdap/types.ts'

const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'
const billingAdministrator = 'b0f54661-2d74-4c50-afa3-1ec803f12efe'
const roles = [globalAdministrator, billingAdministrator]
const groups = [adminAgents, 'SalesAgents', 'HelpdeskAgents']
const scope = 'user_impersonation'

export interface PartnerRights {
  readonly store: Store
  readonly registry: boolean
  /** Whether the partner's people have to be in a group, or hold a role. */
  readonly adminAgents: boolean
}

function checkPermission({ registry }: PartnerRights, { kind, permissions }: Actor, right: 'read' | 'write'): void {
  if (!registry && kind === 'app') return
  const wanted = registry ? (right === 'read' ? readPermissions : writePermissions) : [scope]
  if (wanted.some((one) => permissions.has(one))) return
  throw lacking('The token gives no right to this.', { layer: 'permission', wanted, held: [...permissions] })
}

/** Throws `forbidden`. */
export function rightsWith(facts: PartnerRights): (actor: Actor, right: 'read' | 'write') => Promise<void> {
  return async (actor, right) => {
    if (actor.homeTenantId !== undefined)
      throw new AppError('forbidden', 'Only a partner itself may use this, in its own tenant.', {
        check: 'access.tenant',
      })
    checkPermission(facts, actor, right)
    if (!facts.adminAgents || actor.kind !== 'user' || roles.some((role) => actor.roles?.has(role) === true)) return
    const isIn = await facts.store.read(actor.tenantId, async (tx) => {
      for (const group of groups) if (await isMemberOf({ tx, actor }, group)) return true
      return false
    })
    if (isIn) return
    throw lacking(
      `Only members of ${groups.join(', ')}, Global Administrators and Billing Administrators may use this.`,
      { layer: 'role', wanted: [...groups, ...roles], held: [...(actor.roles ?? [])] },
    )
  }
}
