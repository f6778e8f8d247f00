/** Who stands on a side: tenants, their people, and what those are, such as an admin agent. Read in a stand-in only. */
import { graph, literal } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import type { Acting } from '../../data/session.ts'
import type { Page } from '../../data/types.ts'
import { actingOf, type KnownTenant, usePeople, useTenants } from '../../shell/ActingAs.tsx'
import { approverRoles, globalAdministrator } from './api.ts'

export type { KnownTenant }
export { actingOf, usePeople, useTenants }

interface Member {
  readonly userPrincipalName?: string
  readonly displayName?: string
}

export interface Party {
  readonly tenant: KnownTenant
  readonly acting: Acting
}

export function findTenant(tenants: readonly KnownTenant[], idOrDomain: string | undefined): KnownTenant | undefined {
  if (idOrDomain === undefined) return undefined
  const wanted = idOrDomain.toLowerCase()
  return tenants.find(({ id, defaultDomain }) => id === wanted || defaultDomain === wanted)
}

/** Who acts when nobody was chosen: the first administrator. */
export function administratorOf(tenant: KnownTenant): Acting | undefined {
  const [first] = tenant.administrators
  return first && actingOf(tenant, { kind: 'user', id: first.userPrincipalName, name: first.displayName })
}

function noActing(acting: Acting | undefined) {
  return { enabled: acting !== undefined, ...(acting === undefined ? {} : { acting }) }
}

const agentsPlan = graph<Page<{ readonly members?: readonly Member[] }>>('GET', '/groups', {
  query: {
    $filter: `displayName eq ${literal('AdminAgents')}`,
    $select: 'id',
    $expand: 'members($select=displayName,userPrincipalName)',
  },
})

/** Sign-in names of those in AdminAgents; undefined: not known yet. */
export function useAdminAgents(tenant: KnownTenant): readonly Member[] | undefined {
  const { data } = useRead('directory', ['adminAgents'], agentsPlan, noActing(administratorOf(tenant)))
  return data?.value.flatMap(({ members = [] }) => members)
}

const peoplePlan = graph<Page<Member>>('GET', '/users', {
  query: { $select: 'displayName,userPrincipalName', $top: 200, $orderby: 'displayName' },
})

interface DirectoryRole {
  readonly roleTemplateId?: string
  readonly members?: readonly Member[]
}

const approversPlan = graph<Page<DirectoryRole>>('GET', '/directoryRoles', {
  query: { $select: 'roleTemplateId', $expand: 'members($select=displayName,userPrincipalName)' },
})

export interface Approvers {
  readonly globalAdministrators: readonly Member[]
  /** With them those of the other role that may answer. */
  readonly all: readonly Member[]
}

/** Who may answer for a customer; undefined: not known yet. */
export function useApprovers(tenant: KnownTenant): Approvers | undefined {
  const { data } = useRead('directory', ['approvers'], approversPlan, noActing(administratorOf(tenant)))
  if (data === undefined) return undefined
  const holders = (ids: readonly string[]): readonly Member[] =>
    data.value.filter(({ roleTemplateId = '' }) => ids.includes(roleTemplateId)).flatMap(({ members = [] }) => members)
  return { globalAdministrators: holders([globalAdministrator]), all: holders(approverRoles) }
}

export function isAmong(members: readonly Member[], acting: Acting): boolean {
  return members.some(({ userPrincipalName }) => userPrincipalName === acting.caller.id)
}

export function namesOf(members: readonly Member[]): readonly string[] {
  return members.flatMap(({ displayName }) => (displayName === undefined ? [] : [displayName]))
}

/** Who stands on a side: the person of that sign-in name, else the first administrator. */
export function useParty(tenant: KnownTenant | undefined, signInName: string | undefined): Party | undefined {
  const first = tenant && administratorOf(tenant)
  const { data } = useRead('directory', ['people'], peoplePlan, noActing(first))
  if (tenant === undefined) return undefined
  if (signInName === undefined) return first && { tenant, acting: first }
  const name = data?.value.find(({ userPrincipalName }) => userPrincipalName === signInName)?.displayName
  return { tenant, acting: actingOf(tenant, { kind: 'user', id: signInName, name: name ?? signInName }) }
}
