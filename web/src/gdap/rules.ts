/**
 * What the status of a relationship allows: the table "Allowed requests" of docs/gdap-states.md, which a test compares with
 * this one. Pure.
 */
export type GdapAction = 'patch' | 'delete' | 'lockForApproval' | 'terminate' | 'assign'

export const statuses = [
  'created',
  'approvalPending',
  'approved',
  'activating',
  'active',
  'expiring',
  'terminationRequested',
  'terminating',
  'terminated',
  'expired',
] as const

export type StatusName = (typeof statuses)[number]

const allowedIn: Readonly<Record<GdapAction, readonly StatusName[]>> = {
  patch: ['created', 'active'],
  delete: ['created'],
  lockForApproval: ['created'],
  terminate: ['active'],
  assign: ['active'],
}

export function allows(status: string | null | undefined, action: GdapAction): boolean {
  return (allowedIn[action] as readonly string[]).includes(status ?? '')
}

/** The statuses that allow it. */
export function statusesFor(action: GdapAction): readonly StatusName[] {
  return allowedIn[action]
}

/** Days: an invitation lapses, what has ended is removed, an extension. */
export const pendingDays = 90
export const retentionDays = 365
export const extensionDays = 180
/** Days before the end at which both sides are reminded. */
export const reminderDays = [30, 7, 1] as const

export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

const dayMs = 86_400_000

export function addDays(instant: string, days: number): string {
  return new Date(new Date(instant).getTime() + days * dayMs).toISOString()
}
