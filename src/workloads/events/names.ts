/** Names of all events that somebody may ask for: events.md §1.1. */

/** Raised here, with Partner Center's names. */
const raised = [
  ...['approved', 'activated', 'expired', 'terminated'].map((what) => `granular-admin-relationship-${what}`),
  ...['created', 'activated', 'updated', 'deleted'].map((what) => `granular-admin-access-assignment-${what}`),
  'test-created',
]

/** Partner Center has them; they are never raised here. */
export const neverRaised: readonly string[] = [
  'azure-fraud-event-detected',
  'dap-admin-relationship-approved',
  'dap-admin-relationship-terminated',
  'dap-admin-relationship-terminated-by-microsoft',
  'indirect-reseller-relationship-accepted-by-customer',
  'invoice-ready',
  'new-commerce-migration-completed',
  'new-commerce-migration-created',
  'new-commerce-migration-failed',
  'new-commerce-migration-schedule-failed',
  'referral-created',
  'referral-updated',
  'related-referral-created',
  'related-referral-updated',
  'reseller-relationship-accepted-by-customer',
  'subscription-updated',
  'usagerecords-thresholdExceeded',
]

const changes = ['created', 'changed', 'deleted']

function each(area: string, things: readonly string[]): string[] {
  return things.flatMap((thing) => changes.map((change) => `relata.${area}.${thing}-${change}`))
}

/** By code unit, so that the order is the same everywhere. */
function sorted(names: readonly string[]): readonly string[] {
  return [...names].sort((one, other) => (one < other ? -1 : 1))
}

export const partnerCenterNames = sorted([...raised, ...neverRaised])

export const ownNames = sorted([
  ...[
    'created',
    'locked',
    'changed',
    'auto-extended',
    'cleaned-up',
    'deleted',
    ...[30, 7, 1].map((days) => `ends-in-${days}-days`),
  ].map((what) => `relata.granular-admin-relationship-${what}`),
  'relata.granular-admin-access-assignment-failed',
  ...each('taxonomy', ['group', 'set', 'term', 'relation']),
  ...each('directory', ['user', 'group', 'member', 'customer']),
  ...['reauthorization-required', 'removed', 'missed'].map((what) => `relata.subscription-${what}`),
  'relata.audit-checkpoint',
  'relata.target-disabled',
  'relata.target-backlogged',
  'relata.delivery-dead',
])

/** All that may be asked for, Partner Center's first. */
export const eventNames: readonly string[] = [...partnerCenterNames, ...ownNames]

/** A partner asks for it, to see whether its address takes events; told to its registration only (events.md §2.6). */
export const testEvent = 'test-created'
