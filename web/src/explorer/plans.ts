/** The request of the explorer as one that is sent, and back. Pure. */
import type { Method, RequestPlan } from '../data/plan.ts'
import type { ApiVersion } from './paths.ts'
import type { Request } from './samples.ts'

/** Control addresses of the stand-in that ask for a token all the same. */
const withToken = /^\/(?:me|term-store\/roles)(?:[/?]|$)/

/** Blanks and quotes may stand in what is typed; what is encoded stays. */
export function encoded(path: string): string {
  return path.replaceAll(' ', '%20').replaceAll('"', '%22').replaceAll('#', '%23')
}

export function planFor(request: Request, mode: 'stand-in' | 'registry'): RequestPlan {
  const { method, version, path, body, headers } = request
  const isControl = version === '_relata'
  return {
    method,
    path: encoded(`/${version}${path.startsWith('/') ? path : `/${path}`}`),
    needsToken: !isControl || mode === 'registry' || withToken.test(path),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
  }
}

/** An address that an answer names, on this server or as Graph's own; undefined: it is another's. */
export function requestAt(address: string, origin: string): Request | undefined {
  if (!URL.canParse(address, origin)) return undefined
  const url = new URL(address, origin)
  if (url.origin !== origin && url.hostname !== 'graph.microsoft.com') return undefined
  const [, version, path] = /^\/(v1\.0|beta|_relata)(\/.*)$/.exec(url.pathname) ?? []
  if (version === undefined || path === undefined) return undefined
  return { method: 'GET', version: version as ApiVersion, path: `${path}${url.search}` }
}

/** Where the ids of an answer lead: to the row itself, below the collection that was asked for. */
export function addressOfId(
  path: readonly (string | number)[],
  id: string,
  asked: string,
  method: Method = 'GET',
): string | undefined {
  const base = (asked.split('?')[0] ?? '').replace(/\/$/, '')
  const [first, at, name] = path
  if (first === 'value' && typeof at === 'number' && name === 'id' && path.length === 3) return `${base}/${id}`
  // What was made in a collection.
  if (method === 'POST' && first === 'id' && path.length === 1 && !/[.$][^/]*$/.test(base)) return `${base}/${id}`
  const [from, expanded] = [path.at(-2), path.at(-1)]
  if (expanded === 'tenantId' && from === 'customer') return `/tenantRelationships/delegatedAdminCustomers/${id}`
  if (expanded === 'roleDefinitionId') return `/directoryRoleTemplates/${id}`
  if (expanded === 'accessContainerId') return `/groups/${id}`
  const kind = typeof from === 'number' ? path.at(-3) : from
  if (expanded === 'id' && (kind === 'set' || kind === 'sets')) return `/termStore/sets/${id}`
  if (expanded === 'id' && (kind === 'parentGroup' || kind === 'groups')) return `/termStore/groups/${id}`
  if (expanded === 'id' && from === 'user') return `/users/${id}`
  return undefined
}
