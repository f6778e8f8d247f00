/** Results of reads and writes → plain answers: status, headers and body. */
import { jsonType, jsonTypeOf, placeRows, withoutContext } from '#odata/body/body-out.ts'
import { isUnchanged, weakTag } from '#odata/headers/etag.ts'
import { ignoredHeaders } from '#odata/headers/ignored.ts'
import { noteHeader } from '#odata/headers/note.ts'
import type { PlainRequest, PlainResponse } from './request.ts'
import type { Session } from './session.ts'
import { type Accepted, retryAfter } from './write/accepted.ts'
import type { Created } from './write/mutate.ts'
import type { PropertyAnswer } from './write/property.ts'

export const odataHeaders = { 'OData-Version': '4.0' } as const
export const jsonHeaders = { 'Content-Type': jsonType, ...odataHeaders } as const

function headersOf({ form }: Session) {
  return form.level === 'minimal' && !form.safe
    ? jsonHeaders
    : { ...jsonHeaders, 'Content-Type': jsonTypeOf(form.level, form.safe) }
}

function atLevel({ form }: Session, body: string | undefined): string | undefined {
  if (form.level === 'minimal' || body === undefined) return body
  return form.level === 'none' ? withoutContext(body) : placeRows(body, form.address, form.keyed)
}

type Headers = Readonly<Record<string, string>>

/** The address with the ids of the rows that were found, where others stand for them (RFC 9110 §8.7). */
function locationOf({ form, found: { instead } }: Session): Headers {
  if (instead === undefined) return {}
  let { address } = form
  for (const [key, id] of instead) address = address.replace(new RegExp(key, 'gi'), id)
  return { 'Content-Location': address }
}

export function answer(session: Session, status: number, body: string | undefined, more?: Headers): PlainResponse {
  const all = body === undefined ? odataHeaders : headersOf(session)
  const headers: Record<string, string> = Object.assign({}, all, locationOf(session), more)
  if (session.tag !== undefined) headers['ETag'] = weakTag(session.tag)
  if (session.wrote.change !== undefined && !session.context.strict)
    headers['relata-change'] = String(session.wrote.change)
  const { remarks = [] } = session.wrote
  if (remarks.length > 0 && !session.context.strict) Object.assign(headers, noteHeader(remarks))
  if (session.applied.size > 0) headers['Preference-Applied'] = [...session.applied].join(', ')
  if (session.ignored.size > 0) Object.assign(headers, ignoredHeaders(session.ignored))
  return { status, headers, body: atLevel(session, body) }
}

/** 200 with a body, or 204 when there is none. */
export function textOrNothing(session: Session, json: string | undefined): PlainResponse {
  return answer(session, json === undefined ? 204 : 200, json)
}

export function propertyAnswer(session: Session, { body, type }: PropertyAnswer): PlainResponse {
  const status = body === undefined ? 204 : 200
  return answer(session, status, body, type === undefined ? undefined : { 'Content-Type': type })
}

/** Whether the client already has the current state of the row (RFC 9110 §13.1.2). */
export function isKnownTo({ headers }: PlainRequest, { tag }: Session): boolean {
  return tag !== undefined && isUnchanged(headers, tag)
}

/** The entity after a write, or no body where the client prefers that (protocol.md §1.9). */
export function written(session: Session, status: 200 | 201, json: string, more?: { Location: string }): PlainResponse {
  const wish = session.context.prefer.get('return')?.toLowerCase()
  if (wish === 'minimal' || wish === 'representation') session.applied.add(`return=${wish}`)
  if (wish !== 'minimal') return answer(session, status, json, more)
  return answer(session, 204, undefined, more === undefined ? undefined : { ...more, 'OData-EntityId': more.Location })
}

/** A row that was created, and its address. */
export function created(session: Session, { json }: Created, address: string): PlainResponse {
  const location = { Location: `${session.base}${address}` }
  return json === undefined ? answer(session, 204, undefined, location) : written(session, 201, json, location)
}

/** A change that goes on after the answer; `Location` is the operation that tells when it has ended. */
export function accepted(session: Session, { address }: Accepted): PlainResponse {
  return answer(session, 202, '{}', { Location: `${session.base}${address}`, 'Retry-After': retryAfter })
}
