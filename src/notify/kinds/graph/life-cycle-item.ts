/** What becomes of a subscription, as its own notification (events.md §3.6). */
import { instantOut } from '#edm/types.ts'
import { factsIn } from '#workloads/events/canonical.ts'
import { lifeCycleOf } from '#workloads/subscriptions/rules/life-cycle.ts'
import type { OutboxRow, TargetRow } from '../kind.ts'

export function lifeCycleItem(tenantId: string, { secret }: Pick<TargetRow, 'secret'>, event: OutboxRow) {
  const expiration = factsIn(event)?.after?.['expirationDateTime']
  return {
    subscriptionId: event.subjectId,
    subscriptionExpirationDateTime: typeof expiration === 'string' ? instantOut(expiration) : null,
    tenantId,
    clientState: secret,
    lifecycleEvent: lifeCycleOf(event.eventName),
  }
}
