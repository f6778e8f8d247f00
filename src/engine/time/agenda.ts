/**
 * The agenda as requests see it: before a request reads or writes, every entry that is due has fired, once, in the order
 * of its instant over all tenants. Entries are rows; one is removed in the transaction that fires it.
 *
 * app/ declares a stored type for the entries and passes it to `makeEngine` as `agendaEntry`; behaviours fire the kinds
 * they declare in `due`. Without `agendaEntry` nothing fires. Close the agenda before the store.
 */
import { type Clock, instantOf } from '#base/clock.ts'
import { untilEnd } from '#base/deadline.ts'
import { invariant } from '#base/errors.ts'
import type { Actor, Store, Tx, WriteContext } from '#edm/ports.ts'
import type { EngineAgenda, EngineFacts, RequestWrite, TransactionTime, WriteWork } from '../session.ts'
import { type DueEntries, restore } from './due-entries.ts'
import { EntryFault, EntryRows, hooksByKind } from './entry-rows.ts'
import { Scheduler } from './scheduler.ts'
import { hasHead, SchedulerOrder } from './scheduler-order.ts'

export type AgendaFacts = Pick<
  EngineFacts,
  'store' | 'clock' | 'ids' | 'strict' | 'behaviours' | 'report' | 'agendaEntry'
>

/** The most entries that a request fires in its own transaction. */
const mostInRequest = 25

/** Aborts a request's transaction, which then waits for a sweep and is run again. */
const overdue = new Error('something came due before the transaction began')

export function agendaOf(facts: AgendaFacts): EngineAgenda {
  const hooks = hooksByKind(facts.behaviours)
  const { agendaEntry, store, clock, ids, strict } = facts
  if (agendaEntry === undefined) return withoutAgenda(facts)
  const actorOf = systemActors()
  const prefer: WriteContext['prefer'] = new Map()
  const order = new SchedulerOrder(clock)
  const rows = new EntryRows({
    store,
    entry: agendaEntry,
    hooks,
    contextAt: (tx, tenantId, now) => ({ tx, actor: actorOf(tenantId), prefer, strict, now, ids, cause: 'time' }),
    onNewHead: (due) => {
      if (order.noteSet(due)) scheduler.reschedule()
    },
  })
  const scheduler = new Scheduler({ store, clock, order, rows, report: facts.report })
  const parts: AgendaParts = { store, clock, order, rows, scheduler }
  return {
    pending: () => scheduler.pending(),
    write: (tenantId, work, how) => writeWhenCurrent({ ...parts, how }, tenantId, work),
    close: () => scheduler.close(),
  }
}

/** The actor of a due entry: one value for each tenant. */
function systemActors(): (tenantId: string) => Actor {
  const known = new Map<string, Actor>()
  return (tenantId) => {
    const found = known.get(tenantId) ?? { kind: 'system', tenantId, permissions: new Set<string>() }
    known.set(tenantId, found)
    return found
  }
}

/** The agenda of an engine without a type for entries: nothing ever fires. */
function withoutAgenda({ store, clock }: AgendaFacts): EngineAgenda {
  const refuse = async (): Promise<void> => invariant(false, 'the engine has an agenda')
  const agenda = { set: refuse, drop: refuse }
  return {
    pending: () => undefined,
    write: (tenantId, work, how) =>
      store.write(tenantId, (tx) => work(tx, { now: instantOf(clock.now()), agenda, cause: 'request' }), how),
    close: async () => undefined,
  }
}

interface AgendaParts {
  readonly store: Store
  readonly clock: Clock
  readonly order: SchedulerOrder
  readonly rows: EntryRows
  readonly scheduler: Scheduler
  readonly how?: RequestWrite | undefined
}

/** Whether a request's transaction has fired entries before its own work. */
interface CatchUp {
  /** A copy of the tenant's due entries from before; undefined: nothing was fired. */
  before: DueEntries | undefined
}

async function writeWhenCurrent<T>(parts: AgendaParts, tenantId: string, work: WriteWork<T>): Promise<T> {
  const { order, scheduler, how } = parts
  for (let wait = order.isLoaded ? scheduler.running : scheduler.pending(); ; wait = scheduler.pending()) {
    if (wait !== undefined) await untilEnd(wait, how?.deadline)
    const catchUp: CatchUp = { before: undefined }
    try {
      const value = await writeOnce(parts, tenantId, work, catchUp)
      if (catchUp.before !== undefined) {
        order.refresh()
        scheduler.reschedule()
      }
      return value
    } catch (error) {
      if (catchUp.before !== undefined) order.invalidate(order.of(tenantId))
      if (error !== overdue) throw error
    }
  }
}

function writeOnce<T>(parts: AgendaParts, tenantId: string, work: WriteWork<T>, catchUp: CatchUp): Promise<T> {
  const { clock, order, scheduler, store, how } = parts
  const writing = (tx: Tx): Promise<T> => {
    // The store may have rolled back a first run.
    undo(order, tenantId, catchUp)
    scheduler.noticeForeignWrites()
    const at = clock.now()
    const now = instantOf(at)
    const entries = order.of(tenantId)
    // The clock may have been moved, or an earlier write of the same commit may have set an entry that is due now.
    return order.isDueWithin(at.getTime())
      ? writeAfterDue(parts, tx, entries, now, work, catchUp)
      : work(tx, timeIn(parts, tx, entries, now))
  }
  return store.write(tenantId, writing, how)
}

/**
 * Fires due entries in the request's own transaction, where they are few and all of this tenant: so an entry that one
 * write of a commit makes due fires before the next write of it. Throws `overdue` where a sweep has to fire them.
 */
async function writeAfterDue<T>(
  parts: AgendaParts,
  tx: Tx,
  entries: DueEntries,
  now: string,
  work: WriteWork<T>,
  catchUp: CatchUp,
): Promise<T> {
  const { order, scheduler } = parts
  if (scheduler.running !== undefined || !order.isOnlyOneDue(entries, now)) throw overdue
  try {
    catchUp.before = { ...entries }
    // If this write is refused, the other writes of its commit, which may have set these entries, must not be run again.
    tx.pipeline.savepoint()
    await fireDue(parts, tx, entries, now)
    return await work(tx, timeIn(parts, tx, entries, now))
  } catch (error) {
    // Before the next transaction of the commit begins: it must not see what is rolled back.
    undo(order, entries.tenantId, catchUp)
    throw error
  }
}

async function fireDue({ order, rows }: AgendaParts, tx: Tx, entries: DueEntries, now: string): Promise<void> {
  try {
    await rows.fire(tx, entries, { limit: now, until: undefined, most: mostInRequest })
  } catch (error) {
    throw error instanceof EntryFault ? overdue : error
  }
  order.refreshUncommitted()
  if (hasHead(entries) && entries.head.due <= now) throw overdue
}

function undo(order: SchedulerOrder, tenantId: string, catchUp: CatchUp): void {
  if (catchUp.before === undefined) return
  restore(order.of(tenantId), catchUp.before)
  catchUp.before = undefined
  order.refreshUncommitted()
}

function timeIn({ rows }: AgendaParts, tx: Tx, entries: DueEntries, now: string): TransactionTime {
  return { now, agenda: rows.agendaIn(tx, entries, now), cause: 'request' }
}
