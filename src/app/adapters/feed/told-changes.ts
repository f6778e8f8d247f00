/** Changes by control addresses that are in no outbox, told to the readers of the feed when they are made. */
import type { EventFeed } from '#control/feed/feed.ts'
import type { TermStoreRoles } from '#control/rights/roles.ts'
import type { TenantControl } from '#control/tenants.ts'
import type { FaultsAtWork } from '../faults/control.ts'

type Feed = Pick<EventFeed, 'tell'>

/** The same call, and when it has been answered the message. */
function telling<Args extends unknown[], Value>(call: (...args: Args) => Promise<Value>, tell: () => void) {
  return async (...args: Args): Promise<Value> => {
    const value = await call(...args)
    tell()
    return value
  }
}

export function toldFaults(faults: FaultsAtWork, feed: Feed): FaultsAtWork {
  const tell = (): void => feed.tell('relata.faults-changed', {})
  return {
    ...faults,
    add: (wish) => {
      const added = faults.add(wish)
      tell()
      return added
    },
    change: telling(faults.change, tell),
    remove: telling(faults.remove, tell),
    clear: telling(faults.clear, tell),
  }
}

/** Of a stand-in: in a registry nobody learns which tenants there are. */
export function toldTenants(control: TenantControl, feed: Feed): TenantControl {
  const tell = (): void => feed.tell('relata.tenants-changed', {})
  const { add, update, remove } = control
  return { ...control, add: telling(add, tell), update: telling(update, tell), remove: telling(remove, tell) }
}

export function toldRoles(roles: TermStoreRoles, feed: Feed): TermStoreRoles {
  return {
    ...roles,
    change: async (tenant, change, actor) => {
      const value = await roles.change(tenant, change, actor)
      const tenantId = String(value['tenantId'])
      // Who lists them in a registry changes nothing.
      if (Object.keys(change).length > 0)
        feed.tell('relata.term-store-roles-changed', { tenantId }, { tenantId, area: 'taxonomy' })
      return value
    },
  }
}
