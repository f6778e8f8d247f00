/** The rules of all workloads, type by type. */
import type { Behaviour } from '#edm/ports.ts'
import { directoryBehaviours } from './directory/rules/behaviours.ts'
import { gdapBehaviours } from './gdap/rules/behaviours.ts'
import { defaultGdapSettings, type GdapSettings } from './gdap/rules/settings.ts'
import { siteBehaviour } from './sites/rules/site.ts'
import { noSubscriptions, type SubscriptionSettings } from './subscriptions/rules/settings.ts'
import { subscriptionBehaviour } from './subscriptions/rules/subscription.ts'
import { termStoreBehaviours } from './term-store/behaviours.ts'
import type { TermStoreSettings } from './term-store/rules/settings.ts'

export function behaviours(
  settings: TermStoreSettings,
  gdap: GdapSettings = defaultGdapSettings,
  subscriptions: SubscriptionSettings = noSubscriptions,
): readonly Behaviour[] {
  return [
    ...termStoreBehaviours(settings),
    siteBehaviour,
    ...directoryBehaviours,
    ...gdapBehaviours(gdap),
    subscriptionBehaviour(subscriptions),
  ]
}
