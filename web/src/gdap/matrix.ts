/** What groups hold of a relationship's roles, what they shall hold, and the requests that lead there. Pure. */
import type { RequestPlan } from '../data/plan.ts'
import { type AssignmentRow, plans, roleIdsOf } from './api.ts'

/** Roles by group, as ticked. */
export type Wanted = ReadonlyMap<string, ReadonlySet<string>>

export interface AssignmentStep {
  readonly kind: 'made' | 'changed' | 'deleted'
  readonly groupId: string
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** All that it has, and shall have. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** What is changed or deleted. */
  readonly row?: AssignmentRow
  readonly plan: RequestPlan
}

export function groupOf({ accessContainer }: AssignmentRow): string {
  return accessContainer?.accessContainerId ?? ''
}

/** Only one assignment of a group can be live; what was deleted or has failed may be made again. */
export function liveAssignments(rows: readonly AssignmentRow[]): ReadonlyMap<string, AssignmentRow> {
  const live = rows.filter(({ status }) => status === 'pending' || status === 'active' || status === 'deleting')
  return new Map(live.map((row) => [groupOf(row), row]))
}

/** The newest of each group, with those that failed; deleted ones are gone. */
export function shownAssignments(rows: readonly AssignmentRow[]): ReadonlyMap<string, AssignmentRow> {
  const shown = new Map<string, AssignmentRow>()
  for (const row of rows.filter(({ status }) => status === 'error')) shown.set(groupOf(row), row)
  for (const [group, row] of liveAssignments(rows)) shown.set(group, row)
  return shown
}

/** Roles that count as held: those of an assignment that is in force or becomes so. */
export function heldRoles(row: AssignmentRow | undefined): ReadonlySet<string> {
  return new Set(row === undefined || row.status === 'deleting' || row.status === 'error' ? [] : roleIdsOf(row))
}

export function stepsTo(
  relationshipId: string,
  rows: readonly AssignmentRow[],
  wanted: Wanted,
): readonly AssignmentStep[] {
  const live = liveAssignments(rows)
  return [...wanted].flatMap(([groupId, roles]): AssignmentStep[] => {
    const row = live.get(groupId)
    const held = heldRoles(row)
    const added = [...roles].filter((id) => !held.has(id))
    const removed = [...held].filter((id) => !roles.has(id))
    if (added.length === 0 && removed.length === 0) return []
    const common = { groupId, added, removed, before: [...held], after: [...roles] }
    if (row === undefined || row.status === 'deleting')
      return [{ ...common, kind: 'made', plan: plans.assign(relationshipId, groupId, roles) }]
    if (roles.size === 0) return [{ ...common, kind: 'deleted', row, plan: plans.unassign(relationshipId, row) }]
    return [{ ...common, kind: 'changed', row, plan: plans.changeAssignment(relationshipId, row, roles) }]
  })
}
