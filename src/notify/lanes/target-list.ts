/** The targets of all tenants, in memory: who writes, and who sends, knows them without asking (events.md §1.3). */
import { starPattern } from '#base/text/star-pattern.ts'
import type { Store } from '#edm/ports.ts'
import { testEvent } from '#workloads/events/names.ts'
import { deliveryTarget } from '#workloads/events/types.ts'
import type { OutboxRow, TargetRow } from '../kinds/kind.ts'

/** Asked for at `/_relata/webhooks/{id}/test`. */
export const webhookTest = 'relata.webhook-test'

/** What a filter names, parsed once for each row. */
export interface ListedTarget {
  readonly row: TargetRow
  readonly wantsName: (eventName: string) => boolean
  /** Undefined: all, and none. */
  readonly customers: ReadonlySet<string> | undefined
}

type Filtered = Pick<OutboxRow, 'eventName' | 'subjectId' | 'customerId' | 'orderingKey'>

/** Whether the target is to be told of the event. Never of what happens to itself; a test is told to the one it is of. */
export function wantsEvent({ row, wantsName, customers }: ListedTarget, event: Filtered): boolean {
  const { eventName, subjectId, customerId, orderingKey } = event
  if (eventName === webhookTest) return orderingKey === row.id
  if (eventName === testEvent && row.kind !== 'partnerCenter') return false
  if (subjectId === row.id) return false
  if (customers !== undefined && (customerId === null || !customers.has(customerId))) return false
  return wantsName(eventName)
}

/** Whether it may be told of events of that name, by which alone a row of a delivery is known. A test is in a row of its own target. */
export function mayWant({ wantsName }: ListedTarget, eventName: string): boolean {
  return eventName === webhookTest || wantsName(eventName)
}

/** There are few names, and each is asked for with each event. */
function remembering(events: readonly string[]): ListedTarget['wantsName'] {
  const patterns = events.map(starPattern)
  const known = new Map<string, boolean>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const is = patterns.some((matches) => matches(name))
    known.set(name, is)
    return is
  }
}

export function listedTarget(row: TargetRow): ListedTarget {
  const customers = row.customers === null ? undefined : new Set(JSON.parse(row.customers) as string[])
  return { row, wantsName: remembering(JSON.parse(row.events) as string[]), customers }
}

const none: ReadonlyMap<string, ListedTarget> = new Map()

export class TargetList {
  readonly #store: Store
  readonly #byTenant = new Map<string, ReadonlyMap<string, ListedTarget>>()
  /** Of the last reading that was applied; one that began before is older. */
  readonly #appliedAt = new Map<string, number>()
  #count = 0

  constructor(store: Store) {
    this.#store = store
  }

  /** Of tenants that have any. */
  tenants(): readonly string[] {
    return [...this.#byTenant.keys()]
  }

  has(tenantId: string): boolean {
    return this.#byTenant.has(tenantId)
  }

  /** Those that were not removed. */
  of(tenantId: string): ReadonlyMap<string, ListedTarget> {
    return this.#byTenant.get(tenantId) ?? none
  }

  /** Whether a target that is told of events asks for any of the names. */
  wants(tenantId: string, names: readonly string[]): boolean {
    for (const { wantsName } of this.of(tenantId).values()) if (names.some(wantsName)) return true
    return false
  }

  async load(tenantId: string): Promise<void> {
    this.#count += 1
    const count = this.#count
    const rows = await this.#store.read(tenantId, (tx) => tx.find(deliveryTarget, {}))
    const kept = rows.filter(({ state }) => state !== 'removed').map((row) => [row.id, listedTarget(row)] as const)
    if (count < (this.#appliedAt.get(tenantId) ?? 0)) return
    if (kept.length > 0 || this.#byTenant.has(tenantId)) this.#appliedAt.set(tenantId, count)
    if (kept.length === 0) this.#byTenant.delete(tenantId)
    else this.#byTenant.set(tenantId, new Map(kept))
  }

  forget(tenantId: string): void {
    this.#byTenant.delete(tenantId)
    this.#appliedAt.delete(tenantId)
  }
}
