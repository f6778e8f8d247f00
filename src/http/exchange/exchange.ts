/** One exchange: a request of Node's server and its answer, as the router and the headers see them. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, after } from '#base/answer.ts'
import type { Deadline } from '#base/deadline.ts'
import type { Asking } from '#base/own-address.ts'
import type { PlainRequest, StepTrail } from '#engine/request.ts'
import type { RequestIds } from '#odata/body/error-body.ts'
import type { ClientReader, TlsEnd } from '../admission/client.ts'
import { announced, type BodyHold, bodyLimitBytes, checkLength, filesHeldMostBytes, readBody } from '../body.ts'
import type { HeadedRequest } from '../own-headers.ts'
import type { RoutedRequest } from '../route.ts'
import { type RequestTarget, splitTarget } from '../target.ts'
import type { RequestTrace } from '../trace.ts'
import type { Deadlines, Running, RunningDeadline } from './deadlines.ts'

const clientIdForm = /^[\x21-\x7e]{1,128}$/

function clientRequestId({ headers }: IncomingMessage, requestId: string): string {
  const given = headers['client-request-id']
  return typeof given === 'string' && clientIdForm.test(given) ? given : requestId
}

/** What exchanges need of their server. */
export interface ExchangeParts {
  readonly clients: ClientReader
  readonly deadlines: Deadlines | undefined
  readonly giveUp: (exchange: Exchange) => void
  readonly holdBody: () => BodyHold
  /** Of files of terms. */
  readonly holdFile: () => BodyHold
  /** Whether what clients have sent is looked at when it is answered. */
  readonly isLogged: boolean
}

/** A request and its answer. */
export class Exchange implements RoutedRequest, HeadedRequest, Running {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The request target as sent. */
  readonly raw: string
  readonly target: RequestTarget | undefined
  /** Raw, without the query; the whole target where it contains no path. */
  readonly path: string
  readonly ids: RequestIds
  /** As `performance.now()`; 0 where nothing is measured. */
  readonly began: number
  readonly #parts: ExchangeParts
  trace: RequestTrace | undefined
  actor: Asking | undefined
  note: Readonly<Record<string, string>> | undefined
  readonly trail: StepTrail | undefined
  /** The body that was read, where it is looked at later. */
  sentBody: Uint8Array | undefined
  limit: RunningDeadline | undefined
  isAnswered = false
  #hold: BodyHold | undefined
  /** What a large answer holds until it is sent. */
  sent: BodyHold | undefined
  /** The client waits for `100 Continue` before it sends its body. */
  readonly #isWaiting: boolean
  #isRead = false

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    raw: string,
    requestId: string,
    began: number,
    parts: ExchangeParts,
  ) {
    this.request = request
    this.response = response
    this.raw = raw
    this.target = splitTarget(raw)
    this.path = this.target?.path ?? raw
    this.ids = { requestId, clientRequestId: clientRequestId(request, requestId) }
    this.began = began
    this.#parts = parts
    this.trail = parts.isLogged ? { letter: undefined, last: undefined } : undefined
    this.#isWaiting = response.req.headers.expect !== undefined
  }

  get method(): string {
    return this.request.method ?? 'GET'
  }

  get headers(): PlainRequest['headers'] {
    return this.request.headers as PlainRequest['headers']
  }

  get remote(): string | undefined {
    return this.#parts.clients.remoteOf(this.request)
  }

  get isLoopback(): boolean {
    return this.#parts.clients.isLoopback(this.request)
  }

  get tlsEnd(): TlsEnd {
    return this.#parts.clients.tlsEndOf(this.request)
  }

  origin(): string {
    return this.#parts.clients.originOf(this.request, this.target)
  }

  deadline(): Deadline | undefined {
    this.limit ??= this.#parts.deadlines?.begin(this)
    return this.limit
  }

  isGone(): boolean {
    return this.response.destroyed
  }

  giveUp(): void {
    this.#parts.giveUp(this)
  }

  body(limitBytes?: number): Answer<Uint8Array | undefined> {
    if (this.#isWaiting || limitBytes !== undefined) checkLength(this.request, limitBytes)
    if (this.#isWaiting) this.response.writeContinue()
    this.#isRead = true
    const isFile = limitBytes !== undefined && limitBytes > bodyLimitBytes
    // A world may be larger than all files together may be; only programs that may control the server send one.
    const isWorld = limitBytes !== undefined && limitBytes > filesHeldMostBytes
    if (!isWorld) this.#hold ??= isFile ? this.#parts.holdFile() : this.#parts.holdBody()
    const read = readBody(this.request, this.#hold, limitBytes)
    if (!this.#parts.isLogged || isFile) return read
    return after(read, (bytes) => {
      this.sentBody = bytes
      return bytes
    })
  }

  /** There is a body that nobody has read. */
  get isUnread(): boolean {
    return !this.#isRead && !this.request.complete && announced(this.request)
  }

  /** A client that was not told to go on may send its body or its next request: nobody can tell which. */
  get isLast(): boolean {
    return this.#isWaiting && !this.#isRead
  }

  release(): void {
    this.#hold?.release()
  }

  get isRead(): boolean {
    return this.method === 'GET' || this.method === 'HEAD'
  }
}
