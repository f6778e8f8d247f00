/// <reference lib="esnext.disposable" preserve="true" />
/** What `startRelata` gives: a world of a server, for one test. Its types need no other file and no package. */

/** A seed as docs/seeds.md describes it; checked when the server reads it. */
export type SeedObject = Readonly<Record<string, unknown>>

export type SeedWish = string | SeedObject | readonly (string | SeedObject)[]

export interface RelataOptions {
  /** What `--seed` takes: names of packs and paths of files, separated by commas, or `none`; or seeds as objects. */
  readonly seed?: SeedWish
  /** A snapshot that the server has, from which the world begins. Absent: what the server was filled with. */
  readonly from?: string
  /** An instant at which the clock of the world stands still until it is moved. Absent: it runs with the system's. */
  readonly clock?: string | Date
  /** Ids are made from this number, so that two runs have the same. Absent: they are random. */
  readonly ids?: number
  /**
   * The world listens on a port of its own, with HTTPS and HTTP, for clients that cannot be given a `fetch`; 0 takes a free
   * one. False: it has none. Absent: a world in this process has none and needs no certificate, others take a free one.
   */
  readonly port?: number | false
  /** A server that runs already, such as `https://localhost:4365`. Absent: `RELATA_URL`, else a server in this process. */
  readonly url?: string
  /** Folder of the certificate authority, where `port` is given; `.relata` unless said. */
  readonly location?: string
  /**
   * False: clients of this process are not told to trust the certificate. They are otherwise, where Node can do so without
   * an environment variable (22.19 and 24.5 or newer).
   */
  readonly trust?: boolean
  /** Flags of `relata start` in camel case, for a server in this process. */
  readonly settings?: Readonly<Record<string, string | number | boolean | undefined>>
}

/** What of the options a copy of a world may change. */
export type ForkOptions = Pick<RelataOptions, 'clock' | 'ids' | 'port'>

export interface TokenOptions {
  /** Id or domain; `contoso.example` unless said. */
  readonly tenant?: string
  /** Id of a registered application; the seeded one that may do everything unless `app` or `user` is given. */
  readonly app?: string
  /** Id or user principal name of who signs in. */
  readonly user?: string
  /** Permissions, of those that the application or the person may have; all of them unless said. */
  readonly scopes?: readonly string[]
}

/** An object that has the shape of `TokenCredential` of `@azure/core-auth`. */
export interface Credential {
  getToken(scopes?: string | string[]): Promise<{ token: string; expiresOnTimestamp: number }>
}

export interface ClientOptions extends TokenOptions {
  /** `v1.0` unless said. */
  readonly version?: 'v1.0' | 'beta'
}

export interface ClockShown {
  readonly now: string
  readonly frozen: boolean
}

/** The clock of one world. A move resolves when everything that came due has happened. */
export interface RelataClock {
  show(): Promise<ClockShown>
  set(instant: string | Date): Promise<ClockShown>
  /** By an ISO 8601 duration, such as `P30D`. */
  advance(duration: string): Promise<ClockShown>
  freeze(instant?: string | Date): Promise<ClockShown>
  /** Lets it run on from where it is. */
  run(): Promise<ClockShown>
}

export interface CustomerAnswer {
  /** Id or domain of the customer. */
  readonly tenant: string
  /** An administrator of it; the first one unless said. */
  readonly user?: string
}

/** A relationship as Graph's JSON. */
export type Relationship = Readonly<Record<string, unknown>> & { readonly id: string; readonly status: string }

/** What the customer of a relationship does, for which Graph has no call. */
export interface RelataGdap {
  approve(relationshipId: string, by: CustomerAnswer): Promise<Relationship>
  reject(relationshipId: string, by: CustomerAnswer): Promise<Relationship>
  terminate(relationshipId: string, by: CustomerAnswer): Promise<Relationship>
  autoExtend(relationshipId: string, by: CustomerAnswer & { readonly allowed: boolean }): Promise<Relationship>
}

/** A rule of docs/faults.md; the server checks it. */
export type FaultRule = Readonly<Record<string, unknown>>

export interface RelataFaults {
  /** Returns the rule as the server keeps it, with its id. */
  add(rule: FaultRule): Promise<FaultRule & { readonly id: string }>
  list(): Promise<readonly FaultRule[]>
  remove(id: string): Promise<void>
  clear(): Promise<void>
}

/** A request as docs/requests.md describes it. */
export type RecordedRequest = Readonly<Record<string, unknown>> & {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly status: number
}

/** `{ status: '4xx', method: 'POST' }`, as the query of `GET /_relata/requests` has them. */
export type RequestFilter = Readonly<Record<string, string | number | boolean | undefined>>

export interface RelataEvent {
  readonly id: string | undefined
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: its shape depends on the type
  readonly data: any
}

export interface EventOptions {
  readonly tenant?: string
  readonly event?: string
  /** Id of the last event that was seen. */
  readonly since?: string
  readonly signal?: AbortSignal
}

/** What a test waits for. */
export interface NextOptions {
  /** Id of the resource, or its path, as `subject` of the event has it. */
  readonly subject?: string
  /** Milliseconds after which it is an error that there was none; 4,000 unless said. */
  readonly timeout?: number
}

/** A CloudEvent as docs/control.md describes it, or the data of a message of the feed itself, such as `relata.clock-changed`. */
// biome-ignore lint/suspicious/noExplicitAny: its shape depends on the type
export type FollowedEvent = any

/** What has happened since `await relata.events()`, in order. */
export interface RelataEvents extends AsyncIterable<RelataEvent> {
  /**
   * The first event of that name, with `*` for any text, that no call has given yet, whether it has come already or comes
   * now; without a name the first of all. Rejects at once where no event has such a name.
   */
  next(name?: string, options?: NextOptions): Promise<FollowedEvent>
  /** All there have been, those as well that `next` has given. */
  all(): Promise<readonly FollowedEvent[]>
  /** Rejects if there is one that `next` has not given, or no event of such a name. `within`: or comes in so many milliseconds; 0 unless said. */
  none(name: string, options?: { readonly within?: number; readonly subject?: string }): Promise<void>
  close(): Promise<void>
}

/** A request that a receiver got, but for handshakes. */
export interface ReceivedRequest {
  /** 1, 2, … */
  readonly number: number
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** As it was sent, for signatures. */
  readonly bytes: Uint8Array
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: its shape depends on who sends it
  readonly body: any
  /** What it was answered. */
  readonly status: number
}

/** By number of the request, 1 for the first. */
export type ByRequest<T> = T | ((number: number) => T)

export interface ReceiverOptions {
  /** 202 unless said. */
  readonly status?: ByRequest<number>
  /** Milliseconds before the answer. */
  readonly delay?: ByRequest<number>
  /** Headers of the answer, such as `Retry-After`. */
  readonly headers?: ByRequest<Readonly<Record<string, string>>>
  /**
   * HTTPS. True: with a certificate of the authority in `location` (`.relata` unless said), which this process then trusts;
   * or a certificate and its key, as PEM.
   */
  readonly tls?: boolean | { readonly cert: string; readonly key: string }
  readonly location?: string
  /** False: handshakes are answered with 404. */
  readonly handshake?: boolean
  /** Of a webhook whose deliveries are verified: `whsec_…` or `whpk_…`. It may be given to `verify` as well. */
  readonly secret?: string
}

export interface VerifyOptions {
  /** Of the webhook: `whsec_…`, or a public key `whpk_…`. Absent: that of the receiver, else the keys that the server publishes. */
  readonly secret?: string
  /** PEM or DER of the certificate that Partner Center's form is signed with. Absent: fetched where the request says. */
  readonly certificate?: string | Uint8Array
}

/** An address of this machine for notifications. */
export interface Receiver {
  /** `http://127.0.0.1:50124/` */
  readonly url: string
  /** Requests so far. */
  readonly requests: readonly ReceivedRequest[]
  /** The first that no call has given yet. `timeout`: milliseconds, 4,000 unless said. */
  next(options?: { readonly timeout?: number }): Promise<ReceivedRequest>
  /** Which form the signature has; rejects with the reason where it is not good. */
  verify(request: ReceivedRequest, options?: VerifyOptions): Promise<'partner-center' | 'standard-webhooks'>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface Relata {
  /** Id of the world. */
  readonly id: string
  /** `https://localhost:50123`; without a port `https://localhost`, which only `fetch` and what is made here reach. */
  readonly url: string
  /** `https://localhost:50123/v1.0` */
  readonly graphUrl: string
  /** The host of the authority: `https://localhost:50123`. An authority is `{loginUrl}/{tenant}`. */
  readonly loginUrl: string
  /** PEM of the authority that signed the certificate, for the `ca` of a client; undefined without HTTPS. */
  readonly ca: string | undefined
  /**
   * As the global `fetch`, answered in the process. Takes a path as well (`/v1.0/termStore/groups`), and addresses of
   * `graph.microsoft.com` and `login.microsoftonline.com`. It adds no token and follows no redirect, and
   * other hosts are refused.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  credential(options?: TokenOptions): Credential
  token(options?: TokenOptions): Promise<string>
  /** A client of `@microsoft/microsoft-graph-client`, which has to be installed. */
  client(options?: ClientOptions): GraphClient
  /** Back to how the world began. */
  reset(): Promise<void>
  /** Adds the content of packs or seeds, one after another. */
  seed(content: SeedWish): Promise<void>
  /** Keeps what the world holds; returns the name, which is made where none is given. */
  snapshot(name?: string): Promise<string>
  restore(name: string): Promise<void>
  /** A copy of this world as it is now, with its own clock, ids, and port where asked. It ends with this world. */
  fork(options?: ForkOptions): Promise<Relata>
  readonly clock: RelataClock
  readonly gdap: RelataGdap
  readonly faults: RelataFaults
  /** The requests that the world has answered, the latest first. */
  requests(filter?: RequestFilter): Promise<readonly RecordedRequest[]>
  /**
   * Changes as they happen: `for await (const event of relata.events())`, which ends with the loop; or
   * `const events = await relata.events()`, which follows from then on and is asked for single ones.
   */
  events(options?: EventOptions): Promise<RelataEvents> & AsyncIterable<RelataEvent>
  /** Listens for notifications until it is closed, or the world ends. */
  receiver(options?: ReceiverOptions): Promise<Receiver>
  /** Ends the world and its forks. What is left of a server in this process ends with the process. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A request of `@microsoft/microsoft-graph-client`, as far as it is used most; cast it to the package's own type for more. */
export interface GraphClientRequest {
  version(version: string): this
  header(name: string, value: string): this
  select(properties: string | string[]): this
  expand(properties: string | string[]): this
  filter(text: string): this
  orderby(properties: string | string[]): this
  top(count: number): this
  skip(count: number): this
  query(query: string | Record<string, string | number>): this
  // biome-ignore lint/suspicious/noExplicitAny: as the package has them
  get(): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: as the package has them
  post(content: any): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: as the package has them
  patch(content: any): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: as the package has them
  put(content: any): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: as the package has them
  delete(): Promise<any>
}

export interface GraphClient {
  api(path: string): GraphClientRequest
}
