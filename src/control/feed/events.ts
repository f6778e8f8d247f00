/** `GET /_relata/events`: the live feed as server-sent events, resumable (events.md §5). */
import { AppError } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { AddressHandler, LiveSink, OwnRequest } from '#base/own-address.ts'
import { byMethod } from '../request.ts'
import { liveAnswer } from './event-text.ts'
import type { EventFeed, EventSource } from './feed.ts'
import { type Area, type FeedFilter, filterIn } from './filter.ts'
import { mostPlaces } from './place.ts'
import { FeedReader } from './reader.ts'

/** What the caller may see. */
export interface FeedRights {
  readonly tenantId: string
  readonly areas: ReadonlySet<Area>
}

export interface FeedParts {
  readonly feed: EventFeed
  readonly source: EventSource
  /** Undefined: there is no such tenant. */
  readonly findTenant: (idOrDomain: string) => Promise<string | undefined>
  /** Members of `relata.hello` beside what is watched. */
  readonly hello: () => Promise<Readonly<Record<string, unknown>>>
  /** Absent: everybody who reaches the address sees all. Throws `unauthenticated` and `forbidden`. */
  readonly rightsOf?: (request: OwnRequest) => Promise<FeedRights>
  /** After which a reader has to come back, with its token. */
  readonly longestMillis?: number
  /** How often it is looked whether a reader may still read what it is told; absent: never. */
  readonly recheckMillis?: number
}

/** Of one tenant of a registry in one process: a quarter of all there may be, so that no tenant shuts out the others. */
const mostOfTenant = 50

/** Counts streams by tenant. */
class StreamCounts {
  readonly #open = new Map<string, number>()

  /** Throws `unavailable` where there may be no more. */
  need(tenantId: string): void {
    if ((this.#open.get(tenantId) ?? 0) < mostOfTenant) return
    throw new AppError('unavailable', `The tenant has ${mostOfTenant} feeds open already; close some.`, {
      headers: { 'Retry-After': '5' },
      check: 'live.ofTenant',
    })
  }

  begin(tenantId: string): () => void {
    this.#open.set(tenantId, (this.#open.get(tenantId) ?? 0) + 1)
    return () => {
      const left = (this.#open.get(tenantId) ?? 1) - 1
      if (left === 0) this.#open.delete(tenantId)
      else this.#open.set(tenantId, left)
    }
  }
}

/** How long a client waits before it comes back, in milliseconds. */
const retry = 'retry: 2000\n\n'

async function tenantOf({ findTenant }: FeedParts, wanted: string, target: string): Promise<string> {
  const found = await findTenant(wanted)
  if (found !== undefined) return found
  throw new AppError('invalid', `There is no tenant '${wanted}'.`, { target })
}

/** In a registry nobody learns which tenants there are: the tenant is that of the token. */
async function tenantIn(parts: FeedParts, { tenant }: FeedFilter, rights: FeedRights | undefined) {
  if (rights === undefined) return tenant === undefined ? undefined : tenantOf(parts, tenant, 'tenant')
  if (tenant === undefined || (await parts.findTenant(tenant)) === rights.tenantId) return rights.tenantId
  throw new AppError('forbidden', 'The token is of another tenant.', { target: 'tenant', check: 'access.tenant' })
}

async function customerIn(parts: FeedParts, { customer }: FeedFilter, rights: FeedRights | undefined) {
  if (customer === undefined) return undefined
  if (rights === undefined) return tenantOf(parts, customer, 'customer')
  const id = guidOf(customer)
  if (id !== undefined) return id
  throw new AppError('invalid', "'customer' is the id of a tenant.", { target: 'customer' })
}

interface Gap {
  readonly asked: string
  readonly oldest: string
}

/** Sets the places from which the reader is told; returns what of them is not kept any more. */
async function goBack({ source }: FeedParts, reader: FeedReader, from: FeedFilter['from']): Promise<Gap[]> {
  if (from === undefined) return []
  const gaps: Gap[] = []
  for (const [tenantId, newest] of [...reader.places]) {
    if ('instant' in from) {
      const first = await source.firstSince(tenantId, from.instant)
      if (first !== undefined) reader.places.set(tenantId, first - 1)
      continue
    }
    // Where a place names no sequence of a tenant, nothing had happened there, unless it had to leave tenants out.
    const asked = from.places.get(tenantId) ?? (from.places.size >= mostPlaces ? newest : 0)
    const oldest = (await source.oldest(tenantId)) ?? newest + 1
    // A higher one than the newest is of other rows: the world was put back.
    const isKept = asked <= newest && asked + 1 >= oldest
    reader.places.set(tenantId, isKept ? asked : oldest - 1)
    if (!isKept && from.places.has(tenantId))
      gaps.push({ asked: `${tenantId}:${asked}`, oldest: `${tenantId}:${oldest}` })
  }
  return gaps
}

async function begin(parts: FeedParts, reader: FeedReader, from: FeedFilter['from']): Promise<void> {
  const { feed, hello } = parts
  const facts = { ...(await hello()), kinds: feed.areas.filter((area) => reader.facts.areas.has(area)) }
  await feed.add(reader, async () => {
    const gaps = await goBack(parts, reader, from)
    // A client that leaves before the first event comes back to here.
    reader.tell('relata.hello', facts, reader.places)
    for (const gap of gaps) reader.tell('relata.gap', gap)
  })
}

/** Whether the token has expired meanwhile, or gives less than it gave. While that cannot be found out, it is as it was. */
async function mayNotAnyMore(
  rightsOf: NonNullable<FeedParts['rightsOf']>,
  { asked: _, ...request }: OwnRequest,
  areas: ReadonlySet<Area>,
): Promise<boolean> {
  try {
    const now = await rightsOf(request)
    return [...areas].some((area) => !now.areas.has(area))
  } catch (error) {
    return error instanceof AppError && (error.kind === 'unauthenticated' || error.kind === 'forbidden')
  }
}

/** Ends the feed of who may not read it any more; who may read a part of it comes back for that. Returns what stops it. */
function watchRights({ rightsOf, recheckMillis }: FeedParts, request: OwnRequest, { facts }: FeedReader): () => void {
  if (rightsOf === undefined || recheckMillis === undefined) return () => undefined
  let isAsking = false
  const ask = async (): Promise<void> => {
    if (isAsking) return
    isAsking = true
    if (await mayNotAnyMore(rightsOf, request, facts.areas)) facts.sink.end()
    isAsking = false
  }
  const timer = setInterval(() => void ask(), recheckMillis).unref()
  return () => clearInterval(timer)
}

export function eventsHandler(parts: FeedParts): AddressHandler {
  const { feed, rightsOf, longestMillis } = parts
  const streams = new StreamCounts()
  return byMethod({
    GET: async (request) => {
      const rights = await rightsOf?.(request)
      const filter = filterIn(request.query, request.headers['last-event-id'])
      const named = await tenantIn(parts, filter, rights)
      const customerId = await customerIn(parts, filter, rights)
      if (rights !== undefined) streams.need(rights.tenantId)
      const open = (sink: LiveSink): FeedReader =>
        new FeedReader({
          filter,
          sink,
          origin: request.origin,
          tenantId: named,
          customerId,
          areas: rights?.areas ?? new Set(feed.areas),
        })
      return liveAnswer((sink) => {
        const reader = open(sink)
        sink.write(retry)
        begin(parts, reader, filter.from).catch(() => sink.end())
        const timer = longestMillis === undefined ? undefined : setTimeout(() => sink.end(), longestMillis).unref()
        const stopWatching = watchRights(parts, request, reader)
        const stopCounting = rights === undefined ? undefined : streams.begin(rights.tenantId)
        return () => {
          stopCounting?.()
          clearTimeout(timer)
          stopWatching()
          feed.remove(reader)
        }
      })
    },
  })
}
