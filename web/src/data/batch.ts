/** Several requests as one, Graph's `$batch`; each has an answer of its own. */
import { graph, type RequestPlan } from './plan.ts'

/** Most requests in one. */
export const mostInBatch = 20

export interface BatchItem<Body = unknown> {
  readonly id: string
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body
}

export interface BatchAnswer<Body = unknown> {
  readonly responses: readonly BatchItem<Body>[]
}

interface BatchEntry {
  readonly id: string
  readonly plan: RequestPlan
}

/** `isAtomic`: all or none. */
export function batchOf<Body = unknown>(
  entries: readonly BatchEntry[],
  isAtomic = false,
): RequestPlan<BatchAnswer<Body>> {
  return graph('POST', '/$batch', {
    body: {
      requests: entries.map(({ id, plan: { method, path, headers, body } }) => ({
        id,
        ...(isAtomic ? { atomicityGroup: 'all' } : {}),
        method,
        // Addresses in a batch begin below the version.
        url: path.replace(/^\/v1\.0/, ''),
        ...(body === undefined && headers === undefined
          ? {}
          : { headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers } }),
        ...(body === undefined ? {} : { body }),
      })),
    },
  })
}

/** The same, with their places as ids, from 0 on. */
export function batchPlan<Body = unknown>(
  plans: readonly RequestPlan[],
  isAtomic = false,
): RequestPlan<BatchAnswer<Body>> {
  return batchOf(
    plans.map((plan, at) => ({ id: String(at), plan })),
    isAtomic,
  )
}

interface ErrorBody {
  readonly error?: {
    readonly code?: string
    readonly message?: string
    readonly details?: readonly { readonly message: string }[]
  }
}

export interface BatchRefusal {
  readonly code: string
  readonly message: string
  /** Of the first detail, where there are any: it is more precise. */
  readonly detail?: string
}

/** What the server said of one request of a batch; undefined: it was done. */
export function refusalOf({ status, body }: BatchItem): BatchRefusal | undefined {
  if (status < 400) return undefined
  const { error } = (body ?? {}) as ErrorBody
  const detail = error?.details?.[0]?.message
  return {
    code: error?.code ?? `http${status}`,
    message: error?.message ?? String(status),
    ...(detail === undefined ? {} : { detail }),
  }
}
