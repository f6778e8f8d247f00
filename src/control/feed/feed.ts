/**
 * The live feed of one world: reads committed events by their sequence, woken by writes, once for all its readers
 * (events.md §5). Who reads it also watches the taxonomy and the directory.
 */
import type { Area } from './filter.ts'
import type { Places } from './place.ts'
import type { FeedEvent, FeedReader } from './reader.ts'

/** The outbox of all tenants. */
export interface EventSource {
  tenants(): Promise<readonly string[]>
  /** In the order of their sequence. */
  after(tenantId: string, sequence: number, most: number): Promise<readonly FeedEvent[]>
  /** 0: there is none. */
  newest(tenantId: string): Promise<number>
  /** Of the events that are kept; undefined: there is none. */
  oldest(tenantId: string): Promise<number | undefined>
  /** Of the first event of this instant or a later one; undefined: there is none. */
  firstSince(tenantId: string, instant: string): Promise<number | undefined>
}

export interface FeedFacts {
  readonly source: EventSource
  /** What can be watched for: where processes do not hear of each other, only what is written anyway. */
  readonly areas: readonly Area[]
  /** Called when a reader has come or left. Resolves when all that write know what is watched. */
  readonly onReaders?: (feed: EventFeed) => Promise<void>
  /** Called when it begins to be read, with what calls it when it is not any more. Wakes it where others write. */
  readonly opened?: (feed: EventFeed) => () => void
  readonly report: (error: unknown) => void
}

const pageRows = 200
/** Who has more unread reads on from the database when it has taken that: a burst is not kept in memory for it. */
const mostUnreadBytes = 256 * 1024
/** Tenants that are read at a time. */
const atOnce = 32
const retryMillis = 1_000

interface Pull {
  again: boolean
}

function areasWatched(readers: Iterable<FeedReader>, tenantId: string | undefined, names: AreaNames): Set<Area> {
  const found = new Set<Area>()
  for (const reader of readers)
    if (tenantId === undefined || reader.covers(tenantId))
      for (const { area, name } of names)
        if (reader.facts.areas.has(area) && reader.facts.filter.wantsName(name)) found.add(area)
  return found
}

type AreaNames = readonly { readonly area: Area; readonly name: string }[]

export class EventFeed {
  readonly areas: readonly Area[]
  readonly #facts: FeedFacts
  readonly #readers = new Set<FeedReader>()
  /** Up to where all readers that are not behind have been told. */
  #heads: Map<string, number> | undefined
  #loading: Promise<void> | undefined
  readonly #pulls = new Map<string, Pull>()
  #close: (() => void) | undefined
  #isClosed = false

  constructor(facts: FeedFacts) {
    this.#facts = facts
    this.areas = facts.areas
  }

  get isRead(): boolean {
    return this.#readers.size > 0
  }

  /** What is watched in the tenant, of events with these names. */
  watched(tenantId: string, names: AreaNames): ReadonlySet<Area> {
    return this.#readers.size === 0 ? none : areasWatched(this.#readers, tenantId, names)
  }

  /** The same by tenant; undefined: in every tenant. */
  watchedIn(names: AreaNames): ReadonlyMap<string | undefined, ReadonlySet<Area>> {
    const scopes = new Set([...this.#readers].map(({ facts }) => facts.tenantId))
    const found = [...scopes].map((tenantId) => {
      const readers = [...this.#readers].filter(({ facts }) => facts.tenantId === tenantId)
      return [tenantId, areasWatched(readers, tenantId, names)] as const
    })
    return new Map(found.filter(([, some]) => some.size > 0))
  }

  /** Where the feed is, for who begins to read it. */
  async here(tenantId?: string): Promise<Places> {
    const ids = tenantId === undefined ? await this.#facts.source.tenants() : [tenantId]
    const places = new Map<string, number>()
    for (let at = 0; at < ids.length; at += atOnce)
      await Promise.all(
        ids.slice(at, at + atOnce).map(async (id) => {
          places.set(id, await this.#facts.source.newest(id))
        }),
      )
    return places
  }

  /** The reader is told from its places on, which are behind or where the feed is. */
  async add(reader: FeedReader, begun: () => Promise<void>): Promise<void> {
    // It may have left before it came to this.
    if (reader.isEnded || this.#isClosed) return reader.facts.sink.end()
    this.#readers.add(reader)
    this.#close ??= this.#facts.opened?.(this)
    try {
      await this.#facts.onReaders?.(this)
      const heads = await this.#loaded()
      for (const [id, head] of heads) if (reader.covers(id)) reader.places.set(id, head)
      for (const id of reader.places.keys()) reader.behind.add(id)
      reader.isPlaced = true
      await begun()
      for (const id of [...reader.behind]) await this.#catchUp(reader, id)
    } catch (error) {
      this.#facts.report(error)
      reader.facts.sink.end()
    }
  }

  remove(reader: FeedReader): void {
    reader.isEnded = true
    if (!this.#readers.delete(reader)) return
    this.#facts.onReaders?.(this).catch((error: unknown) => this.#facts.report(error))
    if (this.#readers.size > 0) return
    this.#heads = undefined
    this.#loading = undefined
    this.#close?.()
    this.#close = undefined
  }

  /** Ends all readers. */
  close(): void {
    this.#isClosed = true
    for (const reader of [...this.#readers]) {
      reader.facts.sink.end()
      this.remove(reader)
    }
  }

  /** Somebody has written in the tenant; undefined: in any. */
  wake(tenantId?: string): void {
    if (this.#readers.size === 0) return
    if (tenantId === undefined) for (const id of this.#heads?.keys() ?? []) this.#pull(id)
    else if ([...this.#readers].some((reader) => reader.covers(tenantId))) this.#pull(tenantId)
  }

  /** A tenant that was removed; another with its id begins anew. */
  forget(tenantId: string): void {
    this.#heads?.delete(tenantId)
    for (const reader of this.#readers) reader.places.delete(tenantId)
  }

  /**
   * A message that is no row, so that nobody goes on from it: to all who want messages of that name. `about`: only to those
   * who read the tenant, and may read what is of that area.
   */
  tell(event: string, data: unknown, about?: { readonly tenantId: string; readonly area: Area }): void {
    for (const reader of this.#readers) {
      const { filter, areas } = reader.facts
      const mayRead = about === undefined || (reader.covers(about.tenantId) && areas.has(about.area))
      if (mayRead && filter.wantsName(event)) reader.tell(event, data)
    }
  }

  /** The rows of the world are others from now on: readers end, and go on from these places when they come back. */
  async replaced(here: () => Promise<Places>): Promise<void> {
    this.#isClosed = true
    if (this.#readers.size === 0) return
    const places = await here().catch((error: unknown) => {
      this.#facts.report(error)
      return undefined
    })
    for (const reader of this.#readers) {
      const { tenantId } = reader.facts
      const own = tenantId === undefined ? places : new Map([[tenantId, places?.get(tenantId) ?? 0]])
      reader.tell('relata.world-reset', {}, own)
    }
    this.close()
  }

  #loaded(): Promise<Map<string, number>> {
    this.#loading ??= this.here().then((places) => {
      this.#heads = new Map(places)
    })
    return this.#loading.then(() => this.#heads ?? new Map<string, number>())
  }

  #pull(tenantId: string): void {
    const running = this.#pulls.get(tenantId)
    if (running !== undefined) {
      running.again = true
      return
    }
    const pull = { again: false }
    this.#pulls.set(tenantId, pull)
    this.#pullAll(tenantId, pull).catch((error: unknown) => {
      this.#facts.report(error)
      // The database may be away for a moment.
      setTimeout(() => this.wake(tenantId), retryMillis).unref()
    })
  }

  async #pullAll(tenantId: string, pull: Pull): Promise<void> {
    try {
      for (let isMore = true; isMore && this.#readers.size > 0; ) {
        pull.again = false
        const heads = await this.#loaded()
        const events = await this.#facts.source.after(tenantId, heads.get(tenantId) ?? 0, pageRows)
        // All readers have left meanwhile, and others have come, who are told from other places on.
        if (heads !== this.#heads) continue
        for (const event of events) this.#give(tenantId, event, heads)
        isMore = pull.again || events.length === pageRows
      }
    } finally {
      // In the same turn as the last look at `again`, so that no wake is lost between.
      this.#pulls.delete(tenantId)
    }
  }

  #give(tenantId: string, event: FeedEvent, heads: Map<string, number>): void {
    heads.set(tenantId, event.sequence)
    for (const reader of this.#readers)
      if (reader.isPlaced && reader.covers(tenantId) && !reader.behind.has(tenantId)) {
        reader.take(tenantId, event)
        if (reader.facts.sink.unreadBytes > mostUnreadBytes) this.#fallBehind(reader, tenantId)
      }
  }

  #fallBehind(reader: FeedReader, tenantId: string): void {
    reader.behind.add(tenantId)
    const readOn = async (): Promise<void> => {
      await reader.facts.sink.taken()
      await this.#catchUp(reader, tenantId)
    }
    readOn().catch((error: unknown) => {
      this.#facts.report(error)
      reader.facts.sink.end()
    })
  }

  async #catchUp(reader: FeedReader, tenantId: string): Promise<void> {
    const at = (): number => reader.places.get(tenantId) ?? 0
    // In one turn of the event loop with what follows: from here on it is told what the others are told.
    while (!reader.isEnded && at() < (this.#heads?.get(tenantId) ?? 0)) {
      const events = await this.#facts.source.after(tenantId, at(), pageRows)
      if (events.length === 0) break
      for (const event of events) {
        reader.take(tenantId, event)
        if (reader.facts.sink.unreadBytes > mostUnreadBytes) break
      }
      await reader.facts.sink.taken()
    }
    reader.behind.delete(tenantId)
  }
}

const none: ReadonlySet<Area> = new Set()
