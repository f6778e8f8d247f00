/** The transitions of a request as a table, and the event that each action causes: gdap.md §3.6. Pure. */

import type { RelationshipEvent } from '../relationship/lifecycle.ts'
import { stepper, type Transition } from '../state-machine.ts'

export type RequestStatus = 'created' | 'pending' | 'succeeded' | 'failed'
export type RequestEvent = 'create' | 'proceed' | 'fail'
export type RequestAction = 'lockForApproval' | 'terminate' | 'approve' | 'reject'

export interface RequestTransition extends Transition<RequestStatus, RequestEvent> {}

export const steps: readonly RequestTransition[] = [
  { rule: '§3.6', from: null, on: 'create', by: 'partner', to: 'created', audit: 'request_created' },
  {
    rule: '§3.6',
    from: 'created',
    on: 'proceed',
    by: 'service',
    to: 'pending',
    takes: 'request',
    audit: 'request_started',
  },
  {
    rule: '§3.6',
    from: 'pending',
    on: 'proceed',
    by: 'service',
    to: 'succeeded',
    takes: 'request',
    audit: 'request_succeeded',
  },
  { rule: '§3.6', from: 'created', on: 'fail', by: 'service', to: 'failed', audit: 'request_failed' },
  { rule: '§3.6', from: 'pending', on: 'fail', by: 'service', to: 'failed', audit: 'request_failed' },
]

export const next = stepper<RequestStatus, RequestEvent, RequestTransition>(steps)

/** `approve` and `reject` are the reseller's; the customer's have no call in Graph. */
export const eventOf: Readonly<Record<RequestAction, RelationshipEvent>> = {
  lockForApproval: 'lockForApproval',
  terminate: 'terminate',
  approve: 'resellerApprove',
  reject: 'resellerReject',
}
