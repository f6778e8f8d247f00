/** What the pages of administration read and write, as requests. */
import { act } from '../data/action.ts'
import { control, graph, type Method, type RequestPlan } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { type ServerInfo, useSession } from '../data/session.ts'
import type { ControlAnswer, DirectoryAudit, Page } from '../data/types.ts'

export interface Me {
  readonly kind: 'user' | 'app'
  readonly tenant: { readonly id: string; readonly displayName: string; readonly defaultDomain: string }
  readonly user?: { readonly id: string; readonly displayName: string; readonly userPrincipalName: string }
  readonly permissions: readonly string[]
  readonly directoryRoles: readonly { readonly id: string; readonly displayName: string }[]
  readonly termStore: { readonly isAdministrator: boolean; readonly groups: readonly { readonly id: string }[] }
  readonly isOperator: boolean
}

export function useMe() {
  return useRead('me', [], control<Me>('GET', '/me', { token: true }))
}

/** Sections of administration, in their order. */
export const sections = ['tenants', 'people', 'issuers', 'health', 'retention', 'audit'] as const
export type Section = (typeof sections)[number]

/** Which of them this server has, and this caller may see. */
export function sectionsFor({ features, mode }: ServerInfo, me: Me | undefined): readonly Section[] {
  const isOperator = mode === 'stand-in' || me?.isOperator === true
  const allowed: Readonly<Record<Section, boolean>> = {
    tenants: features.includes('tenants') && isOperator,
    people: features.includes('term-store') && (mode === 'stand-in' || me !== undefined),
    issuers: features.includes('issuers') && isOperator,
    health: true,
    retention: features.includes('settings') && isOperator,
    audit: me?.permissions.includes('AuditLog.Read.All') === true,
  }
  return sections.filter((name) => allowed[name])
}

/** Addresses below `/_relata` ask for a token in a registry only. */
export function managed<Answer = unknown>(
  mode: ServerInfo['mode'],
  method: Method,
  path: string,
  body?: unknown,
): RequestPlan<Answer> {
  return control<Answer>(method, path, { token: mode === 'registry', ...(body === undefined ? {} : { body }) })
}

/** Whatever is written here, lists of it are read again. */
export const touches = ['relata.administration.changed']

/** Takes back by another request. */
export function backBy(plan: RequestPlan): () => Promise<unknown> {
  return () => act(plan, { touches, undo: async () => undefined })
}

export interface Tenant {
  readonly id: string
  readonly displayName: string
  readonly defaultDomain: string
  readonly domains: readonly string[]
  readonly createdDateTime: string
  readonly isPartner: boolean
  readonly administrators: readonly {
    readonly id: string
    readonly displayName: string
    readonly userPrincipalName: string
  }[]
  readonly termStore?: {
    readonly languages: readonly string[]
    readonly defaultLanguage: string
    readonly administrators: readonly string[]
  }
}

export interface StoreRoles {
  readonly tenantId: string
  readonly administrators: readonly string[]
  readonly groups: readonly {
    readonly id: string
    readonly displayName: string
    readonly managers: readonly string[]
    readonly contributors: readonly string[]
  }[]
}

export interface Person {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName?: string
}

export interface Issuer {
  readonly issuer: string
  readonly discovery?: string
  readonly audience: readonly string[]
  readonly tenant?: string
  readonly operator?: { readonly claim: string; readonly value: string; readonly tenant?: string }
  readonly state: readonly IssuerState[]
}

/** Of one name of an issuer: with `{tenantid}` each tenant has one. */
export interface IssuerState {
  readonly issuer: string
  readonly reachable: boolean
  readonly error?: string
  readonly jwksUri?: string
  /** When they were fetched last. */
  readonly keysDateTime?: string
  readonly keys: readonly { readonly kid?: string; readonly kty?: string; readonly alg?: string }[]
}

export interface TokenVerdict {
  readonly accepted: boolean
  readonly reason: string | null
  readonly actor: {
    readonly kind: 'application' | 'person'
    readonly tenantId: string
    readonly appId: string | null
    readonly userId: string | null
    readonly name: string | null
    readonly permissions: readonly string[]
    readonly isOperator: boolean
  } | null
  readonly findings: readonly {
    readonly name: string
    readonly value?: string
    readonly passed: boolean
    readonly text: string
  }[]
}

export type ServerSetting = ControlAnswer<'/_relata/settings'>['value'][number]

export function useSettingsOfServer() {
  const { info } = useSession()
  return useRead('admin', ['settings'], managed<Page<ServerSetting>>(info.mode, 'GET', '/settings'))
}

export const auditPageSize = 100

export interface AuditWishes {
  readonly category?: string | undefined
  readonly activity?: string | undefined
  readonly target?: string | undefined
  /** Sign-in name of a person, or client id of a program. */
  readonly by?: string | undefined
  /** Days, as inputs of dates have them. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** `YYYY-MM-DD`; `daysLater`: the day after, for an end that is part of the range. Undefined: it is no day up to 9999. */
export function startOf(day: string | undefined, daysLater = 0): string | undefined {
  const date = new Date(`${day}T00:00:00`)
  date.setDate(date.getDate() + daysLater)
  return date.getTime() < Date.UTC(10_000, 0) ? date.toISOString() : undefined
}

export function auditFilter({ category, activity, target, by, from, to }: AuditWishes): string | undefined {
  const [start, end] = [startOf(from), startOf(to, 1)]
  const parts = [
    category && `category eq ${quoted(category)}`,
    activity && `contains(activityDisplayName,${quoted(activity)})`,
    target && `targetResources/any(t:contains(t/displayName,${quoted(target)}))`,
    by &&
      (guid.test(by)
        ? `initiatedBy/app/appId eq ${quoted(by)}`
        : `initiatedBy/user/userPrincipalName eq ${quoted(by)}`),
    start && `activityDateTime ge ${start}`,
    end && `activityDateTime lt ${end}`,
  ].filter((part) => part !== undefined && part !== '')
  return parts.length === 0 ? undefined : parts.join(' and ')
}

export function auditPlan(wishes: AuditWishes, top = auditPageSize): RequestPlan<Page<DirectoryAudit>> {
  return graph<Page<DirectoryAudit>>('GET', '/auditLogs/directoryAudits', {
    query: { $filter: auditFilter(wishes), $orderby: 'activityDateTime desc', $top: top, $count: 'true' },
  })
}
