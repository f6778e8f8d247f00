/**
 * Keeps the chains of all tenants up to date: woken after writes, a moment later, so that many share a turn. It sets no timer
 * while nothing is written, but for the next checkpoint.
 */
import { AppError, StoreError } from '#base/errors.ts'
import type { Store } from '#edm/ports.ts'
import { type ChainFacts, type ChainState, chainNext } from './chain.ts'
import { type CheckpointFacts, checkpointMillis, isCheckpointDue, makeCheckpoint } from './checkpoints.ts'

/** All of real time. Together with the turn itself, a record has its link well within a second. */
const wakeMillis = 200
const startMillis = 1_000
const againMillis = 1_000
/** While others write, it works for a tenth of the time, and is behind where they write thousands of records a second. */
const pausesOfWork = 9
const longestPauseMillis = 100
/** What another process has left when it was killed is found after so long, where several share the database. */
const sweepMillis = 300_000

export interface KeeperFacts extends ChainFacts, CheckpointFacts {
  readonly store: Store
  /** Several processes may write the same rows. */
  readonly isShared: boolean
  /** Nothing happens by itself: where everything has to come in the same order in each run. */
  readonly isQuiet: boolean
  /** Called when links were added. */
  readonly onChained: (tenantId: string, added: number) => void
  readonly report: (error: unknown) => void
}

/** The tenant is gone, or the store is closed or replaced: there is nothing to chain. */
function isOver(error: unknown): boolean {
  if (error instanceof StoreError) return error.reason === 'tenant' || error.reason === 'closed'
  return error instanceof AppError && error.facts.check === 'world.replaced'
}

export class ChainKeeper {
  readonly #facts: KeeperFacts
  readonly #woken = new Set<string>()
  /** Tenant → when its next checkpoint is due, in milliseconds of the real clock. */
  readonly #checkpoints = new Map<string, number>()
  readonly #running = new Map<string, Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #checkpointTimer: NodeJS.Timeout | undefined
  readonly #sweepTimers: NodeJS.Timeout[] = []
  #pass: Promise<void> | undefined
  #isClosed = false
  /** Counts writes. */
  #writes = 0
  /** Tenants that somebody waits for. */
  readonly #awaited = new Set<string>()

  constructor(facts: KeeperFacts) {
    this.#facts = facts
    if (facts.isQuiet) return
    const sweep = (): void => {
      this.#sweep().catch((error: unknown) => this.#reported(error))
    }
    this.#sweepTimers.push(setTimeout(sweep, startMillis).unref())
    if (facts.isShared) this.#sweepTimers.push(setInterval(sweep, sweepMillis).unref())
  }

  /** After a write of the tenant. */
  wake(tenantId: string): void {
    if (this.#isClosed || this.#facts.isQuiet) return
    this.#writes += 1
    this.#woken.add(tenantId)
    this.#timer ??= setTimeout(() => this.#begin(), wakeMillis).unref()
  }

  /** Resolves when all that was committed before is chained. */
  async settle(tenantId: string): Promise<void> {
    this.#awaited.add(tenantId)
    // One that runs may have read before the last commit.
    await this.#running.get(tenantId)?.catch(() => undefined)
    this.#woken.delete(tenantId)
    try {
      await this.#chain(tenantId)
    } catch (error) {
      this.wake(tenantId)
      throw error
    } finally {
      this.#awaited.delete(tenantId)
    }
  }

  /** Resolves when there is a checkpoint of all that was committed before; with the number of its link. */
  async checkpoint(tenantId: string): Promise<number> {
    await this.settle(tenantId)
    return makeCheckpoint(this.#facts, tenantId)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#checkpointTimer)
    for (const timer of this.#sweepTimers) clearTimeout(timer)
    await this.#pass
    await Promise.allSettled(this.#running.values())
  }

  #reported(error: unknown): void {
    if (!(this.#isClosed || isOver(error))) this.#facts.report(error)
  }

  async #sweep(): Promise<void> {
    for (const { id } of await this.#facts.store.tenants()) this.wake(id)
  }

  #begin(): void {
    this.#timer = undefined
    if (this.#isClosed) return
    const pass = this.#pass ?? Promise.resolve()
    this.#pass = pass.then(() => this.#all())
  }

  async #all(): Promise<void> {
    for (const tenantId of [...this.#woken]) {
      if (this.#isClosed) return
      this.#woken.delete(tenantId)
      await this.#chain(tenantId).catch((error: unknown) => {
        this.#reported(error)
        if (!(this.#isClosed || isOver(error))) setTimeout(() => this.wake(tenantId), againMillis).unref()
      })
    }
  }

  /** One at a time for each tenant in this process. */
  #chain(tenantId: string): Promise<void> {
    const running = this.#running.get(tenantId)
    if (running !== undefined) return running
    const made = this.#chainAll(tenantId).finally(() => this.#running.delete(tenantId))
    this.#running.set(tenantId, made)
    return made
  }

  async #chainAll(tenantId: string): Promise<void> {
    const { onChained, realNow } = this.#facts
    for (;;) {
      const [began, writes] = [performance.now(), this.#writes]
      const { state, added, customers } = await chainNext(this.#facts, tenantId)
      if (added > 0) onChained(tenantId, added)
      for (const customer of customers) this.wake(customer)
      const isDue = isCheckpointDue(state, realNow())
      if (isDue) await makeCheckpoint(this.#facts, tenantId)
      if (added === 0 && !isDue) return this.#noteCheckpoint(tenantId, state)
      if (this.#isClosed) return
      await this.#giveWay(performance.now() - began, this.#writes > writes && !this.#awaited.has(tenantId))
    }
  }

  /** Requests go first. */
  #giveWay(workedMillis: number, isBusy: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (isBusy) setTimeout(resolve, Math.min(workedMillis * pausesOfWork, longestPauseMillis))
      else setImmediate(resolve)
    })
  }

  /** Sets the timer for the first checkpoint that comes due. */
  #noteCheckpoint(tenantId: string, { newest, checkpoint, checkpointDateTime }: ChainState): void {
    if (this.#facts.isQuiet) return
    if (newest > checkpoint) this.#checkpoints.set(tenantId, Date.parse(checkpointDateTime) + checkpointMillis)
    else this.#checkpoints.delete(tenantId)
    clearTimeout(this.#checkpointTimer)
    if (this.#isClosed || this.#checkpoints.size === 0) return
    const now = Date.parse(this.#facts.realNow())
    let first = Number.POSITIVE_INFINITY
    for (const due of this.#checkpoints.values()) first = Math.min(first, due)
    this.#checkpointTimer = setTimeout(
      () => this.#wakeDue(),
      Math.min(Math.max(first - now, 0), checkpointMillis),
    ).unref()
  }

  #wakeDue(): void {
    const now = Date.parse(this.#facts.realNow())
    for (const [tenantId, due] of this.#checkpoints) if (due <= now) this.wake(tenantId)
  }
}
