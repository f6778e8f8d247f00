/**
 * What readers of the feed at other processes watch, which those that write have to know without asking (events.md §1.3).
 * Each process says again and again what is watched with it; what is not said again ends by itself.
 */
import { randomUUID } from 'node:crypto'
import type { EventFeed } from '#control/feed/feed.ts'
import type { Area } from '#control/feed/filter.ts'
import type { StoreProcesses } from '#edm/ports.ts'

/** All in milliseconds of real time. */
const againMillis = 10_000
const leaseMillis = 30_000

/** A process that has just started asks the others. */
const question = 'feed?'
const everywhere = '*'

interface Lease {
  readonly taxonomy: boolean
  readonly directory: boolean
  readonly until: number
  /** Which saying of its process it is of. */
  readonly count: number
}

type AreaNames = Parameters<EventFeed['watched']>[1]

export class WatchedElsewhere {
  readonly #processes: StoreProcesses
  readonly #names: AreaNames
  readonly #self = randomUUID()
  readonly #leases = new Map<string, Lease>()
  /** By process: how many times it has said all that is watched with it. */
  readonly #said = new Map<string, number>()
  #count = 0
  #feed: EventFeed | undefined
  #timer: NodeJS.Timeout | undefined
  #stop: (() => void) | undefined

  constructor(processes: StoreProcesses, names: AreaNames) {
    this.#processes = processes
    this.#names = names
  }

  start(feed: EventFeed): void {
    this.#feed = feed
    this.#stop = this.#processes.hear?.((word) => this.#hear(word))
    // If it is not heard now, what is watched is said again soon.
    this.#processes.tell?.(question).catch(() => undefined)
  }

  close(): void {
    this.#stop?.()
    clearInterval(this.#timer)
  }

  has(tenantId: string, area: Exclude<Area, 'gdap'>): boolean {
    if (this.#leases.size === 0) return false
    const now = performance.now()
    for (const [key, lease] of this.#leases) {
      if (lease.until < now) this.#leases.delete(key)
      else if (lease[area] && (key.endsWith(`:${everywhere}`) || key.endsWith(`:${tenantId}`))) return true
    }
    return false
  }

  /** Says what is watched here. */
  async say(): Promise<void> {
    const { tell } = this.#processes
    const feed = this.#feed
    if (tell === undefined || feed === undefined) return
    const watched = feed.watchedIn(this.#names)
    clearInterval(this.#timer)
    if (watched.size > 0) this.#timer = setInterval(() => this.say().catch(() => undefined), againMillis).unref()
    this.#count += 1
    const from = `${this.#self}:${this.#count}`
    for (const [tenantId = everywhere, areas] of watched) {
      const letters = [...areas].map((area) => area[0]).join('')
      await tell(`feed+:${from}:${tenantId}:${letters}`)
    }
    // What was watched and is not any more ends with this. At last: before it, what goes on would end for a moment.
    await tell(`feed-:${from}`)
  }

  #hear(word: string): void {
    if (word === question) {
      if (this.#feed?.isRead === true) this.say().catch(() => undefined)
      return
    }
    const [kind, from = '', number = '', scope = '', letters = ''] = word.split(':')
    const count = Number(number)
    // Sayings may overlap: a later one has told more.
    if (count < (this.#said.get(from) ?? 0)) return
    if (kind === 'feed-') {
      this.#said.set(from, count)
      for (const [key, lease] of this.#leases)
        if (key.startsWith(`${from}:`) && lease.count < count) this.#leases.delete(key)
    }
    if (kind !== 'feed+') return
    const areas = { taxonomy: letters.includes('t'), directory: letters.includes('d') }
    this.#leases.set(`${from}:${scope}`, { ...areas, until: performance.now() + leaseMillis, count })
  }
}
