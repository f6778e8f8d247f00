/**
 * Routes a request, given as plain values: to the engine below a version, to the authority, to the control addresses, or
 * to one of the pages of this file. Knows no sockets and no streams: see serve.ts.
 */
import type { Authority } from '#auth/issuer/authority.ts'
import type { Verdict, Verify } from '#auth/verify/verify.ts'
import { type Answer, after } from '#base/answer.ts'
import type { Deadline } from '#base/deadline.ts'
import { AppError, throttled } from '#base/errors.ts'
import { type AddressHandler, type Asking, formLimitBytes, type OwnRequest } from '#base/own-address.ts'
import { checkFileType, checkJsonType, checkSameSite } from '#base/same-site.ts'
import { type Audience, type OwnAddress, ownAddressAt, ownAddresses } from '#control/addresses.ts'
import type { Control } from '#control/control.ts'
import { isPartnerCenter } from '#control/feed/partner/target.ts'
import type { Handle, PlainRequest, StepTrail } from '#engine/request.ts'
import type { RequestIds } from '#odata/body/error-body.ts'
import { isSharePoint } from '#sharepoint/address/target.ts'
import type { NetworkParts } from './admission/client.ts'
import type { HttpAnswer } from './answer.ts'
import type { Cors } from './cors.ts'
import { type ProbeParts, probesOf } from './pages/probes.ts'
import type { WebPages } from './pages/web-pages.ts'
import { type PathBelow, pathOnwards, type RequestTarget, versionOf } from './target.ts'

/** `target`: as sent, from the path on. */
export type HandleSharePoint = (request: PlainRequest, target: string) => Promise<HttpAnswer>

export interface RouteParts extends NetworkParts, ProbeParts {
  readonly handle: Handle
  /** Of SharePoint's endpoint; absent: there is none. */
  readonly sharePoint?: HandleSharePoint
  readonly verify: Verify
  /** Partner Center's API, which has tokens of its own; absent: there is none. */
  readonly partner?: Pick<RouteParts, 'handle' | 'verify'>
  /** Absent: no sign-in on this server. */
  readonly authority?: Authority
  /** Addresses of Relata itself beyond those of this file. */
  readonly control?: Control
  /** Serves others: what exists for whom is said in control/addresses.ts. */
  readonly registry?: boolean
  /** Whose peers may use addresses that ask for no token; absent: this machine's. */
  readonly controlScope?: 'loopback' | 'any'
  /** Counts a request of the client; the seconds it has to wait where that is one too many, else 0. Absent: no limit. */
  readonly throttle?: (client: string) => number
  /** PEM of Relata's own certificate authority; absent where the certificate comes from elsewhere. */
  readonly certificate?: string
  /** JSON documents by address, made on request. */
  readonly documents?: Readonly<Record<string, () => Promise<string>>>
  /** Pages of other types by address. */
  readonly pages?: Readonly<Record<string, ServedPage>>
  /** The pages for people; absent: there are none. */
  readonly web?: WebPages
}

export interface ServedPage {
  readonly type: string
  readonly make: () => Promise<string>
}

export interface RoutedRequest {
  /** As sent; `HEAD` is routed as `GET`. */
  readonly method: string
  /** The request target as sent. */
  readonly raw: string
  /** Undefined where the request target names no path. */
  readonly target: RequestTarget | undefined
  readonly headers: PlainRequest['headers']
  readonly ids: RequestIds
  /** The peer's IP address. */
  readonly remote: string | undefined
  /** Whether the client is a program of this machine. */
  readonly isLoopback: boolean
  /** Scheme, host and port the client used. Throws `AppError` for a Host header that is invalid or not ours. */
  origin(): string
  /** Begins the time limit of the request, which it has none of before. Absent: there is no limit. */
  deadline?(): Deadline | undefined
  /** Who asks, as soon as it is known: for the log. */
  actor: Asking | undefined
  /** Told which steps the request takes in the engine. Absent: nobody asks. */
  readonly trail?: StepTrail | undefined
  /** What the address says of what it did, for the log. */
  note: Readonly<Record<string, string>> | undefined
  /**
   * Undefined when there is no body. Throws `AppError` when it cannot be read, `ClientGone` when the client has left.
   * `limitBytes`: a longer one is refused, without being read where its length is announced. Absent: the usual limit.
   */
  body(limitBytes?: number): Answer<Uint8Array | undefined>
}

export interface Router {
  /** Throws or rejects where the request is refused. */
  route(request: RoutedRequest): Answer<HttpAnswer>
  /** Whether the address accepts calls from pages of other origins. */
  isOpen(target: RequestTarget): boolean
}

const jsonType = { 'Content-Type': 'application/json' } as const
const pemType = { 'Content-Type': 'application/x-pem-file' } as const

/** `isServed`: whether this server has one of Relata's own addresses. */
function servedAddresses(
  { signIn, sharePoint }: { readonly signIn: boolean; readonly sharePoint: boolean },
  isServed: (template: string) => boolean,
): string {
  const own = ownAddresses.map(({ template }) => template).filter((template) => template !== '/' && isServed(template))
  return `Served here: /v1.0 and /beta (Microsoft Graph), ${sharePoint ? '/_api/v2.1/termStore (SharePoint), ' : ''}/webhooks/v1, /v1/auditrecords, /auditactivity/v1 (Partner Center), ${
    signIn
      ? '/{tenant}/oauth2/v2.0/authorize, devicecode and token, /{tenant}/v2.0/.well-known/openid-configuration, /{tenant}/discovery/v2.0/keys, /common/discovery/instance, '
      : ''
  }${own.join(', ')}.`
}

type PageAt = (path: string) => (() => Answer<HttpAnswer>) | undefined

/** Pages without authorization: probes, the certificate, documents. */
function pagesOf(parts: RouteParts, isStopping: () => boolean): PageAt {
  const { certificate, documents = {}, pages = {} } = parts
  const own: Readonly<Record<string, () => Answer<HttpAnswer>>> = {
    ...probesOf(parts, isStopping),
    ...(certificate === undefined
      ? {}
      : { '/_relata/certificate.pem': () => ({ status: 200, headers: pemType, body: certificate }) }),
  }
  return (path) => {
    if (Object.hasOwn(own, path)) return own[path]
    const make = Object.hasOwn(documents, path) ? documents[path] : undefined
    if (make !== undefined) return async () => ({ status: 200, headers: jsonType, body: await make() })
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined
    return page && (async () => ({ status: 200, headers: { 'Content-Type': page.type }, body: await page.make() }))
  }
}

const safeMethods = new Set(['GET', 'OPTIONS'])

/** Without a token nothing but this tells a client of the server from a page of another site. */
function checkPage(
  { headers }: RoutedRequest,
  origin: string,
  body: Uint8Array | undefined,
  cors?: Pick<Cors, 'allows'>,
  checkType = checkJsonType,
): void {
  const page = headers['origin']
  if (page === undefined || cors?.allows(page) !== true) checkSameSite({ headers, origin })
  checkType({ headers, body })
}

/** Whose requests are counted together: an application's in a tenant, and without a good token those of an address. */
function clientOf({ actor, isUnproven }: Verdict, request: RoutedRequest): string {
  if (actor === undefined || isUnproven === true) return request.remote ?? ''
  return `${actor.tenantId} ${actor.appId ?? actor.userId ?? ''}`
}

/**
 * Judges the token, counts the request and reads its body, for what asks for Graph's tokens. Adds no promise for the usual
 * request, a GET with a cached token: each would cost a tenth of the whole.
 */
function asCaller(
  { handle, verify, throttle }: Pick<RouteParts, 'handle' | 'verify' | 'throttle'>,
  cors: Cors,
  request: RoutedRequest,
  method: string,
  below: PathBelow,
  query: string,
): Answer<HttpAnswer> {
  const { headers, ids } = request
  const origin = request.origin()
  const pass = (verdict: Verdict, body: Uint8Array | undefined, waitSeconds?: number): Answer<HttpAnswer> => {
    request.actor = verdict.actor
    return handle({
      method,
      version: below.version,
      path: below.path,
      query,
      headers,
      body,
      origin,
      // Reading the peer costs a call of the system; only what is written down needs it.
      remote: method === 'GET' ? undefined : request.remote,
      requestId: ids.requestId,
      clientRequestId: ids.clientRequestId,
      deadline: request.deadline?.(),
      trail: request.trail,
      throttle: throttle && (() => throttle(clientOf(verdict, request))),
      waitSeconds,
      actor: verdict.actor,
      denial: verdict.denial,
      fault: verdict.fault,
      unverifiable: verdict.unverifiable,
      unenforcedDenial: verdict.unenforcedDenial,
    })
  }
  return after(verify(headers['authorization']), (verdict) => {
    const wait = throttle?.(clientOf(verdict, request)) ?? 0
    if (wait > 0) return pass(verdict, undefined, wait)
    // Without an actor the engine refuses, so the body is of no interest.
    if (method === 'GET' || verdict.actor === undefined) return pass(verdict, undefined)
    return after(request.body(), (body) => {
      if (verdict.isUnproven === true && !safeMethods.has(method)) checkPage(request, origin, body, cors)
      return pass(verdict, body)
    })
  })
}

/** Addresses that ask for no token are for programs of this machine, unless it is said that they are for everybody. */
function checkPeer({ controlScope = 'loopback', trustedProxy = [] }: RouteParts, request: RoutedRequest): void {
  if (controlScope === 'any' || request.isLoopback) return
  const why =
    trustedProxy.length > 0
      ? 'With --trusted-proxy nobody counts as a program of this machine.'
      : 'It is open to programs of the same machine only.'
  throw new AppError(
    'forbidden',
    `This address asks for no token. ${why} Start the server with --control any (RELATA_CONTROL=any) to open it to everybody who reaches the server.`,
    { check: 'control.peer' },
  )
}

/**
 * Own addresses without a time limit: moving the clock, which fires all that comes due meanwhile, and what reads or writes
 * a whole tenant or database, or is a stream.
 */
const unlimited =
  /^\/_relata\/(clock|events|export|faults|import|requests|reset|seed|snapshots|tenants|term-store|worlds)(\/|$)/i

/**
 * `address`: undefined for an address of the issuer, which takes forms. The issuer refuses one that is a little too long by
 * itself, in the words of OAuth.
 */
function limitOf(address: OwnAddress | undefined): number | undefined {
  if (address === undefined) return 2 * formLimitBytes
  return address.isForm === true ? formLimitBytes : address.fileLimitBytes
}

async function toOwnAddress(
  handler: AddressHandler,
  request: RoutedRequest,
  method: string,
  { path, query }: RequestTarget,
  address: OwnAddress | undefined,
  audience: Audience,
): Promise<HttpAnswer> {
  const origin = request.origin()
  const asked: OwnRequest = {
    method,
    path,
    query,
    headers: request.headers,
    body: undefined,
    origin,
    remote: request.remote,
    asked: (actor) => {
      request.actor = actor
    },
    noted: (note) => {
      request.note = note
    },
    ...request.ids,
  }
  // Nobody sends much before it is known who asks.
  if (method !== 'GET') await handler.admit?.(asked)
  const body = method === 'GET' ? undefined : await request.body(limitOf(address))
  if (audience === 'control' && !safeMethods.has(method) && address?.isForm !== true)
    checkPage(request, origin, body, undefined, address?.fileLimitBytes === undefined ? checkJsonType : checkFileType)
  const deadline = unlimited.test(path) ? undefined : request.deadline?.()
  return handler({ ...asked, body, deadline })
}

function toPage(page: () => Answer<HttpAnswer>, method: string): Answer<HttpAnswer> {
  if (method === 'GET') return page()
  if (method === 'OPTIONS') return { status: 204, headers: { Allow: 'GET, HEAD, OPTIONS' }, body: undefined }
  throw new AppError('notAllowed', `The method ${method} is not allowed here.`, { headers: { Allow: 'GET, HEAD' } })
}

function isOurs(path: string): boolean {
  return /^\/(?:_relata|approve|adminportal)(?:\/|$)/i.test(path)
}

export function createRouter(parts: RouteParts, cors: Cors, isStopping: () => boolean): Router {
  const { authority, control } = parts
  const pageAt = pagesOf(parts, isStopping)
  const { sharePoint } = parts
  const isOpen = ({ path }: RequestTarget): boolean =>
    versionOf(path) !== undefined ||
    authority?.isOpen(path) === true ||
    (sharePoint !== undefined && isSharePoint(path))
  const toSharePoint = (request: RoutedRequest, method: string, path: string): Answer<HttpAnswer> | undefined => {
    if (sharePoint === undefined || !isSharePoint(path)) return undefined
    const target = pathOnwards(request.raw) ?? path
    const handle: Handle = (asked) => sharePoint(asked, target)
    return asCaller({ ...parts, handle }, cors, request, method, { version: 'v1.0', path }, request.target?.query ?? '')
  }
  const toPartner = (request: RoutedRequest, method: string, path: string): Answer<HttpAnswer> | undefined => {
    if (parts.partner === undefined || !isPartnerCenter(path)) return undefined
    const below = { version: 'v1.0', path } as const
    return asCaller({ ...parts, ...parts.partner }, cors, request, method, below, request.target?.query ?? '')
  }
  const handlerAt = (path: string): AddressHandler | undefined => authority?.find(path) ?? control?.find(path)
  const audienceOf = (address: OwnAddress | undefined): Audience | undefined =>
    parts.registry === true ? address?.registry : address?.standIn
  const isServed = (path: string): boolean =>
    audienceOf(ownAddressAt(path)) !== undefined && (handlerAt(path) ?? pageAt(path)) !== undefined
  const toOwn = (request: RoutedRequest, method: string, target: RequestTarget): Answer<HttpAnswer> | undefined => {
    const { path } = target
    const address = ownAddressAt(path)
    const audience = audienceOf(address)
    if (audience === 'control') checkPeer(parts, request)
    // The issuer's addresses begin with a tenant; what is ours needs a row.
    const handler = audience === undefined && isOurs(path) ? undefined : handlerAt(path)
    const wait = handler === undefined ? 0 : (parts.throttle?.(request.remote ?? '') ?? 0)
    if (wait > 0) throw throttled(wait)
    if (handler !== undefined) return toOwnAddress(handler, request, method, target, address, audience ?? 'anyone')
    const page = audience === undefined ? undefined : pageAt(path)
    return page && toPage(page, method)
  }
  return {
    isOpen,
    route: (request) => {
      const { target } = request
      // Before anything else: a request for another host may be a page's that has rebound its name.
      request.origin()
      if (target === undefined) throw new AppError('invalid', 'The request target is not a path.', { check: 'address' })
      const method = request.method === 'HEAD' ? 'GET' : request.method
      if (method === 'OPTIONS' && isOpen(target)) {
        const preflight = cors.preflight(request.headers)
        if (preflight !== undefined) return preflight
      }
      const { path, query } = target
      const below = versionOf(path)
      if (below !== undefined) return asCaller(parts, cors, request, method, below, query)
      const own =
        toSharePoint(request, method, path) ??
        toPartner(request, method, path) ??
        parts.web?.answer({ method, path, headers: request.headers }) ??
        toOwn(request, method, target)
      if (own !== undefined) return own
      const served = servedAddresses(
        { signIn: authority !== undefined, sharePoint: sharePoint !== undefined },
        isServed,
      )
      throw new AppError('notFound', `Nothing is served at this address. ${served}`)
    },
  }
}
