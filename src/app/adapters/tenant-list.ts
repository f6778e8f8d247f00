/**
 * The tenants, in memory: rules ask inside a transaction of one tenant, where no other can be read. What other processes
 * add, change or remove is noticed: on PostgreSQL when they notify, on SQLite when the number of foreign writes has changed.
 */
import { type Clock, systemClock } from '#base/clock.ts'
import { fold } from '#base/text/fold.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Store } from '#edm/ports.ts'
import { tenant } from '#workloads/directory/types.ts'
import type { TenantFacts } from '#workloads/gdap/rules/settings.ts'

export interface TenantList {
  /** Among the loaded ones, by id or by any of its domains. */
  find(idOrDomain: string): TenantFacts | undefined
  /** In the order of their names. */
  all(): readonly TenantFacts[]
  has(id: string): boolean
  /** Whether a token that was issued at this second is one for an earlier tenant with this id. */
  isOfEarlier(id: string, issuedAt: number | undefined): boolean
  /** Undefined: no other process has written since the rows were read. Else resolves when they are read again, or cannot be. */
  current(): Promise<void> | undefined
  /** Reads added tenants, and drops removed ones. Never inside a transaction: it would wait for its own end. */
  refresh(): Promise<void>
  /** Reads one again, or all of them. */
  reload(id?: string): Promise<void>
  /** Tenant → of which catalogue its roles are, as its row has it. */
  roleMarks(): ReadonlyMap<string, string | null>
  /** Calls the listener when a tenant is found to have another catalogue of roles than before. */
  onRoleMark(listener: () => void): void
  /** Calls the listener with each tenant that is dropped. */
  onRemoved(listener: (id: string) => void): void
}

interface Known {
  readonly facts: TenantFacts
  /** In lower case. */
  readonly domains: readonly string[]
  readonly createdDateTime: string | null
  readonly roleMark: string | null
  /** When it was added, by the clock of tokens; undefined: not known, as the clock of the rows was moved. */
  readonly addedMs: number | undefined
}

/** How long the rows are believed at least where other processes write all the time; each tenant adds to it. */
const leastMillis = 1_000
const millisEach = 20

/** One run at a time; who asks during a run gets the result of the next one. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let following: Promise<void> | undefined
  const run = (): Promise<void> => {
    if (running === undefined) {
      running = work().finally(() => {
        running = undefined
      })
      return running
    }
    following ??= running
      .catch(() => undefined)
      .then(() => {
        following = undefined
        return run()
      })
    return following
  }
  return run
}

type TenantRow = RowOf<typeof tenant>

/** How much the clocks of issuers may differ from ours. */
const toleranceMs = 30_000

/** Not as a language sorts: its data take a twentieth of a start to load. */
function byName(one: TenantFacts, other: TenantFacts): number {
  const [a, b] = [fold(one.displayName), fold(other.displayName)]
  if (a === b) return 0
  return a < b ? -1 : 1
}

function ignore(): void {
  // The next lookup tries again.
}

/**
 * Of each tenant whose id another one had before: since when it is the present one. In memory, and exact; after a restart the
 * time at which a tenant was added has to do.
 */
function earlierTenants(clock: Clock) {
  const droppedMs = new Map<string, number>()
  const sinceMs = new Map<string, number>()
  return {
    dropped: (id: string) => droppedMs.set(id, clock.now().getTime()),
    /** `isOther`: the row is known to be another one than before. */
    added: (id: string, addedMs: number | undefined, isOther: boolean) => {
      const dropped = droppedMs.get(id)
      if (dropped === undefined && !isOther) return
      droppedMs.delete(id)
      const isCertain = addedMs !== undefined && addedMs >= (dropped ?? 0)
      sinceMs.set(id, isCertain ? addedMs : clock.now().getTime())
    },
    /** `addedMs`: of the row. A token has whole seconds. */
    isOf: (id: string, addedMs: number | undefined, issuedAt: number | undefined): boolean => {
      const exactMs = sinceMs.get(id)
      if (exactMs !== undefined) return issuedAt === undefined || (issuedAt + 1) * 1000 <= exactMs
      return addedMs !== undefined && issuedAt !== undefined && issuedAt * 1000 < addedMs - toleranceMs
    },
  }
}

function addedMsOf({ createdDateTime }: TenantRow, clock: Clock): number | undefined {
  const ms = createdDateTime === null ? Number.NaN : Date.parse(createdDateTime)
  return ms <= clock.now().getTime() ? ms : undefined
}

function knownOf(row: TenantRow, addedMs: number | undefined): Known {
  const { id, displayName, createdDateTime } = row
  const defaultDomain = row.defaultDomain.toLowerCase()
  const verified = row.verifiedDomains.flatMap(({ name }) => (name === null ? [] : [name.toLowerCase()]))
  return {
    facts: { id, displayName, defaultDomain },
    domains: [...new Set([defaultDomain, ...verified])],
    createdDateTime,
    roleMark: row.roleCatalogue,
    addedMs,
  }
}

/** `clock`: of tokens, which is never moved. */
export function tenantListOf(store: Store, clock: Clock = systemClock): TenantList {
  const earlier = earlierTenants(clock)
  const byId = new Map<string, Known>()
  const byDomain = new Map<string, Known>()
  const listeners: ((id: string) => void)[] = []
  const markListeners: (() => void)[] = []
  /** Of the last time when all rows were read. */
  let foreign: number | undefined
  let readAt = Number.NEGATIVE_INFINITY

  const drop = (id: string): void => {
    const known = byId.get(id)
    if (known === undefined) return
    byId.delete(id)
    for (const name of known.domains) if (byDomain.get(name) === known) byDomain.delete(name)
  }
  const tellRemoved = (id: string): void => {
    for (const listener of listeners) listener(id)
  }
  const read = async (id: string): Promise<void> => {
    const row = await store.read(id, (tx) => tx.get(tenant, id))
    const before = byId.get(id)
    drop(id)
    if (row === undefined && before !== undefined) earlier.dropped(id)
    if (row === undefined) return
    const isOther = before !== undefined && before.createdDateTime !== row.createdDateTime
    const addedMs = before === undefined || isOther ? addedMsOf(row, clock) : before.addedMs
    // Between two looks it was removed and added anew, by another process.
    if (isOther) tellRemoved(id)
    earlier.added(id, addedMs, isOther)
    const known = knownOf(row, addedMs)
    byId.set(id, known)
    for (const name of known.domains) byDomain.set(name, known)
    if (before?.roleMark !== known.roleMark) for (const listener of markListeners) listener()
  }
  const hasChanged = (): boolean => {
    const isOld = systemClock.now().getTime() - readAt > leastMillis + millisEach * byId.size
    return isOld && store.processes.foreignWrites?.() !== foreign
  }
  const readAll = async (again: boolean): Promise<void> => {
    if (again) {
      foreign = store.processes.foreignWrites?.()
      readAt = systemClock.now().getTime()
    }
    const there = new Set((await store.tenants()).map(({ id }) => id))
    for (const id of [...byId.keys()]) {
      if (there.has(id)) continue
      drop(id)
      earlier.dropped(id)
      tellRemoved(id)
    }
    for (const id of there) if (again || !byId.has(id)) await read(id)
  }
  const refresh = inTurn(() => readAll(hasChanged()))
  const reloadAll = inTurn(() => readAll(true))
  const current = (): Promise<void> | undefined => (hasChanged() ? refresh().catch(ignore) : undefined)
  return {
    find: (idOrDomain) => {
      // Who cannot wait, such as a rule inside a transaction, gets what is known; the next one gets what has changed.
      current()?.catch(ignore)
      const wanted = idOrDomain.toLowerCase()
      return (byId.get(wanted) ?? byDomain.get(wanted))?.facts
    },
    all: () => [...byId.values()].map(({ facts }) => facts).sort((one, other) => byName(one, other)),
    has: (id) => byId.has(id),
    isOfEarlier: (id, issuedAt) => earlier.isOf(id, byId.get(id)?.addedMs, issuedAt),
    current,
    refresh,
    reload: async (id) => {
      if (id === undefined || !byId.has(id)) return id === undefined ? reloadAll() : refresh()
      // It may have been removed.
      await read(id).catch(() => refresh())
    },
    roleMarks: () => new Map([...byId].map(([id, { roleMark }]) => [id, roleMark])),
    onRoleMark: (listener) => void markListeners.push(listener),
    onRemoved: (listener) => void listeners.push(listener),
  }
}
