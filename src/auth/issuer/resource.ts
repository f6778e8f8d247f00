/**
 * The resource of a token: Graph, Partner Center, or an application of the tenant that exposes scopes; and the client's
 * permissions there.
 */
import { withoutLastSlashes } from '#base/text/slashes.ts'
import {
  type DirectoryApplication,
  type DirectoryTenant,
  nameOf,
  registrationOf,
  type SignInDirectory,
} from '../directory/directory.ts'
import { graphAudience } from './issue.ts'
import { need, Refused, refusals } from './oauth-error.ts'
import { anything, openidScopes, type Wanted } from './scope.ts'

export interface Resource {
  /** `aud` of its tokens. */
  readonly audience: string
  readonly version: 1 | 2
  /** Undefined: Graph or Partner Center. */
  readonly application: DirectoryApplication | undefined
}

export const graphId = '00000003-0000-0000-c000-000000000000'
/** Partner Center's API (events.md §2.2): its application id, the audience of its tokens, and its only scope. */
export const partnerCenterId = 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd'
export const partnerCenterAudience = 'https://api.partnercenter.microsoft.com'
export const partnerCenterScope = 'user_impersonation'
const graphHosts = /^(?:[\w-]+\.)?(?:graph\.microsoft\.(?:com|us)|microsoftgraph\.chinacloudapi\.cn)$/
const localHosts = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Clients that use this server by another address name that address as the resource. */
function isGraph(resource: string, origin: string): boolean {
  if (resource.toLowerCase() === graphId) return true
  if (!/^https?:/i.test(resource) || !URL.canParse(resource)) return false
  const { hostname } = new URL(resource)
  return graphHosts.test(hostname) || localHosts.test(hostname) || hostname === new URL(origin).hostname
}

export function isPartnerCenterResource(resource: string): boolean {
  return [partnerCenterId, partnerCenterAudience].includes(resource.toLowerCase())
}

/** Throws `unknownResource`. */
export async function needResource(
  directory: SignInDirectory,
  tenant: DirectoryTenant,
  wanted: Wanted,
  origin: string,
): Promise<Resource> {
  const { resource } = wanted
  const application = resource === undefined ? undefined : await directory.findResource(tenant.id, resource)
  if (resource !== undefined && application !== undefined) {
    const { tokenVersion: version } = registrationOf(application)
    return { application, version, audience: version === 2 ? application.id : resource }
  }
  if (resource !== undefined && isPartnerCenterResource(resource))
    return { application: undefined, version: 1, audience: partnerCenterAudience }
  if (resource === undefined || isGraph(resource, origin))
    return { application: undefined, version: 1, audience: graphAudience }
  throw new Refused(refusals.unknownResource(resource, tenant.id))
}

/** The scopes granted to the client at this resource. */
function grantedAt(client: DirectoryApplication, resource: Resource): readonly string[] {
  const { delegatedScopes } = registrationOf(client)
  // It is asked for in the name of people, whose groups and roles decide; no seed has to name it.
  if (resource.audience === partnerCenterAudience) return [partnerCenterScope]
  if (resource.application === undefined) return delegatedScopes.filter((scope) => !scope.includes('/'))
  const { id } = resource.application
  const { identifierUris, exposedScopes } = registrationOf(resource.application)
  // An application needs no consent to call itself.
  if (client.id === id) return exposedScopes
  const uris = [id, ...identifierUris].map((uri) => withoutLastSlashes(uri).toLowerCase())
  return delegatedScopes.flatMap((scope) => {
    const slash = scope.lastIndexOf('/')
    return slash > 0 && uris.includes(withoutLastSlashes(scope.slice(0, slash)).toLowerCase())
      ? [scope.slice(slash + 1)]
      : []
  })
}

/** The delegated permissions of the token: the requested ones, all of which have to be granted. Throws `noConsent`. */
export function needScopes(client: DirectoryApplication, resource: Resource, { names, openid }: Wanted): string[] {
  const granted = grantedAt(client, resource)
  const refuse = () => refusals.noConsent(client.id, nameOf(client))
  const given = names.includes(anything)
    ? granted
    : names.map((name) =>
        need(
          granted.find((one) => one.toLowerCase() === name.toLowerCase()),
          refuse,
        ),
      )
  if (names.length > 0 && given.length === 0) throw new Refused(refuse())
  const shown = openidScopes.filter((scope) => scope !== 'offline_access' && openid.has(scope))
  return [...new Set([...given, ...shown])]
}
