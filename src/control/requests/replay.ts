/** A logged request as it is sent again by a program: what curl.ts, vitest.ts and pytest.ts write out. */
import { isObject } from '#base/json.ts'
import { type Form, faultOf, headerOf } from './filter.ts'
import type { Entry } from './logged.ts'
import { isOfRemoved } from './secret-names.ts'
import { pathWithout, removedForm } from './secrets.ts'
import { answerBodyOf, headersOf, queryOf, requestBodyOf } from './shown.ts'

/** A text in which what was removed is filled in from variables of the environment. */
export type Piece = string | { readonly variable: string }

export type ReplayBody =
  | { readonly kind: 'text'; readonly text: readonly Piece[] }
  | { readonly kind: 'form'; readonly pairs: readonly (readonly [string, readonly Piece[]])[] }
  | { readonly kind: 'bytes'; readonly base64: string }

export interface Replay {
  readonly method: string
  /** Path and query. */
  readonly target: readonly Piece[]
  readonly headers: readonly (readonly [string, readonly Piece[]])[]
  readonly body: ReplayBody | undefined
  readonly status: number
  /** What `error` of the answer says: Graph's code, or the name of OAuth. */
  readonly error: { readonly code: string } | { readonly name: string } | undefined
  readonly fault: string | undefined
}

export type ReplayForm = Exclude<Form, 'json'>

/** What cannot be sent again as it was, and why. */
export interface Unwritten {
  readonly why: string
}

/** Of the server that the texts are for. */
export interface ReplayPlace {
  readonly origin: string
  /** The world by the header of the request for the text. */
  readonly world: string | undefined
}

/** What clients set by themselves, and what is of one connection or one trace. */
const leftOut = new Set([
  ...['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'expect', 'te', 'upgrade', 'trailer'],
  ...['user-agent', 'accept-encoding', 'content-encoding', 'accept-language', 'priority', 'pragma', 'cache-control'],
  ...['client-request-id', 'return-client-request-id', 'traceparent', 'tracestate', 'sdkversion', 'dnt', 'referer'],
])

function isLeftOut(name: string): boolean {
  return leftOut.has(name) || name.startsWith('sec-')
}

export function piecesOf(text: string): readonly Piece[] {
  return text
    .split(removedForm)
    .map((part, at): Piece => {
      if (at % 2 === 0) return part
      return isOfRemoved(part) ? { variable: part.replace(/\W|^(?=\d)/g, '_').toUpperCase() } : `[removed ${part}]`
    })
    .filter((piece) => piece !== '')
}

function formOf(text: string): ReplayBody | undefined {
  const pairs = [...new URLSearchParams(text)].map(([name, value]) => [name, piecesOf(value)] as const)
  return pairs.every(([name]) => /^[\w.-]+$/.test(name)) ? { kind: 'form', pairs } : undefined
}

function bodyOf(entry: Entry): ReplayBody | undefined {
  const body = requestBodyOf(entry)
  if (body === undefined) return undefined
  const { text, base64 } = body
  if (text === undefined) return { kind: 'bytes', base64: base64 ?? '' }
  if (text.includes('\0')) return { kind: 'bytes', base64: Buffer.from(text).toString('base64') }
  const isForm = headerOf(entry.headers, 'content-type')?.toLowerCase().startsWith('application/x-www-form-urlencoded')
  return (isForm === true ? formOf(text) : undefined) ?? { kind: 'text', text: piecesOf(text) }
}

function errorOf(entry: Entry): Replay['error'] {
  const body = answerBodyOf(entry)
  if (entry.status < 400 || body?.text === undefined || body.kept < body.size) return undefined
  try {
    const answer: unknown = JSON.parse(body.text)
    const error = isObject(answer) ? answer['error'] : undefined
    if (typeof error === 'string') return { name: error }
    return isObject(error) && typeof error['code'] === 'string' ? { code: error['code'] } : undefined
  } catch {
    return undefined
  }
}

function targetOf(entry: Entry): readonly Piece[] {
  const [path, query] = [pathWithout(entry.path), queryOf(entry)]
  return piecesOf(query === '' ? path : `${path}?${query}`)
}

/** Of a request that was answered before that: for want of a token, for example. */
function hasUnreadBody({ body, headers }: Entry): boolean {
  if (body !== undefined) return false
  return Number(headerOf(headers, 'content-length') ?? 0) > 0 || headerOf(headers, 'transfer-encoding') !== undefined
}

/** Undefined: it can be sent again. */
function obstacleTo(entry: Entry, as: ReplayForm): string | undefined {
  const { body, method, path, status, answerHeaders } = entry
  if (!path.startsWith('/')) return `its target '${path}' is no path`
  if (as !== 'curl' && status === 0) return 'its connection ended before the answer'
  if (hasUnreadBody(entry)) return 'its body was not read'
  if (body !== undefined && body.bytes.byteLength < body.size)
    return `of its body of ${body.size} bytes the log has ${body.bytes.byteLength}`
  if (headerOf(answerHeaders, 'content-type')?.startsWith('text/event-stream') === true)
    return 'its answer is a stream of events, which has no end'
  if (as !== 'vitest') return undefined
  if (/^(?:connect|trace|track)$/i.test(method)) return `fetch does not send ${method}`
  return body !== undefined && /^(?:get|head)$/i.test(method) ? `fetch sends no body with ${method}` : undefined
}

export function replayOf(entry: Entry, { world }: ReplayPlace, as: ReplayForm): Replay | Unwritten {
  const { method, status } = entry
  const why = obstacleTo(entry, as)
  if (why !== undefined) return { why }
  const headers = headersOf(entry).filter(([name]) => !isLeftOut(name) && name !== 'relata-world')
  const inWorld = world ?? headerOf(entry.headers, 'relata-world')
  if (inWorld !== undefined) headers.push(['relata-world', inWorld])
  return {
    method,
    target: targetOf(entry),
    headers: headers.map(([name, value]) => [name, piecesOf(value)] as const),
    body: bodyOf(entry),
    status,
    error: errorOf(entry),
    fault: faultOf(entry),
  }
}

export function isUnwritten(replay: Replay | Unwritten): replay is Unwritten {
  return 'why' in replay
}

/** The variables of the environment that a text needs, in the order in which they come. */
export function variablesOf(replays: readonly Replay[]): readonly string[] {
  const all = replays.flatMap(({ target, headers, body }) => [
    target,
    ...headers.map(([, value]) => value),
    ...(body?.kind === 'text' ? [body.text] : body?.kind === 'form' ? body.pairs.map(([, value]) => value) : []),
  ])
  return [...new Set(all.flat().flatMap((piece) => (typeof piece === 'string' ? [] : [piece.variable])))]
}
