/**
 * Adapter: the targets of one instance, which are known in memory, and the deliverer that tells them of events, which is
 * loaded when there is the first target. A server without targets has no timer and no statement for them.
 */
import type { MovableClock } from '#base/clock.ts'
import type { Ids } from '#base/ids.ts'
import type { Store } from '#edm/ports.ts'
import type { AddressPolicy } from '#notify/addresses/policy.ts'
import type { Schedules } from '#notify/kinds/schedule.ts'
import type { Deliverer } from '#notify/lanes/deliverer.ts'
import type { DeliveryObserver } from '#notify/lanes/facts.ts'
import { TargetList } from '#notify/lanes/target-list.ts'
import type { Sender } from '#notify/sending/sender.ts'
import { type Watched, watchedNames } from '#workloads/events/watched-writes.ts'
import type { TenantList } from '../tenant-list.ts'
import type { DeliverySettings } from './delivery-settings.ts'

export interface DeliveriesFacts extends DeliverySettings {
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
  close(): Promise<void>
}

/** What writes have to know; it is asked before the tenants are known. */
export interface TargetWatch {
  watched(tenantId: string): Watched | undefined
  wake(tenantId: string): void
}

/** How often writes of other processes to the same file are looked for, in real time. */
const pollMillis = 250
const tickMillis = 2_000
/** Tenants whose targets are read at a time. */
const atOnce = 32

const namesOf = (wanted: keyof Watched): readonly string[] =>
  watchedNames.filter(({ area }) => area === wanted).map(({ name }) => name)
const taxonomyNames = namesOf('taxonomy')
const directoryNames = namesOf('directory')

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
    kinds: await kindsOf(facts),
    sender: made,
    closeSender: () => made.close(),
    tickMillis,
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

export function targetWatch(listed: () => TargetList | undefined, woken: (tenantId: string) => void): TargetWatch {
  return {
    watched: (tenantId) => {
      const list = listed()
      if (list === undefined || !list.has(tenantId)) return undefined
      return { taxonomy: list.wants(tenantId, taxonomyNames), directory: list.wants(tenantId, directoryNames) }
    },
    wake: woken,
  }
}

/** `wakes`: told what wakes the deliverer, once there is one. */
export async function deliveriesOf(facts: DeliveriesFacts): Promise<Deliveries & { readonly watch: TargetWatch }> {
  const { store, tenants, report } = facts
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
  await changedAll()
  const { policy, schedules, publicUrl } = facts
  return {
    ...{ list, policy, schedules, publicUrl, sender, changed },
    watch: targetWatch(
      () => list,
      (tenantId) => deliverer?.wake(tenantId),
    ),
    close: async () => {
      isClosed = true
      stop()
      await making
      await deliverer?.close()
      if (deliverer === undefined) (await sending)?.close()
    },
  }
}
