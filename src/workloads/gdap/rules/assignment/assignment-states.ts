/** The transitions of an access assignment as a table: gdap.md §3.4. Pure. */
import { stepper, type Transition } from '../state-machine.ts'

export type AssignmentStatus = 'pending' | 'active' | 'deleting' | 'deleted' | 'error'

/** `change`: an operation gives it other roles. `strip`: the relationship has lost a role that it has, too. */
export type AssignmentEvent = 'create' | 'proceed' | 'fail' | 'change' | 'strip' | 'delete' | 'relationshipEnded'

export interface AssignmentTransition extends Transition<AssignmentStatus, AssignmentEvent> {}

export const steps: readonly AssignmentTransition[] = [
  { rule: '§3.4', from: null, on: 'create', by: 'partner', to: 'pending', audit: 'created', event: 'created' },
  {
    rule: '§3.4',
    from: 'pending',
    on: 'proceed',
    by: 'service',
    to: 'active',
    takes: 'assignment',
    audit: 'activated',
    event: 'activated',
  },
  { rule: '§3.4', from: 'pending', on: 'fail', by: 'service', to: 'error', audit: 'failed' },
  { rule: '§3.4', from: 'active', on: 'change', by: 'service', to: 'active', audit: 'updated', event: 'updated' },
  { rule: 'T9', from: 'active', on: 'strip', by: 'service', to: 'active', audit: 'updated', event: 'updated' },
  { rule: 'T9', from: 'pending', on: 'strip', by: 'service', to: 'pending', audit: 'updated', event: 'updated' },
  { rule: '§3.4', from: 'active', on: 'delete', by: 'partner', to: 'deleting', audit: 'deleting' },
  // Only if the relationship has lost the assignment's last role: clients cannot delete a pending assignment.
  { rule: 'T9', from: 'pending', on: 'delete', by: 'service', to: 'deleting', audit: 'deleting' },
  {
    rule: '§3.4',
    from: 'deleting',
    on: 'proceed',
    by: 'service',
    to: 'deleted',
    takes: 'removal',
    audit: 'deleted',
    event: 'deleted',
  },
  ...(['pending', 'active', 'deleting'] as const).map(
    (from): AssignmentTransition => ({
      rule: '§3.4',
      from,
      on: 'relationshipEnded',
      by: 'service',
      to: 'deleted',
      audit: 'deleted',
      event: 'deleted',
    }),
  ),
]

export const next = stepper<AssignmentStatus, AssignmentEvent, AssignmentTransition>(steps)

/** In a relationship, a group has at most one live assignment. */
export function isLive(status: AssignmentStatus): boolean {
  return next(status, 'relationshipEnded') !== undefined
}

/** How PATCH and DELETE of an assignment in this status are refused; undefined: they are allowed. */
export function refusalOf(status: AssignmentStatus): 'notAllowed' | 'conflict' | undefined {
  if (status === 'active') return undefined
  return status === 'deleting' || status === 'deleted' ? 'conflict' : 'notAllowed'
}
