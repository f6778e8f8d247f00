/** Pure parts of the two sides: which one glows, the course of a relationship, and who did what. */
import type { DirectoryAudit, Relationship } from '../../data/types.ts'
import type { TimelineStep } from '../../kit/values/Timeline.tsx'

export type Side = 'partner' | 'customer'

/** The side that did not act; both where it was neither. */
export function glowsOn(actor: Side | undefined): readonly Side[] {
  if (actor === 'partner') return ['customer']
  if (actor === 'customer') return ['partner']
  return ['partner', 'customer']
}

/** `granular_admin_relationship_approved` → `approved`. */
export function deedOf({ operationType }: Pick<DirectoryAudit, 'operationType'>): string | undefined {
  return /^granular_admin_relationship_(\w+)$/.exec(operationType ?? '')?.[1]
}

/** As the customer's log calls what the service does. */
const serviceName = 'Partner Customer Delegated Administration'

/** Undefined: the service did it by itself. */
export function doerOf({ initiatedBy }: Pick<DirectoryAudit, 'initiatedBy'>): string | undefined {
  const user = initiatedBy?.user
  const app = initiatedBy?.app
  if (app?.displayName === serviceName) return undefined
  const name = user?.userPrincipalName ?? user?.displayName ?? user?.id ?? app?.displayName ?? app?.appId ?? undefined
  return name
}

const course = ['created', 'approvalPending', 'approved', 'active'] as const

/** Where each status stands in the course. */
const places: Readonly<Record<string, number>> = {
  created: 0,
  approvalPending: 1,
  approved: 2,
  activating: 2,
  active: 3,
  terminationRequested: 4,
  terminating: 4,
  expiring: 4,
  terminated: 4,
  expired: 4,
}

const deeds: Readonly<Record<string, string>> = {
  created: 'created',
  approvalPending: 'locked_for_approval',
  approved: 'approved',
  activating: 'activating',
  active: 'activated',
  terminationRequested: 'termination_requested',
  terminating: 'terminating',
  expiring: 'expiring',
  terminated: 'terminated',
  expired: 'expired',
}

/** The course of a relationship: what was, with instant and person, what is, and what may come. */
export function courseOf(
  relationship: Pick<Relationship, 'status' | 'activatedDateTime' | 'endDateTime'>,
  audits: readonly DirectoryAudit[],
  wordOf: (status: string) => string,
  /** What its end is called, such as Expired or Extended. */
  endWord: string,
  nameOf: (doer: string) => string,
): readonly TimelineStep[] {
  const status = relationship.status ?? 'created'
  const place = places[status] ?? 0
  const isDeclined = status === 'terminated' && typeof relationship.activatedDateTime !== 'string'
  const factOf = (deed: string): Pick<TimelineStep, 'at' | 'by'> => {
    const audit = audits.find((one) => deedOf(one) === deed)
    if (audit?.activityDateTime === undefined) return {}
    const doer = doerOf(audit)
    // A domain has no room here.
    return { at: audit.activityDateTime, ...(doer === undefined ? {} : { by: nameOf(doer).split('@')[0] }) }
  }
  const passed: readonly string[] = isDeclined ? course.slice(0, 2) : course
  const steps = passed.map((one, at): TimelineStep => {
    const isNow = place === at
    const named = isNow ? status : one
    const state = at < place ? 'past' : isNow ? 'now' : 'future'
    return { id: one, title: wordOf(named), state, ...(state === 'future' ? {} : factOf(deeds[named] ?? named)) }
  })
  if (place === 4)
    return [
      ...steps,
      {
        id: 'end',
        title: wordOf(isDeclined ? 'declined' : status),
        state: 'now',
        ...factOf(isDeclined ? 'rejected' : (deeds[status] ?? status)),
      },
    ]
  const end = relationship.endDateTime
  return [...steps, { id: 'end', title: endWord, state: 'future', ...(typeof end === 'string' ? { at: end } : {}) }]
}
