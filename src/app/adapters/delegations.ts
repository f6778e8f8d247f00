/** Roles that users of one tenant hold in another. Sign-in asks for each token, the engine for each request. */
import type { Delegations } from '#auth/directory/directory.ts'
import { guidOf } from '#base/ids.ts'
import type { Actor, Store } from '#edm/ports.ts'
import { type DelegatedGrant, grantsIn } from '#workloads/gdap/rules/relationship/grants.ts'
import type { TenantList } from './tenant-list.ts'

export interface DelegationParts {
  readonly store: Store
  readonly tenants: TenantList
  /** Fires all due entries, so that an expired relationship gives no roles. */
  readonly settle: () => Promise<void>
}

export function grantsOf({ store, tenants, settle }: DelegationParts) {
  return async (customerTenantId: string, homeTenantId: string, userId: string): Promise<readonly DelegatedGrant[]> => {
    if (tenants.find(homeTenantId) === undefined) await tenants.refresh()
    if (tenants.find(homeTenantId) === undefined) return []
    await settle()
    return store.read(homeTenantId, (tx) => grantsIn(tx, { customerTenantId, userId }))
  }
}

export type GrantsOf = ReturnType<typeof grantsOf>

/** An application without a user holds no roles: only users are members of groups. */
export function delegationsOf(grants: GrantsOf): Delegations {
  return {
    rolesIn: async (customerTenantId, { homeTenantId, userId }) => {
      const home = guidOf(homeTenantId)
      const person = userId === undefined ? undefined : guidOf(userId)
      if (home === undefined || person === undefined) return []
      return [...new Set((await grants(customerTenantId, home, person)).flatMap(({ roles }) => roles))]
    },
  }
}

/** The actor as a user of its home tenant. */
export function principalOf({ homeTenantId = '', userId, appId = '' }: Actor) {
  return {
    homeTenantId,
    appId,
    ...(userId === undefined ? {} : { userId }),
  }
}
