/** Requests to Graph as plain values, and batches of them: what reading and applying need of a service. */
import { isObject } from '#base/json.ts'

export interface BulkCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below the version, or `$` and the place of an earlier call of the batch, for what that one makes. */
  readonly path: string
  readonly body?: unknown
  readonly etag?: string | undefined
  /** Place of an earlier call of the batch that has to succeed before. */
  readonly after?: number | undefined
}

export interface BulkReply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what Graph answers has many shapes
  readonly body: any
  /** Seconds. */
  readonly retryAfter?: number | undefined
  readonly requestId?: string | undefined
}

/** Most calls of one batch (gdap.md §6). */
export const mostInBatch = 20

export interface GraphPort {
  /** All members of a collection, over all its pages. Throws where an answer is no success. */
  list(path: string): Promise<BulkReply['body'][]>
  /**
   * The answers to up to 20 calls in their order. What the service refuses as a whole because it is busy is the answer to
   * each of them; throws where it refuses the batch for another reason, or does not answer.
   */
  send(calls: readonly BulkCall[]): Promise<readonly BulkReply[]>
  /** Whether a path may begin with what an earlier call of the same batch makes: OData knows it, Graph does not say so. */
  readonly refers: boolean
}

/** The body of `POST /$batch`. */
export function batchBody(calls: readonly BulkCall[]): unknown {
  return {
    requests: calls.map(({ method, path, body, etag, after }, at) => {
      const headers = {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(etag === undefined ? {} : { 'If-Match': etag }),
      }
      return {
        id: String(at + 1),
        method,
        url: path,
        ...(body === undefined ? {} : { body }),
        ...(Object.keys(headers).length === 0 ? {} : { headers }),
        ...(after === undefined ? {} : { dependsOn: [String(after + 1)] }),
      }
    }),
  }
}

/** Path of what the call at that place of the batch makes. */
export function pathOfMade(place: number): string {
  return `$${place + 1}`
}

export function secondsIn(retryAfter: unknown): number | undefined {
  const seconds = typeof retryAfter === 'string' && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined
  return seconds
}

function headerIn(headers: unknown, name: string): string | undefined {
  if (!isObject(headers)) return undefined
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  return typeof found === 'string' ? found : undefined
}

/** The answers in a body of `$batch`, in the order of the calls; one that is missing is a 500. */
export function repliesIn(body: BulkReply['body'], count: number): BulkReply[] {
  const responses: readonly unknown[] = Array.isArray(body?.responses) ? body.responses : []
  const byId = new Map(responses.flatMap((one) => (isObject(one) ? [[String(one['id']), one] as const] : [])))
  return Array.from({ length: count }, (_, at) => {
    const found = byId.get(String(at + 1))
    if (found === undefined) return { status: 500, body: undefined }
    const { status, headers } = found
    return {
      status: Number(status),
      body: found['body'],
      retryAfter: secondsIn(headerIn(headers, 'retry-after')),
      requestId: headerIn(headers, 'request-id'),
    }
  })
}

export function isSuccess({ status }: BulkReply): boolean {
  return status >= 200 && status < 300
}

/** Too many requests, or not served for the moment. */
export function isBusy({ status }: BulkReply): boolean {
  return status === 429 || status === 503
}

export function isDenied({ status }: BulkReply): boolean {
  return status === 401 || status === 403
}

export function messageOf({ status, body }: BulkReply): string {
  const message = body?.error?.message
  return typeof message === 'string' ? message : `the service answered ${status}`
}

export function codeOf({ status, body }: BulkReply): string {
  const code = body?.error?.code
  return typeof code === 'string' ? code : String(status)
}
