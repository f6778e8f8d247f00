/**
 * What becomes of a subscription: it ends, it waits to be reauthorised, it is removed (events.md §3.5). Each of these is
 * told by an event of its own to the target for the life cycle.
 */
import { bucketOf } from '#base/ids.ts'
import type { Behaviour, ReadTx, WriteContext } from '#edm/ports.ts'
import { agendaEntry } from '../../common.ts'
import { outboxEvent } from '../../directory/audit.ts'
import { checkKind, endKind, lapseKind } from '../creator-changed.ts'
import { subscription } from '../types.ts'
import { mayStillRead, type SubscriptionRow } from './readers.ts'
import type { SubscriptionSettings } from './settings.ts'

export type LifeCycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed'

const names: Readonly<Record<LifeCycleEvent, string>> = {
  reauthorizationRequired: 'relata.subscription-reauthorization-required',
  subscriptionRemoved: 'relata.subscription-removed',
  missed: 'relata.subscription-missed',
}
export const lifeCycleNames = Object.values(names)

/** The member `lifecycleEvent` of an event of these; undefined: it is another event. */
export function lifeCycleOf(eventName: string): LifeCycleEvent | undefined {
  return (Object.keys(names) as LifeCycleEvent[]).find((event) => names[event] === eventName)
}

type Dues = NonNullable<Behaviour['due']>
type Times = Pick<WriteContext, 'tx' | 'ids' | 'now'>

const hourMillis = 3_600_000
const lapseMillis = 24 * hourMillis
const kinds = { end: endKind, check: checkKind, lapse: lapseKind } as const

function later(instant: string, millis: number): string {
  return new Date(Date.parse(instant) + millis).toISOString()
}

/** Where nobody is told of the life cycle, no event is written. */
export async function tellLifeCycle({ tx, ids, now }: Times, row: SubscriptionRow, event: LifeCycleEvent) {
  if (row.lifecycleTargetId === null) return
  await tx.insert(outboxEvent, {
    id: ids.mint(),
    eventName: names[event],
    resourceName: 'Subscription',
    resourcePath: `/subscriptions/${row.id}`,
    subjectId: row.id,
    changedDateTime: now,
    orderingKey: row.id,
    bucket: bucketOf(row.id),
    facts: JSON.stringify({
      changeType: event === 'subscriptionRemoved' ? 'deleted' : 'updated',
      entity: 'subscription',
      after: { expirationDateTime: row.expirationDateTime },
    }),
  })
}

/** When notifications were lost: once an hour at most (events.md §3.6). */
export async function tellMissed(times: Times, row: SubscriptionRow): Promise<void> {
  const { tx, now } = times
  if (row.missedDateTime !== null && later(row.missedDateTime, hourMillis) > now) return
  await tx.update(subscription, row.id, { missedDateTime: now })
  await tellLifeCycle(times, row, 'missed')
}

export async function followNew({ tx, agenda, now, actor }: WriteContext, row: SubscriptionRow): Promise<void> {
  await setEnd({ agenda }, row.id, row.expirationDateTime)
  const subject = actor.tenantId
  if (await tx.has(agendaEntry, { kind: kinds.check, subject })) return
  await agenda.set({ kind: kinds.check, subject, due: later(now, hourMillis) })
}

export async function setEnd({ agenda }: Pick<WriteContext, 'agenda'>, id: string, due: string): Promise<void> {
  await agenda.set({ kind: kinds.end, subject: id, due })
}

/** The creator, or somebody of the same application, has come with a token that may read it. */
export async function goOn({ agenda }: WriteContext, id: string): Promise<void> {
  await agenda.drop(kinds.lapse, id)
}

/** `isTold`: the target for the life cycle stays until it was told, or could not be. */
export async function removeSubscription(
  { outreach }: SubscriptionSettings,
  context: WriteContext,
  row: SubscriptionRow,
  isTold: boolean,
): Promise<void> {
  const { tx, agenda, now } = context
  if (isTold) await tellLifeCycle(context, row, 'subscriptionRemoved')
  await agenda.drop(kinds.end, row.id)
  await agenda.drop(kinds.lapse, row.id)
  await outreach?.removeTarget(tx, row.id, now)
  if (!isTold && row.lifecycleTargetId !== null) await outreach?.removeTarget(tx, row.lifecycleTargetId, now)
  await tx.remove(subscription, row.id)
}

async function becomeDue(context: WriteContext, row: SubscriptionRow): Promise<void> {
  const { tx, agenda, now } = context
  await tx.update(subscription, row.id, { dueDateTime: now })
  await tellLifeCycle(context, row, 'reauthorizationRequired')
  await agenda.set({ kind: kinds.lapse, subject: row.id, due: later(now, lapseMillis) })
}

/** Asks the directory of the creators of these subscriptions. */
async function checkCreators(settings: SubscriptionSettings, context: WriteContext, rows: readonly SubscriptionRow[]) {
  for (const row of rows)
    if (row.dueDateTime === null && !(await mayStillRead(context.tx, row, settings.adminAgents)))
      await becomeDue(context, row)
}

async function isAny(tx: ReadTx): Promise<boolean> {
  return tx.has(subscription, {})
}

export function subscriptionDues(settings: SubscriptionSettings): Dues {
  return {
    [kinds.end]: async (context, subject) => {
      const row = await context.tx.get(subscription, subject)
      if (row !== undefined && row.expirationDateTime <= context.now)
        await removeSubscription(settings, context, row, false)
    },
    [kinds.check]: async (context, subject) => {
      const { tx, agenda, now } = context
      if (!(await isAny(tx))) return
      await checkCreators(settings, context, await tx.find(subscription, {}))
      await agenda.set({ kind: kinds.check, subject, due: later(now, hourMillis) })
    },
    [kinds.lapse]: async (context, subject) => {
      const row = await context.tx.get(subscription, subject)
      if (row === undefined || row.dueDateTime === null || later(row.dueDateTime, lapseMillis) > context.now) return
      await removeSubscription(settings, context, row, true)
    },
  }
}
