/**
 * The transitions of a relationship as a table: gdap.md §3.1, §3.2 and §3.3. Pure. No other code changes a status.
 * T5b (Partner Center's migration) is left out: Graph has no call for it.
 */

import { stepper, type Transition } from '../state-machine.ts'
import { addDays, addDuration, isZero } from './duration.ts'

export type RelationshipStatus =
  | 'created'
  | 'approvalPending'
  | 'approved'
  | 'activating'
  | 'active'
  | 'terminationRequested'
  | 'terminating'
  | 'terminated'
  | 'expiring'
  | 'expired'

export type RelationshipEvent =
  | 'create'
  | 'edit'
  | 'delete'
  | 'lockForApproval'
  | 'customerApprove'
  | 'customerReject'
  | 'resellerApprove'
  | 'resellerReject'
  | 'proceed'
  | 'switchAutoExtend'
  | 'customerSwitchAutoExtend'
  | 'extend'
  | 'dropRole'
  | 'terminate'
  | 'removeRoles'
  | 'endReached'
  | 'lapse'
  | 'cleanUp'
  | 'customerLeft'

/** Which instant a transition sets, besides `lastModifiedDateTime`. */
export type Stamp = 'made' | 'locked' | 'activated' | 'extended' | 'ended'

export interface RelationshipTransition extends Transition<RelationshipStatus, RelationshipEvent> {
  readonly stamp?: Stamp
}

/** The customer's tenant is removed from this server, which Graph has no call for: at once, whatever the settings delay. */
const customerLeft: readonly RelationshipTransition[] = [
  { rule: 'tenants', from: 'created', on: 'customerLeft', by: 'service', to: null, audit: 'deleted' },
  ...(['approvalPending', 'approved', 'activating', 'active', 'terminationRequested', 'terminating'] as const).map(
    (from): RelationshipTransition => ({
      rule: 'tenants',
      from,
      on: 'customerLeft',
      by: 'service',
      to: 'terminated',
      stamp: 'ended',
      audit: 'terminated',
      event: 'terminated',
    }),
  ),
  {
    rule: 'tenants',
    from: 'expiring',
    on: 'customerLeft',
    by: 'service',
    to: 'expired',
    stamp: 'ended',
    audit: 'expired',
    event: 'expired',
  },
]

export const steps: readonly RelationshipTransition[] = [
  { rule: 'T1', from: null, on: 'create', by: 'partner', to: 'created', stamp: 'made', audit: 'created' },
  { rule: 'T2', from: 'created', on: 'edit', by: 'partner', to: 'created', audit: 'updated' },
  { rule: 'T3', from: 'created', on: 'delete', by: 'partner', to: null, audit: 'deleted' },
  {
    rule: 'T4',
    from: 'created',
    on: 'lockForApproval',
    by: 'partner',
    to: 'approvalPending',
    stamp: 'locked',
    audit: 'locked_for_approval',
  },
  {
    rule: 'T5',
    from: 'approvalPending',
    on: 'customerApprove',
    by: 'customer',
    to: 'approved',
    audit: 'approved',
    event: 'approved',
  },
  // The specification does not say what a customer's rejection does: here it has the effect of a reseller's (T5d).
  {
    rule: '§5',
    from: 'approvalPending',
    on: 'customerReject',
    by: 'customer',
    to: 'terminated',
    stamp: 'ended',
    audit: 'rejected',
    event: 'terminated',
  },
  {
    rule: 'T5c',
    from: 'approvalPending',
    on: 'resellerApprove',
    by: 'reseller',
    to: 'approvalPending',
    audit: 'partner_consent_given',
  },
  {
    rule: 'T5d',
    from: 'approvalPending',
    on: 'resellerReject',
    by: 'reseller',
    to: 'terminated',
    stamp: 'ended',
    audit: 'rejected',
    event: 'terminated',
  },
  {
    rule: 'T6',
    from: 'approved',
    on: 'proceed',
    by: 'service',
    to: 'activating',
    takes: 'activation',
    audit: 'activating',
  },
  {
    rule: 'T6',
    from: 'activating',
    on: 'proceed',
    by: 'service',
    to: 'active',
    takes: 'activation',
    stamp: 'activated',
    audit: 'activated',
    event: 'activated',
  },
  { rule: 'T7', from: 'active', on: 'switchAutoExtend', by: 'partner', to: 'active', audit: 'updated' },
  { rule: 'T7', from: 'active', on: 'customerSwitchAutoExtend', by: 'customer', to: 'active', audit: 'updated' },
  { rule: 'T8', from: 'active', on: 'extend', by: 'time', to: 'active', stamp: 'extended', audit: 'auto_extended' },
  { rule: 'T9', from: 'active', on: 'dropRole', by: 'service', to: 'active', audit: 'updated' },
  { rule: 'T10', from: 'active', on: 'endReached', by: 'time', to: 'expiring', audit: 'expiring' },
  {
    rule: 'T10',
    from: 'expiring',
    on: 'proceed',
    by: 'service',
    to: 'expired',
    takes: 'expiry',
    stamp: 'ended',
    audit: 'expired',
    event: 'expired',
  },
  {
    rule: 'T11',
    from: 'active',
    on: 'terminate',
    by: 'partner',
    to: 'terminationRequested',
    audit: 'termination_requested',
  },
  {
    rule: 'T12',
    from: 'active',
    on: 'removeRoles',
    by: 'customer',
    to: 'terminationRequested',
    audit: 'termination_requested',
  },
  {
    rule: 'T11',
    from: 'terminationRequested',
    on: 'proceed',
    by: 'service',
    to: 'terminating',
    takes: 'termination',
    audit: 'terminating',
  },
  {
    rule: 'T11',
    from: 'terminating',
    on: 'proceed',
    by: 'service',
    to: 'terminated',
    takes: 'termination',
    stamp: 'ended',
    audit: 'terminated',
    event: 'terminated',
  },
  { rule: 'T13', from: 'approvalPending', on: 'lapse', by: 'time', to: null, audit: 'cleaned_up' },
  { rule: 'T14', from: 'terminated', on: 'cleanUp', by: 'time', to: null, audit: 'cleaned_up' },
  { rule: 'T14', from: 'expired', on: 'cleanUp', by: 'time', to: null, audit: 'cleaned_up' },
  ...customerLeft,
]

export const next = stepper<RelationshipStatus, RelationshipEvent, RelationshipTransition>(steps)

/** What a caller may ask for: gdap.md §3.3. `patch` and `assign` have further limits of their own. */
export type RelationshipAction = 'patch' | 'delete' | 'lockForApproval' | 'terminate' | 'approve' | 'reject' | 'assign'

const eventsOf: Readonly<Record<Exclude<RelationshipAction, 'assign'>, readonly RelationshipEvent[]>> = {
  patch: ['edit', 'switchAutoExtend', 'dropRole'],
  delete: ['delete'],
  lockForApproval: ['lockForApproval'],
  terminate: ['terminate'],
  approve: ['resellerApprove'],
  reject: ['resellerReject'],
}

export const actions: readonly RelationshipAction[] = [
  ...(Object.keys(eventsOf) as Exclude<RelationshipAction, 'assign'>[]),
  'assign',
]

/** Whether the status allows the action. `assign`: assignments are created, changed and deleted in `active` only. */
export function allows(status: RelationshipStatus, action: RelationshipAction): boolean {
  return action === 'assign' ? status === 'active' : eventsOf[action].some((event) => next(status, event) !== undefined)
}

/** Statuses in which the customer is listed: in force, or about to end (gdap.md §5.1). */
export const listedStatuses: readonly RelationshipStatus[] = [
  'active',
  'terminationRequested',
  'terminating',
  'expiring',
]

/** Statuses that only the clean-up ends. */
export const endedStatuses: readonly RelationshipStatus[] = ['terminated', 'expired']

/** Days for which a relationship waits for the customer, and for which one that has ended is kept: gdap.md §6. */
export const pendingDays = 90
export const retentionDays = 365
/** Days before the end at which both sides are reminded: gdap.md §7.3. */
export const reminderDays: readonly number[] = [30, 7, 1]

export interface RelationshipDates {
  readonly duration: string
  readonly autoExtendDuration: string | null
  readonly endDateTime: string | null
}

/** What a transition changes of the row: status and instants, nothing else. */
export function effectOf(step: RelationshipTransition, row: RelationshipDates, now: string) {
  const status = step.to === null ? {} : { status: step.to }
  const common = { ...status, lastModifiedDateTime: now }
  switch (step.stamp) {
    case 'made':
      return { ...common, createdDateTime: now, activatedDateTime: null, endDateTime: null }
    case 'locked':
      return { ...common, lockedDateTime: now }
    case 'activated':
      return { ...common, activatedDateTime: now, endDateTime: addDuration(now, row.duration) }
    case 'extended':
      return { ...common, endDateTime: addDuration(row.endDateTime ?? now, row.autoExtendDuration ?? 'PT0S') }
    case 'ended':
      return { ...common, endDateTime: now }
    default:
      return common
  }
}

/** The event that happens at the end date. */
export function atTheEnd({ autoExtendDuration }: RelationshipDates): 'extend' | 'endReached' {
  return autoExtendDuration === null || isZero(autoExtendDuration) ? 'endReached' : 'extend'
}

export interface Due {
  readonly kind: 'end' | 'reminder30' | 'reminder7' | 'reminder1' | 'lapse' | 'cleanUp'
  readonly due: string
}

/** Due entries of a row that has just made the transition. Reminders for past instants are left out. */
export function duesAfter(step: RelationshipTransition, row: RelationshipDates, now: string): Due[] {
  if (step.to === 'approvalPending' && step.from === 'created')
    return [{ kind: 'lapse', due: addDays(now, pendingDays) }]
  if (step.to !== null && endedStatuses.includes(step.to))
    return [{ kind: 'cleanUp', due: addDays(now, retentionDays) }]
  const end = row.endDateTime
  // An end in the year 9999 cannot be extended any further: without this, it would be due again and again.
  if (end === null || end <= now || (step.stamp !== 'activated' && step.stamp !== 'extended')) return []
  const reminders = reminderDays.map((days) => ({ kind: `reminder${days}` as Due['kind'], due: addDays(end, -days) }))
  return [...reminders.filter(({ due }) => due > now), { kind: 'end', due: end }]
}
