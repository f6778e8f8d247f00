/** Requests of the log as the control addresses show them, without secrets. Every member but the first ones may be absent. */
import { isObject, type Json } from '#base/json.ts'
import { faultOf, headerOf } from './filter.ts'
import type { Entry, KeptBody, Trail } from './logged.ts'
import { withoutSecretsOf } from './secret-values.ts'
import { bodyWithout, bytesWithout, formWithout, headerWithout, pathWithout } from './secrets.ts'

/** The names of the steps that a request took, in order; the last one answered or refused it. */
export type StepsTaken = (trail: Trail) => readonly string[]

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

function bodyOf(kept: KeptBody | undefined, headers: Entry['headers']): ShownBody | undefined {
  if (kept === undefined) return undefined
  const { bytes, size } = kept
  const text = textIn(bytes, bytes.byteLength < size)
  const type = headerOf(headers, 'content-type')?.toLowerCase() ?? ''
  return {
    text: text === undefined ? undefined : bodyWithout(text, type),
    base64: text === undefined ? Buffer.from(bytesWithout(bytes, type)).toString('base64') : undefined,
    size,
    kept: bytes.byteLength,
  }
}

export function requestBodyOf({ body, headers }: Entry): ShownBody | undefined {
  return bodyOf(body, headers)
}

export function answerBodyOf({ answerBody, answerHeaders, status, body, query }: Entry): ShownBody | undefined {
  const shown = bodyOf(answerBody, answerHeaders)
  if (status < 400 || shown?.text === undefined) return shown
  const sent = body === undefined ? [query] : [query, Buffer.from(body.bytes).toString()]
  return { ...shown, text: withoutSecretsOf(shown.text, sent) }
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

export function queryOf({ query }: Entry): string {
  return formWithout(query)
}

export function headersOf({ headers }: Entry): [string, string][] {
  return headers.map(([name, value]) => [name, headerWithout(name, value)])
}

function answerHeadersOf({ answerHeaders, requestId, clientRequestId }: Entry): Json {
  const all = [['request-id', requestId] as const, ['client-request-id', clientRequestId] as const, ...answerHeaders]
  return Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), headerWithout(name, value)]))
}

/** What the answer to a refused request says, and of which check it comes. */
function refusalOf(entry: Entry): Json | undefined {
  const { status, step } = entry
  if (status < 400 || entry.check === undefined) return undefined
  const [check, section] = entry.check.split('; ', 2)
  const body = jsonOf(answerBodyOf(entry))
  const error = isObject(body) && isObject(body['error']) ? body['error'] : {}
  const { code, message, target } = error
  const { layer, wanted, held } = entry.lacks ?? {}
  return defined({ check, section, step, code, message, target, layer, wanted, held })
}

function defined(members: Readonly<Record<string, unknown>>): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Json
}

/** Who asked, by the token that was accepted. */
function callerOf({ actor }: Entry): Json | undefined {
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
  const { path, method } = entry
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
  const { requestId, clientRequestId, sequence, at, method, path, query, status, ms, remote, note } = entry
  return defined({
    id: requestId,
    sequence,
    dateTime: at.toISOString(),
    method,
    path: pathWithout(path),
    query: query === '' ? undefined : queryOf(entry),
    status,
    durationMs: Math.round(ms * 1_000) / 1_000,
    caller: callerOf(entry),
    remote,
    clientRequestId: clientRequestId === requestId ? undefined : clientRequestId,
    note,
    refusal: refusalOf(entry),
    fault: faultOf(entry),
    requests: itemsOf(entry),
  })
}

function stepsOf({ trail, status, step }: Entry, stepsTaken: StepsTaken): readonly Json[] | undefined {
  if (trail?.last === undefined) return undefined
  const names = stepsTaken(trail)
  const isRefused = status >= 400 && step !== undefined
  return names.map((name, at) => ({
    name,
    outcome: at < names.length - 1 ? 'passed' : isRefused ? 'refused' : 'answered',
  }))
}

/** One request with all that is known of it. */
export function detailOf(entry: Entry, stepsTaken: StepsTaken): Json {
  return defined({
    ...summaryOf(entry),
    steps: stepsOf(entry, stepsTaken),
    request: { headers: Object.fromEntries(headersOf(entry)), ...shownBody(requestBodyOf(entry)) },
    response: { headers: answerHeadersOf(entry), ...shownBody(answerBodyOf(entry)) },
  })
}
