/** SharePoint's endpoint for pickers on the engine: each of its requests to Graph is one of the same caller. */

import type { Clock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Store } from '#edm/ports.ts'
import type { Handle, PlainRequest, PlainResponse } from '#engine/request.ts'
import type { HandleSharePoint } from '#http/route.ts'
import { errorBody } from '#odata/body/error-body.ts'
import { refusalOf } from '#sharepoint/answers/refusal.ts'
import { answerPicker } from '#sharepoint/endpoint.ts'
import { childCountsOn } from '#sharepoint/reading/child-counts.ts'
import type { AskGraph, EndpointParts } from '#sharepoint/request.ts'

/** Headers of the client that mean something else in Graph, or are said anew. */
const ownHeaders = new Set([
  ...['accept', 'content-type', 'content-length', 'prefer', 'odata-version', 'odata-maxversion', 'x-http-method'],
  ...['if-none-match', 'accept-encoding', 'consistencylevel'],
])

function headersFor({ headers }: PlainRequest, prefer: string | undefined, body: unknown): PlainRequest['headers'] {
  const kept = Object.entries(headers).filter(
    ([name, value]) => !ownHeaders.has(name) && !(name === 'if-match' && value === '*'),
  )
  return {
    ...Object.fromEntries(kept),
    accept: 'application/json',
    ...(prefer === undefined ? {} : { prefer }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
}

/** The version in which Graph is asked: all of the term store is in it. */
const version = 'v1.0'

function askingAs(request: PlainRequest, handle: Handle): AskGraph {
  return ({ method, path, query = '', prefer, body }) =>
    handle({
      ...request,
      method,
      version,
      path,
      query,
      headers: headersFor(request, prefer, body),
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      // Counted once, as one request of the client.
      throttle: undefined,
    })
}

export interface SharePointFacts {
  /** As Graph's addresses are answered. */
  readonly handle: Handle
  readonly store: Store
  /** Of the rows. */
  readonly clock: Clock
}

/** Throws what is no refusal: an internal error, and a database that cannot be used. */
export function sharePointWith({ handle, store, clock }: SharePointFacts): HandleSharePoint {
  const parts: EndpointParts = {
    read: (tenantId, work, deadline) => store.read(tenantId, work, deadline),
    counts: childCountsOn(store),
    now: () => clock.now(),
  }
  return async (request, target) => {
    const { method, headers, body, origin, actor, deadline } = request
    // Too many requests are refused as Graph refuses them.
    if (request.waitSeconds !== undefined)
      return refusalOf(await handle({ ...request, version, path: '/termStore', query: '', body: undefined }))
    try {
      const asked = { method, target, headers, body, origin, actor, deadline }
      const answer: PlainResponse = await answerPicker(parts, asked, askingAs(request, handle))
      return refusalOf(answer)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return refusalOf(errorBody(error, request, clock.now(), 'onedrive'))
    }
  }
}
