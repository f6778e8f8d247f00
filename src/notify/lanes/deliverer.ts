/** The deliverer: tells targets of committed events, outside of any transaction, for all tenants that have targets (events.md §6). */
import { randomUUID } from 'node:crypto'
import { deliveryLane } from '#workloads/events/types.ts'
import { eventQueries } from './event-pages.ts'
import { type DelivererFacts, NodeLimits } from './facts.ts'
import { beyondQuery } from './lane-claims.ts'
import { TenantWork } from './tenant-work.ts'

const mostOfNode = 256
/** How long requests under way may go on when the server stops. */
const usualGraceMillis = 1_000
/** How long it is believed whether others serve the rows. */
const sharedMillis = 10_000

export interface DelivererSettings extends DelivererFacts {
  /** Whether other processes serve the rows at the moment. */
  readonly isShared: () => Promise<boolean>
  /** Whether that is asked again and again; where it takes locks on files it is asked once. */
  readonly asksAgain: boolean
  /** Ends the connections of the sender. */
  readonly closeSender: () => void
}

export class Deliverer {
  readonly #settings: DelivererSettings
  readonly #self = randomUUID()
  /** Owners of lanes that have ended for certain: nobody else was there when this process began. */
  readonly #ended = new Set<string>()
  readonly #tenants = new Map<string, TenantWork>()
  readonly #limits = new NodeLimits(mostOfNode)
  readonly #queries: ReturnType<typeof eventQueries> & { readonly beyond: ReturnType<typeof beyondQuery> }
  readonly #stopClock: () => void
  #isShared = true
  #sharedAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(settings: DelivererSettings) {
    this.#settings = settings
    this.#queries = { ...eventQueries(settings.store), beyond: beyondQuery(settings.store) }
    this.#stopClock = settings.clock.onMove(() => {
      for (const work of this.#tenants.values()) work.pump()
    })
  }

  /** Begins with the tenants that have targets. */
  async start(): Promise<void> {
    await this.#learnShared()
    if (!this.#isShared)
      for (const tenantId of this.#settings.list.tenants())
        for (const { owner } of await this.#settings.store.read(tenantId, (tx) => tx.find(deliveryLane, {})))
          if (owner !== null) this.#ended.add(owner)
    if (this.#isClosed) return
    this.#timer = setInterval(() => this.#tick(), this.#settings.tickMillis).unref()
    for (const tenantId of this.#settings.list.tenants()) this.wake(tenantId)
  }

  async #learnShared(): Promise<void> {
    this.#sharedAt = performance.now()
    // Without an answer others are taken to be there.
    this.#isShared = await this.#settings.isShared().catch(() => true)
  }

  #tick(): void {
    const isOld = performance.now() - this.#sharedAt > sharedMillis
    if (isOld && this.#settings.asksAgain) this.#learnShared().catch(() => undefined)
    for (const [tenantId, work] of this.#tenants) if (this.#settings.list.has(tenantId)) work.tick()
  }

  /** Events of the tenant may have been written. */
  wake(tenantId: string, isChanged = false): void {
    if (this.#isClosed) return
    const known = this.#tenants.get(tenantId)
    known?.wake(isChanged)
    if (known !== undefined || !this.#settings.list.has(tenantId)) return
    const work = new TenantWork({
      ...this.#settings,
      tenantId,
      self: this.#self,
      ended: this.#ended,
      queries: this.#queries,
      limits: this.#limits,
      isShared: () => this.#isShared,
    })
    this.#tenants.set(tenantId, work)
    work.wake()
  }

  /** Events of any tenant may have been written. */
  wakeAll(isChanged = false): void {
    for (const tenantId of this.#settings.list.tenants()) this.wake(tenantId, isChanged)
  }

  /** The tenant was removed. */
  forget(tenantId: string): void {
    this.#tenants.get(tenantId)?.close()
    this.#tenants.delete(tenantId)
  }

  /** Resolves when nothing is under way any more. Requests that take longer are cut off, and sent again by whoever comes next. */
  async close(graceMillis = usualGraceMillis): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#stopClock()
    const works = [...this.#tenants.values()]
    for (const work of works) work.close()
    const timer = setTimeout(() => {
      for (const work of works) work.cutOff()
      this.#settings.closeSender()
    }, graceMillis)
    // A database that cannot be written keeps its lanes: others take them when their beats stand still.
    await Promise.allSettled(works.map((work) => work.end()))
    clearTimeout(timer)
    this.#settings.closeSender()
  }
}
