/**
 * What is to happen by itself, over all tenants: before every request everything due has fired, each entry once, in
 * the order of its instant. Rows are the only memory that counts: an entry goes in the transaction that fires it.
 *
 * Composed so: app/ has a stored type for the entries in its models and hands it to `makeEngine` as `agendaEntry`;
 * behaviours fire the kinds they declare in `due`. `settle` waits for a sweep, `inTenant` writes as a request would;
 * `close` comes before the store's. A clock that can be moved is listened to. Without `agendaEntry` nothing fires.
 */
import { type Clock, instantOf } from '#base/clock.ts'
import { invariant, StoreError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { Behaviour, Store, Tx, WriteContext } from '#edm/ports.ts'
import { type Diary, diariesOn, diaryOf, EntryFault, forget, hooksByKind, isBefore, type Place } from './diary.ts'

export interface AgendaFacts {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly strict: boolean
  readonly behaviours: readonly Behaviour[]
  readonly report: (error: unknown, requestId: string) => void
  readonly agendaEntry?: EntityType
}

/** What a write transaction of a request knows of time. */
export type Timed = Pick<WriteContext, 'now' | 'agenda' | 'cause'>

export interface EngineAgenda {
  /** Undefined: nothing is due. Else resolves when nothing is; rejects where the database cannot be written. */
  pending(): Promise<void> | undefined
  /** A write transaction in which nothing is overdue; it need not wait for `pending` before. */
  write<T>(tenantId: string, work: (tx: Tx, timed: Timed) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Entries that share a commit; between two commits the event loop goes round. */
const mostEntries = 250
/** Entries that a request fires in its own transaction. */
const mostWithin = 25
/** Longest sleep, and the pause before failed entries are tried again: milliseconds of real time. */
const longest = 60_000
const afterFailure = 1_000

const overdue = new Error('something came due before the transaction began')

const millisOf = ({ head }: Diary): number => {
  if (head === undefined) return Number.POSITIVE_INFINITY
  return head === 'unknown' ? Number.NEGATIVE_INFINITY : Date.parse(head.due)
}

interface Headed extends Diary {
  head: Place
}
const isHeaded = (diary: Diary): diary is Headed => diary.head !== undefined && diary.head !== 'unknown'

/** The tenant whose turn it is, and where the next one's begins. */
const turnOf = (diaries: Iterable<Diary>): { first: Headed | undefined; until: Place | undefined } => {
  let first: Headed | undefined
  let until: Place | undefined
  for (const diary of diaries) {
    if (!isHeaded(diary)) continue
    if (first === undefined || isBefore(diary.head, first.head)) {
      until = first?.head
      first = diary
    } else if (until === undefined || isBefore(diary.head, until)) until = diary.head
  }
  return { first, until }
}

/** For an engine without a type for entries. */
const without = ({ store, clock }: AgendaFacts): EngineAgenda => {
  const refuse = async (): Promise<void> => invariant(false, 'the engine has an agenda')
  const agenda = { set: refuse, drop: refuse }
  return {
    pending: () => undefined,
    write: (tenantId, work) =>
      store.write(tenantId, (tx) => work(tx, { now: instantOf(clock.now()), agenda, cause: 'request' })),
    close: async () => undefined,
  }
}

export const agendaOf = (facts: AgendaFacts): EngineAgenda => {
  const { store, clock, agendaEntry } = facts
  const hooks = hooksByKind(facts.behaviours)
  if (agendaEntry === undefined) return without(facts)

  const diaries = new Map<string, Diary>()
  const editions = new Map<string, number | undefined>()
  /**
   * When the next entry of any tenant is due, minus infinity: not known. The one is what is committed; the other, never
   * earlier, is what a transaction sees that comes after those that are not committed yet.
   */
  let next = Number.NEGATIVE_INFINITY
  let nextWithin = Number.NEGATIVE_INFINITY
  let isLoaded = false
  let isClosed = false
  let sweeping: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let retry: NodeJS.Timeout | undefined
  /** Entries a transaction may hold: fewer after one that failed, so that what is undone with it stays little. */
  let size = mostEntries

  const system = new Map<string, WriteContext['actor']>()
  const actorOf = (tenantId: string): WriteContext['actor'] => {
    const known = system.get(tenantId) ?? { kind: 'system', tenantId, permissions: new Set<string>() }
    system.set(tenantId, known)
    return known
  }

  const { ids, strict } = facts
  const prefer: WriteContext['prefer'] = new Map()
  const { agendaOn, run, countOn } = diariesOn({
    store,
    entry: agendaEntry,
    hooks,
    contextAt: (tx, tenantId, now) => ({ tx, actor: actorOf(tenantId), prefer, strict, now, ids, cause: 'time' }),
    sooner: (due) => {
      const millis = Date.parse(due)
      nextWithin = Math.min(nextWithin, millis)
      if (millis >= next) return
      next = millis
      if (sweeping === undefined) schedule(0)
    },
  })

  const unknown = (): void => {
    next = Number.NEGATIVE_INFINITY
    nextWithin = next
  }

  const diaryFor = (tenantId: string): Diary => {
    const known = diaries.get(tenantId)
    if (known !== undefined) return known
    const made = diaryOf(tenantId)
    diaries.set(tenantId, made)
    unknown()
    return made
  }

  const refreshWithin = (): void => {
    nextWithin = isLoaded ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    for (const diary of diaries.values()) nextWithin = Math.min(nextWithin, millisOf(diary))
  }

  const refresh = (): void => {
    refreshWithin()
    next = nextWithin
  }

  const isDue = (): boolean => next !== Number.POSITIVE_INFINITY && clock.now().getTime() >= next

  const load = async (): Promise<void> => {
    if (isLoaded) return
    for (const { id } of await store.tenants()) {
      diaryFor(id)
      await store.write(id, countOn)
      editions.set(id, store.edition(id, agendaEntry))
    }
    isLoaded = true
  }

  /** In a transaction, after all that were before it: nobody sets an entry between the look and its result. */
  const look = (diary: Diary): Promise<unknown> =>
    store.write(diary.tenantId, (tx) => run(tx, diary, { limit: '', until: undefined, most: 0 }))

  const setAside = (fault: EntryFault, diary: Diary): void => {
    diary.failed.add(fault.key)
    facts.report(fault.cause, `agenda ${fault.entry}`)
    size = Math.max(1, fault.before)
    retry ??= setTimeout(tryAgain, longest).unref()
  }

  /**
   * Fires up to `mostEntries`, one transaction after another, each begun where the last one knows whose turn is next,
   * so that a store may put them into one commit.
   */
  const round = async (): Promise<void> => {
    const limit = instantOf(clock.now())
    const jobs: Promise<void>[] = []
    const faults: [Diary, EntryFault][] = []
    let left = mostEntries
    let lost: unknown
    const step = (): void => {
      const { first, until } = turnOf(diaries.values())
      if (first === undefined || first.head.due > limit || left <= 0) return
      const diary: Diary = first
      const job = store.write(diary.tenantId, async (tx) => {
        // What went before is gone, so it is no longer this one's turn.
        if (lost !== undefined) throw lost
        const fired = await run(tx, diary, { limit, until, most: Math.min(left, size) })
        left -= Math.max(1, fired)
        size = Math.min(mostEntries, size * 2)
        step()
      })
      jobs.push(
        job.catch((error: unknown) => {
          if (error instanceof EntryFault) faults.push([diary, error])
          else lost = error
        }),
      )
    }
    step()
    for (let at = 0; at < jobs.length; at++) await jobs[at]
    for (const [diary, fault] of faults) setAside(fault, diary)
    if (lost === undefined) return
    // What the lost transactions left in the diaries never came to be.
    for (const diary of diaries.values()) forget(diary)
    throw lost
  }

  const sweep = async (): Promise<void> => {
    await load()
    for (;;) {
      const unseen = [...diaries.values()].filter(({ head }) => head === 'unknown')
      if (unseen.length > 0) await Promise.all(unseen.map(look))
      refresh()
      if (!isDue()) return
      if (isClosed) throw new StoreError('unavailable', 'closed')
      await round()
    }
  }

  const pending = (): Promise<void> | undefined => {
    if (sweeping === undefined && !isDue()) return undefined
    sweeping ??= sweep().then(
      () => {
        sweeping = undefined
        schedule(0)
      },
      (error: unknown) => {
        sweeping = undefined
        refresh()
        schedule(afterFailure)
        throw error
      },
    )
    return sweeping
  }

  const settleUnasked = (): void => {
    pending()?.catch((error: unknown) => {
      if (!isClosed) facts.report(error, 'agenda')
    })
  }

  /** Another process may have set entries or added tenants. */
  const lookAround = async (): Promise<void> => {
    const tenants = await store.tenants()
    if (!isLoaded || sweeping !== undefined) return
    for (const { id } of tenants) {
      const edition = store.edition(id, agendaEntry)
      if (diaries.has(id) && edition !== undefined && editions.get(id) === edition) continue
      editions.set(id, edition)
      forget(diaryFor(id))
      unknown()
    }
    if (isDue()) settleUnasked()
  }

  /** Sleeps until the next entry is due by the clock as it runs now. A clock that stands still wakes nobody early. */
  function schedule(least: number): void {
    clearTimeout(timer)
    if (isClosed) return
    const from = clock.now().getTime()
    timer = setTimeout(
      () => {
        if (isDue()) settleUnasked()
        else schedule(clock.now().getTime() === from ? longest : 0)
      },
      Math.max(least, 1, Math.min(next - from, longest)),
    ).unref()
  }

  function tryAgain(): void {
    clearTimeout(retry)
    retry = undefined
    if (isClosed) return
    if (sweeping !== undefined) {
      // It keeps the diaries to itself until its end.
      sweeping.then(tryAgain, tryAgain)
      return
    }
    for (const diary of diaries.values()) {
      if (diary.failed.size === 0) continue
      diary.failed.clear()
      forget(diary)
      unknown()
    }
    if (isDue()) settleUnasked()
    else schedule(0)
  }

  const around = setInterval(() => {
    lookAround().catch((error: unknown) => {
      if (!isClosed) facts.report(error, 'agenda')
    })
  }, longest).unref()
  /** What they set may be due before anything known here; a sweep that runs ends with a look of its own. */
  const overheard = (tenantId: string | undefined): void => {
    if (isClosed || !isLoaded) return
    for (const diary of diaries.values()) if (tenantId === undefined || diary.tenantId === tenantId) forget(diary)
    if (tenantId !== undefined) diaryFor(tenantId)
    unknown()
    settleUnasked()
  }
  const stopWatching = store.watch?.(overheard)
  const stopListening = clock.onMove?.(tryAgain)
  schedule(0)

  /**
   * Fires in a request's own transaction what came due before it, where that is little and of this tenant alone: what
   * one write of a commit makes due at once happens before the next one of it. Throws `overdue` where a sweep must.
   */
  const catchUp = async (tx: Tx, diary: Diary, now: string): Promise<void> => {
    try {
      await run(tx, diary, { limit: now, until: undefined, most: mostWithin })
    } catch (error) {
      throw error instanceof EntryFault ? overdue : error
    }
    refreshWithin()
    if (isHeaded(diary) && diary.head.due <= now) throw overdue
  }

  const isAlone = (diary: Diary, now: string): boolean => {
    if (sweeping !== undefined || nextWithin === Number.NEGATIVE_INFINITY) return false
    const { first, until } = turnOf(diaries.values())
    return first === diary && (until === undefined || until.due > now)
  }

  const writeOnce = async <T>(tenantId: string, work: (tx: Tx, timed: Timed) => Promise<T>): Promise<T> => {
    let caughtUp: Diary | undefined
    const undo = (): void => {
      if (caughtUp === undefined) return
      forget(caughtUp)
      caughtUp = undefined
      unknown()
    }
    const job = async (tx: Tx): Promise<T> => {
      const at = clock.now()
      const now = instantOf(at)
      const diary = diaryFor(tenantId)
      // The clock may have been moved, or a write of the same commit have set what is due at once.
      if (at.getTime() >= nextWithin) {
        if (!isAlone(diary, now)) throw overdue
        caughtUp = diary
        await catchUp(tx, diary, now)
      }
      return work(tx, { now, agenda: agendaOn(tx, diary, now), cause: 'request' })
    }
    try {
      const value = await store.write(tenantId, (tx) =>
        job(tx).catch((error: unknown) => {
          // At once: the next transaction of the commit must not believe what is undone.
          undo()
          throw error
        }),
      )
      if (caughtUp !== undefined) {
        refresh()
        if (sweeping === undefined) schedule(0)
      }
      return value
    } catch (error) {
      undo()
      throw error
    }
  }

  return {
    pending,
    write: async (tenantId, work) => {
      let wait = isLoaded ? sweeping : pending()
      for (;;) {
        if (wait !== undefined) await wait
        try {
          return await writeOnce(tenantId, work)
        } catch (error) {
          if (error !== overdue) throw error
          wait = pending()
        }
      }
    },
    close: async () => {
      isClosed = true
      stopListening?.()
      stopWatching?.()
      clearTimeout(timer)
      clearTimeout(retry)
      clearInterval(around)
      await sweeping?.catch(() => undefined)
    },
  }
}
