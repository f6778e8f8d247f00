/** What is to happen to the assignments of an active relationship (events.md §7.4, below the table). */
import { type FoundRelationship, isLive, sameSet } from '../state.ts'
import type { StepDraft } from './facts.ts'
import type { MeantGroup } from './group-rules.ts'
import { roleBody } from './relationship-rules.ts'

export interface AssignmentVerdict {
  readonly steps: readonly StepDraft[]
  /** Assignments that the service has not finished. */
  readonly waiting: number
  /** Assignments that have failed: they are left alone. */
  readonly failed: number
}

function groupOf({ id, name }: MeantGroup) {
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) }
}

function forGroup({ id: relationship, displayName: key, assignments }: FoundRelationship, group: MeantGroup) {
  const own = assignments.filter(({ groupId }) => groupId === group.id)
  const live = own.find(isLive)
  const isPending = live?.status === 'pending' || own.some(({ status }) => status === 'deleting')
  if (isPending) return 'waiting'
  if (live === undefined) {
    if (own.some(({ status }) => status === 'error')) return 'failed'
    const word = group.isRepaired === true ? 'repair-group' : 'assign'
    const step: StepDraft = { key, do: word, relationship, group: groupOf(group), after: group.roles }
    return step
  }
  if (sameSet(live.roles, group.roles)) return undefined
  const { id, etag, roles: before } = live
  const body = { accessDetails: roleBody(group.roles) }
  const step: StepDraft = {
    ...{ key, do: 'reassign', id, relationship, etag },
    ...{ group: groupOf(group), before, after: group.roles, body },
  }
  return step
}

export function assignmentVerdict(found: FoundRelationship, groups: readonly MeantGroup[]): AssignmentVerdict {
  const results = groups.map((group) => forGroup(found, group))
  const named = new Set(groups.flatMap(({ id }) => id ?? []))
  const { id: relationship, displayName: key } = found
  const unnamed = found.assignments.filter(({ groupId }) => !named.has(groupId))
  const removed = unnamed
    .filter(({ status }) => status === 'active')
    .map(({ id, etag, groupId, roles: before }): StepDraft => {
      return { key, do: 'unassign', id, relationship, etag, group: { id: groupId }, before }
    })
  const pending = unnamed.filter(({ status }) => status === 'pending' || status === 'deleting').length
  return {
    steps: [...results.filter((result) => typeof result === 'object'), ...removed],
    waiting: results.filter((result) => result === 'waiting').length + pending,
    failed: results.filter((result) => result === 'failed').length,
  }
}
