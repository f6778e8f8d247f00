/** One reader of the feed: what it has been told, and what it wants to be told (events.md §5). */
import type { LiveSink } from '#base/own-address.ts'
import { eventText } from './event-text.ts'
import { type Area, areaOf, type FeedFilter, type Told } from './filter.ts'
import { type Places, placeText } from './place.ts'

export interface FeedEvent extends Told {
  readonly sequence: number
  /** The canonical form (events.md §1.4), for this address of the server. */
  form(origin: string): unknown
}

export interface ReaderFacts {
  readonly filter: FeedFilter
  readonly sink: LiveSink
  readonly origin: string
  /** Undefined: all tenants. */
  readonly tenantId: string | undefined
  readonly customerId: string | undefined
  readonly areas: ReadonlySet<Area>
}

export class FeedReader {
  readonly facts: ReaderFacts
  /** The last sequence that was looked at, by tenant. */
  readonly places = new Map<string, number>()
  /** Tenants that are still read from the database: what comes meanwhile is read there, too. */
  readonly behind = new Set<string>()
  /** From here on it is told what the others are told, but of tenants where it is behind. */
  isPlaced = false
  isEnded = false
  #left: number

  constructor(facts: ReaderFacts) {
    this.facts = facts
    this.#left = facts.filter.limit ?? Number.POSITIVE_INFINITY
  }

  covers(tenantId: string): boolean {
    return this.facts.tenantId === undefined || this.facts.tenantId === tenantId
  }

  take(tenantId: string, event: FeedEvent): void {
    if (this.isEnded || event.sequence <= (this.places.get(tenantId) ?? 0)) return
    this.places.set(tenantId, event.sequence)
    const { filter, customerId, areas, sink, origin } = this.facts
    if (!areas.has(areaOf(event.eventName)) || !filter.wants(event, customerId)) return
    this.#say(event.eventName, event.form(origin), placeText(this.places, tenantId))
    this.#left -= 1
    if (this.#left > 0) return
    this.isEnded = true
    sink.end()
  }

  /** Messages of the feed itself. `places`: from where a client that comes back goes on; absent: as before. */
  tell(event: string, data: unknown, places?: Places): void {
    if (!this.isEnded) this.#say(event, data, places && placeText(places))
  }

  #say(event: string, data: unknown, id: string | undefined): void {
    this.facts.sink.write(eventText({ ...(id === undefined ? {} : { id }), event, data }))
  }
}
