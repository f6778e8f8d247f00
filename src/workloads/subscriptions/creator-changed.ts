/** What the directory tells subscriptions: somebody may do less than before, and may have made some (events.md §3.5). */
import type { WriteContext } from '#edm/ports.ts'
import { subscription } from './types.ts'

/** The kind of the due entry that asks of all creators of a tenant whether they may still read; its subject is the tenant. */
export const checkKind = 'subscription.check'
/** The kind of the due entry with which a subscription ends. */
export const endKind = 'subscription.end'
/** The kind of the due entry after which one that was not reauthorised is told of nothing. */
export const lapseKind = 'subscription.lapse'

/** Before anything is read again, the creators are asked about. */
export async function creatorChanged({ tx, agenda, now, actor }: WriteContext, userId: string): Promise<void> {
  if (!(await tx.has(subscription, { creatorId: userId }))) return
  await agenda.set({ kind: checkKind, subject: actor.tenantId, due: now })
}
