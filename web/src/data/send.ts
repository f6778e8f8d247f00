/** The only place that calls the server. */
import { ownRequestId } from './own.ts'
import type { RequestPlan } from './plan.ts'
import { Problem, problemOf } from './problem.ts'
import { type Acting, currentSession } from './session.ts'
import { noteRequest } from './status.ts'
import { forgetToken, tokenOf } from './tokens.ts'

export interface Sent<Answer> {
  readonly body: Answer
  readonly headers: Headers
  readonly status: number
  /** Id of the change, or of a batch of changes, of a write to the taxonomy. */
  readonly change?: string
}

export interface SendOptions {
  /** Absent: who the page acts as. */
  readonly acting?: Acting
  readonly signal?: AbortSignal
}

async function headersOf(plan: RequestPlan, acting: Acting | undefined): Promise<Record<string, string>> {
  const token = plan.needsToken ? await tokenOf(acting) : undefined
  const { world } = currentSession()
  return {
    Accept: 'application/json',
    'client-request-id': ownRequestId(),
    ...(world === 'default' ? {} : { 'relata-world': world }),
    ...(plan.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...plan.headers,
  }
}

function bodyOf(body: unknown): BodyInit | undefined {
  if (body === undefined) return undefined
  return body instanceof Blob || typeof body === 'string' ? body : JSON.stringify(body)
}

async function fetched(plan: RequestPlan, acting: Acting | undefined, signal?: AbortSignal): Promise<Response> {
  const began = performance.now()
  try {
    const response = await fetch(plan.path, {
      method: plan.method,
      headers: await headersOf(plan, acting),
      ...(plan.body === undefined ? {} : { body: bodyOf(plan.body) ?? null }),
      ...(signal === undefined ? {} : { signal }),
    })
    noteRequest({ ms: performance.now() - began, id: response.headers.get('request-id') ?? undefined, isReached: true })
    return response
  } catch (error) {
    if (signal?.aborted === true) throw error
    noteRequest({ ms: performance.now() - began, id: undefined, isReached: false })
    const message = error instanceof Error ? error.message : String(error)
    throw new Problem({ status: 0, code: 'unreachable', message, details: [], plan })
  }
}

/** Throws `Problem` for every answer but 2xx. A 401 takes a new token once. */
export async function send<Answer>(plan: RequestPlan<Answer>, options: SendOptions = {}): Promise<Sent<Answer>> {
  const acting = options.acting ?? currentSession().acting
  let response = await fetched(plan, acting, options.signal)
  if (response.status === 401 && plan.needsToken) {
    forgetToken(acting)
    response = await fetched(plan, acting, options.signal)
  }
  const text = await response.text()
  if (!response.ok) throw problemOf(plan, response, text)
  const change = response.headers.get('relata-change') ?? response.headers.get('relata-change-batch')
  return {
    body: (text === '' ? undefined : isJson(response) ? JSON.parse(text) : text) as Answer,
    headers: response.headers,
    status: response.status,
    ...(change === null ? {} : { change }),
  }
}

function isJson(response: Response): boolean {
  return /[/+]json\b/.test(response.headers.get('content-type') ?? '')
}

/** The body alone. */
export async function ask<Answer>(plan: RequestPlan<Answer>, options?: SendOptions): Promise<Answer> {
  return (await send(plan, options)).body
}
