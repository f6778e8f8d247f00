/** What an operator may choose about GDAP: gdap.md §9, §3.7, §5.2. */

import { bundledRoles, type RoleCatalogue } from '../../directory/role-catalogue.ts'

export interface TenantFacts {
  readonly id: string
  readonly displayName: string
  readonly defaultDomain: string
}

/** All tenants of the database: rules read the rows of one tenant only. */
export interface Tenants {
  find(idOrDomain: string): Promise<TenantFacts | undefined>
}

/**
 * How long the service takes, in seconds. Where a change passes through two statuses, each lasts half of the time
 * (`approved` and `activating`, `notStarted` and `running`, …).
 */
export interface Latencies {
  /** Approval → `active`. */
  readonly activation: number
  /** Request to terminate → `terminated`. */
  readonly termination: number
  /** End date → `expired`. */
  readonly expiry: number
  /** Assignment made → `active`. */
  readonly assignment: number
  /** Assignment deleted → `deleted`; until then the group cannot be assigned again. */
  readonly removal: number
  readonly operation: number
  readonly request: number
  /** How long after its creation a relationship cannot be locked: 405, as observed (gdap.md §3.7). */
  readonly lock: number
}

/** Selects rows by the members that are given; all of them must match. */
export interface Interference {
  readonly machine: 'relationship' | 'assignment' | 'operation' | 'request'
  /** The status in which it applies; absent: every status that the service leaves without a request. */
  readonly status?: string
  readonly relationshipId?: string
  /** Of the relationship; without regard to case. */
  readonly displayName?: string
  /** Of an assignment. */
  readonly groupId?: string
}

export interface ServiceTemplate {
  readonly serviceName: string
  /** `{tenantId}` and `{defaultDomain}` stand for the customer's. */
  readonly url: string
  /** Shown only where one of these roles is in force; absent: always. */
  readonly roles?: readonly string[]
}

/** A transition of the service, at the moment at which it is to be made. */
export interface Attempt {
  readonly machine: Interference['machine']
  /** Status before it. */
  readonly status: string
  /** Id of the row. */
  readonly subject: string
  readonly relationshipId: string
  readonly displayName: string
  readonly groupId?: string
  /** Instant at which it is to be made. */
  readonly now: string
}

/** What goes wrong on purpose while the server runs, beside what the settings say. Each call counts. */
export interface GdapFaults {
  /**
   * Whether the row stays in its status, and until which instant, where that is known. Else whoever holds it puts an entry on
   * the agenda when it goes on.
   */
  hold(attempt: Attempt): { readonly until: string | undefined } | undefined
  fails(attempt: Attempt): boolean
  /** Seconds instead of those of the settings, for this relationship and what is below it. */
  latency(name: keyof Latencies, relationshipId: string): number | undefined
}

export interface GdapSettings {
  readonly latencySeconds: Latencies
  /** Rows that never leave their status. */
  readonly stuck: readonly Interference[]
  /** Rows that fail: assignments go to `error`, operations and requests to `failed`. */
  readonly failing: readonly Interference[]
  /** Absent: nothing else goes wrong. */
  readonly faults?: GdapFaults
  /** Any GUID is a security group. */
  readonly trustAnyGroup: boolean
  /** Any GUID is a role. */
  readonly trustAnyRole: boolean
  /** Users outside the group named AdminAgents may change nothing: gdap.md §2.2. */
  readonly adminAgents: boolean
  readonly tenants: Tenants
  readonly serviceTemplates: readonly ServiceTemplate[]
  /** No roles that cannot be given to partners. */
  readonly strict: boolean
  /** The built-in roles that there are. */
  readonly roles: Pick<RoleCatalogue, 'find'>
}

/** The first four as documented, the others ours: gdap.md §5.2. */
const serviceTemplates: readonly ServiceTemplate[] = [
  { serviceName: 'Azure Active Directory', url: 'https://aad.portal.azure.com/{defaultDomain}' },
  { serviceName: 'Microsoft 365 Lighthouse', url: 'https://lighthouse.microsoft.com' },
  {
    serviceName: 'Dynamics 365 Business Central',
    url: 'https://businesscentral.dynamics.com/{tenantId}/admin',
  },
  { serviceName: 'Teams', url: 'https://admin.teams.microsoft.com/?delegatedOrg={defaultDomain}' },
  { serviceName: 'Exchange', url: 'https://admin.exchange.microsoft.com/?delegatedOrg={defaultDomain}' },
  { serviceName: 'SharePoint', url: 'https://admin.microsoft.com/sharepoint?delegatedOrg={defaultDomain}' },
  { serviceName: 'Intune', url: 'https://intune.microsoft.com/{defaultDomain}' },
  {
    serviceName: 'Microsoft 365 admin center',
    url: 'https://admin.microsoft.com/Partner/BeginClientSession.aspx?CTID={tenantId}&CSDEST=o365admincenter',
  },
]

export const noLatency: Latencies = {
  activation: 0,
  termination: 0,
  expiry: 0,
  assignment: 0,
  removal: 0,
  operation: 0,
  request: 0,
  lock: 0,
}

export const defaultGdapSettings: GdapSettings = {
  latencySeconds: noLatency,
  stuck: [],
  failing: [],
  trustAnyGroup: false,
  trustAnyRole: false,
  adminAgents: false,
  tenants: { find: () => Promise.resolve(undefined) },
  serviceTemplates,
  strict: false,
  roles: bundledRoles,
}
