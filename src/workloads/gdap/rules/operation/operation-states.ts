/** The transitions of a long-running operation as a table: gdap.md §3.5. Pure. */
import { stepper, type Transition } from '../state-machine.ts'

export type OperationStatus = 'notStarted' | 'running' | 'succeeded' | 'failed'
export type OperationEvent = 'create' | 'proceed' | 'fail'

export interface OperationTransition extends Transition<OperationStatus, OperationEvent> {}

export const steps: readonly OperationTransition[] = [
  { rule: '§3.5', from: null, on: 'create', by: 'partner', to: 'notStarted', audit: 'operation_created' },
  {
    rule: '§3.5',
    from: 'notStarted',
    on: 'proceed',
    by: 'service',
    to: 'running',
    takes: 'operation',
    audit: 'operation_started',
  },
  {
    rule: '§3.5',
    from: 'running',
    on: 'proceed',
    by: 'service',
    to: 'succeeded',
    takes: 'operation',
    audit: 'operation_succeeded',
  },
  { rule: '§3.5', from: 'notStarted', on: 'fail', by: 'service', to: 'failed', audit: 'operation_failed' },
  { rule: '§3.5', from: 'running', on: 'fail', by: 'service', to: 'failed', audit: 'operation_failed' },
]

export const next = stepper<OperationStatus, OperationEvent, OperationTransition>(steps)

export function isOpen(status: OperationStatus): boolean {
  return next(status, 'proceed') !== undefined
}
