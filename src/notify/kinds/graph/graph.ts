/**
 * Graph's change notifications: which events a subscription is told of, in which request, and when again (events.md §3.5,
 * §3.6, §6.4). A target is a subscription's, by its id, or that of the life cycle of one.
 */
import type { Clock } from '#base/clock.ts'
import { instantOf } from '#base/clock.ts'
import type { Ids } from '#base/ids.ts'
import { isObject } from '#base/json.ts'
import type { ReadTx, Store } from '#edm/ports.ts'
import { factsIn } from '#workloads/events/canonical.ts'
import { lifeCycleOf, tellMissed } from '#workloads/subscriptions/rules/life-cycle.ts'
import { mayStillRead, type SubscriptionRow } from '#workloads/subscriptions/rules/readers.ts'
import type { ChangeType, WatchedKind } from '#workloads/subscriptions/rules/watched.ts'
import { subscription } from '#workloads/subscriptions/types.ts'
import type { Targets } from '../../targets.ts'
import type { OutboxRow, Outcome, Outgoing, TargetKind, TargetRow } from '../kind.ts'
import { nextIn } from '../schedule.ts'
import { lifeCycleItem } from './life-cycle-item.ts'
import { changeTold, isAbout, notificationItem } from './notification-item.ts'
import type { ResourceData } from './resource-data.ts'
import { slowReceivers } from './slow-receivers.ts'

/** All in milliseconds. */
const second = 1_000
const minute = 60 * second
const gaps = [10 * second, 30 * second, minute, 2 * minute, 5 * minute, 10 * minute]
const lastGap = 10 * minute
const wholeMillis = 4 * 60 * minute
const requestMillis = 3 * second

const mostEvents = 20

export interface GraphKindFacts {
  readonly store: Store
  /** Of the rows. */
  readonly clock: Clock
  readonly ids: Ids
  /** Whether the partner's users have to be in the group AdminAgents. */
  readonly adminAgents: boolean
  readonly targets: Pick<Targets, 'remove'>
  /** Milliseconds before each attempt, instead of the usual ones. */
  readonly schedule?: readonly number[] | undefined
  /** Whether slow receivers are held back. */
  readonly throttles?: boolean
  /** Milliseconds since 1970 by the real clock. */
  readonly realNow: () => number
  /** Encrypts the changed resource; undefined: notifications bring none. */
  readonly resourceData: ResourceData | undefined
}

interface WatchSettings {
  readonly watched: WatchedKind
  readonly watchedId: string | null
  /** From which the term store is seen; null: what is seen from everywhere. */
  readonly siteCollectionId?: string | null
  readonly changeTypes: readonly ChangeType[]
}

/** What the target of a life cycle keeps, or that of a subscription. */
type GraphSettings = { readonly lifeCycleOf: string } | WatchSettings

function settingsOf({ settings }: TargetRow): GraphSettings {
  const value: unknown = JSON.parse(settings)
  return (isObject(value) ? value : {}) as unknown as GraphSettings
}

/** What the names that it asks for leave open: what is watched, and which changes of it. */
export function graphWants(target: TargetRow, event: OutboxRow): boolean {
  const settings = settingsOf(target)
  if ('lifeCycleOf' in settings) return event.subjectId === settings.lifeCycleOf
  const { watched, watchedId, changeTypes, siteCollectionId } = settings
  const facts = factsIn(event)
  const changeType = changeTold(watched, facts?.changeType)
  if (facts?.seenIn !== undefined && facts.seenIn !== siteCollectionId) return false
  return changeType !== undefined && changeTypes.includes(changeType) && isAbout(watched, watchedId, event)
}

function post(target: TargetRow, value: Readonly<Record<string, unknown>>): Outgoing {
  const headers = { 'Content-Type': 'application/json; charset=utf-8' }
  return { url: target.url, headers, body: JSON.stringify(value) }
}

/** The subscription while it may be told; undefined: it has ended, or its creator may not read any more. */
async function liveRow(
  tx: ReadTx,
  { clock, adminAgents }: GraphKindFacts,
  id: string,
): Promise<SubscriptionRow | undefined> {
  const row = await tx.get(subscription, id)
  if (row === undefined || row.expirationDateTime <= instantOf(clock.now())) return undefined
  return (await mayStillRead(tx, row, adminAgents)) ? row : undefined
}

async function notifications(
  facts: GraphKindFacts,
  target: TargetRow,
  events: readonly OutboxRow[],
  tenantId: string,
): Promise<Outgoing | undefined> {
  const told = await facts.store.read(tenantId, async (tx) => {
    const row = await liveRow(tx, facts, target.id)
    if (row === undefined) return undefined
    const known = { tenantId, row, clientState: target.secret }
    return { known, items: await Promise.all(events.map((event) => notificationItem(tx, known, event))) }
  })
  if (told === undefined) return undefined
  const { known, items } = told
  const { row } = known
  const { resourceData } = facts
  if (row.includeResourceData !== true || resourceData === undefined) return post(target, { value: items })
  const value = await Promise.all(
    items.map(async (item) => ({ ...item, ...(await resourceData.contentOf(known, item)) })),
  )
  return post(target, { value, validationTokens: await resourceData.tokensFor(known) })
}

const removed = 'subscriptionRemoved'

/** Only changes are counted and held back: the life cycle tells of what was lost. */
function throttlingBy({ clock, realNow }: GraphKindFacts): Pick<TargetKind, 'took' | 'throttling'> {
  const receivers = slowReceivers(() => clock.now().getTime(), realNow)
  const isOfChanges = (target: TargetRow): boolean => !('lifeCycleOf' in settingsOf(target))
  return {
    took: (target, events, millis) => {
      if (isOfChanges(target)) receivers.took(target.url, events, millis)
    },
    throttling: (target) => (isOfChanges(target) ? receivers.throttlingOf(target.url) : undefined),
  }
}

export function graphKind(facts: GraphKindFacts): TargetKind {
  return {
    ...(facts.throttles === true ? throttlingBy(facts) : {}),
    name: 'graph',
    requestMillis,
    endsAtGone: false,
    wants: graphWants,
    mostEvents: () => mostEvents,
    nextAfter: (attempts, sinceFirst) => {
      if (facts.schedule !== undefined) return nextIn(facts.schedule, attempts)
      const gap = gaps[attempts - 1] ?? lastGap
      return sinceFirst + gap > wholeMillis ? undefined : gap
    },
    outgoing: async (target, events, { tenantId }) => {
      const settings = settingsOf(target)
      if (!('lifeCycleOf' in settings)) return notifications(facts, target, events, tenantId)
      return post(target, { value: events.map((event) => lifeCycleItem(tenantId, target, event)) })
    },
    settled: async (tx, target, outcomes) => {
      const settings = settingsOf(target)
      if ('lifeCycleOf' in settings) {
        // It has outlived its subscription to tell of the end.
        const isEnd = ({ event, error, isLast }: Outcome): boolean =>
          lifeCycleOf(event.eventName) === removed && (error === undefined || isLast)
        const end = outcomes.find(isEnd)
        if (end !== undefined) await facts.targets.remove(tx, target.id, end.at)
        return
      }
      const lost = outcomes.find(({ error, isLast }) => error !== undefined && isLast)
      const row = lost && (await tx.get(subscription, target.id))
      if (lost !== undefined && row !== undefined) await tellMissed({ tx, ids: facts.ids, now: lost.at }, row)
    },
  }
}
