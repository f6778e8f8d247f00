/** Why a request failed, as values that a page can show: see kit/Problem.tsx. */
import type { RequestPlan } from './plan.ts'

export interface ProblemFacts {
  /** 0: there was no answer. */
  readonly status: number
  readonly code: string
  readonly message: string
  readonly target?: string
  readonly details: readonly { readonly code?: string; readonly message: string; readonly target?: string }[]
  /** The check that refused it. */
  readonly check?: string
  readonly requestId?: string
  /** Seconds. */
  readonly retryAfter?: number
  /** Of an undo that is refused: the changes that stand against it. */
  readonly later?: readonly LaterChange[]
  readonly plan: RequestPlan
}

export interface LaterChange {
  readonly id: string
  readonly verb: string
  readonly by: { readonly kind: string; readonly name: string | null }
  readonly at: string
}

export class Problem extends Error implements ProblemFacts {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly target?: string
  readonly details: ProblemFacts['details']
  readonly check?: string
  readonly requestId?: string
  readonly retryAfter?: number
  readonly later?: readonly LaterChange[]
  readonly plan: RequestPlan

  constructor(facts: ProblemFacts) {
    super(facts.message)
    this.status = facts.status
    this.code = facts.code
    this.details = facts.details
    this.plan = facts.plan
    if (facts.target !== undefined) this.target = facts.target
    if (facts.check !== undefined) this.check = facts.check
    if (facts.requestId !== undefined) this.requestId = facts.requestId
    if (facts.retryAfter !== undefined) this.retryAfter = facts.retryAfter
    if (facts.later !== undefined) this.later = facts.later
  }
}

/** Whether the server could not be reached at all. */
export function isOffline(error: unknown): boolean {
  return error instanceof Problem && error.status === 0
}

interface Envelope {
  readonly error?: {
    readonly code?: string
    readonly message?: string
    readonly target?: string
    readonly details?: ProblemFacts['details']
    readonly later?: readonly LaterChange[]
    readonly innerError?: { readonly 'request-id'?: string }
  }
}

export function problemOf(plan: RequestPlan, response: Response, text: string): Problem {
  let said: Envelope['error']
  try {
    said = (JSON.parse(text) as Envelope).error
  } catch {
    said = undefined
  }
  const optional = <K extends string, V>(name: K, value: V | null | undefined): { [N in K]?: V } =>
    (value === null || value === undefined || value === '' ? {} : { [name]: value }) as { [N in K]?: V }
  const wait = Number(response.headers.get('retry-after'))
  return new Problem({
    status: response.status,
    code: said?.code ?? `http${response.status}`,
    message: said?.message ?? (text.slice(0, 300) || response.statusText),
    details: said?.details ?? [],
    plan,
    ...optional('target', said?.target),
    ...optional('later', said?.later),
    ...optional('check', response.headers.get('relata-explain')),
    ...optional('requestId', response.headers.get('request-id') ?? said?.innerError?.['request-id']),
    ...(wait > 0 ? { retryAfter: wait } : {}),
  })
}
