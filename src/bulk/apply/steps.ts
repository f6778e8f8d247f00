/** What a step asks of the service, and whether it is done already: the same call twice has one effect (events.md §7.5). */

import type { PlanStep } from '../plan/plan-file.ts'
import { roleBody } from '../plan/relationship-rules.ts'
import { type BulkState, type FoundRelationship, type GroupFinder, groupFinder, isLive, sameSet } from '../state.ts'
import { lengthOf } from '../wanted.ts'
import type { BulkCall } from './graph-port.ts'
import { relationshipsPath } from './read-state.ts'

/** `done`: nothing has to be sent. `stale`: it is not as it was when the plan was made. */
export type StepState = 'todo' | 'done' | 'stale'

/** What was found, by what steps name. */
export interface Known {
  byName(name: string): FoundRelationship | undefined
  byId(id: string): FoundRelationship | undefined
  readonly groups: GroupFinder
}

export function knownIn({ relationships, groups }: Pick<BulkState, 'relationships' | 'groups'>): Known {
  const names = new Map(relationships.map((one) => [one.displayName.toLowerCase(), one]))
  const ids = new Map(relationships.map((one) => [one.id.toLowerCase(), one]))
  return {
    byName: (name) => names.get(name.toLowerCase()),
    byId: (id) => ids.get(id.toLowerCase()),
    groups: groupFinder(groups),
  }
}

interface Content {
  readonly duration?: unknown
  readonly autoExtendDuration?: unknown
  readonly customer?: unknown
  readonly accessDetails?: unknown
}

function rolesIn(details: unknown): string[] | undefined {
  const list = (details as { unifiedRoles?: { roleDefinitionId: string }[] } | undefined)?.unifiedRoles
  return list?.map(({ roleDefinitionId }) => roleDefinitionId.toLowerCase())
}

/** Whether the relationship has what the body says. */
function hasContent(found: FoundRelationship, body: Content): boolean {
  const roles = rolesIn(body.accessDetails)
  const customerId = (body.customer as { tenantId?: string } | undefined)?.tenantId
  return (
    (body.duration === undefined || lengthOf(String(body.duration)) === lengthOf(found.duration)) &&
    (body.autoExtendDuration === undefined ||
      lengthOf(String(body.autoExtendDuration)) === lengthOf(found.autoExtend)) &&
    (customerId === undefined || customerId === found.customerId) &&
    (roles === undefined || sameSet(roles, found.roles))
  )
}

function orStale(isSame: boolean): StepState {
  return isSame ? 'todo' : 'stale'
}

/** The tag of the plan still fits, or the plan has none. */
function isUntouched(step: PlanStep, etag: string): boolean {
  return step.etag === undefined || step.etag === etag
}

const over = new Set(['terminationRequested', 'terminating', 'terminated', 'expiring', 'expired'])

type Check = (step: PlanStep, found: FoundRelationship | undefined, known: Known) => StepState

function ofPatch(step: PlanStep, found: FoundRelationship | undefined): StepState {
  if (found === undefined) return 'stale'
  return hasContent(found, step.body ?? {}) ? 'done' : orStale(isUntouched(step, found.etag))
}

function ofAssign({ group, after }: PlanStep, found: FoundRelationship | undefined, known: Known): StepState {
  if (found?.status !== 'active') return 'stale'
  const groupId = group?.id ?? known.groups.named(group?.name ?? '')[0]?.id
  const live = found.assignments.find((one) => one.groupId === groupId?.toLowerCase() && isLive(one))
  if (live === undefined) return 'todo'
  return sameSet(live.roles, after ?? []) ? 'done' : 'stale'
}

const checks: Readonly<Record<PlanStep['do'], Check>> = {
  'make-group': ({ body }, _, { groups }) => (groups.named(String(body?.['displayName'])).length > 0 ? 'done' : 'todo'),
  create: ({ body }, found) => (found === undefined ? 'todo' : hasContent(found, body ?? {}) ? 'done' : 'stale'),
  // A relationship that is not there is made by a step before it.
  lock: (step, found) =>
    found === undefined
      ? orStale(step.id === undefined)
      : found.status === 'created'
        ? orStale(isUntouched(step, found.etag))
        : 'done',
  patch: ofPatch,
  'auto-extend': ofPatch,
  'drop-global-admin': ofPatch,
  delete: (step, found) => (found === undefined ? 'done' : orStale(isUntouched(step, found.etag))),
  terminate: (step, found) => {
    if (found === undefined || over.has(found.status)) return 'done'
    return orStale(found.status === 'active' && isUntouched(step, found.etag))
  },
  assign: ofAssign,
  'repair-group': ofAssign,
  reassign: (step, found) => {
    const own = found?.assignments.find(({ id }) => id === step.id)
    if (own === undefined || !isLive(own)) return 'stale'
    return sameSet(own.roles, step.after ?? []) ? 'done' : orStale(isUntouched(step, own.etag))
  },
  unassign: (step, found) => {
    const own = found?.assignments.find(({ id }) => id === step.id)
    return own === undefined || !isLive(own) ? 'done' : orStale(isUntouched(step, own.etag))
  },
}

const onAssignments = new Set(['assign', 'repair-group', 'reassign', 'unassign'])

/** Id of the relationship that the step is about, where the plan has it. */
export function relationshipIdOf(step: PlanStep): string | undefined {
  return onAssignments.has(step.do) ? step.relationship : step.id
}

export function relationshipFor(step: PlanStep, known: Known): FoundRelationship | undefined {
  const id = relationshipIdOf(step)
  return id === undefined ? known.byName(step.key) : known.byId(id)
}

export function stateOf(step: PlanStep, known: Known): StepState {
  return checks[step.do](step, relationshipFor(step, known), known)
}

function nickname(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
  return plain === '' ? 'group' : plain
}

/** `base`: path of the relationship. `groupId`: of the step's group. */
export function callFor(step: PlanStep, base: string, groupId: string | undefined): BulkCall {
  const { body, etag, id } = step
  const request = (action: string): BulkCall => ({ method: 'POST', path: `${base}/requests`, body: { action } })
  switch (step.do) {
    case 'make-group': {
      const name = String(body?.['displayName'])
      const fixed = { mailEnabled: false, mailNickname: nickname(name), securityEnabled: true }
      return { method: 'POST', path: '/groups', body: { ...body, ...fixed } }
    }
    case 'create':
      return { method: 'POST', path: relationshipsPath, body }
    case 'lock':
      return request('lockForApproval')
    case 'terminate':
      return request('terminate')
    case 'delete':
      return { method: 'DELETE', path: base, etag }
    case 'patch':
    case 'auto-extend':
    case 'drop-global-admin':
      return { method: 'PATCH', path: base, body, etag }
    case 'assign':
    case 'repair-group': {
      const container = { accessContainerId: groupId, accessContainerType: 'securityGroup' }
      const given = { accessContainer: container, accessDetails: roleBody(step.after ?? []) }
      return { method: 'POST', path: `${base}/accessAssignments`, body: given }
    }
    case 'reassign':
      return { method: 'PATCH', path: `${base}/accessAssignments/${id}`, body, etag }
    case 'unassign':
      return { method: 'DELETE', path: `${base}/accessAssignments/${id}`, etag }
  }
}

export function pathOfRelationship(id: string): string {
  return `${relationshipsPath}/${id}`
}
