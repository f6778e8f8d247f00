/**
 * The live feed as tests ask it: followed from `await relata.events()` on, so that an event that came before it was asked for
 * is still found (events.md §5). A feed that ends, as with a world that is put back, is opened again where it was left.
 */
import { starPattern } from '#base/text/star-pattern.ts'
import type { FollowedEvent, NextOptions, RelataEvent, RelataEvents } from '../relata.ts'
import { checkEventName } from './event-names.ts'
import { Arrivals } from './waiting.ts'

/** Opens the feed; `lastId`: after this message. */
export type OpenFeed = (wish?: {
  readonly lastId?: string | undefined
  readonly signal?: AbortSignal
}) => AsyncGenerator<RelataEvent, void, undefined>

/** Less than what Vitest gives a test, which would end before it is said what was missing. */
const usualTimeout = 4_000

/** `{tenant}:{sequence}`, several separated by commas. */
function placesIn(id: string): ReadonlyMap<string, number> {
  const entries = id.split(',').map((one) => one.split(':') as [string, string])
  return new Map(entries.map(([tenant, sequence]) => [tenant, Number(sequence)]))
}

class Following {
  readonly messages = new Arrivals<RelataEvent>()
  readonly #open: OpenFeed
  readonly #closing = new AbortController()
  #lastId: string | undefined
  /** The last sequence that was told, by tenant. */
  #places = new Map<string, number>()

  constructor(open: OpenFeed) {
    this.#open = open
  }

  /** Resolves when nothing that happens from now on is missed. */
  async begin(): Promise<void> {
    const stream = this.#open({ lastId: this.#lastId, signal: this.#closing.signal })
    const first = await stream.next()
    if (first.done === true) throw new Error('the feed of the world ended at once')
    this.#take(first.value)
    this.#read(stream).catch((error: unknown) => {
      this.messages.end(error instanceof Error ? error : new Error(String(error)))
    })
  }

  async #read(stream: AsyncGenerator<RelataEvent, void, undefined>): Promise<void> {
    for await (const message of stream) this.#take(message)
    if (!this.#closing.signal.aborted) await this.begin()
  }

  #take(message: RelataEvent): void {
    const { id, type } = message
    if (type === 'relata.world-reset') this.#places = new Map()
    if (id !== undefined) {
      this.#lastId = id
      for (const [tenant, sequence] of placesIn(id)) this.#places.set(tenant, sequence)
    }
    if (type === 'relata.hello') this.messages.wake()
    else this.messages.add(message)
  }

  /** Resolves when all that has happened so far has been told. */
  async caughtUp(): Promise<void> {
    const stream = this.#open()
    const first = await stream.next()
    await stream.return()
    const id = first.done === true ? undefined : first.value.id
    const wanted = [...(id === undefined ? [] : placesIn(id))]
    while (
      !this.#closing.signal.aborted &&
      wanted.some(([tenant, sequence]) => (this.#places.get(tenant) ?? 0) < sequence)
    )
      await this.messages.changed()
  }

  close(): void {
    this.messages.end(new Error('the feed was closed'))
    this.#closing.abort()
  }
}

function wantedBy(name: string | undefined, subject: string | undefined) {
  const matches = name === undefined ? () => true : starPattern(name)
  const path = subject?.toLowerCase()
  return ({ type, data }: RelataEvent): boolean => {
    if (!matches(type)) return false
    const of = String(data?.subject ?? '').toLowerCase()
    return path === undefined || of === path || of.endsWith(`/${path}`)
  }
}

/** Resolves when the feed is open. */
export async function followedEvents(open: OpenFeed): Promise<RelataEvents> {
  const following = new Following(open)
  await following.begin()
  const { messages } = following
  const names = (): string => {
    const all = messages.all.map(({ type }) => type)
    return all.length === 0 ? 'there was none at all' : `there were ${all.join(', ')}`
  }
  return {
    next: async (name?: string, { subject, timeout = usualTimeout }: NextOptions = {}): Promise<FollowedEvent> => {
      if (name !== undefined) checkEventName(name)
      const what = `${name ?? 'event'}${subject === undefined ? '' : ` of ${subject}`}`
      const missing = (ms: number): string => `no ${what} within ${ms} ms; ${names()}`
      return (await messages.next(wantedBy(name, subject), timeout, missing)).data
    },
    all: async () => {
      await following.caughtUp()
      return messages.all.map(({ data }) => data)
    },
    none: async (name, { within = 0, subject } = {}) => {
      checkEventName(name)
      await following.caughtUp()
      const found = await messages.within(wantedBy(name, subject), within)
      if (found !== undefined) throw new Error(`there was ${found.type}: ${JSON.stringify(found.data)}`)
    },
    close: async () => following.close(),
    [Symbol.asyncIterator]: () => open()[Symbol.asyncIterator](),
  }
}
