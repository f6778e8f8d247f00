/** SharePoint's endpoint for pickers on the engine: each of its requests to Graph is one of the same caller. */

import type { Clock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Actor, Store } from '#edm/ports.ts'
import { inLargeTurn, ReadBudget, wholeAllowance } from '#engine/read/budget.ts'
import type { Handle, PlainRequest, PlainResponse } from '#engine/request.ts'
import { faultHeader } from '#faults/fault-answer.ts'
import type { HandleSharePoint } from '#http/route.ts'
import { errorBody } from '#odata/body/error-body.ts'
import { refusalOf } from '#sharepoint/answers/refusal.ts'
import { answerPicker } from '#sharepoint/endpoint.ts'
import { childCountsOn } from '#sharepoint/reading/child-counts.ts'
import type { AskGraph, EndpointParts, RestBudget } from '#sharepoint/request.ts'

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

/** Scopes of SharePoint and of Graph with which sites are read. */
const siteScope = /^(?:AllSites\.(?:Read|Write|Manage|FullControl)|Sites\.(?:Read|ReadWrite|Manage|FullControl)\.All)$/
const readScope = 'TermStore.Read.All'
const widened = new WeakMap<Actor, Actor>()

/** The same caller, who may read the term store if he may read sites. */
function asReader(actor: Actor): Actor {
  const known = widened.get(actor)
  if (known !== undefined) return known
  const { permissions } = actor
  const isReader = [...permissions].some((permission) => siteScope.test(permission))
  const reader = isReader ? { ...actor, permissions: new Set([...permissions, readScope]) } : actor
  widened.set(actor, reader)
  return reader
}

/** `faults`: gets the ids of the rules that were applied on the way. */
function askingAs(request: PlainRequest, { handle, siteScopes }: SharePointFacts, faults: Set<string>): AskGraph {
  const { actor } = request
  return async ({ method, path, query = '', prefer, body }) => {
    const answer = await handle({
      ...request,
      actor: siteScopes && method === 'GET' && actor !== undefined ? asReader(actor) : actor,
      method,
      version,
      path,
      query,
      headers: headersFor(request, prefer, body),
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      // Counted once, as one request of the client.
      throttle: undefined,
    })
    if (answer.fault !== undefined) faults.add(answer.fault)
    return answer
  }
}

/** Names what went wrong on purpose, as answers of Graph do. */
function withFaults(answer: PlainResponse, faults: ReadonlySet<string>): PlainResponse {
  if (faults.size === 0) return answer
  const fault = [...faults].join(', ')
  return { ...answer, headers: { ...answer.headers, [faultHeader]: fault }, fault }
}

function budgetOf({ deadline }: PlainRequest): RestBudget {
  const budget = new ReadBudget(wholeAllowance(), deadline)
  return {
    pause: () => budget.pause(),
    text: (json) => budget.text(json),
    inTurn: (build) => inLargeTurn(build, deadline),
  }
}

export interface SharePointFacts {
  /** As Graph's addresses are answered. */
  readonly handle: Handle
  readonly store: Store
  /** Of the rows. */
  readonly clock: Clock
  /** Whether who may read sites may read the term store here as well. */
  readonly siteScopes: boolean
  /** Absent: it does, as by default. */
  readonly searchUmlauts?: boolean | undefined
}

/** Throws what is no refusal: an internal error, and a database that cannot be used. */
export function sharePointWith(facts: SharePointFacts): HandleSharePoint {
  const { handle, store, clock } = facts
  const parts: EndpointParts = {
    read: (tenantId, work, deadline) => store.read(tenantId, work, deadline),
    counts: childCountsOn(store),
    now: () => clock.now(),
    searchUmlauts: facts.searchUmlauts !== false,
  }
  return async (request, target) => {
    const { method, headers, body, origin, actor, deadline } = request
    // Too many requests are refused as Graph refuses them.
    if (request.waitSeconds !== undefined)
      return refusalOf(await handle({ ...request, version, path: '/termStore', query: '', body: undefined }))
    try {
      const asked = { method, target, headers, body, origin, actor, deadline, budget: budgetOf(request) }
      const faults = new Set<string>()
      const answer: PlainResponse = await answerPicker(parts, asked, askingAs(request, facts, faults))
      return withFaults(refusalOf(answer), faults)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return refusalOf(errorBody(error, request, clock.now(), 'onedrive'))
    }
  }
}
