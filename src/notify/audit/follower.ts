/**
 * Sends the log to one place, link by link, from where it was (events.md §9.5): in order, again and again until it is taken.
 * How far it has come is a row of each tenant, written after the place has taken the records; so a process that is killed in
 * between sends some a second time, and none is left out.
 */
import { hostname } from 'node:os'
import { StoreError } from '#base/errors.ts'
import type { ReadTx, Store, Tx } from '#edm/ports.ts'
import type { ChainedRecord, ChainReading } from '#workloads/audit/reading.ts'
import { auditChain, auditSink, chainId } from '#workloads/audit/types.ts'
import type { Sink, SunkRecord } from '../sinks/sink.ts'

export interface FollowerFacts {
  readonly store: Store
  readonly reading: ChainReading
  readonly sink: Sink
  /** Who sends, among the processes that may send to the same place. */
  readonly owner: LeaseOwner
  /** Whether other processes serve the same rows at the moment. */
  readonly isShared: () => Promise<boolean>
  readonly realNow: () => Date
  readonly onSent: (name: string, outcome: 'sent' | 'failed', count: number) => void
  /** Called when a place stops to take records, and when it takes them again. */
  readonly note: (text: string) => void
  readonly report: (error: unknown) => void
}

/** A process, with its machine: on one machine it is known at once that another has ended. */
export interface LeaseOwner {
  readonly name: string
  /** Whether the process of that name is, or was, on this machine. */
  isHere(name: string): boolean
  /** Whether the process of that name runs no more; false where that cannot be told. */
  hasEnded(name: string): boolean
}

/** `mark`: differs among those of one process. */
export function leaseOwner(mark: string): LeaseOwner {
  const host = hostname()
  const isHere = (name: string): boolean => name.split(' ', 1)[0] === host
  return {
    name: `${host} ${process.pid} ${mark}`,
    isHere,
    hasEnded: (name) => {
      const pid = name.split(' ')[1]
      if (!isHere(name) || Number(pid) === process.pid) return false
      try {
        process.kill(Number(pid), 0)
        return false
      } catch (error) {
        return (error as { code?: string }).code === 'ESRCH'
      }
    },
  }
}

const mostAtOnce = 200
const firstWaitMillis = 1_000
const longestWaitMillis = 60_000
/** How long a place may still take records when the server ends. */
const graceMillis = 500
/** Longer than a place has time to take what it is sent. */
const leaseMillis = 30_000

interface Claim {
  readonly sent: number
  readonly change: number
}

/** The place has not taken records, which is written down and told. */
class NotTaken extends Error {
  override readonly name = 'NotTaken'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function sunk(tenantId: string, record: ChainedRecord): SunkRecord {
  const { n, link, leaf, activityDateTime, text } = record
  const isFailure = text !== undefined && (JSON.parse(text) as { result?: unknown }).result === 'failure'
  return { tenantId, n, link, leaf, activityDateTime, text, isFailure }
}

export class SinkFollower {
  readonly #facts: FollowerFacts
  readonly #woken = new Set<string>()
  /** Tenants whose records another process sends. */
  readonly #elsewhere = new Set<string>()
  #lookTimer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #waitMillis = 0
  #isClosed = false

  constructor(facts: FollowerFacts) {
    this.#facts = facts
  }

  /** There may be links of the tenant that the place does not have. */
  wake(tenantId: string): void {
    this.#woken.add(tenantId)
    if (this.#waitMillis === 0) this.#begin()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#lookTimer)
    const { sink } = this.#facts
    // A place that hangs has had its time: what it was sent is sent again by whoever comes next.
    const timer = setTimeout(() => sink.cutOff?.(), graceMillis)
    await this.#running
    clearTimeout(timer)
    await sink.close()
  }

  #begin(): void {
    if (this.#isClosed) return
    this.#running ??= this.#all().finally(() => {
      this.#running = undefined
      if (this.#woken.size > 0 && this.#waitMillis === 0) this.#begin()
    })
  }

  async #all(): Promise<void> {
    for (const tenantId of [...this.#woken]) {
      if (this.#isClosed) return
      this.#woken.delete(tenantId)
      try {
        await this.#follow(tenantId)
        this.#waitMillis = 0
      } catch (error) {
        if (error instanceof StoreError && (error.reason === 'tenant' || error.reason === 'closed')) continue
        if (!(error instanceof NotTaken)) this.#facts.report(error)
        return this.#again(tenantId)
      }
    }
  }

  /** The place, or the database, is not there: everything waits. */
  #again(tenantId: string): void {
    this.#woken.add(tenantId)
    this.#waitMillis = Math.min(Math.max(2 * this.#waitMillis, firstWaitMillis), longestWaitMillis)
    this.#later(this.#waitMillis)
  }

  #later(millis: number): void {
    if (this.#isClosed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#begin(), millis).unref()
  }

  /** If the process that sends is killed, somebody else has to go on. */
  #lookLater(millis: number): void {
    if (this.#isClosed) return
    this.#lookTimer ??= setTimeout(() => {
      this.#lookTimer = undefined
      const tenants = [...this.#elsewhere]
      this.#elsewhere.clear()
      for (const tenantId of tenants) this.wake(tenantId)
    }, millis).unref()
  }

  async #isBehind(tx: ReadTx): Promise<boolean> {
    const newest = (await tx.get(auditChain, chainId))?.newest ?? 0
    return newest > ((await tx.get(auditSink, this.#facts.sink.name))?.sent ?? 0)
  }

  #lease(): string {
    return new Date(this.#facts.realNow().getTime() + leaseMillis).toISOString()
  }

  /** The name of another process: it sends. `isAlone`: a process of any name has ended. */
  async #claim(tx: Tx, isAlone = false): Promise<Claim | string> {
    const { sink, owner, realNow } = this.#facts
    const row = await tx.get(auditSink, sink.name)
    const mine = { owner: owner.name, leaseDateTime: this.#lease() }
    if (row === undefined) {
      await tx.insert(auditSink, { id: sink.name, ...mine })
      return { sent: 0, change: 0 }
    }
    const isFree = row.owner === null || row.owner === owner.name || isAlone || owner.hasEnded(row.owner)
    if (row.owner !== null && !isFree && (row.leaseDateTime ?? '') > realNow().toISOString()) return row.owner
    await tx.update(auditSink, sink.name, mine)
    return row
  }

  async #follow(tenantId: string): Promise<void> {
    const { store, reading, owner, isShared } = this.#facts
    if (!(await store.read(tenantId, (tx) => this.#isBehind(tx)))) return
    let claim = await store.write(tenantId, (tx) => this.#claim(tx))
    if (typeof claim === 'string' && !(await isShared()))
      claim = await store.write(tenantId, (tx) => this.#claim(tx, true))
    if (typeof claim === 'string') {
      this.#elsewhere.add(tenantId)
      return this.#lookLater(owner.isHere(claim) ? firstWaitMillis : leaseMillis)
    }
    for (let { sent } = claim; !this.#isClosed; ) {
      const at = sent
      const records = await store.read(tenantId, (tx) => reading.after(tx, at, mostAtOnce))
      const last = records.at(-1)
      if (last !== undefined) await this.#send(tenantId, records)
      const goesOn = await store.write(tenantId, (tx) => this.#settle(tx, records))
      if (last === undefined || !goesOn) return
      sent = last.n
    }
  }

  async #send(tenantId: string, records: readonly ChainedRecord[]): Promise<void> {
    const { sink, store, onSent, realNow, note } = this.#facts
    try {
      await sink.send(records.map((record) => sunk(tenantId, record)))
    } catch (error) {
      onSent(sink.name, 'failed', records.length)
      const lastError = messageOf(error)
      const isFirst = await store.write(tenantId, async (tx) => {
        const row = await tx.get(auditSink, sink.name)
        const failingDateTime = row?.failingDateTime ?? realNow().toISOString()
        await tx.update(auditSink, sink.name, { failingDateTime, lastError, leaseDateTime: this.#lease() })
        return row?.failingDateTime == null
      })
      if (isFirst) note(`the log is not taken by ${sink.name}, and is sent again until it is: ${lastError}`)
      throw new NotTaken(lastError, { cause: error })
    }
    onSent(sink.name, 'sent', records.length)
  }

  /** False: there is no more, or another process has taken over and sends them as well. */
  async #settle(tx: Tx, records: readonly ChainedRecord[]): Promise<boolean> {
    const { sink, owner, realNow, note } = this.#facts
    const row = await tx.get(auditSink, sink.name)
    if (row === undefined || row.owner !== owner.name) return false
    const last = records.at(-1)
    // Looked at here, so that a process that was turned away meanwhile need not come back for what it has chained.
    const isEnd = last === undefined || last.n >= ((await tx.get(auditChain, chainId))?.newest ?? 0)
    const missed = records.filter(({ text }) => text === undefined).length
    const change = records.reduce((newest, one) => Math.max(newest, one.change ?? 0), row.change)
    const now = realNow().toISOString()
    const taken =
      last === undefined
        ? {}
        : {
            sent: last.n,
            change,
            missed: row.missed + missed,
            sentDateTime: now,
            failingDateTime: null,
            lastError: null,
          }
    await tx.update(auditSink, sink.name, {
      ...taken,
      ...(isEnd ? { owner: null, leaseDateTime: null } : { leaseDateTime: this.#lease() }),
    })
    if (last !== undefined && row.failingDateTime !== null) note(`the log is taken by ${sink.name} again`)
    return !isEnd
  }
}
