/** What people of one tenant hold in another: the sign-in asks it for a token, the engine for each request. */
import type { Delegations } from '#auth/directory/directory.ts'
import { guidOf } from '#base/ids.ts'
import type { Actor, Store } from '#edm/ports.ts'
import { type DelegatedGrant, grantsIn } from '#workloads/gdap/rules/relationship/grants.ts'
import type { TenantList } from './tenant-list.ts'

export interface DelegationParts {
  readonly store: Store
  readonly tenants: TenantList
  /** Lets everything happen that is due: what has ended by now gives nothing. */
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

/** An application without a person holds nothing: groups have people as members only. */
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

/** Who the actor is at home. */
export function principalOf({ homeTenantId = '', userId, appId = '' }: Actor) {
  return {
    homeTenantId,
    appId,
    ...(userId === undefined ? {} : { userId }),
  }
}
