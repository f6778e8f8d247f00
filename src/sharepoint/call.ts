/** One request on its way through the endpoint: where it goes, and what it is answered with. */
import type { Actor, ReadTx } from '#edm/ports.ts'
import type { RestTarget } from './address/target.ts'
import type { AnswerForm } from './answers/form.ts'
import { type PickerReading, readingOn } from './reading/reading.ts'
import type { KnownSite } from './reading/site.ts'
import type { AskGraph, EndpointParts, RestAnswer, RestRequest } from './request.ts'

export interface RestCall {
  readonly parts: EndpointParts
  readonly request: RestRequest
  readonly target: RestTarget
  /** Scheme, host and path of the term store, as the client wrote them. */
  readonly address: string
  readonly form: AnswerForm
  readonly ask: AskGraph
  /** The term store in Graph's addresses. */
  readonly root: string
  readonly site: KnownSite | undefined
}

/** Who asks, after Graph has answered that he may. */
function actorOf({ request }: RestCall): Actor {
  if (request.actor === undefined) throw new Error('Graph has answered nobody')
  return request.actor
}

/** Reads rows that Graph has shown to the caller. */
export function read<T>(call: RestCall, work: (reading: PickerReading) => Promise<T>): Promise<T> {
  const { parts, request, site } = call
  const reading = (tx: ReadTx): Promise<T> => work(readingOn(tx, parts.counts, site?.siteCollectionId))
  return parts.read(actorOf(call).tenantId, reading, request.deadline)
}

/** Where contexts of answers point to. */
export function contextOf({ address, form }: RestCall, shown: string, isEntity: boolean): Record<string, string> {
  if (form.isBare) return {}
  const base = address.replace(/\/+[^/]*$/, '')
  return { '@odata.context': `${base}/$metadata#${shown}${isEntity ? '/$entity' : ''}` }
}

export function isRefused({ status }: RestAnswer): boolean {
  return status >= 400
}

/** The id in an answer of Graph's; undefined: it has none. */
export function idIn({ body }: RestAnswer): string | undefined {
  const found: unknown = body === undefined || body === '' ? undefined : JSON.parse(body)
  const id = (found as { readonly id?: unknown } | undefined)?.id
  return typeof id === 'string' ? id : undefined
}
