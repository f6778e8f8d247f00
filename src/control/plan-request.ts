/** What the addresses that apply plans take and answer, whatever the plans are of. */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { jsonType, type OwnAnswer, type OwnRequest } from '#base/own-address.ts'
import { textOf } from './request.ts'

/** Longer than `{"plan": "<digest>"}` with a digest of any form. */
const longestDigestBody = 200

/** `wanted`: says what the body is. Throws `invalid` where there is none. */
export function needBody({ body }: OwnRequest, wanted: string): Uint8Array {
  if (body !== undefined && body.length > 0) return body
  throw new AppError('invalid', `The request has no body. ${wanted}`)
}

/** A plan, or the digest of one that the server keeps: `{"plan": "<digest>"}`. */
export function planIn(request: OwnRequest): Uint8Array | { readonly digest: string } {
  const body = needBody(request, 'The body is a plan, or {"plan": "<digest>"}.')
  if (body.length > longestDigestBody) return body
  try {
    const value: unknown = JSON.parse(textOf(request))
    const digest = typeof value === 'object' && value !== null && 'plan' in value ? value.plan : undefined
    return typeof digest === 'string' ? { digest } : body
  } catch {
    return body
  }
}

export function jobAnswer(job: Json, status: number, more: Readonly<Record<string, string>> = {}): OwnAnswer {
  return { status, headers: { ...jsonType, ...more }, body: JSON.stringify(job) }
}
