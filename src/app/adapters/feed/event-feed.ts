/** Adapter: the live feed of one instance, over its outbox, and the store whose writes wake it. */
import type { MovableClock } from '#base/clock.ts'
import type { Ids } from '#base/ids.ts'
import { EventFeed, type EventSource } from '#control/feed/feed.ts'
import { type Area, areas } from '#control/feed/filter.ts'
import type { FeedEvent } from '#control/feed/reader.ts'
import type { AnyRow, RowOf } from '#edm/infer.ts'
import type { Prepared, Store } from '#edm/ports.ts'
import { constant, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { cloudEventOf } from '#workloads/events/canonical.ts'
import { tellingStore, type Watched, watchedNames } from '#workloads/events/watched-writes.ts'
import type { TargetWatch } from '../../deliveries/deliveries.ts'
import type { TenantList } from '../tenant-list.ts'
import { WatchedElsewhere } from './watched-elsewhere.ts'

type OutboxRow = RowOf<typeof outboxEvent>

/** How often writes of other processes to the same file are looked for, in real time. */
const pollMillis = 250

function eventOf(row: OutboxRow, tenantId: string): FeedEvent {
  const { sequence, eventName, subjectId, resourcePath, customerId } = row
  return {
    sequence,
    eventName,
    subjectId,
    resourcePath,
    customerId,
    form: (origin) => cloudEventOf(row, tenantId, origin),
  }
}

function queriesOn(store: Store): { after: Prepared; newest: Prepared; oldest: Prepared; since: Prepared } {
  const carry = Object.keys(outboxEvent.props).filter((name) => name !== 'id')
  const by = (descending: boolean) => [{ by: member('sequence'), descending }]
  const query: RowQuery = {
    type: outboxEvent,
    branches: [constant(true)],
    order: by(false),
    limit: true,
    shape: [],
    carry,
  }
  return {
    after: store.prepare({ ...query, branches: [{ op: 'gt', left: member('sequence'), right: param('sequence') }] }),
    oldest: store.prepare(query),
    newest: store.prepare({ ...query, order: by(true) }),
    since: store.prepare({
      ...query,
      branches: [{ op: 'ge', left: member('changedDateTime'), right: param('instant') }],
    }),
  }
}

export function eventSourceOf(store: Store, tenants: TenantList): EventSource {
  const { after, newest, oldest, since } = queriesOn(store)
  const find = (
    tenantId: string,
    query: Prepared,
    bind: Readonly<Record<string, string | number>>,
  ): Promise<AnyRow[]> => store.read(tenantId, async (tx) => (await tx.query(query, bind)).map(({ row }) => row))
  const place = async (tenantId: string, query: Prepared, bind = {}): Promise<number | undefined> =>
    (await find(tenantId, query, { ...bind, limit: 1 }))[0]?.['sequence'] as number | undefined
  return {
    tenants: async () => {
      await tenants.refresh()
      return tenants.all().map(({ id }) => id)
    },
    after: async (tenantId, sequence, most) =>
      (await find(tenantId, after, { sequence, limit: most })).map((row) =>
        eventOf(row as unknown as OutboxRow, tenantId),
      ),
    newest: async (tenantId) => (await place(tenantId, newest)) ?? 0,
    oldest: (tenantId) => place(tenantId, oldest),
    firstSince: (tenantId, instant) => place(tenantId, since, { instant }),
  }
}

/** Wakes the feed when other processes write, and tells its readers that the clock was moved. */
function wakings(store: Store, clock: MovableClock) {
  return (feed: EventFeed): (() => void) => {
    const { watch, foreignWrites } = store.processes
    const stopWatching = watch?.((tenantId) => feed.wake(tenantId))
    let seen = foreignWrites?.()
    const look = (): void => {
      const now = foreignWrites?.()
      if (now !== seen) feed.wake()
      seen = now
    }
    const timer = foreignWrites === undefined ? undefined : setInterval(look, pollMillis).unref()
    let isMoved = false
    const tellClock = (): void => {
      isMoved = false
      feed.tell('relata.clock-changed', { now: clock.now().toISOString(), frozen: clock.frozen })
    }
    // One request may stop the clock and set it.
    const stopClock = clock.onMove(() => {
      if (!isMoved) queueMicrotask(tellClock)
      isMoved = true
    })
    return () => {
      stopWatching?.()
      clearInterval(timer)
      stopClock()
    }
  }
}

export interface FeedSettings {
  readonly ids: Ids
  readonly clock: MovableClock
  /** Several processes serve the same rows, and do not hear of each other's readers. */
  readonly isShared: boolean
  readonly report: (error: unknown) => void
  /** Targets that are told of events ask for some as well, and are woken by writes. */
  readonly targets: TargetWatch
}

export interface Feeding {
  readonly feed: EventFeed
  readonly source: EventSource
  /** Whether events of the taxonomy or of the directory are written in the tenant. */
  isWatched(tenantId: string): boolean
  close(): void
}

const onlyGdap: readonly Area[] = ['gdap']

export function feedOn(whole: Store, { ids, clock, isShared, report, targets }: FeedSettings) {
  let feed: EventFeed | undefined
  const names: readonly { readonly area: Area; readonly name: string }[] = watchedNames
  const elsewhere = new WatchedElsewhere(whole.processes, names)
  const watched = (tenantId: string): Watched | undefined => {
    const isRead = feed?.isRead === true
    const here = isRead && !isShared ? feed?.watched(tenantId, names) : undefined
    const told = targets.watched(tenantId)
    const has = (area: 'taxonomy' | 'directory'): boolean =>
      here?.has(area) === true || elsewhere.has(tenantId, area) || told?.[area] === true
    const [taxonomy, directory] = [has('taxonomy'), has('directory')]
    return isRead || taxonomy || directory || told !== undefined ? { taxonomy, directory, sets: told?.sets } : undefined
  }
  const wrote = (tenantId: string): void => {
    feed?.wake(tenantId)
    targets.wake(tenantId)
  }
  const store = tellingStore(whole, { ids, clock, watched, wrote })
  return {
    store,
    /** Asked for when the tenants are there, which read the store. */
    over: (tenants: TenantList): Feeding => {
      const source = eventSourceOf(store, tenants)
      const opened = wakings(store, clock)
      const onReaders = () => elsewhere.say()
      const made = new EventFeed({ source, areas: isShared ? onlyGdap : areas, onReaders, opened, report })
      feed = made
      elsewhere.start(made)
      tenants.onRemoved((id) => made.forget(id))
      const close = (): void => {
        made.close()
        elsewhere.close()
      }
      const isWatched = (tenantId: string): boolean => {
        const found = watched(tenantId)
        return found?.taxonomy === true || found?.directory === true
      }
      return { feed: made, source, isWatched, close }
    },
  }
}
