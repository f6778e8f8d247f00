/**
 * What is to happen by itself, over all tenants: before every request everything due has fired, each entry once, in
 * the order of its instant. Rows are the only memory that counts: an entry goes in the transaction that fires it.
 *
 * Composed so: app/ has a stored type for the entries in its models and hands it to `makeEngine` as `agendaEntry`;
 * behaviours fire the kinds they declare in `due`. `settle` waits for a sweep, `inTenant` writes as a request would;
 * `close` comes before the store's. A clock that can be moved is listened to. Without `agendaEntry` nothing fires.
 */
import { instantOf } from '#base/clock.ts'
import { StoreError } from '#base/errors.ts'
import type { Tx, WriteContext } from '#edm/ports.ts'
import { type Diary, diariesOn, diaryOf, EntryFault, type Fired, forget, hooksByKind, restore } from './diary.ts'
import { nobodyIn } from './nobody.ts'
import type { AgendaFacts, EngineAgenda, Timed, Work } from './timed.ts'
import { earliestOf, hasDue, isHeaded, isOnlyOneDue, turnOf } from './turns.ts'
import { withoutAgenda } from './without-agenda.ts'

/** Entries that share a commit; between two commits the event loop goes round. */
const mostEntries = 250
/** Entries that a request fires in its own transaction. */
const mostWithin = 25
/** Longest sleep, and the pause before failed entries are tried again: milliseconds of real time. */
const longest = 60_000
const afterFailure = 1_000
/** Before another look at what another process was about to fire: should it die, its lock dies with it. */
const afterOthers = 250
/** How often it is looked whether other processes on the same file have written. */
const aroundFile = 2_000

function ignore(): void {
  // Nothing to do.
}

const overdue = new Error('something came due before the transaction began')

export function agendaOf(facts: AgendaFacts): EngineAgenda {
  const { store, clock, agendaEntry } = facts
  const hooks = hooksByKind(facts.behaviours)
  if (agendaEntry === undefined) return withoutAgenda(facts)

  const diaries = new Map<string, Diary>()
  /**
   * When the next entry of any tenant is due, minus infinity: not known. The one is what is committed; the other, never
   * earlier, is what a transaction sees that comes after those that are not committed yet.
   */
  let next = Number.NEGATIVE_INFINITY
  let nextWithin = Number.NEGATIVE_INFINITY
  let isLoaded = false
  let isClosed = false
  let sweeping: Promise<void> | undefined
  /** Somebody waits for the sweep: then it waits for others who fire, too. */
  let isAwaited = false
  /** What comes after a sweep nobody waited for, for those who do wait. */
  let following: Promise<void> | undefined
  /** Diaries that others were at, in the sweep that runs. */
  const elsewhere = new Set<Diary>()
  /** The store's `foreign` when it was last looked. */
  let heeded: number | undefined
  let timer: NodeJS.Timeout | undefined
  let retry: NodeJS.Timeout | undefined
  /** Entries a transaction may hold: fewer after one that failed, so that what is undone with it stays little. */
  let size = mostEntries

  const actorOf = nobodyIn()
  const { ids, strict } = facts
  const prefer: WriteContext['prefer'] = new Map()
  const { agendaOn, run, isOutdated } = diariesOn({
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

  const lose = (diary: Diary): void => {
    forget(diary)
    unknown()
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
    nextWithin = isLoaded ? earliestOf(diaries.values()) : Number.NEGATIVE_INFINITY
  }

  const refresh = (): void => {
    refreshWithin()
    next = nextWithin
  }

  const isDue = (): boolean => next !== Number.POSITIVE_INFINITY && clock.now().getTime() >= next

  const load = async (): Promise<void> => {
    if (isLoaded) return
    for (const { id } of await store.tenants()) diaryFor(id)
    isLoaded = true
  }

  /** What others fire at this moment is left to them where nobody waits for it. */
  const writeIn = async (diary: Diary, work: (tx: Tx) => Promise<void>): Promise<void> => {
    try {
      await store.write(diary.tenantId, work, isAwaited ? undefined : { ifFree: true })
    } catch (error) {
      if (!(error instanceof StoreError && error.reason === 'elsewhere')) throw error
      forget(diary)
      elsewhere.add(diary)
    }
  }

  /** In a transaction, after all that were before it: nobody sets an entry between the look and its result. */
  const look = (diary: Diary): Promise<void> =>
    writeIn(diary, async (tx) => {
      await run(tx, diary, { limit: '', until: undefined, most: 0 })
    })

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
      let runs = 0
      let most = 0
      let isCounted = false
      const job = writeIn(diary, async (tx) => {
        // What went before is gone, so it is no longer this one's turn.
        if (lost !== undefined) throw lost
        // What another run left in the diary never came to be.
        if (runs > 0) forget(diary)
        else most = Math.min(left, size)
        runs += 1
        const fired = await run(tx, diary, { limit, until, most })
        if (isCounted) return
        isCounted = true
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
      const unseen = [...diaries.values()].filter((diary) => diary.head === 'unknown' && !elsewhere.has(diary))
      if (unseen.length > 0) await Promise.all(unseen.map(look))
      refresh()
      if (!isDue()) return
      if (elsewhere.size > 0 && !hasDue(diaries.values(), instantOf(clock.now()))) return
      if (isClosed) throw new StoreError('unavailable', 'closed')
      await round()
    }
  }

  const complain = (error: unknown): void => {
    if (!isClosed) facts.report(error, 'agenda')
  }

  const begin = (awaited: boolean): Promise<void> => {
    isAwaited = awaited
    following = undefined
    elsewhere.clear()
    sweeping = sweep().then(
      () => {
        sweeping = undefined
        schedule(elsewhere.size > 0 ? afterOthers : 0)
      },
      (error: unknown) => {
        sweeping = undefined
        refresh()
        schedule(afterFailure)
        throw error
      },
    )
    // Who asked may turn away before it waits.
    sweeping.catch(ignore)
    return sweeping
  }

  const pending = (): Promise<void> | undefined => {
    heed()
    if (sweeping === undefined) return isDue() ? begin(true) : undefined
    if (isAwaited) return sweeping
    // One that may leave something to others is not enough for who asks.
    if (following === undefined) {
      following = sweeping.then(pending, pending)
      following.catch(ignore)
    }
    return following
  }

  const settleUnasked = (): void => {
    if (sweeping !== undefined || !isDue()) return
    begin(false).catch(complain)
  }

  /** Entries that other processes on the same file have set are seen at once. */
  function heed(): void {
    const now = isLoaded && sweeping === undefined ? store.foreign?.() : undefined
    if (now === undefined || now === heeded) return
    heeded = now
    for (const diary of diaries.values()) {
      if (isOutdated(diary)) lose(diary)
    }
  }

  /** Another process may have set entries or added tenants. */
  const lookAround = async (): Promise<void> => {
    const tenants = await store.tenants()
    if (!isLoaded || sweeping !== undefined) return
    heed()
    for (const { id } of tenants) {
      if (!diaries.has(id) || store.foreign === undefined) lose(diaryFor(id))
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
      lose(diary)
    }
    if (isDue()) settleUnasked()
    else schedule(0)
  }

  const around = setInterval(
    () => {
      lookAround().catch(complain)
    },
    store.foreign === undefined ? longest : aroundFile,
  ).unref()
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

  const isAlone = (diary: Diary, now: string): boolean =>
    sweeping === undefined && nextWithin !== Number.NEGATIVE_INFINITY && isOnlyOneDue(diary, diaries.values(), now)

  const timed = (tx: Tx, of: Diary, now: string): Timed => ({ now, agenda: agendaOn(tx, of, now), cause: 'request' })

  const takeBack = (tenantId: string, fired: Fired): void => {
    if (fired.before === undefined) return
    restore(diaryFor(tenantId), fired.before)
    fired.before = undefined
    refreshWithin()
  }

  const writeLate = async <T>(tx: Tx, diary: Diary, now: string, fired: Fired, work: Work<T>): Promise<T> => {
    if (!isAlone(diary, now)) throw overdue
    try {
      fired.before = { ...diary }
      // Those beside it, which may have set what fires now, must not begin anew where this is refused.
      tx.protect()
      await catchUp(tx, diary, now)
      return await work(tx, timed(tx, diary, now))
    } catch (error) {
      // At once: the next transaction of the commit must not believe what is undone.
      takeBack(diary.tenantId, fired)
      throw error
    }
  }

  const writeOnce = <T>(tenantId: string, work: Work<T>, fired: Fired): Promise<T> =>
    store.write(tenantId, (tx) => {
      // The store may have undone a first run.
      takeBack(tenantId, fired)
      heed()
      const at = clock.now()
      const now = instantOf(at)
      const diary = diaryFor(tenantId)
      // The clock may have been moved, or a write of the same commit have set what is due at once.
      return at.getTime() < nextWithin ? work(tx, timed(tx, diary, now)) : writeLate(tx, diary, now, fired, work)
    })

  const goOn = ({ before }: Fired): void => {
    if (before === undefined) return
    refresh()
    if (sweeping === undefined) schedule(0)
  }

  const write = async <T>(tenantId: string, work: Work<T>): Promise<T> => {
    for (let wait = isLoaded ? sweeping : pending(); ; wait = pending()) {
      if (wait !== undefined) await wait
      const fired: Fired = { before: undefined }
      try {
        const value = await writeOnce(tenantId, work, fired)
        goOn(fired)
        return value
      } catch (error) {
        if (fired.before !== undefined) lose(diaryFor(tenantId))
        if (error !== overdue) throw error
      }
    }
  }

  return {
    pending,
    write,
    close: async () => {
      isClosed = true
      stopListening?.()
      stopWatching?.()
      clearTimeout(timer)
      clearTimeout(retry)
      clearInterval(around)
      await sweeping?.catch(ignore)
    },
  }
}
