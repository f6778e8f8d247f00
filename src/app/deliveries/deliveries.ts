/**
 * Adapter: the targets of one instance, which are known in memory, and the deliverer that tells them of events, which is
 * loaded when there is the first target. A server without targets has no timer and no statement for them.
 */
import { type MovableClock, millisOn, systemClock } from '#base/clock.ts'
import type { Ids } from '#base/ids.ts'
import type { EventFeed } from '#control/feed/feed.ts'
import type { Store } from '#edm/ports.ts'
import type { Handle } from '#engine/request.ts'
import type { AddressPolicy } from '#notify/addresses/policy.ts'
import type { Schedules } from '#notify/kinds/schedule.ts'
import type { Deliverer } from '#notify/lanes/deliverer.ts'
import type { DeliveryObserver } from '#notify/lanes/facts.ts'
import { TargetList } from '#notify/lanes/target-list.ts'
import type { Sender } from '#notify/sending/sender.ts'
import { type Watched, watchedNames } from '#workloads/events/watched-writes.ts'
import { defaultGdapSettings } from '#workloads/gdap/rules/settings.ts'
import { toldResourceOf } from '../adapters/feed/told-resource.ts'
import type { TenantList } from '../adapters/tenant-list.ts'
import type { Observation } from '../observe/observation.ts'
import { deliverySettingsOf } from '../settings/delivery-flags.ts'
import type { PartSettings } from '../settings/part-settings.ts'
import type { DeliverySettings } from './delivery-settings.ts'
import type { GraphFacts } from './kinds.ts'
import { namedSets } from './named-sets.ts'

interface DeliveriesFacts extends DeliverySettings, Pick<GraphFacts, 'adminAgents' | 'resourceData'> {
  /** Without the wrapper whose writes wake the deliverer. */
  readonly store: Store
  readonly clock: MovableClock
  readonly ids: Ids
  readonly tenants: TenantList
  /** Several processes of this machine serve the rows. */
  readonly isOneOfMany: boolean
  readonly report: (error: unknown) => void
  /** Told when the deliverer itself has written events. */
  readonly onWrote: (tenantId: string) => void
  readonly observe?: DeliveryObserver | undefined
  readonly watch: Observation['watchDeliveries']
  readonly targets: LaterTargets
}

/** What calls who serves deliveries; all of it may be called before there is a target. */
export interface Deliveries {
  readonly list: TargetList
  readonly policy: AddressPolicy
  readonly schedules: Schedules
  readonly publicUrl: string | undefined
  /** For requests that check an address. */
  sender(): Promise<Sender>
  /** Targets or rows of deliveries of the tenant were changed by this process. */
  changed(tenantId: string): Promise<void>
  /** `graceMillis`: how long requests under way may go on; absent: a second. */
  close(graceMillis?: number): Promise<void>
}

/** What writes have to know; it is asked before the tenants are known. */
export interface TargetWatch {
  watched(tenantId: string): Watched | undefined
  wake(tenantId: string): void
}

const realNow = millisOn(systemClock)

/** How often writes of other processes to the same file are looked for, in real time. */
const pollMillis = 250
const tickMillis = 2_000
/** Tenants whose targets are read at a time. */
const atOnce = 32

function namesOf(wanted: keyof Watched): readonly string[] {
  return watchedNames.filter(({ area }) => area === wanted).map(({ name }) => name)
}

const taxonomyNames = namesOf('taxonomy')
const directoryNames = namesOf('directory')

function idsOf(tenants: TenantList): readonly string[] {
  return tenants.all().map(({ id }) => id)
}

async function loadAll(list: TargetList, ids: readonly string[]): Promise<void> {
  const rest = [...ids]
  const some = async (): Promise<void> => {
    for (let id = rest.pop(); id !== undefined; id = rest.pop()) await list.load(id)
  }
  await Promise.all(Array.from({ length: atOnce }, some))
}

async function makeSender({ policy, authorities }: DeliveriesFacts): Promise<Sender> {
  const { senderOf } = await import('#notify/sending/sender.ts')
  return senderOf({ policy, authorities: await authorities() })
}

async function makeDeliverer(facts: DeliveriesFacts, list: TargetList, sender: Promise<Sender>): Promise<Deliverer> {
  const { store, isOneOfMany } = facts
  const [{ Deliverer }, { kindsOf }, made] = await Promise.all([
    import('#notify/lanes/deliverer.ts'),
    import('./kinds.ts'),
    sender,
  ])
  return new Deliverer({
    ...facts,
    list,
    kinds: await kindsOf({ ...facts, realNow }),
    sender: made,
    closeSender: () => made.close(),
    tickMillis,
    realNow,
    asksAgain: store.processes.tell !== undefined,
    isShared: async () => isOneOfMany || (await store.processes.isShared?.()) === true,
  })
}

/** Calls when other processes may have written in the tenant, or in any. Returns what ends that. */
function foreignWrites(
  { store, isOneOfMany }: DeliveriesFacts,
  heard: (tenantId: string | undefined) => void,
): () => void {
  const { watch, foreignWrites: count } = store.processes
  const stop = watch?.(heard)
  if (!isOneOfMany || count === undefined) return () => stop?.()
  let seen = count()
  const timer = setInterval(() => {
    const now = count()
    if (now !== seen) heard(undefined)
    seen = now
  }, pollMillis).unref()
  return () => {
    stop?.()
    clearInterval(timer)
  }
}

/** What writes have to know of targets, which are read when the tenants are known. */
export interface LaterTargets extends TargetWatch {
  /** The same store, which reads the targets of a tenant again when a write has touched them. */
  over(store: Store): Store
  /** To be called in transactions that change targets. */
  touched(): void
  found(deliveries: Deliveries, wake: (tenantId: string) => void): void
}

export function laterTargets(): LaterTargets {
  let known: { readonly deliveries: Deliveries; readonly wake: (tenantId: string) => void } | undefined
  let touches = 0
  return {
    watched: (tenantId) => {
      const list = known?.deliveries.list
      if (list === undefined || !list.has(tenantId)) return undefined
      const taxonomy = list.wants(tenantId, taxonomyNames)
      const directory = list.wants(tenantId, directoryNames)
      return { taxonomy, directory, sets: namedSets(list.of(tenantId)) }
    },
    wake: (tenantId) => known?.wake(tenantId),
    over: (store) => ({
      ...store,
      write: async (tenantId, work, how) => {
        const before = touches
        const value = await store.write(tenantId, work, how)
        // A write of another tenant beside it may have: reading once too often does no harm.
        if (touches !== before) await known?.deliveries.changed(tenantId)
        return value
      },
    }),
    touched: () => {
      touches += 1
    },
    found: (deliveries, wake) => {
      known = { deliveries, wake }
    },
  }
}

interface OpenParts {
  readonly settings: PartSettings
  readonly clock: MovableClock
  readonly ids: Ids
  readonly observation: Observation
}

interface DeliveryParts {
  readonly store: Store
  readonly tenants: TenantList
  readonly feed: EventFeed
  readonly targets: LaterTargets
  /** The engine, which is made later. */
  readonly handle: () => Handle
}

/** What addresses in resources begin with, where no other name is known. */
const graphOrigin = 'https://graph.microsoft.com'

export function deliveriesOn(
  { settings, clock, ids, observation }: OpenParts,
  { store, tenants, feed, targets, handle }: DeliveryParts,
): Promise<Deliveries> {
  const { workers = 1, report, gdap, publicUrl = graphOrigin, validationToken } = settings
  return deliveriesOf({
    ...deliverySettingsOf(settings),
    ...{ store, clock, ids, tenants, targets },
    isOneOfMany: workers > 1,
    adminAgents: gdap.adminAgents ?? defaultGdapSettings.adminAgents,
    resourceData: {
      read: (told, path) => toldResourceOf(handle(), publicUrl)(told, path),
      token: async (tenantId, applicationId) => validationToken?.(tenantId, applicationId),
    },
    report: (error) => report?.(error, 'deliveries'),
    observe: observation.deliveries,
    watch: observation.watchDeliveries,
    onWrote: (tenantId) => {
      feed.wake(tenantId)
      targets.wake(tenantId)
    },
  })
}

async function deliveriesOf(facts: DeliveriesFacts): Promise<Deliveries> {
  const { store, tenants, report, targets } = facts
  const list = new TargetList(store)
  let sending: Promise<Sender> | undefined
  let making: Promise<void> | undefined
  let deliverer: Deliverer | undefined
  let isClosed = false
  const sender = (): Promise<Sender> => {
    sending ??= makeSender(facts)
    return sending
  }
  const begin = async (): Promise<void> => {
    const made = await makeDeliverer(facts, list, sender())
    if (isClosed) return
    deliverer = made
    await made.start()
  }
  const ensure = (): void => {
    if (isClosed || list.tenants().length === 0) return
    making ??= begin().catch(report)
  }
  const changed = async (tenantId: string): Promise<void> => {
    await list.load(tenantId)
    ensure()
    deliverer?.wake(tenantId, true)
  }
  const changedAll = async (): Promise<void> => {
    await loadAll(
      list,
      tenants.all().map(({ id }) => id),
    )
    ensure()
    deliverer?.wakeAll(true)
  }
  const stop = foreignWrites(facts, (tenantId) => {
    // What cannot be read now is read with the next notification, or when the deliverer looks by itself.
    const reading = tenantId === undefined ? changedAll() : changed(tenantId)
    reading.catch(() => undefined)
  })
  tenants.onRemoved((id) => {
    list.forget(id)
    deliverer?.forget(id)
  })
  await loadAll(list, idsOf(tenants))
  const { policy, schedules, publicUrl } = facts
  const made: Deliveries = {
    ...{ list, policy, schedules, publicUrl, sender, changed },
    close: async (graceMillis) => {
      isClosed = true
      stop()
      await making
      await deliverer?.close(graceMillis)
      if (deliverer === undefined) (await sending)?.close()
    },
  }
  targets.found(made, (tenantId) => deliverer?.wake(tenantId))
  ensure()
  facts.watch(async () => {
    const { summaryOf } = await import('./summary.ts')
    const each = list.tenants().map((tenantId) => summaryOf(store, tenantId, realNow()))
    return (await Promise.all(each)).flat()
  })
  return made
}
