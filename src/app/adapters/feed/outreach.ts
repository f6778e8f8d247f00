/** Adapter: how the rules of subscriptions reach others. Its code is loaded when the first subscription is made. */
import type { Store } from '#edm/ports.ts'
import type { Targets } from '#notify/targets.ts'
import type { Outreach } from '#workloads/subscriptions/rules/settings.ts'
import type { Deliveries } from '../deliveries/deliveries.ts'

/** After this many milliseconds of real time, what happened by itself is durable. */
const soonMillis = 500

export interface OutreachFacts {
  readonly store: Store
  readonly strict: boolean
  readonly deliveries: Deliveries
}

export function outreachOf({ store, strict, deliveries }: OutreachFacts): Outreach {
  let known: Promise<Targets> | undefined
  const targets = (): Promise<Targets> => {
    known ??= import('#notify/targets.ts').then(({ targetsOn }) => targetsOn(store))
    return known
  }
  return {
    checkUrl: async (url, member) => {
      const { checkAddress } = await import('#notify/addresses/check-address.ts')
      checkAddress(url, deliveries.policy, member)
    },
    validate: async (url, member, requestId) => {
      const { validateAddress } = await import('#notify/addresses/handshake.ts')
      await validateAddress(await deliveries.sender(), { url, member, requestId, strict })
    },
    changing: ({ actor, afterwards }) => {
      // If the list cannot be read now, it is with the next change.
      const look = (): Promise<void> => deliveries.changed(actor.tenantId).catch(() => undefined)
      if (afterwards !== undefined) afterwards(look)
      // Only removals happen by themselves: until then, the target is known to be there and is told of nothing.
      else setTimeout(look, soonMillis).unref()
    },
    addTarget: async (tx, target, now) => (await targets()).add(tx, target, now),
    removeTarget: async (tx, id, now) => (await targets()).remove(tx, id, now),
  }
}
