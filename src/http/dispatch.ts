/**
 * One HTTP request → who answers it: the engine below a version, the authority, or one of our own few addresses.
 * Here Node's request becomes a plain value and a plain value becomes Node's response.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authority } from '#auth/issuer/authority.ts'
import type { Verdict, Verify } from '#auth/verify/verify.ts'
import { after } from '#base/answer.ts'
import type { Clock } from '#base/clock.ts'
import { AppError, busy, StoreError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { Control } from '#control/control.ts'
import type { Handle, PlainRequest } from '#engine/request.ts'
import { errorBody, type RequestIds } from '#odata/body/error-body.ts'
import { type Answer, type Extras, send } from './answer.ts'
import { ClientGone, readBody } from './body.ts'
import { encodingFor, isWorthZipping, zip } from './compress.ts'
import { type Cors, corsFor, type Origins } from './cors.ts'
import { isSecure, originReader } from './origin.ts'
import { type Below, splitTarget, type Target, versionOf } from './target.ts'
import { type RequestEntry, type RequestTrace, type StartTrace, traceIdOf } from './trace.ts'
import { inTurns, type Together } from './turn.ts'

export interface DispatchParts {
  readonly handle: Handle
  readonly verify: Verify
  /** Absent: nobody signs in here. */
  readonly authority?: Authority
  /** Addresses of our own beyond those of this file. */
  readonly control?: Control
  readonly clock: Clock
  readonly ids: Ids
  /** Members of `/health`. */
  readonly about: Readonly<Record<string, string>>
  /** PEM of the authority to trust, when we made it ourselves. */
  readonly certificate?: string
  /** JSON documents by their address, made when asked for. */
  readonly documents?: Readonly<Record<string, () => Promise<string>>>
  /** Pages of other types by their address. */
  readonly pages?: Readonly<Record<string, Page>>
  /** Whose pages may call; absent: nobody's. */
  readonly origins?: Origins
  /** Refusals carry the name of the check in a header. */
  readonly explain?: boolean
  /** Browsers are told to come by TLS only, by those answers that went over it (RFC 6797, 7.2). */
  readonly strictTransport?: boolean
  readonly together?: Together
  /** Called for all but probes. */
  readonly onRequest?: (entry: RequestEntry) => void
  /** Where traces are kept. */
  readonly startTrace?: StartTrace
  /** A 500 was answered for this; the client is told nothing of it. */
  readonly onFault?: (error: unknown, requestId: string) => void
}

export interface Page {
  readonly type: string
  readonly make: () => Promise<string>
}

export interface Dispatch {
  serve(request: IncomingMessage, response: ServerResponse, target: string): void
  /** Requests being answered. */
  running(): number
  /** From now on answers end their connection; the promise resolves when none is running. */
  drain(): Promise<void>
}

const jsonType = { 'Content-Type': 'application/json' } as const
const pemType = { 'Content-Type': 'application/x-pem-file' } as const

function ok(value: unknown): Answer {
  return { status: 200, headers: jsonType, body: JSON.stringify(value) }
}

function encodingOf({ headers }: IncomingMessage, { body }: Answer) {
  return isWorthZipping(body) ? encodingFor(headers['accept-encoding'] as string | undefined) : undefined
}

/** A request that has been read, and waits for the end of the turn. */
interface Arrival {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly raw: string
  readonly began: number
}

/** A request being answered. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly target: Target | undefined
  readonly path: string
  readonly ids: RequestIds
  readonly began: number
  readonly trace: RequestTrace | undefined
}

/** Faults of ours are no check of anything. */
function isRefusal(status: number): boolean {
  return (status >= 400 && status < 500) || status === 501
}

/** A batch is well whatever its items are; then it says which of them were refused. */
function loggedCheck({ check }: Answer, status: number): { check: string } | undefined {
  return check !== undefined && (status === 200 || isRefusal(status)) ? { check } : undefined
}

const nothing: Answer = { status: 204, headers: {}, body: undefined }

/** Asked every few seconds by whoever watches us; not worth a line each. */
const unlogged = new Set(['/alive', '/ready', '/health', '/metrics'])

const clientIdForm = /^[\x21-\x7e]{1,128}$/

function clientRequestId({ headers }: IncomingMessage, requestId: string): string {
  const given = headers['client-request-id']
  return typeof given === 'string' && clientIdForm.test(given) ? given : requestId
}

const strictTransport = ['Strict-Transport-Security', 'max-age=31536000'] as const

function served(signIn: boolean): string {
  return `Served here: /v1.0 and /beta (Microsoft Graph), ${
    signIn
      ? '/{tenant}/oauth2/v2.0/authorize, devicecode and token, /{tenant}/v2.0/.well-known/openid-configuration, /{tenant}/discovery/v2.0/keys, /common/discovery/instance, '
      : ''
  }/alive, /ready, /health, /_relata/certificate.pem, /_relata/clock, /_relata/openapi.json.`
}

export function createDispatch(parts: DispatchParts): Dispatch {
  const { handle, verify, authority, control, clock, ids, about, certificate, onRequest, startTrace, onFault } = parts
  const originOf = originReader()
  const cors: Cors = corsFor(parts.origins ?? 'none')
  const startedMs = clock.now().getTime()
  let running = 0
  let draining = false
  let drained: (() => void) | undefined

  const documentAt = (path: string): (() => Promise<Answer>) | undefined => {
    const { documents = {}, pages = {} } = parts
    const make = Object.hasOwn(documents, path) ? documents[path] : undefined
    if (make !== undefined) return async () => ({ status: 200, headers: jsonType, body: await make() })
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined
    return page && (async () => ({ status: 200, headers: { 'Content-Type': page.type }, body: await page.make() }))
  }

  const own: Readonly<Record<string, () => Answer>> = {
    '/alive': () => ok({ status: 'alive' }),
    '/ready': () => (draining ? { ...ok({ status: 'stopping' }), status: 503 } : ok({ status: 'ready' })),
    '/health': () =>
      ok({ status: 'healthy', ...about, uptimeSeconds: Math.floor((clock.now().getTime() - startedMs) / 1000) }),
    ...(certificate === undefined
      ? {}
      : { '/_relata/certificate.pem': () => ({ status: 200, headers: pemType, body: certificate }) }),
  }

  /** Makes no promise of its own on the usual way, a GET with a token seen before: each costs a tenth of the whole. */
  const graph = (
    request: IncomingMessage,
    method: string,
    below: Below,
    query: string,
    ids: RequestIds,
  ): Answer | Promise<Answer> => {
    const headers = request.headers as PlainRequest['headers']
    const origin = originOf(request)
    const pass = (verdict: Verdict, body: Uint8Array | undefined): Answer | Promise<Answer> =>
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
        actor: verdict.actor,
        denial: verdict.denial,
        unjudged: verdict.unjudged,
        forgiven: verdict.forgiven,
      })
    return after(verify(headers['authorization']), (verdict) =>
      after(method === 'GET' ? undefined : readBody(request), (body) => pass(verdict, body)),
    )
  }

  const elsewhere = async (
    request: IncomingMessage,
    method: string,
    target: Target,
    ids: RequestIds,
  ): Promise<Answer> => {
    const answering = authority?.find(target.path) ?? control?.find(target.path)
    if (answering !== undefined)
      return answering({
        method,
        path: target.path,
        query: target.query,
        headers: request.headers as Readonly<Record<string, string | undefined>>,
        body: method === 'GET' ? undefined : await readBody(request),
        origin: originOf(request),
        remote: request.socket.remoteAddress,
        ...ids,
      })
    const page = Object.hasOwn(own, target.path) ? own[target.path] : documentAt(target.path)
    if (page === undefined)
      throw new AppError('notFound', `Nothing is served at this address. ${served(authority !== undefined)}`)
    if (method === 'GET') return page()
    if (method === 'OPTIONS') return { ...nothing, headers: { Allow: 'GET, HEAD, OPTIONS' } }
    throw new AppError('notAllowed', `The method ${method} is not allowed here.`, { headers: { Allow: 'GET, HEAD' } })
  }

  /** Whether pages of other origins may call it. */
  const isOpen = ({ path }: Target): boolean => versionOf(path) !== undefined || authority?.isOpen(path) === true

  const wishesOf = (request: IncomingMessage, target: Target | undefined, answer: Answer): string[] | undefined => {
    const { body, check, status, headers } = answer
    const isLong = isWorthZipping(body)
    const isCall = request.headers.origin !== undefined && target !== undefined && isOpen(target)
    const isExplained = parts.explain === true && check !== undefined && isRefusal(status)
    // The answer to a preflight is complete.
    if (!(isLong || isCall || isExplained) || headers['Access-Control-Allow-Origin'] !== undefined) return undefined
    const list: string[] = []
    if (isExplained) list.push('relata-explain', check)
    if (isCall) list.push(...(cors.headersFor(request) ?? []))
    if (isLong || isCall) list.push('Vary', [isLong ? 'Accept-Encoding' : [], isCall ? 'Origin' : []].flat().join(', '))
    return list
  }

  /** What the answer gets for this request alone; undefined: nothing, as for most. */
  const extrasOf = (request: IncomingMessage, target: Target | undefined, answer: Answer): string[] | undefined => {
    const list = wishesOf(request, target, answer)
    if (parts.strictTransport !== true || !isSecure(request)) return list
    return list === undefined ? [...strictTransport] : [...list, ...strictTransport]
  }

  const route = (request: IncomingMessage, target: Target | undefined, ids: RequestIds): Answer | Promise<Answer> => {
    if (target === undefined) throw new AppError('invalid', 'The request target is not a path.', { check: 'address' })
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')
    const below = versionOf(target.path)
    if (method === 'OPTIONS' && isOpen(target)) {
      const preflight = cors.preflight(request)
      if (preflight !== undefined) return preflight
    }
    return below === undefined
      ? elsewhere(request, method, target, ids)
      : graph(request, method, below, target.query, ids)
  }

  const failure = (error: unknown, ids: RequestIds): Answer => {
    const known = error instanceof StoreError && error.kind === 'unavailable' ? busy(error) : error
    if (known instanceof AppError) return errorBody(known, ids, clock.now())
    onFault?.(error, ids.requestId)
    return errorBody(new AppError('internal', 'An internal error occurred.'), ids, clock.now())
  }

  /** Returns the status that went out. */
  const reply = (response: ServerResponse, answer: Answer, ids: RequestIds, extras: Extras | undefined): number => {
    try {
      send(response, answer, ids, draining, extras)
      return answer.status
    } catch (error) {
      // A header value Node refuses to write; the answer is replaced whole.
      const instead = failure(error, ids)
      send(response, instead, ids, draining)
      return instead.status
    }
  }

  const isSeen = onRequest !== undefined || startTrace !== undefined

  const entryOf = ({ request, path, ids: pair, began }: Exchange, status: number): RequestEntry => {
    const version = versionOf(path)?.version
    return {
      at: clock.now(),
      method: request.method ?? '',
      path,
      requestId: pair.requestId,
      clientRequestId: pair.clientRequestId,
      ...(version === undefined ? undefined : { version }),
      status,
      ms: performance.now() - began,
    }
  }

  const tell = (exchange: Exchange, answer: Answer, status: number): void => {
    const { request, path, trace } = exchange
    if (!isSeen || unlogged.has(path)) return
    const traceId = trace?.traceId ?? traceIdOf(request)
    const entry: RequestEntry = {
      ...entryOf(exchange, status),
      ...(traceId === undefined ? undefined : { traceId }),
      ...loggedCheck(answer, status),
    }
    onRequest?.(entry)
    trace?.end(entry)
  }

  const put = (exchange: Exchange, answer: Answer, extras: Extras | undefined): void => {
    const { response } = exchange
    try {
      if (response.destroyed) exchange.trace?.end(entryOf(exchange, 0))
      else tell(exchange, answer, reply(response, answer, exchange.ids, extras))
    } catch (error) {
      onFault?.(error, exchange.ids.requestId)
      response.destroy()
    } finally {
      running -= 1
      if (running === 0) drained?.()
    }
  }

  const finish = (exchange: Exchange, answer: Answer): void => {
    const { request } = exchange
    const headers = extrasOf(request, exchange.target, answer)
    const encoding = headers === undefined ? undefined : encodingOf(request, answer)
    if (headers === undefined || encoding === undefined) {
      put(exchange, answer, headers === undefined ? undefined : { headers })
      return
    }
    const pack = (bytes: Buffer): void =>
      put(exchange, answer, { headers: [...headers, 'Content-Encoding', encoding], bytes })
    const zipped = zip(answer, encoding)
    if (zipped instanceof Promise) zipped.then(pack, () => put(exchange, answer, { headers }))
    else pack(zipped)
  }

  const fail = (exchange: Exchange, error: unknown): void => {
    const { response } = exchange
    if (error instanceof ClientGone) response.destroy()
    finish(exchange, response.destroyed ? nothing : failure(error, exchange.ids))
  }

  const begin = (exchange: Exchange): void => {
    try {
      const answer = route(exchange.request, exchange.target, exchange.ids)
      if (answer instanceof Promise) answer.then(finish.bind(undefined, exchange), fail.bind(undefined, exchange))
      else finish(exchange, answer)
    } catch (error) {
      fail(exchange, error)
    }
  }

  const exchangeOf = ({ request, response, raw, began }: Arrival): Exchange => {
    const requestId = ids.mint()
    const target = splitTarget(raw)
    const path = target?.path ?? raw
    return {
      request,
      response,
      target,
      path,
      ids: { requestId, clientRequestId: clientRequestId(request, requestId) },
      began,
      trace:
        startTrace === undefined || unlogged.has(path) ? undefined : startTrace(request, request.method ?? '', path),
    }
  }

  const answerOne = (arrival: Arrival): void => {
    const exchange = exchangeOf(arrival)
    if (exchange.trace === undefined) begin(exchange)
    else exchange.trace.run(() => begin(exchange))
  }
  const arrived = inTurns(answerOne, parts.together)

  const serve = (request: IncomingMessage, response: ServerResponse, raw: string): void => {
    running += 1
    arrived({ request, response, raw, began: isSeen ? performance.now() : 0 })
  }

  return {
    serve,
    running: () => running,
    drain() {
      draining = true
      if (running === 0) return Promise.resolve()
      return new Promise((resolve) => {
        drained = resolve
      })
    },
  }
}
