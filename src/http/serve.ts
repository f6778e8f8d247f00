/**
 * Node's side of a request: reads its stream, routes it, writes the answer, logs it, and drains when the server stops.
 * Where a request goes is decided in route.ts.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#base/clock.ts'
import { isEnd, overTime } from '#base/deadline.ts'
import { AppError, busy, StoreError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import { isPartnerCenter } from '#control/feed/partner/target.ts'
import type { RequestLog } from '#control/requests/request-log.ts'
import { explained } from '#engine/request.ts'
import { errorBody, type RequestIds } from '#odata/body/error-body.ts'
import { isSharePoint } from '#sharepoint/address/target.ts'
import { clientReader } from './admission/client.ts'
import { type HttpAnswer, isRefusal, largeLength, type OwnParts, send } from './answer.ts'
import { answerHolds, bodyHolds, ClientGone, endUnread, filesHeldMostBytes, tooManyAnswers } from './body.ts'
import { encodingFor, isWorthZipping, zip } from './compress.ts'
import { corsFor, type Origins } from './cors.ts'
import { Deadlines } from './exchange/deadlines.ts'
import { Exchange, type ExchangeParts } from './exchange/exchange.ts'
import { LiveAnswers, tooManyLive } from './exchange/live.ts'
import { isLogged, isProbe, recorded, timesBy } from './exchange/recorded.ts'
import { inTurns, type Together } from './exchange/turn.ts'
import { type OwnHeaders, type OwnHeadersParts, ownHeadersOf } from './own-headers.ts'
import { createRouter, type RouteParts, type Router } from './route.ts'
import { splitTarget, versionOf } from './target.ts'
import { type RequestEntry, type StartTrace, traceIdOf } from './trace.ts'

export interface ServeParts extends RouteParts, OwnHeadersParts {
  readonly ids: Ids
  /** For a raw path, where they do not come from one row; absent: `ids` for all. */
  readonly idsAt?: (path: string) => Ids
  /** The clock of the rows, which can be moved: errors carry what it shows, as Graph's do. Absent: `clock`. */
  readonly rowClock?: Clock
  /** Origins whose pages may call; absent: none. */
  readonly origins?: Origins
  readonly together?: Together
  /** Called for each request but probes. */
  readonly onRequest?: (entry: RequestEntry) => void
  /** Keeps each request but probes and files of the pages, with its answer. */
  readonly requestLog?: Pick<RequestLog, 'add'>
  /** Called for the requests that may be events of security: refused ones, and those that are not Graph's. */
  readonly onNotable?: (entry: RequestEntry) => void
  /** Within which a request is answered. Absent: it may take as long as it needs. */
  readonly limitSeconds?: number
  /** Within which a client takes the next piece of a large answer. */
  readonly stallMs?: number
  /** Between the comments that keep a live answer open. */
  readonly heartbeatMs?: number
  /** Absent: no tracing. */
  readonly startTrace?: StartTrace
  /** Called when no more requests come: those that are delayed on purpose go on. */
  readonly onDrain?: () => void
  /** Called with the cause of each 500, which the client does not see. */
  readonly onFault?: (error: unknown, requestId: string) => void
}

/** A batch answers 200 whatever its items are; its `check` then names the refused ones. */
function loggedCheck(answer: HttpAnswer, status: number): { check: string } | undefined {
  const check = explained(answer)
  return check !== undefined && (status === 200 || isRefusal(status)) ? { check } : undefined
}

/** All others need no entry where only events of security are wanted. */
function mayBeNotable({ path }: Exchange, { status, check }: HttpAnswer): boolean {
  return isRefusal(status) || check !== undefined || (versionOf(path) === undefined && !isSharePoint(path))
}

/** Which of the interfaces of Microsoft's the address is of; undefined: of none. */
function interfaceOf(path: string): string | undefined {
  return versionOf(path)?.version ?? (isSharePoint(path) ? '_api' : isPartnerCenter(path) ? 'partnercenter' : undefined)
}

const nothing: HttpAnswer = { status: 204, headers: {}, body: undefined }

/** Answers requests of Node's server, until it stops. */
export interface Serving {
  /** `raw`: the request target as sent. */
  serve(request: IncomingMessage, response: ServerResponse, raw: string): void
  /** From now on answers close their connection. Resolves when no request is running. */
  drain(): Promise<void>
}

export class RequestServer implements Serving {
  readonly #parts: ServeParts
  readonly #router: Router
  readonly #ownHeaders: OwnHeaders
  readonly #deadlines: Deadlines | undefined
  readonly #exchanges: ExchangeParts
  /** Whether durations are measured, for a log or traces. */
  readonly #isTimed: boolean
  readonly #holdAnswer = answerHolds()
  readonly #live: LiveAnswers
  readonly #timeAt: (measured: number) => number
  readonly #answerInTurn: (exchange: Exchange) => void
  #running = 0
  #isStopping = false
  readonly #whenDrained: (() => void)[] = []

  constructor(parts: ServeParts) {
    const cors = corsFor(parts.origins ?? 'none')
    this.#parts = parts
    this.#live = new LiveAnswers(parts.heartbeatMs)
    this.#timeAt = timesBy(parts.clock)
    this.#deadlines = parts.limitSeconds === undefined ? undefined : new Deadlines(parts.limitSeconds)
    this.#exchanges = {
      clients: clientReader(parts),
      deadlines: this.#deadlines,
      giveUp: (exchange) => this.#giveUp(exchange),
      holdBody: bodyHolds(),
      holdFile: bodyHolds(filesHeldMostBytes),
      isLogged: parts.requestLog !== undefined,
    }
    this.#router = createRouter(parts, cors, () => this.#isStopping)
    this.#ownHeaders = ownHeadersOf(parts, cors, this.#router.isOpen)
    const { onRequest, startTrace, requestLog } = parts
    this.#isTimed = (onRequest ?? startTrace ?? requestLog) !== undefined
    this.#answerInTurn = inTurns((exchange) => this.#answer(exchange), parts.together)
  }

  /** `raw`: the request target as sent. */
  serve(request: IncomingMessage, response: ServerResponse, raw: string): void {
    this.#running += 1
    const began = this.#isTimed ? performance.now() : 0
    const { ids, idsAt } = this.#parts
    const requestId = (idsAt?.(splitTarget(raw)?.path ?? '') ?? ids).mint()
    this.#answerInTurn(new Exchange(request, response, raw, requestId, began, this.#exchanges))
  }

  /** From now on answers close their connection. Resolves when no request is running. */
  drain(): Promise<void> {
    this.#isStopping = true
    this.#parts.onDrain?.()
    this.#live.endAll()
    if (this.#running === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenDrained.push(resolve)
    })
  }

  #answer(exchange: Exchange): void {
    const { startTrace } = this.#parts
    if (startTrace !== undefined && !isProbe(exchange.path))
      exchange.trace = startTrace(exchange.request, exchange.method, exchange.path)
    if (exchange.trace === undefined) this.#begin(exchange)
    else exchange.trace.run(() => this.#begin(exchange))
  }

  #begin(exchange: Exchange): void {
    try {
      const answer = this.#router.route(exchange)
      if (answer instanceof Promise)
        answer.then(
          (made) => this.#finish(exchange, made),
          (error: unknown) => this.#fail(exchange, error),
        )
      else this.#finish(exchange, answer)
    } catch (error) {
      this.#fail(exchange, error)
    }
  }

  #fail(exchange: Exchange, error: unknown): void {
    const { response, limit } = exchange
    if (error instanceof ClientGone) response.destroy()
    const cause = isEnd(error) && limit !== undefined ? overTime(limit, false, error) : error
    this.#finish(exchange, response.destroyed ? nothing : this.#errorAnswer(cause, exchange.ids))
  }

  /** Answers a request that has not answered by itself when its time was over. What it answers later is dropped. */
  #giveUp(exchange: Exchange): void {
    const { response, limit, isRead, ids } = exchange
    const refusal = limit && overTime(limit, !isRead)
    this.#finish(exchange, response.destroyed ? nothing : this.#errorAnswer(refusal, ids))
  }

  #errorAnswer(error: unknown, ids: RequestIds): HttpAnswer {
    const { clock, rowClock = clock, onFault } = this.#parts
    const isOutage = error instanceof StoreError && error.kind === 'unavailable'
    if (isOutage) onFault?.(error, ids.requestId)
    const known = isOutage ? busy(error) : error
    if (known instanceof AppError) return errorBody(known, ids, rowClock.now())
    onFault?.(error, ids.requestId)
    return errorBody(new AppError('internal', 'An internal error occurred.'), ids, rowClock.now())
  }

  /** The answer, or a refusal where there is no room to hold it until it is sent. */
  #held(exchange: Exchange, answer: HttpAnswer): HttpAnswer {
    const { body, live } = answer
    if (live !== undefined && this.#live.isFull) return this.#errorAnswer(tooManyLive(), exchange.ids)
    if (body === undefined || body.length <= largeLength) return answer
    exchange.sent = this.#holdAnswer(exchange.response)
    if (exchange.sent.take(Buffer.byteLength(body))) return answer
    return this.#errorAnswer(tooManyAnswers(exchange.isRead), exchange.ids)
  }

  /** Compresses the body where the client accepts it and it is long enough. */
  #finish(exchange: Exchange, made: HttpAnswer): void {
    const { limit } = exchange
    if (exchange.isAnswered) return
    exchange.isAnswered = true
    const answer = this.#held(exchange, made)
    if (limit !== undefined) this.#deadlines?.finish(limit)
    const headers = this.#ownHeaders(exchange, answer)
    const encoding = isWorthZipping(answer.body) ? encodingFor(exchange.headers['accept-encoding']) : undefined
    if (headers === undefined || encoding === undefined) {
      this.#put(exchange, answer, headers === undefined ? undefined : { headers })
      return
    }
    const pack = (bytes: Buffer): void => {
      exchange.sent?.release()
      exchange.sent?.take(bytes.length)
      this.#put(exchange, answer, { headers: [...headers, 'Content-Encoding', encoding], bytes })
    }
    const zipped = zip(answer, encoding)
    if (zipped instanceof Promise) zipped.then(pack, () => this.#put(exchange, answer, { headers }))
    else pack(zipped)
  }

  #put(exchange: Exchange, answer: HttpAnswer, own: OwnParts | undefined): void {
    const { request, response } = exchange
    exchange.release()
    if (!exchange.isUnread || exchange.isLast) {
      this.#putNow(exchange, answer, own)
      return
    }
    // Node would close the connection now, and a client that is still sending gets a reset before it reads the answer.
    const closes = !response.shouldKeepAlive
    response.shouldKeepAlive = true
    this.#putNow(exchange, answer, own)
    endUnread(request, closes)
  }

  #putNow(exchange: Exchange, answer: HttpAnswer, own: OwnParts | undefined): void {
    const { response, ids, trace } = exchange
    try {
      if (answer.drop === true) response.destroy()
      const isGone = response.destroyed
      const status = isGone ? 0 : this.#write(exchange, answer, own)
      this.#record(exchange, answer, own, status)
      if (isGone && answer.drop !== true) trace?.end(this.#entryOf(exchange, 0))
      else this.#tell(exchange, answer, status)
      // The response itself does not know the headers that it was sent with.
      const isEvents = answer.headers['Content-Type']?.startsWith('text/event-stream') === true
      if (answer.live !== undefined) this.#live.begin(response, answer.live, isEvents)
    } catch (error) {
      this.#parts.onFault?.(error, ids.requestId)
      response.destroy()
    } finally {
      if (response.writableEnded || response.destroyed) this.#ended()
      // A large or live answer is still being sent.
      else response.once('close', () => this.#ended())
    }
  }

  #ended(): void {
    this.#running -= 1
    if (this.#running === 0) for (const resolve of this.#whenDrained.splice(0)) resolve()
  }

  /** Returns the status that was sent. */
  #write({ response, ids, isLast }: Exchange, answer: HttpAnswer, own: OwnParts | undefined): number {
    try {
      send(response, answer, ids, this.#isStopping || isLast, own, this.#parts.stallMs)
      return answer.status
    } catch (error) {
      // A header value that Node refuses to write: the whole answer is replaced.
      const instead = this.#errorAnswer(error, ids)
      send(response, instead, ids, this.#isStopping)
      return instead.status
    }
  }

  #entryOf({ method, path, ids, began, actor, note, remote }: Exchange, status: number): RequestEntry {
    const version = interfaceOf(path)
    return {
      at: this.#parts.clock.now(),
      method,
      path,
      requestId: ids.requestId,
      clientRequestId: ids.clientRequestId,
      ...(version === undefined ? undefined : { version }),
      ...(actor === undefined ? undefined : { actor }),
      ...(remote === undefined ? undefined : { remote }),
      ...(note === undefined ? undefined : { note }),
      status,
      ms: began === 0 ? 0 : performance.now() - began,
    }
  }

  #record(exchange: Exchange, answer: HttpAnswer, own: OwnParts | undefined, status: number): void {
    const { requestLog } = this.#parts
    if (requestLog !== undefined && answer.isOfPages !== true && isLogged(exchange.path))
      requestLog.add(recorded(exchange, answer, own?.headers, status, this.#timeAt))
  }

  #tell(exchange: Exchange, answer: HttpAnswer, status: number): void {
    const { request, path, trace } = exchange
    const { onRequest, onNotable, startTrace } = this.#parts
    const isNotable = onNotable !== undefined && mayBeNotable(exchange, answer)
    if (!(onRequest !== undefined || startTrace !== undefined || isNotable) || isProbe(path)) return
    const traceId = trace?.traceId ?? traceIdOf(request)
    const entry: RequestEntry = {
      ...this.#entryOf(exchange, status),
      ...(traceId === undefined ? undefined : { traceId }),
      ...loggedCheck(answer, status),
      ...(answer.fault === undefined ? undefined : { fault: answer.fault }),
    }
    onRequest?.(entry)
    if (isNotable) onNotable(entry)
    trace?.end(entry)
  }
}
