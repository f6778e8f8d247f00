/** A request of the log as docs/requests.md describes it. What does not apply is absent, so every member may be. */
import { isOwnRequestId } from '../data/wire/own.ts'

export interface LoggedCaller {
  readonly kind?: string
  readonly tenantId?: string
  readonly homeTenantId?: string
  readonly appId?: string
  readonly userId?: string
  readonly name?: string
}

export interface Refusal {
  readonly check?: string
  readonly section?: string
  readonly step?: string
  readonly code?: string
  readonly message?: string
  readonly target?: string
  readonly layer?: string
  readonly wanted?: readonly string[]
  readonly held?: readonly string[]
}

export interface BatchItem {
  readonly id?: string
  readonly method?: string
  readonly url?: string
  readonly status?: number
  readonly fault?: string
}

export interface LoggedRequest {
  readonly id?: string
  readonly sequence?: number
  readonly dateTime?: string
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly status?: number
  readonly durationMs?: number
  readonly caller?: LoggedCaller
  readonly clientRequestId?: string
  readonly remote?: string
  readonly note?: unknown
  readonly refusal?: Refusal
  readonly fault?: string
  readonly requests?: readonly BatchItem[]
}

export interface LoggedMessage {
  readonly headers?: Readonly<Record<string, string>>
  readonly bodyBytes?: number
  readonly body?: unknown
  readonly bodyBase64?: string
  readonly bodyIsCut?: boolean
}

export interface LoggedDetail extends LoggedRequest {
  readonly steps?: readonly { readonly name?: string; readonly outcome?: string }[]
  readonly request?: LoggedMessage
  readonly response?: LoggedMessage
}

/** One page of the list. */
export interface LoggedPage {
  readonly value: readonly LoggedRequest[]
  readonly held: number
  readonly dropped: number
  readonly isPartial?: boolean
  readonly next?: string
}

/** Documents and files of the pages, which a browser asks for by itself. */
const pageAddress =
  /^\/(?:$|assets\/|favicon|index\.html$|(?:terms|gdap|partners|requests|clock|faults|worlds|explorer|admin|settings|shortcuts|signin|signed-out)(?:\/|$))/

/** Whether these pages asked for it. */
export function isOwn({ clientRequestId, path = '', method, caller }: LoggedRequest): boolean {
  return isOwnRequestId(clientRequestId) || (method === 'GET' && caller === undefined && pageAddress.test(path))
}

export function isFailed({ status = 0 }: LoggedRequest): boolean {
  return status === 0 || status >= 400
}

/** The address without host. */
export function addressOf({ path = '', query }: LoggedRequest): string {
  return query === undefined ? path : `${path}?${query}`
}

const guid = /([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi

/** With ids shortened, as they would fill a line. */
export function shortAddress(entry: LoggedRequest): string {
  return shortIds(addressOf(entry))
}

/** The end of a long one, as that tells more than the beginning. */
export function endOf(address: string, most: number): string {
  if (address.length <= most) return address
  const segments = address.split('/')
  let end = segments.pop() ?? ''
  for (let next = segments.pop(); next !== undefined && end.length + next.length + 3 <= most; next = segments.pop())
    end = `${next}/${end}`
  return `…/${end}`
}

export function shortIds(text: string): string {
  return text.replace(guid, '$1…')
}

export function keyOf({ id, sequence }: LoggedRequest): string {
  return id ?? `${sequence}`
}

export function callerName({ caller }: LoggedRequest): string {
  const name = caller?.name ?? caller?.userId ?? caller?.appId ?? ''
  // Sign-in names of the demo data are told apart by what is before the sign.
  return name.split('@')[0] ?? ''
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

/** Whether its members are what a row makes of them. */
export function isDrawable(entry: LoggedRequest): boolean {
  const { dateTime, method, path, query, caller, requests } = entry
  const isTime = dateTime === undefined || !Number.isNaN(Date.parse(dateTime))
  const isList = requests === undefined || Array.isArray(requests)
  return isTime && isList && [method, path, query, caller?.name, caller?.userId, caller?.appId].every(isText)
}

/** The newest before it with the same method and path. Newest first. */
export function beforeIt(entry: LoggedRequest, all: readonly LoggedRequest[]): LoggedRequest | undefined {
  return all.find(
    ({ method, path, sequence = 0 }) =>
      sequence < (entry.sequence ?? 0) && method === entry.method && path === entry.path,
  )
}
