/** What every answer carries, and the envelope for errors met before or outside the engine. */
import type { ServerResponse } from 'node:http'
import type { Clock } from '#base/clock.ts'
import { AppError, type ErrorKind, type Lack } from '#base/errors.ts'
import type { LiveBody } from '#base/own-address.ts'
import { errorBody, type RequestIds } from '#odata/body/error-body.ts'

/** An answer as plain values. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** In place of the body: a file. */
  readonly bytes?: Buffer
  /** In place of the body; only the headers are sent at first. */
  readonly live?: LiveBody
  /** For a refused request: the name of the check, and the step of the engine that ran it. */
  readonly check?: string
  readonly step?: string
  /** Ids of the rules for faults that were applied. */
  readonly fault?: string
  /** The connection is closed, and nothing of this is sent. */
  readonly drop?: true
  /** A document or file of the pages: a browser asks for many, and the request log keeps none. */
  readonly isOfPages?: true
  readonly lacks?: Lack
}

/** Parts of an answer that belong to one request only; the answer object itself may be cached and sent to others. */
export interface OwnParts {
  /** Names and values alternate. */
  readonly headers?: readonly string[]
  /** The body, compressed as the headers say. */
  readonly bytes?: Buffer
}

/** Whether the status refuses the request. Internal errors do not count. */
export function isRefusal(status: number): boolean {
  return (status >= 400 && status < 500) || status === 501
}

/** Headers of every answer. Not Strict-Transport-Security: browsers would apply it to every other port of `localhost`. */
export const standing = {
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store, no-cache',
  'x-ms-ags-diagnostic': JSON.stringify({
    ServerInfo: { DataCenter: 'Local', Slice: 'E', Ring: '1', ScaleUnit: '000', RoleInstance: 'RELATA' },
  }),
} as const

const standingEntries = Object.entries(standing)
const standingNames: ReadonlySet<string> = new Set(Object.keys(standing))

function pairsOf(headers: HttpAnswer['headers']): string[] {
  const list: string[] = []
  let overrides = false
  for (const name in headers) {
    list.push(name, headers[name] as string)
    overrides ||= standingNames.has(name)
  }
  // Looking up a missing property is slow, and rarely needed.
  for (const [name, value] of standingEntries) if (!overrides || headers[name] === undefined) list.push(name, value)
  return list
}

/** Most answers share one headers object. */
let last: { readonly headers: HttpAnswer['headers']; readonly pairs: readonly string[] } = { headers: {}, pairs: [] }

/** Names and values alternate, the form Node writes fastest. The answer's own headers override the standing ones. */
function headerList(answer: HttpAnswer, ids: RequestIds, closing: boolean, own: OwnParts): string[] {
  const { status, headers, body, live } = answer
  if (headers !== last.headers) last = { headers, pairs: pairsOf(headers) }
  const list = ['request-id', ids.requestId, 'client-request-id', ids.clientRequestId]
  const { pairs } = last
  for (let at = 0; at < pairs.length; at++) list.push(pairs[at] as string)
  if (own.headers !== undefined) list.push(...own.headers)
  // The length of a live answer is not known: Node sends it in chunks.
  if (live !== undefined) list.push('X-Accel-Buffering', 'no')
  else if (body !== undefined)
    list.push('Content-Length', `${(own.bytes ?? answer.bytes)?.length ?? Buffer.byteLength(body)}`)
  else if (status !== 204 && status !== 304) list.push('Content-Length', '0')
  if (closing && headers['Connection'] === undefined) list.push('Connection', 'close')
  return list
}

/** Longer bodies, in characters or bytes, are large: how many are held at once is limited, and so is the time to read one. */
export const largeLength = 64 * 1024
/** Even longer ones are sent in pieces, as fast as the client reads them: Node would hold them a second time, as bytes. */
const wholeLength = 256 * 1024
const pieceLength = 64 * 1024
/** Within which a client takes the next piece of a large body; otherwise its connection is closed. */
const usualStallMs = 30_000

/** The end of the piece that begins there. A character of two units stays whole. */
function endOf(body: string | Buffer, from: number): number {
  const end = from + pieceLength
  if (end >= body.length) return body.length
  const last = typeof body === 'string' ? body.charCodeAt(end - 1) : 0
  return last >= 0xd800 && last <= 0xdbff ? end + 1 : end
}

function pieceOf(body: string | Buffer, from: number, to: number): string | Buffer {
  return typeof body === 'string' ? body.slice(from, to) : body.subarray(from, to)
}

/** Closes the connection unless the answer is sent, or the time is set anew, in time. */
function cutOffAfter(response: ServerResponse, millis: number): NodeJS.Timeout {
  const timer = setTimeout(() => response.destroy(), millis).unref()
  response.once('close', () => clearTimeout(timer))
  return timer
}

/** Returns at once. */
function sendLarge(response: ServerResponse, body: string | Buffer, stallMs: number): void {
  if (body.length <= wholeLength) {
    cutOffAfter(response, stallMs * Math.ceil(body.length / pieceLength))
    response.end(body)
    return
  }
  const stalled = cutOffAfter(response, stallMs)
  let at = 0
  const next = (): void => {
    stalled.refresh()
    while (at < body.length) {
      const end = endOf(body, at)
      const isTaken = response.write(pieceOf(body, at, end))
      at = end
      if (isTaken) continue
      response.once('drain', next)
      return
    }
    response.end()
  }
  next()
}

const none: OwnParts = {}

/**
 * For HEAD, Node omits the body and keeps the headers. Of a large body, `close` of the response says that it is sent. Of a
 * live answer only the headers are sent.
 */
export function send(
  response: ServerResponse,
  answer: HttpAnswer,
  ids: RequestIds,
  closing: boolean,
  own: OwnParts = none,
  stallMs = usualStallMs,
): void {
  response.writeHead(answer.status, headerList(answer, ids, closing, own))
  const body = own.bytes ?? answer.bytes ?? answer.body
  if (answer.live !== undefined) response.flushHeaders()
  else if (body !== undefined && body.length > largeLength) sendLarge(response, body, stallMs)
  else response.end(body)
}

/** Errors of HTTP itself, which no error kind maps to. */
export interface Framing {
  readonly status: number
  readonly reason: string
  readonly kind: ErrorKind
  readonly code: string
  readonly text: string
}

function framing(status: number, reason: string, kind: ErrorKind, code: string, text: string): Framing {
  return {
    status,
    reason,
    kind,
    code,
    text,
  }
}

export const framings = {
  badRequest: framing(400, 'Bad Request', 'invalid', 'badRequest', 'The request is not valid HTTP.'),
  timeout: framing(408, 'Request Timeout', 'invalid', 'requestTimeout', 'The request did not arrive in time.'),
  extensions: framing(413, 'Content Too Large', 'tooLarge', 'contentTooLarge', 'The chunk extensions are too large.'),
  expectation: framing(
    417,
    'Expectation Failed',
    'invalid',
    'expectationFailed',
    'Only the expectation 100-continue is known.',
  ),
  headers: framing(
    431,
    'Request Header Fields Too Large',
    'invalid',
    'requestHeaderFieldsTooLarge',
    'The request header is too large.',
  ),
  method: framing(501, 'Not Implemented', 'unsupported', 'notImplemented', 'The request method is not known.'),
  version: framing(
    505,
    'HTTP Version Not Supported',
    'unsupported',
    'httpVersionNotSupported',
    'Only HTTP/1.1 is spoken here.',
  ),
} as const

/** `now`: what the clock of the rows shows. */
export function framed(fault: Framing, ids: RequestIds, now: Date): HttpAnswer {
  const answer = errorBody(new AppError(fault.kind, fault.text, { code: fault.code }), ids, now)
  return { ...answer, status: fault.status, headers: { ...answer.headers, Connection: 'close' } }
}

/** The whole answer as text, for a socket whose request could not be parsed as HTTP. */
export function framedText(fault: Framing, ids: RequestIds, now: Date, clock: Clock): string {
  const answer = framed(fault, ids, now)
  const list = [...headerList(answer, ids, true, none), 'Date', clock.now().toUTCString()]
  const lines = list.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`))
  return `HTTP/1.1 ${fault.status} ${fault.reason}\r\n${lines.join('')}\r\n${answer.body}`
}
