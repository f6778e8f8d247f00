/** One world of a host as tests use it: all but `fetch` asks its control addresses, so that what is true here is true for every client. */
import { randomUUID } from 'node:crypto'
import { transparentHosts } from '#app/trust/transparent.ts'
import { type ControlCall, controlCalls, RelataError } from './control-call.ts'
import { eventsIn } from './events/event-stream.ts'
import { followedEvents, type OpenFeed } from './events/followed.ts'
import { receiverOn } from './events/receiver.ts'
import { graphClientOf } from './graph-client.ts'
import type { Host } from './host.ts'
import type {
  CustomerAnswer,
  EventOptions,
  ForkOptions,
  Receiver,
  Relata,
  RelataClock,
  RelataEvents,
  RelataFaults,
  RelataGdap,
  Relationship,
  RequestFilter,
} from './relata.ts'
import { sentSeed } from './seed-content.ts'
import { credentialOf, tokensOf } from './tokens.ts'

/** As `POST /_relata/worlds` answers. */
interface WorldShown {
  readonly id: string
  readonly url: string
  readonly port?: number
}

interface NewWorld extends ForkOptions {
  readonly from?: string
  readonly seed?: unknown
}

const worldHeader = 'relata-world'

function instantText(instant: string | Date): string {
  return typeof instant === 'string' ? instant : instant.toISOString()
}

function clockOf(call: ControlCall): RelataClock {
  const move = (members: unknown) => call('POST', '/_relata/clock', members)
  return {
    show: () => call('GET', '/_relata/clock'),
    set: (instant) => move({ set: instantText(instant) }),
    advance: (duration) => move({ advance: duration }),
    freeze: (instant) => move({ freeze: true, ...(instant === undefined ? {} : { set: instantText(instant) }) }),
    run: () => move({ freeze: false }),
  }
}

/** Of JavaScript, which no types check. */
function givenCustomer(by: CustomerAnswer | undefined): CustomerAnswer {
  if (by?.tenant === undefined)
    throw new TypeError("name the customer that answers: { tenant: 'fabrikam.example' }, by id or domain")
  return by
}

function gdapOf(call: ControlCall): RelataGdap {
  const act =
    (action: string) =>
    async (relationshipId: string, by: CustomerAnswer): Promise<Relationship> => {
      const { tenant, user } = givenCustomer(by)
      return call('POST', `/_relata/gdap/${encodeURIComponent(relationshipId)}/${action}`, {
        tenantId: tenant,
        ...(user === undefined ? {} : { user }),
      })
    }
  return {
    approve: act('approve'),
    reject: act('reject'),
    terminate: act('terminate'),
    autoExtend: async (relationshipId, by) => {
      const { tenant, user } = givenCustomer(by)
      return call('POST', `/_relata/gdap/${encodeURIComponent(relationshipId)}/auto-extend`, {
        allowed: by.allowed,
        tenantId: tenant,
        ...(user === undefined ? {} : { userId: user }),
      })
    },
  }
}

function faultsOf(call: ControlCall): RelataFaults {
  return {
    add: (rule) => call('POST', '/_relata/faults', rule),
    list: async () => (await call('GET', '/_relata/faults')).value,
    remove: (id) => call('DELETE', `/_relata/faults/${encodeURIComponent(id)}`),
    clear: () => call('DELETE', '/_relata/faults'),
  }
}

function queryOf(filter: RequestFilter | EventOptions): string {
  const entries = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined || value instanceof AbortSignal ? [] : [[name, `${value}`] as [string, string]],
  )
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`
}

const microsofts: ReadonlySet<string> = new Set(transparentHosts)

/** Where a server elsewhere gets it: nothing leaves for a host that is not the server's. */
function addressAt(host: Host, asked: URL, url: string): URL {
  if (host.isHere || asked.origin === url || asked.origin === host.url) return asked
  if (microsofts.has(asked.hostname)) return new URL(`${asked.pathname}${asked.search}`, url)
  throw new TypeError(`${asked.origin} is not answered by the server of this world, ${host.url}`)
}

/** Requests to the host go to the world, whatever the address says. */
function fetchIn(host: Host, id: string, url: string): Relata['fetch'] {
  return async (input, init) => {
    const given = new Request(input instanceof Request ? input : new URL(input, url), init)
    const asked = new URL(given.url)
    const address = addressAt(host, asked, url)
    const request = address === asked ? given : new Request(address, given)
    request.headers.set(worldHeader, id)
    return host.fetch(request)
  }
}

/** Copies of one world, which end with it. */
class Forks {
  /** Those that are being made as well. */
  readonly #all = new Set<Promise<Relata>>()

  async add(make: (onClose: () => void) => Promise<Relata>): Promise<Relata> {
    const made: Promise<Relata> = make(() => this.#all.delete(made))
    this.#all.add(made)
    made.catch(() => this.#all.delete(made))
    return made
  }

  async close(): Promise<void> {
    const made = await Promise.allSettled(this.#all)
    await Promise.all(made.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)))
  }
}

function feedOf(fetchThere: Relata['fetch'], { signal: given, ...filter }: EventOptions): OpenFeed {
  return async function* ({ lastId, signal = given } = {}) {
    const address = `/_relata/events${queryOf(filter)}`
    const headers = { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) }
    const answer = await fetchThere(address, { headers, ...(signal === undefined ? {} : { signal }) })
    if (!answer.ok || answer.body === null) throw new RelataError(`GET ${address}`, answer.status, await answer.text())
    yield* eventsIn(answer.body)
  }
}

/** A loop over it, or whoever awaits it: the feed is opened for the one or the other. */
function eventsOf(fetchThere: Relata['fetch'], options: EventOptions): ReturnType<Relata['events']> {
  const open = feedOf(fetchThere, options)
  let followed: Promise<RelataEvents> | undefined
  const following = (): Promise<RelataEvents> => {
    followed ??= followedEvents(open)
    return followed
  }
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is a promise as well
    then: (done, failed) => following().then(done, failed),
    catch: (failed) => following().catch(failed),
    finally: (done) => following().finally(done),
    [Symbol.toStringTag]: 'Promise',
    [Symbol.asyncIterator]: () => open(),
  }
}

interface RelataFacts {
  /** Of the world `default` as the server has it. */
  readonly isCopy: boolean
  readonly onClose: () => void
}

function relataOn(host: Host, { id, url }: WorldShown, { isCopy, onClose }: RelataFacts): Relata {
  const fetchThere = fetchIn(host, id, url)
  const call = controlCalls(fetchThere, url)
  // A world that has rows of its own may have another tenant under the usual name.
  const tokens = tokensOf(call, isCopy ? host.tokens : new Map())
  const receivers = new Set<Receiver>()
  const forks = new Forks()
  const close = async (): Promise<void> => {
    onClose()
    await Promise.all([...receivers].map((one) => one.close()))
    await forks.close()
    // It may have ended by itself: nobody has used it for long.
    await controlCalls(host.fetch, host.url)('DELETE', `/_relata/worlds/${id}`).catch((error: unknown) => {
      if (!(error instanceof RelataError) || error.status !== 404) throw error
    })
  }
  return {
    id,
    url,
    graphUrl: `${url}/v1.0`,
    loginUrl: url,
    ca: host.ca,
    fetch: fetchThere,
    credential: (options = {}) => credentialOf(tokens, options),
    token: async (options = {}) => (await tokens(options)).token,
    client: ({ version, ...options } = {}) =>
      graphClientOf({ fetch: fetchThere, url }, credentialOf(tokens, options), version),
    reset: async () => {
      await call('POST', '/_relata/reset')
      tokens.forget()
    },
    seed: async (content) => void (await call('POST', '/_relata/seed', { seed: await sentSeed(content) })),
    snapshot: async (name = `test-${randomUUID()}`) => (await call('POST', '/_relata/snapshots', { name })).name,
    restore: async (name) => {
      await call('POST', `/_relata/snapshots/${encodeURIComponent(name)}/load`)
      tokens.forget()
    },
    fork: (options = {}) => forks.add((onFork) => worldOn(host, { ...options, from: id }, onFork)),
    clock: clockOf(call),
    gdap: gdapOf(call),
    faults: faultsOf(call),
    requests: async (filter = {}) => (await call('GET', `/_relata/requests${queryOf(filter)}`)).value,
    events: (options = {}) => eventsOf(fetchThere, options),
    receiver: async (options = {}) => {
      const made = await receiverOn(fetchThere, options)
      receivers.add(made)
      return made
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A new world, ready. Rejects with `RelataError`. */
export async function worldOn(
  host: Host,
  { clock, port, ...wish }: NewWorld,
  onClose: () => void = () => undefined,
): Promise<Relata> {
  const call = controlCalls(host.fetch, host.url)
  const members = {
    ...wish,
    ...(clock === undefined ? {} : { clock: instantText(clock) }),
    ...(port === undefined || port === false ? {} : { port }),
  }
  const isCopy = wish.from === undefined && wish.seed === undefined
  return relataOn(host, await call('POST', '/_relata/worlds', members), { isCopy, onClose })
}
