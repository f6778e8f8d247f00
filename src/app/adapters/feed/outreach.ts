/** Adapter: how the rules of subscriptions reach others. Its code is loaded when the first subscription is made. */
import type { Store } from '#edm/ports.ts'
import type { AddressPolicy } from '#notify/addresses/policy.ts'
import type { Sender } from '#notify/sending/sender.ts'
import type { Targets } from '#notify/targets.ts'
import type { Outreach } from '#workloads/subscriptions/rules/settings.ts'

export interface OutreachFacts {
  readonly store: Store
  readonly strict: boolean
  readonly policy: AddressPolicy
  /** Made when it is first needed. */
  readonly sender: () => Promise<Sender>
  /** Told in transactions that change who is told of events. */
  readonly touched: () => void
}

export function outreachOf({ store, strict, policy, sender, touched }: OutreachFacts): Outreach {
  let known: Promise<Targets> | undefined
  const targets = (): Promise<Targets> => {
    known ??= import('#notify/targets.ts').then(({ targetsOn }) => targetsOn(store))
    return known
  }
  return {
    checkUrl: async (url, member) => {
      const { checkAddress } = await import('#notify/addresses/check-address.ts')
      checkAddress(url, policy, member)
    },
    validate: async (url, member, requestId) => {
      const { validateAddress } = await import('#notify/addresses/handshake.ts')
      await validateAddress(await sender(), { url, member, requestId, strict })
    },
    addTarget: async (tx, target, now) => {
      touched()
      return (await targets()).add(tx, target, now)
    },
    removeTarget: async (tx, id, now) => {
      touched()
      await (await targets()).remove(tx, id, now)
    },
  }
}
