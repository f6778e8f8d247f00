/**
 * Routes a request, given as plain values: to the engine below a version, to the authority, to the control addresses, or
 * to one of the pages of this file. Knows no sockets and no streams: see serve.ts.
 */
import type { Authority } from '#auth/issuer/authority.ts'
import type { Verdict, Verify } from '#auth/verify/verify.ts'
import { type Answer, after } from '#base/answer.ts'
import type { Deadline } from '#base/deadline.ts'
import { AppError } from '#base/errors.ts'
import type { AddressHandler } from '#base/own-address.ts'
import type { Control } from '#control/control.ts'
import type { Handle, PlainRequest } from '#engine/request.ts'
import type { RequestIds } from '#odata/body/error-body.ts'
import type { HttpAnswer } from './answer.ts'
import type { Cors } from './cors.ts'
import { type ProbeParts, probesOf } from './probes.ts'
import { type PathBelow, type RequestTarget, versionOf } from './target.ts'

export interface RouteParts extends ProbeParts {
  readonly handle: Handle
  readonly verify: Verify
  /** Absent: no sign-in on this server. */
  readonly authority?: Authority
  /** Addresses of Relata itself beyond those of this file. */
  readonly control?: Control
  /** PEM of Relata's own certificate authority; absent where the certificate comes from elsewhere. */
  readonly certificate?: string
  /** JSON documents by address, made on request. */
  readonly documents?: Readonly<Record<string, () => Promise<string>>>
  /** Pages of other types by address. */
  readonly pages?: Readonly<Record<string, ServedPage>>
}

export interface ServedPage {
  readonly type: string
  readonly make: () => Promise<string>
}

export interface RoutedRequest {
  /** As sent; `HEAD` is routed as `GET`. */
  readonly method: string
  /** Undefined where the request target names no path. */
  readonly target: RequestTarget | undefined
  readonly headers: PlainRequest['headers']
  readonly ids: RequestIds
  /** The peer's IP address. */
  readonly remote: string | undefined
  /** Scheme, host and port the client used. Throws `AppError` for an invalid Host header. */
  origin(): string
  /** Begins the time limit of the request, which it has none of before. Absent: there is no limit. */
  deadline?(): Deadline | undefined
  /** Undefined when there is no body. Throws `AppError` when it cannot be read, `ClientGone` when the client has left. */
  body(): Answer<Uint8Array | undefined>
}

export interface Router {
  /** Throws or rejects where the request is refused. */
  route(request: RoutedRequest): Answer<HttpAnswer>
  /** Whether the address accepts calls from pages of other origins. */
  isOpen(target: RequestTarget): boolean
}

const jsonType = { 'Content-Type': 'application/json' } as const
const pemType = { 'Content-Type': 'application/x-pem-file' } as const

function servedAddresses(signIn: boolean): string {
  return `Served here: /v1.0 and /beta (Microsoft Graph), ${
    signIn
      ? '/{tenant}/oauth2/v2.0/authorize, devicecode and token, /{tenant}/v2.0/.well-known/openid-configuration, /{tenant}/discovery/v2.0/keys, /common/discovery/instance, '
      : ''
  }/alive, /ready, /health, /_relata/certificate.pem, /_relata/clock, /_relata/openapi.json.`
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

/** Adds no promise for the usual request, a GET with a cached token: each would cost a tenth of the whole. */
function toGraph(
  { handle, verify }: RouteParts,
  request: RoutedRequest,
  method: string,
  below: PathBelow,
  query: string,
): Answer<HttpAnswer> {
  const { headers, ids } = request
  const origin = request.origin()
  const pass = (verdict: Verdict, body: Uint8Array | undefined): Answer<HttpAnswer> =>
    handle({
      method,
      version: below.version,
      path: below.path,
      query,
      headers,
      body,
      origin,
      requestId: ids.requestId,
      clientRequestId: ids.clientRequestId,
      deadline: request.deadline?.(),
      actor: verdict.actor,
      denial: verdict.denial,
      unverifiable: verdict.unverifiable,
      unenforcedDenial: verdict.unenforcedDenial,
    })
  return after(verify(headers['authorization']), (verdict) =>
    after(method === 'GET' ? undefined : request.body(), (body) => pass(verdict, body)),
  )
}

/**
 * Own addresses without a time limit: moving the clock, which fires all that comes due meanwhile, and what reads or writes
 * a whole tenant or database, or is a stream.
 */
const unlimited =
  /^\/_relata\/(clock|events|export|faults|import|requests|reset|seed|snapshots|tenants|term-store|worlds)(\/|$)/i

async function toOwnAddress(
  handler: AddressHandler,
  request: RoutedRequest,
  method: string,
  { path, query }: RequestTarget,
): Promise<HttpAnswer> {
  const body = method === 'GET' ? undefined : await request.body()
  if (!unlimited.test(path)) request.deadline?.()
  return handler({
    method,
    path,
    query,
    headers: request.headers,
    body,
    origin: request.origin(),
    remote: request.remote,
    ...request.ids,
  })
}

function toPage(page: () => Answer<HttpAnswer>, method: string): Answer<HttpAnswer> {
  if (method === 'GET') return page()
  if (method === 'OPTIONS') return { status: 204, headers: { Allow: 'GET, HEAD, OPTIONS' }, body: undefined }
  throw new AppError('notAllowed', `The method ${method} is not allowed here.`, { headers: { Allow: 'GET, HEAD' } })
}

export function createRouter(parts: RouteParts, cors: Cors, isStopping: () => boolean): Router {
  const { authority, control } = parts
  const pageAt = pagesOf(parts, isStopping)
  const isOpen = ({ path }: RequestTarget): boolean => versionOf(path) !== undefined || authority?.isOpen(path) === true
  return {
    isOpen,
    route: (request) => {
      const { target } = request
      if (target === undefined) throw new AppError('invalid', 'The request target is not a path.', { check: 'address' })
      const method = request.method === 'HEAD' ? 'GET' : request.method
      if (method === 'OPTIONS' && isOpen(target)) {
        const preflight = cors.preflight(request.headers)
        if (preflight !== undefined) return preflight
      }
      const { path, query } = target
      const below = versionOf(path)
      if (below !== undefined) return toGraph(parts, request, method, below, query)
      const handler = authority?.find(path) ?? control?.find(path)
      if (handler !== undefined) return toOwnAddress(handler, request, method, target)
      const page = pageAt(path)
      if (page !== undefined) return toPage(page, method)
      throw new AppError('notFound', `Nothing is served at this address. ${servedAddresses(authority !== undefined)}`)
    },
  }
}
