/**
 * Tries a rule about GDAP: in a copy of this world, which ends with the trial, a relationship is led through its life, and the
 * rule either meets it or not. Nothing of this world changes.
 */

import { control, graph, type RequestPlan, segment } from '../../data/plan.ts'
import { Problem } from '../../data/problem.ts'
import { ask, send } from '../../data/send.ts'
import { type Acting, currentSession } from '../../data/session.ts'
import type { Page } from '../../data/types.ts'
import { listText } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { actingOf, type KnownTenant } from '../../shell/ActingAs.tsx'
import { endWorldPlan, makeWorldPlan } from '../../shell/worlds/api.ts'
import { givenRule, type RowsOfGdap, type ShownRule } from './rule.ts'

export interface GdapTrial {
  readonly isHit: boolean
  readonly text: string
}

const relationships = '/tenantRelationships/delegatedAdminRelationships'
/** Helpdesk Administrator, Directory Reader. */
const roleIds = ['729827e3-9c14-49f7-bb1b-9608f156bbb8', 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'] as const
const rolesOf = (...ids: readonly string[]) => ({
  unifiedRoles: ids.map((roleDefinitionId) => ({ roleDefinitionId })),
})
/** Long enough for what goes on by itself, and shorter than anything that ends. */
const wait = { advance: 'PT2H' }

interface Row {
  readonly id: string
  readonly status: string
  readonly '@odata.etag'?: string
}

/** Asks in the copy. A refusal is an answer as well: a life that gets stuck goes no further. */
function inWorld(world: string, acting: Acting) {
  const headers = (plan: RequestPlan): Record<string, string> => ({ ...plan.headers, 'relata-world': world })
  return async <Answer>(plan: RequestPlan<Answer>): Promise<Answer | undefined> => {
    try {
      return (await send<Answer>({ ...plan, headers: headers(plan) }, { acting })).body
    } catch (error) {
      if (error instanceof Problem && error.status >= 400 && error.status < 500) return undefined
      throw error
    }
  }
}

type Ask = ReturnType<typeof inWorld>

interface Parties {
  readonly partner: KnownTenant
  readonly customer: KnownTenant
  readonly by: Acting
}

async function parties(): Promise<Parties | undefined> {
  const { value } = await ask(control<Page<KnownTenant>>('GET', '/tenants'))
  const partner = value.find(({ isPartner }) => isPartner)
  const customer = value.find(({ id }) => id !== partner?.id)
  const person = partner?.administrators[0]
  if (partner === undefined || customer === undefined || person === undefined) return undefined
  const by = actingOf(partner, { kind: 'user', id: person.userPrincipalName, name: person.displayName })
  return { partner, customer, by }
}

const request = (id: string, action: string) => graph('POST', `${relationships}/${id}/requests`, { body: { action } })

function newRelationship({ displayName = t('fault.trial.name') }: RowsOfGdap, customer: KnownTenant) {
  return graph<Row>('POST', relationships, {
    body: { displayName, duration: 'P30D', customer: { tenantId: customer.id }, accessDetails: rolesOf(...roleIds) },
  })
}

/** As far as it comes, which is up to the rule. */
async function leadThroughLife(tell: Ask, { customer }: Parties, rows: RowsOfGdap): Promise<string | undefined> {
  const id = rows.relationshipId ?? (await tell(newRelationship(rows, customer)))?.id
  if (id === undefined) return undefined
  const path = `${relationships}/${id}`
  const status = async (): Promise<string | undefined> => (await tell(graph<Row>('GET', path)))?.status
  const pass = (): Promise<unknown> => tell(control('POST', '/clock', { body: wait }))
  if ((await status()) === 'created') await tell(request(id, 'lockForApproval'))
  if ((await status()) === 'approvalPending')
    await tell(control('POST', `/gdap/${segment(id)}/approve`, { body: { tenantId: customer.id } }))
  await pass()
  if ((await status()) !== 'active') return status()
  await assign(tell, path, rows)
  await tell(request(id, 'terminate'))
  await pass()
  return status()
}

/** Gives a group access, and changes it, which is an operation. */
async function assign(tell: Ask, path: string, rows: RowsOfGdap): Promise<void> {
  const pass = (): Promise<unknown> => tell(control('POST', '/clock', { body: wait }))
  const groups = await tell(graph<Page<Row>>('GET', '/groups', { query: { $select: 'id', $top: 1 } }))
  const accessContainerId = rows.groupId ?? groups?.value[0]?.id
  const accessContainer = { accessContainerId, accessContainerType: 'securityGroup' }
  const assigned = graph<Row>('POST', `${path}/accessAssignments`, {
    body: { accessContainer, accessDetails: rolesOf(roleIds[0]) },
  })
  const made = await tell(assigned)
  if (made === undefined) return
  await pass()
  const assignment = `${path}/accessAssignments/${made.id}`
  const row = await tell(graph<Row>('GET', assignment))
  const etag = row?.['@odata.etag']
  if (row?.status !== 'active' || etag === undefined) return
  const accessDetails = rolesOf(...roleIds)
  await tell(graph('PATCH', assignment, { headers: { 'If-Match': etag }, body: { accessDetails } }))
  await pass()
}

/** Undefined: there are no two tenants to try it with. */
export async function tryGdapRule(rule: ShownRule): Promise<GdapTrial | undefined> {
  const both = await parties()
  if (both === undefined) return undefined
  const { gdap = {} } = rule.what
  const world = `try-${crypto.randomUUID().slice(0, 8)}`
  await ask(makeWorldPlan({ id: world, from: currentSession().world }))
  try {
    const tell = inWorld(world, both.by)
    const { id: _, on: __, ...given } = givenRule(rule)
    const added = await tell(control<ShownRule>('POST', '/faults', { body: given }))
    const status = await leadThroughLife(tell, both, gdap.stuck ?? gdap.failing ?? {})
    const { hits = 0 } = (await tell(control<ShownRule>('GET', `/faults/${segment(added?.id ?? '')}`))) ?? {}
    const stood = status === undefined ? [] : [t('fault.trial.status', { status })]
    return { isHit: hits > 0, text: listText([t('fault.trial.hits', { n: hits }), ...stood]) }
  } finally {
    await ask(endWorldPlan(world)).catch(() => undefined)
  }
}
