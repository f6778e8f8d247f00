/** Requests of the log as the control addresses show them, without secrets. Every member but the first ones may be absent. */
import { isObject, type Json } from '#base/json.ts'
import { faultOf, headerOf } from './filter.ts'
import type { Entry, LoggedRequest, Trail } from './request-log.ts'
import { bodyWithout, formWithout, headerWithout, pathWithout } from './secrets.ts'

/** The names of the steps that a request took, in order; the last one answered or refused it. */
export type StepsTaken = (trail: Trail) => readonly string[]

interface BodyFacts {
  readonly bytes: Uint8Array | undefined
  readonly type: string
  readonly size: number
}

export interface ShownBody {
  /** Undefined: the body is no text. */
  readonly text: string | undefined
  readonly base64: string | undefined
  readonly size: number
  /** Of the body, how many bytes are here. */
  readonly kept: number
}

function textIn(bytes: Uint8Array, isCut: boolean): string | undefined {
  try {
    // A character that was cut through is left out.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut })
  } catch {
    return undefined
  }
}

function bodyOf({ bytes, type, size }: BodyFacts): ShownBody | undefined {
  if (bytes === undefined || size === 0) return undefined
  const text = textIn(bytes, bytes.byteLength < size)
  return {
    text: text === undefined ? undefined : bodyWithout(text, type),
    base64: text === undefined ? Buffer.from(bytes).toString('base64') : undefined,
    size,
    kept: bytes.byteLength,
  }
}

export function requestBodyOf({ request, long }: Entry): ShownBody | undefined {
  const type = request.headers['content-type']?.toLowerCase() ?? ''
  const bytes = long?.requestStart ?? request.body
  return bodyOf({ bytes, type, size: long?.requestBytes ?? bytes?.byteLength ?? 0 })
}

export function answerBodyOf({ request, long }: Entry): ShownBody | undefined {
  const type = headerOf(request, 'content-type')?.toLowerCase() ?? ''
  const { body } = request.answer
  const bytes = long?.answerStart ?? (body === undefined ? undefined : Buffer.from(body))
  return bodyOf({ bytes, type, size: long?.answerBytes ?? bytes?.byteLength ?? 0 })
}

/** Undefined where the body is not JSON, or is not kept whole. */
function jsonOf(body: ShownBody | undefined): unknown {
  if (body?.text === undefined || body.kept < body.size) return undefined
  try {
    return JSON.parse(body.text)
  } catch {
    return undefined
  }
}

function shownBody(body: ShownBody | undefined): Json {
  if (body === undefined) return {}
  const { text, base64, size, kept } = body
  const json = jsonOf(body)
  return {
    bodyBytes: size,
    ...(kept < size ? { bodyIsCut: true } : {}),
    ...(json === undefined ? (text === undefined ? { bodyBase64: base64 } : { body: text }) : { body: json }),
  }
}

export function queryOf({ query }: LoggedRequest): string {
  return formWithout(query)
}

export function headersOf({ headers }: LoggedRequest): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, headerWithout(name, value)]],
  )
}

function answerHeadersOf({ answer, ownHeaders = [], requestId, clientRequestId }: LoggedRequest): Json {
  const own = ownHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, ownHeaders[at + 1] ?? '']] : []))
  const all = [
    ['request-id', requestId],
    ['client-request-id', clientRequestId],
    ...Object.entries(answer.headers),
    ...own,
  ] as [string, string][]
  return Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), headerWithout(name, value)]))
}

/** What the answer to a refused request says, and of which check it comes. */
function refusalOf(entry: Entry): Json | undefined {
  const { answer, status } = entry.request
  if (status < 400 || answer.check === undefined) return undefined
  const [check, section] = answer.check.split('; ', 2)
  const body = jsonOf(answerBodyOf(entry))
  const error = isObject(body) && isObject(body['error']) ? body['error'] : {}
  const { code, message, target } = error
  const { layer, wanted, held } = answer.lacks ?? {}
  return defined({ check, section, step: answer.step, code, message, target, layer, wanted, held })
}

function defined(members: Readonly<Record<string, unknown>>): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Json
}

/** Who asked, by the token that was accepted. */
function callerOf({ actor }: LoggedRequest): Json | undefined {
  if (actor === undefined) return undefined
  const { kind, tenantId, homeTenantId, appId, userId, name } = actor
  return defined({ kind, tenantId, homeTenantId, appId, userId, name })
}

function listIn(body: unknown, name: string): readonly Json[] {
  const list = isObject(body) ? body[name] : undefined
  return Array.isArray(list) ? list.filter(isObject) : []
}

/** The requests of a batch, each with its answer, where both bodies are kept whole. */
function itemsOf(entry: Entry): readonly Json[] | undefined {
  const { path, method } = entry.request
  if (method !== 'POST' || !/\/\$batch$/i.test(path)) return undefined
  const asked = listIn(jsonOf(requestBodyOf(entry)), 'requests')
  const answers = listIn(jsonOf(answerBodyOf(entry)), 'responses')
  if (asked.length === 0 || answers.length === 0) return undefined
  return answers.map((answer) => {
    const of = asked.find(({ id }) => String(id).toLowerCase() === String(answer['id']).toLowerCase()) ?? {}
    const headers = isObject(answer['headers']) ? answer['headers'] : {}
    const { id, status } = answer
    return defined({ id, method: of['method'], url: of['url'], status, fault: headers['relata-fault'] })
  })
}

/** One request in a list. */
export function summaryOf(entry: Entry): Json {
  const { sequence, request } = entry
  const { query } = request
  return defined({
    id: request.requestId,
    sequence,
    dateTime: request.at.toISOString(),
    method: request.method,
    path: pathWithout(request.path),
    query: query === '' ? undefined : queryOf(request),
    status: request.status,
    durationMs: Math.round(request.ms * 1_000) / 1_000,
    caller: callerOf(request),
    remote: request.remote,
    clientRequestId: request.clientRequestId === request.requestId ? undefined : request.clientRequestId,
    note: request.note,
    refusal: refusalOf(entry),
    fault: faultOf(request),
    requests: itemsOf(entry),
  })
}

function stepsOf({ trail, status, answer }: LoggedRequest, stepsTaken: StepsTaken): readonly Json[] | undefined {
  if (trail?.last === undefined) return undefined
  const names = stepsTaken(trail)
  const isRefused = status >= 400 && answer.step !== undefined
  return names.map((name, at) => ({
    name,
    outcome: at < names.length - 1 ? 'passed' : isRefused ? 'refused' : 'answered',
  }))
}

/** One request with all that is known of it. */
export function detailOf(entry: Entry, stepsTaken: StepsTaken): Json {
  const { request } = entry
  return defined({
    ...summaryOf(entry),
    steps: stepsOf(request, stepsTaken),
    request: { headers: Object.fromEntries(headersOf(request)), ...shownBody(requestBodyOf(entry)) },
    response: { headers: answerHeadersOf(request), ...shownBody(answerBodyOf(entry)) },
  })
}
