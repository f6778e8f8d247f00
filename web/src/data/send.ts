/** The only place that calls the server. */

import { t } from '../i18n/t.ts'
import { toast } from '../kit/toasts.ts'
import type { RequestPlan } from './plan.ts'
import { Problem, problemOf } from './problem.ts'
import { suspectGone } from './reach.ts'
import { type Acting, currentSession } from './session.ts'
import { noteRequest, noteWorldGone } from './status.ts'
import { ownRequestId } from './wire/own.ts'
import { waitBefore } from './wire/repeat.ts'
import { forgetToken, tokenOf } from './wire/tokens.ts'

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
      keepalive: plan.outlivesPage === true,
    })
    noteRequest({ ms: performance.now() - began, id: response.headers.get('request-id') ?? undefined })
    return response
  } catch (error) {
    // A token that was refused says so itself.
    if (signal?.aborted === true || error instanceof Problem) throw error
    // The browser's own word for an answer that did not come; anything else is said as it is, such as a token refused.
    const isCut = error instanceof TypeError
    if (isCut) suspectGone()
    const message = isCut ? t(plan.method === 'GET' ? 'problem.0' : 'offline.write') : String(error)
    throw new Problem({ status: 0, code: 'unreachable', message, details: [], plan })
  }
}

/** The answer before it is read: of files and of long lists by lines. Throws `Problem` as `send` does. */
export async function sendRaw(plan: RequestPlan, options: SendOptions = {}): Promise<Response> {
  const acting = options.acting ?? currentSession().acting
  let response = await fetched(plan, acting, options.signal)
  if (response.status === 401 && plan.needsToken) {
    forgetToken(acting)
    response = await fetched(plan, acting, options.signal)
  }
  if (!response.ok) {
    const problem = problemOf(plan, response, await response.text())
    if (problem.status === 404 && problem.target === 'relata-world') noteWorldGone()
    throw problem
  }
  return response
}

/** A write that was put off is sent again when the server says, a few times, where that does no harm. */
async function sendPatiently(plan: RequestPlan, options: SendOptions): Promise<Response> {
  const began = performance.now()
  for (let times = 1; ; times += 1) {
    try {
      return await sendRaw(plan, options)
    } catch (error) {
      const tried = { times, ms: performance.now() - began }
      const wait = error instanceof Problem ? waitBefore(plan, error, tried) : undefined
      if (wait === undefined) throw error
      if (times === 1) toast({ text: t('problem.waits') })
      await new Promise((done) => setTimeout(done, wait))
      options.signal?.throwIfAborted()
    }
  }
}

/** Throws `Problem` for every answer but 2xx. A 401 takes a new token once. */
export async function send<Answer>(plan: RequestPlan<Answer>, options: SendOptions = {}): Promise<Sent<Answer>> {
  const response = await sendPatiently(plan, options)
  if (plan.isFile === true)
    return { body: (await response.blob()) as Answer, headers: response.headers, status: response.status }
  const text = await response.text()
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

export interface Exchange {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly ms: number
}

/** The answer as it comes, whatever its status is. Throws `Problem` only where there is none. */
export async function exchange(plan: RequestPlan, options: SendOptions = {}): Promise<Exchange> {
  const began = performance.now()
  const response = await fetched(plan, options.acting ?? currentSession().acting, options.signal)
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, ms: performance.now() - began }
}

/** The body alone. */
export async function ask<Answer>(plan: RequestPlan<Answer>, options?: SendOptions): Promise<Answer> {
  return (await send(plan, options)).body
}
