/** Makes the transitions of access assignments. */
import { invariant } from '#base/errors.ts'
import type { PatchOf } from '#edm/infer.ts'
import type { WriteContext } from '#edm/ports.ts'
import { assignment } from '../../types.ts'
import { record } from '../audit/audit-record.ts'
import { scheduleStep } from '../latency.ts'
import { roleIdsOf, rolesOf } from '../relationship/validate.ts'
import type { GdapSettings } from '../settings.ts'
import { type AssignmentRow, assignmentSubject, assignmentsOf, namedOf, type RelationshipRow } from '../typed-rows.ts'
import { type AssignmentEvent, isLive, next } from './assignment-states.ts'

type Patch = PatchOf<typeof assignment>

/**
 * The event must be possible in the row's status. With `settings`, the service's next transition is put on the agenda.
 */
export async function moveAssignment(
  context: WriteContext,
  owner: RelationshipRow,
  row: AssignmentRow,
  move: { readonly event: AssignmentEvent; readonly patch?: Patch; readonly settings?: GdapSettings },
): Promise<AssignmentRow> {
  const step = next(row.status, move.event)
  invariant(step !== undefined && step.to !== null, `no step ${move.event} from ${row.status}`)
  const patch = { ...move.patch, status: step.to, lastModifiedDateTime: context.now }
  await context.tx.update(assignment, row.id, patch)
  const before = Object.fromEntries(Object.keys(patch).map((key) => [key, row[key as keyof AssignmentRow]]))
  await record(context, assignmentSubject(row, owner), { step, before, after: patch })
  const following = step.to === row.status ? undefined : next(step.to, 'proceed')
  if (move.settings !== undefined) {
    const named = namedOf(owner, row.accessContainer.accessContainerId)
    await scheduleStep(move.settings, context, 'assignment', { step: following, id: row.id, named })
  }
  return { ...row, ...patch }
}

/** All access ends with the relationship. */
export async function endAssignments(context: WriteContext, owner: RelationshipRow): Promise<void> {
  for (const row of await assignmentsOf(context.tx, owner.id)) {
    if (!isLive(row.status)) continue
    await context.agenda.drop('gdap.assignment', row.id)
    await moveAssignment(context, owner, row, { event: 'relationshipEnded' })
  }
}

/** Removes the role from every assignment, and deletes an assignment that has no other (gdap.md §3.2 T9). */
export async function stripRole(
  settings: GdapSettings,
  context: WriteContext,
  owner: RelationshipRow,
  roleId: string,
): Promise<void> {
  for (const row of await assignmentsOf(context.tx, owner.id)) {
    const roles = roleIdsOf(row.accessDetails)
    if (!roles.includes(roleId)) continue
    const left = roles.filter((id) => id !== roleId)
    if (left.length === 0) {
      if (next(row.status, 'delete') !== undefined)
        await moveAssignment(context, owner, row, { event: 'delete', settings })
    } else if (next(row.status, 'strip') !== undefined) {
      await moveAssignment(context, owner, row, { event: 'strip', patch: { accessDetails: rolesOf(left) } })
    }
  }
}
