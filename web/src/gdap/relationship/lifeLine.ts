/** The course of a relationship from what is stored, what was recorded, and the rules of what will come. Pure. */
import type { DirectoryAudit } from '../../data/types.ts'
import type { RelationshipRow } from '../api.ts'
import { addDays, extensionDays, pendingDays, reminderDays, retentionDays } from '../rules.ts'
import { isDeclined, isExtended } from '../status.ts'

export type LifeStepName =
  | 'created'
  | 'waits'
  | 'approved'
  | 'activating'
  | 'active'
  | 'extended'
  | 'extends'
  | 'ends'
  | 'lapses'
  | 'ending'
  | 'expiring'
  | 'declined'
  | 'ended'
  | 'expired'
  | 'removed'

export interface LifeStep {
  readonly name: LifeStepName
  readonly state: 'past' | 'now' | 'future'
  readonly at?: string
  /** Who did it: an id of the directory, or a name. */
  readonly by?: string
  /** Instants of reminders before it. */
  readonly reminders?: readonly string[]
}

type Row = Pick<
  RelationshipRow,
  'status' | 'createdDateTime' | 'lastModifiedDateTime' | 'activatedDateTime' | 'endDateTime' | 'autoExtendDuration'
>

/** Of a record: a name, else the id of a person or an application. */
export function actorOf({ initiatedBy }: DirectoryAudit): string | undefined {
  const { user, app } = (initiatedBy ?? {}) as {
    user?: { userPrincipalName?: string | null; displayName?: string | null; id?: string | null } | null
    app?: { displayName?: string | null; appId?: string | null } | null
  }
  return user?.userPrincipalName ?? user?.displayName ?? user?.id ?? app?.displayName ?? app?.appId ?? undefined
}

/** `granular_admin_relationship_approved` → `approved`. */
function kindOf({ operationType }: DirectoryAudit): string {
  return (operationType ?? '').replace(/^granular_admin_relationship_/, '')
}

const ongoing: Readonly<Record<string, LifeStepName>> = {
  created: 'created',
  approvalPending: 'waits',
  approved: 'approved',
  activating: 'activating',
  active: 'active',
  terminationRequested: 'ending',
  terminating: 'ending',
  expiring: 'expiring',
  terminated: 'ended',
  expired: 'expired',
}

const optional = <T>(name: string, value: T | null | undefined): Record<string, T> =>
  value === null || value === undefined ? {} : { [name]: value }

/** Left out where the record is of another time than the row says, as after a seed with past dates. */
function recorded(audits: readonly DirectoryAudit[], kind: string, row: Row) {
  const found = audits.findLast((audit) => kindOf(audit) === kind)
  if (found === undefined) return {}
  const at = found.activityDateTime ?? undefined
  const isPlausible =
    at !== undefined && !(typeof row.activatedDateTime === 'string' && at > addDays(row.activatedDateTime, 1))
  return { ...optional('at', isPlausible ? at : undefined), ...optional('by', actorOf(found)) }
}

/** Records lapse before the relationship does: those read before are still true. Newest first, as the server lists them. */
export function withLapsed(
  now: readonly DirectoryAudit[],
  before: readonly DirectoryAudit[],
): readonly DirectoryAudit[] {
  const ids = new Set(now.map(({ id }) => id))
  const lapsed = before.filter(({ id }) => !ids.has(id))
  return lapsed.length === 0 ? now : [...now, ...lapsed]
}

function pastSteps(row: Row, audits: readonly DirectoryAudit[], sentAt: string | undefined): LifeStep[] {
  const wasActive = typeof row.activatedDateTime === 'string'
  const { by } = recorded(audits, 'created', row) as { by?: string }
  const steps: LifeStep[] = [
    { name: 'created', state: 'past', ...optional('at', row.createdDateTime), ...optional('by', by) },
  ]
  const wasLocked = row.status !== 'created'
  if (wasLocked)
    steps.push({
      name: 'waits',
      state: 'past',
      ...optional('at', sentAt),
      ...recorded(audits, 'locked_for_approval', row),
    })
  if (wasActive || row.status === 'approved' || row.status === 'activating')
    steps.push({ name: 'approved', state: 'past', ...recorded(audits, 'approved', row) })
  if (row.status === 'activating') steps.push({ name: 'activating', state: 'past' })
  if (wasActive) steps.push({ name: 'active', state: 'past', ...optional('at', row.activatedDateTime) })
  for (const audit of audits.toReversed())
    if (kindOf(audit) === 'auto_extended')
      steps.push({ name: 'extended', state: 'past', ...optional('at', audit.activityDateTime) })
  return steps
}

/** What is true now: the last of the past, or a step of its own. */
function withNow(row: Row, past: readonly LifeStep[], audits: readonly DirectoryAudit[]): LifeStep[] {
  const status = row.status ?? ''
  if (isDeclined(row)) {
    const { by } = recorded(audits, 'rejected', row) as { by?: string }
    return [...past, { name: 'declined', state: 'now', ...optional('at', row.endDateTime), ...optional('by', by) }]
  }
  const name = ongoing[status]
  if (name === undefined) return [...past]
  if (name === 'ended' || name === 'expired' || name === 'ending' || name === 'expiring') {
    const { by } = recorded(
      audits.filter((one) => kindOf(one) === 'termination_requested'),
      'termination_requested',
      {},
    ) as {
      by?: string
    }
    const at = name === 'ended' || name === 'expired' ? row.endDateTime : row.lastModifiedDateTime
    return [
      ...past,
      {
        name,
        state: 'now',
        ...optional('at', at),
        ...optional('by', name === 'ended' || name === 'ending' ? by : undefined),
      },
    ]
  }
  const last = past.at(-1)
  return last === undefined ? [] : [...past.slice(0, -1), { ...last, state: 'now' }]
}

function futureSteps(row: Row): LifeStep[] {
  const removed = (at: string | null | undefined): LifeStep => ({
    name: 'removed',
    state: 'future',
    ...optional('at', typeof at === 'string' ? addDays(at, retentionDays) : undefined),
  })
  const end = row.endDateTime
  switch (row.status) {
    case 'created':
      return ['waits', 'approved', 'active', 'ends'].map((name) => ({ name: name as LifeStepName, state: 'future' }))
    case 'approvalPending': {
      const since = row.lastModifiedDateTime
      return [
        { name: 'approved', state: 'future' },
        { name: 'active', state: 'future' },
        {
          name: 'lapses',
          state: 'future',
          ...optional('at', typeof since === 'string' ? addDays(since, pendingDays) : undefined),
        },
      ]
    }
    case 'approved':
    case 'activating':
      return [
        { name: 'active', state: 'future' },
        { name: 'ends', state: 'future' },
      ]
    case 'active': {
      if (typeof end !== 'string') return []
      const reminders = reminderDays
        .map((days) => addDays(end, -days))
        .filter((at) => at > (row.activatedDateTime ?? ''))
      if (!isExtended(row)) return [{ name: 'ends', state: 'future', at: end, reminders }, removed(end)]
      return [
        { name: 'extends', state: 'future', at: end, reminders },
        { name: 'ends', state: 'future' },
      ]
    }
    case 'terminationRequested':
    case 'terminating':
      return [{ name: 'ended', state: 'future' }, removed(undefined)]
    case 'expiring':
      return [{ name: 'expired', state: 'future' }, removed(undefined)]
    default:
      return [removed(end)]
  }
}

/**
 * `audits`: newest first, as the server lists them; empty where they may not be read. `sentAt`: of the request that sent
 * it for approval, which stays as long as the relationship.
 */
export function lifeSteps(row: Row, audits: readonly DirectoryAudit[], sentAt?: string): readonly LifeStep[] {
  return [...withNow(row, pastSteps(row, audits, sentAt), audits), ...futureSteps(row)]
}

/** The end as extended once more. */
export function extendedEnd(endDateTime: string): string {
  return addDays(endDateTime, extensionDays)
}
