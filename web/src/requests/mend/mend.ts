/** What would mend a refusal, as far as an API can: which kind of change, and the requests that it takes. Pure. */
import { control, graph, type RequestPlan } from '../../data/plan.ts'
import type { LoggedDetail, LoggedRequest } from '../entry.ts'

export type MendKind =
  /** A role of the taxonomy for a person. */
  | 'storeRole'
  /** Applications may write to the term store. */
  | 'allowApps'
  | 'adminAgent'
  | 'directoryRole'
  /** A token that holds the permission. */
  | 'permission'
  /** A token at all. */
  | 'token'
  | 'faultOff'

export type StoreRole = 'administrators' | 'managers' | 'contributors'

export interface Mend {
  readonly kind: MendKind
  /** Of a directory role its name, of the taxonomy the list, of a permission its name, of a fault its id. */
  readonly what: string
}

const storeRoles: readonly (readonly [words: string, list: StoreRole])[] = [
  ['group contributor', 'contributors'],
  ['group manager', 'managers'],
  ['term store administrator', 'administrators'],
]

export const appsOfStore = 'app@sharepoint'

function roleMend(wanted: readonly string[], isPerson: boolean, isAtHome: boolean): Mend | undefined {
  const [first = ''] = wanted
  if (first.includes(appsOfStore)) return { kind: 'allowApps', what: appsOfStore }
  if (!isPerson || !isAtHome) return undefined
  if (wanted.includes('AdminAgents')) return { kind: 'adminAgent', what: 'AdminAgents' }
  // The least that is enough.
  const [, list] = storeRoles.find(([words]) => wanted.includes(words)) ?? []
  if (list !== undefined) return { kind: 'storeRole', what: list }
  return first === '' ? undefined : { kind: 'directoryRole', what: first }
}

/** The first is the best. */
export function mendsOf({ refusal, caller, fault, status = 0 }: LoggedRequest): readonly Mend[] {
  const faults = fault?.split(/,\s*/).map((id): Mend => ({ kind: 'faultOff', what: id })) ?? []
  if (faults.length > 0) return faults
  if (refusal === undefined) return []
  const { layer, wanted = [], check = '' } = refusal
  if (status === 401 && check.startsWith('unauthenticated')) return [{ kind: 'token', what: '' }]
  if (layer === 'permission' && wanted[0] !== undefined && caller !== undefined)
    return [{ kind: 'permission', what: wanted[0] }]
  if (layer !== 'role') return []
  const mend = roleMend(wanted, caller?.kind === 'user', caller?.homeTenantId === undefined)
  return mend === undefined ? [] : [mend]
}

const id = '[\\w-]+'
const groupPath = new RegExp(`/termStores?(?:/${id})?/groups/(${id})`, 'i')
const setPath = new RegExp(`/(?:termStores?(?:/${id})?|groups/${id})/sets/(${id})`, 'i')

/** Where in the term store it was refused: what the address names. */
export function placeIn({ path = '' }: LoggedRequest): { readonly groupId?: string; readonly setId?: string } {
  const [, setId] = setPath.exec(path) ?? []
  const [, groupId] = groupPath.exec(path) ?? []
  return { ...(setId === undefined ? {} : { setId }), ...(groupId === undefined ? {} : { groupId }) }
}

export interface StoreRoles {
  readonly administrators: readonly string[]
  readonly groups: readonly {
    readonly id: string
    readonly displayName: string
    readonly managers: readonly string[]
    readonly contributors: readonly string[]
  }[]
}

/** A change, and what takes it back. */
export interface MendPlan {
  readonly does: readonly RequestPlan[]
  readonly undoes: readonly RequestPlan[]
  /** Somebody has done it since. */
  readonly isDone?: boolean
}

/** `holder`: id of a person, or `app@sharepoint`. `groupId`: for all but administrators. */
export function storeRolePlan(
  tenantId: string,
  roles: StoreRoles,
  list: StoreRole,
  holder: string,
  groupId: string | undefined,
): MendPlan | undefined {
  const group = roles.groups.find((one) => one.id === groupId)
  if (list !== 'administrators' && group === undefined) return undefined
  const before = list === 'administrators' ? roles.administrators : (group?.[list] ?? [])
  const where = { tenant: tenantId, ...(list === 'administrators' ? {} : { groupId }) }
  const put = (holders: readonly string[]): RequestPlan =>
    control('POST', '/term-store/roles', { body: { ...where, [list]: holders } })
  return {
    does: [put([...before.filter((one) => one !== holder), holder])],
    undoes: [put(before)],
    isDone: before.includes(holder),
  }
}

export function memberPlan(groupId: string, userId: string, origin: string): MendPlan {
  const members = `/groups/${groupId}/members`
  return {
    does: [graph('POST', `${members}/$ref`, { body: { '@odata.id': `${origin}/v1.0/directoryObjects/${userId}` } })],
    undoes: [graph('DELETE', `${members}/${userId}/$ref`)],
  }
}

/** `isActive`: the tenant has the role already, as Graph lets it hold only activated ones. */
export function directoryRolePlan(templateId: string, userId: string, origin: string, isActive: boolean): MendPlan {
  const members = `/directoryRoles/roleTemplateId=${templateId}/members`
  const activation = graph('POST', '/directoryRoles', { body: { roleTemplateId: templateId } })
  return {
    does: [
      ...(isActive ? [] : [activation]),
      graph('POST', `${members}/$ref`, { body: { '@odata.id': `${origin}/v1.0/directoryObjects/${userId}` } }),
    ],
    undoes: [graph('DELETE', `${members}/${userId}/$ref`)],
  }
}

export function faultPlan(faultId: string): MendPlan {
  const put = (on: boolean): RequestPlan => control('PATCH', `/faults/${encodeURIComponent(faultId)}`, { body: { on } })
  return { does: [put(false)], undoes: [put(true)] }
}

/** A token of the same caller with one permission more. */
export function tokenPlan({ caller, refusal }: LoggedRequest, permission: string) {
  const { tenantId = '', kind, appId, userId } = caller ?? {}
  return control<{ readonly accessToken: string }>('POST', '/tokens', {
    body: {
      tenant: tenantId,
      ...(kind === 'user' ? { user: userId, ...(appId === undefined ? {} : { app: appId }) } : { app: appId }),
      scopes: [...(refusal?.held ?? []), permission],
    },
  })
}

/** Headers that belong to the connection, or that sending sets by itself. */
const notSentAgain =
  /^(?:host|connection|content-length|authorization|cookie|origin|referer|user-agent|accept-encoding|accept|accept-language|client-request-id|relata-world|te|upgrade|keep-alive|transfer-encoding|sec-.*|content-type)$/i

export type AgainBlock = 'notGraph' | 'noCaller' | 'bodyCut' | 'secrets'

/** Why it cannot be sent again from here; undefined: it can. */
export function whyNotAgain({ path = '', caller, request }: LoggedDetail): AgainBlock | undefined {
  if (!/^\/(?:v1\.0|beta)\//i.test(path)) return 'notGraph'
  if (caller === undefined) return 'noCaller'
  if (request?.bodyIsCut === true || request?.bodyBase64 !== undefined) return 'bodyCut'
  if (JSON.stringify(request?.body ?? '').includes('[removed ')) return 'secrets'
  return undefined
}

/** The same request; `token`: in place of the caller's usual one. `requestId`: so that it can be found. */
export function againPlan(detail: LoggedDetail, requestId: string, token?: string): RequestPlan {
  const { method = 'GET', path = '', query, request } = detail
  const kept = Object.entries(request?.headers ?? {}).filter(([name]) => !notSentAgain.test(name))
  return {
    method: method as RequestPlan['method'],
    path: query === undefined ? path : `${path}?${query}`,
    headers: {
      ...Object.fromEntries(kept),
      'client-request-id': requestId,
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    needsToken: token === undefined,
    ...(request?.body === undefined ? {} : { body: request.body }),
  }
}
