/** Reads what a change needs that would mend a refusal, and plans it. */
import { control, graph, literal } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import type { Acting } from '../../data/session.ts'
import type { Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { actingOf, useTenants } from '../../shell/ActingAs.tsx'
import { type Named, setPlan } from '../api.ts'
import { callerName, type LoggedDetail } from '../entry.ts'
import {
  appsOfStore,
  directoryRolePlan,
  faultPlan,
  type Mend,
  type MendPlan,
  memberPlan,
  placeIn,
  type StoreRole,
  type StoreRoles,
  storeRolePlan,
} from './mend.ts'

export interface ReadyMend {
  readonly plan: MendPlan
  /** On the button. */
  readonly words: string
  readonly done: string
  /** In whose name. */
  readonly acting: Acting | undefined
}

interface MendRead {
  readonly mend: ReadyMend | undefined
  readonly isLoading: boolean
  readonly error: unknown
}

/** An administrator of the tenant, who may give roles. */
function useAdministrator(tenantId: string | undefined): Acting | undefined {
  const { data } = useTenants()
  const tenant = data?.value.find(({ id }) => id === tenantId)
  const [first] = tenant?.administrators ?? []
  if (tenant === undefined || first === undefined) return undefined
  return actingOf(tenant, { kind: 'user', id: first.userPrincipalName, name: first.displayName })
}

function useFacts(kind: Mend['kind'], detail: LoggedDetail, what: string, acting: Acting | undefined) {
  const tenantId = detail.caller?.tenantId ?? ''
  const { setId } = placeIn(detail)
  const by = acting === undefined ? {} : { acting }
  const isReady = acting !== undefined
  const isOfStore = kind === 'storeRole' || kind === 'allowApps'
  const roles = useRead(
    'roles',
    ['store', tenantId],
    control<StoreRoles>('GET', '/term-store/roles', { query: { tenant: tenantId } }),
    { enabled: isOfStore, staleTime: 0 },
  )
  const set = useRead('set', ['group of', setId], setPlan(setId ?? ''), {
    ...by,
    enabled: isReady && kind === 'storeRole' && what !== 'administrators' && setId !== undefined,
  })
  const agents = useRead(
    'directory',
    ['agents'],
    graph<Page<Named>>('GET', '/groups', {
      query: { $filter: `displayName eq ${literal('AdminAgents')}`, $select: 'id,displayName' },
    }),
    { ...by, enabled: isReady && kind === 'adminAgent' },
  )
  const template = useRead(
    'directory',
    ['role template', what],
    graph<Page<Named>>('GET', '/directoryRoleTemplates', {
      query: { $filter: `displayName eq ${literal(what)}`, $select: 'id,displayName' },
    }),
    { ...by, enabled: isReady && kind === 'directoryRole' },
  )
  const active = useRead(
    'directory',
    ['active roles'],
    graph<Page<{ readonly roleTemplateId?: string }>>('GET', '/directoryRoles', {
      query: { $select: 'id,roleTemplateId' },
    }),
    { ...by, enabled: isReady && kind === 'directoryRole', staleTime: 0 },
  )
  return { roles, set, agents, template, active }
}

type Facts = ReturnType<typeof useFacts>
type Planned = Omit<ReadyMend, 'acting'>

function storeMend({ what }: Mend, detail: LoggedDetail, { roles, set }: Facts): Planned | undefined {
  const { tenantId = '', userId } = detail.caller ?? {}
  const place = placeIn(detail)
  const groupId = set.data?.parentGroup?.id ?? place.groupId
  if (roles.data === undefined || userId === undefined) return undefined
  const plan = storeRolePlan(tenantId, roles.data, what as StoreRole, userId, groupId)
  if (plan === undefined) return undefined
  const group = roles.data.groups.find(({ id }) => id === groupId)?.displayName ?? ''
  const values = { who: callerName(detail), group }
  const role = what as StoreRole
  return { plan, words: t(`requests.mend.store.${role}`, values), done: t(`requests.mended.store.${role}`, values) }
}

function appsMend(detail: LoggedDetail, { roles }: Facts): Planned | undefined {
  if (roles.data === undefined) return undefined
  const plan = storeRolePlan(detail.caller?.tenantId ?? '', roles.data, 'administrators', appsOfStore, undefined)
  return plan && { plan, words: t('requests.mend.apps'), done: t('requests.mended.apps') }
}

function agentMend(detail: LoggedDetail, { agents }: Facts): Planned | undefined {
  const id = agents.data?.value[0]?.id
  const userId = detail.caller?.userId
  if (id === undefined || userId === undefined) return undefined
  const values = { who: callerName(detail) }
  const plan = memberPlan(id, userId, location.origin)
  return { plan, words: t('requests.mend.agent', values), done: t('requests.mended.agent', values) }
}

function roleMend({ what }: Mend, detail: LoggedDetail, { template, active }: Facts): Planned | undefined {
  const id = template.data?.value[0]?.id
  const userId = detail.caller?.userId
  if (id === undefined || userId === undefined || active.data === undefined) return undefined
  const isActive = active.data.value.some(({ roleTemplateId }) => roleTemplateId === id)
  const values = { who: callerName(detail), role: what }
  const plan = directoryRolePlan(id, userId, location.origin, isActive)
  return { plan, words: t('requests.mend.role', values), done: t('requests.mended.role', values) }
}

function faultMend({ what }: Mend): Planned {
  return {
    plan: faultPlan(what),
    words: t('requests.mend.fault', { what }),
    done: t('requests.mended.fault', { what }),
  }
}

/** For the kinds that change something on the server. */
export function useMend(mend: Mend, detail: LoggedDetail): MendRead {
  const acting = useAdministrator(detail.caller?.tenantId)
  const facts = useFacts(mend.kind, detail, mend.what, acting)
  const all = Object.values(facts)
  const planned: Partial<Record<Mend['kind'], () => Planned | undefined>> = {
    storeRole: () => storeMend(mend, detail, facts),
    allowApps: () => appsMend(detail, facts),
    adminAgent: () => agentMend(detail, facts),
    directoryRole: () => roleMend(mend, detail, facts),
    faultOff: () => faultMend(mend),
  }
  const ready = planned[mend.kind]?.()
  return {
    mend: ready && { ...ready, acting },
    isLoading: all.some(({ isLoading }) => isLoading),
    error: all.find(({ error }) => error !== null)?.error,
  }
}
