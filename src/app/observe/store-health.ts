/**
 * Whether the database answers, for `/ready`, `/health`, the metric and the log. Requests tell of failures. While it is up
 * the database is asked only on demand; while it is down it is asked until it reads and writes again, and both changes are
 * logged once.
 */
import type { Clock } from '#base/clock.ts'
import type { Deadline, EndReason } from '#base/deadline.ts'
import { StoreError, troubleOf } from '#base/errors.ts'
import type { Store } from '#edm/ports.ts'
import type { Log } from './log.ts'

/** How long the database may take to answer. */
const answerMillis = 2_000
/** How long an answer is good. */
const freshMillis = 1_000
/** Pauses before a database that is down is asked again. They grow while it keeps going down. */
const shortPauseMillis = 1_000
const longPauseMillis = 30_000

/** A database that is down. */
export interface StoreOutage {
  /** As `StoreError` has it. */
  readonly reason: string
  /** For operators and clients, with the cure. */
  readonly message: string
  readonly since: Date
}

export interface StoreHealth {
  /** Takes an error that was met; returns whether it says that the database cannot answer. */
  note(error: unknown): boolean
  /** From now on this is the store that is asked. */
  watch(store: Pick<Store, 'probe'>): void
  /** Undefined: the database answers. Never takes longer than two seconds, never throws. */
  outage(): Promise<StoreOutage | undefined>
  close(): void
}

function ignore(): void {
  // Nothing to do.
}

function deadlineAfter(millis: number): Deadline & { readonly stop: () => void } {
  const works = new Set<(why: EndReason) => void>()
  let ended: EndReason | undefined
  const timer = setTimeout(() => {
    ended = 'timeout'
    for (const work of works) work('timeout')
  }, millis)
  return {
    limitSeconds: millis / 1_000,
    get ended() {
      return ended
    },
    onEnd: (work) => {
      if (ended === undefined) works.add(work)
      else work(ended)
      return () => works.delete(work)
    },
    stop: () => clearTimeout(timer),
  }
}

/** The failure behind one that says what was lost by it. */
function deepest(error: StoreError): StoreError {
  return error.reason === 'commit' && error.cause instanceof StoreError ? error.cause : error
}

/** Undefined: it is no failure of the database itself. */
function failureIn(error: unknown): StoreError | undefined {
  if (!(error instanceof StoreError) || error.kind !== 'unavailable') return undefined
  const known = deepest(error)
  return troubleOf(known.reason).isPassing === true ? undefined : known
}

function causeText({ cause }: StoreError): string {
  return cause instanceof Error ? ` (${cause.message})` : ''
}

async function ask(store: Pick<Store, 'probe'>, how: 'read' | 'write'): Promise<StoreError | undefined> {
  const deadline = deadlineAfter(answerMillis)
  try {
    await new Promise<void>((resolve, reject) => {
      deadline.onEnd(() => reject(new StoreError('unavailable', 'silent')))
      store.probe(how, deadline).then(resolve, reject)
    })
    return undefined
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'timeout') return new StoreError('unavailable', 'silent')
    return failureIn(error)
  } finally {
    deadline.stop()
  }
}

class Watch implements StoreHealth {
  private readonly log: Pick<Log, 'error' | 'warn'>
  private readonly clock: Clock
  private store: Pick<Store, 'probe'> | undefined
  private down: StoreOutage | undefined
  private downAt = 0
  /** Reasons that this outage was logged with. */
  private readonly told = new Set<string>()
  private upAt = Number.NEGATIVE_INFINITY
  private askedAt = Number.NEGATIVE_INFINITY
  private asking: Promise<void> | undefined
  private pauseMillis = shortPauseMillis
  private timer: NodeJS.Timeout | undefined
  private isClosed = false

  constructor(log: Pick<Log, 'error' | 'warn'>, clock: Clock) {
    this.log = log
    this.clock = clock
  }

  note(error: unknown): boolean {
    if (!(error instanceof StoreError) || error.kind !== 'unavailable') return false
    const failure = failureIn(error)
    if (failure !== undefined && !this.isClosed) this.fell(failure)
    return true
  }

  watch(store: Pick<Store, 'probe'>): void {
    this.store = store
  }

  async outage(): Promise<StoreOutage | undefined> {
    if (this.down === undefined && performance.now() - this.askedAt > freshMillis) await this.probe()
    return this.down
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
  }

  private probe(): Promise<void> {
    this.asking ??= this.answer().finally(() => {
      this.asking = undefined
    })
    return this.asking
  }

  private async answer(): Promise<void> {
    const { store } = this
    if (store === undefined || this.isClosed) return
    const failure = await ask(store, this.down === undefined ? 'read' : 'write')
    this.askedAt = performance.now()
    if (this.isClosed) return
    if (failure !== undefined) this.fell(failure)
    else if (this.down !== undefined) this.rose(this.down)
  }

  private fell(failure: StoreError): void {
    const { reason } = failure
    if (this.down?.reason !== reason) this.tell(failure)
    this.later()
  }

  private tell(failure: StoreError): void {
    const { reason } = failure
    const { what, cure } = troubleOf(reason)
    const message = `${what} ${cure}`
    const isFirst = this.down === undefined
    if (isFirst) {
      this.downAt = performance.now()
      const isAgain = this.downAt - this.upAt < longPauseMillis
      this.pauseMillis = isAgain ? Math.min(2 * this.pauseMillis, longPauseMillis) : shortPauseMillis
    }
    this.down = { reason, message, since: this.down?.since ?? this.clock.now() }
    if (!this.told.has(reason)) this.log.error(`${message}${causeText(failure)}`)
    this.told.add(reason)
  }

  private rose(outage: StoreOutage): void {
    this.down = undefined
    this.told.clear()
    this.upAt = performance.now()
    const seconds = ((this.upAt - this.downAt) / 1_000).toFixed(1)
    this.log.warn(`The database answers again, after ${seconds} s; before: ${troubleOf(outage.reason).what}`)
  }

  private later(): void {
    if (this.isClosed || this.timer !== undefined) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.probe().then(() => {
        if (this.down !== undefined) this.later()
      }, ignore)
    }, this.pauseMillis).unref()
  }
}

export function storeHealth(log: Pick<Log, 'error' | 'warn'>, clock: Clock): StoreHealth {
  return new Watch(log, clock)
}
