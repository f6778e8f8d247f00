/** What a status of GDAP is called and how it looks, for every page that shows one. */
import type { AccessAssignment, Relationship } from '../data/types.ts'
import { serverNow } from '../i18n/format.ts'
import { maybeText, t } from '../i18n/t.ts'
import type { BadgeTone } from '../kit/values/tones.ts'

export interface StatusFacts {
  readonly tone: BadgeTone
  readonly word: string
  /** As Graph writes it. */
  readonly value: string
}

type StatusOf = Pick<Relationship, 'status' | 'activatedDateTime' | 'endDateTime' | 'autoExtendDuration'>

const dayMs = 86_400_000
/** Within so many days an end is told in the status. */
export const soonDays = 30

const tones: Readonly<Record<string, BadgeTone>> = {
  created: 'draft',
  approvalPending: 'waits',
  approved: 'going',
  activating: 'going',
  active: 'good',
  expiring: 'expiring',
  terminationRequested: 'ending',
  terminating: 'ending',
  terminated: 'ended',
  expired: 'expired',
}

export function isExtended({ autoExtendDuration }: Pick<StatusOf, 'autoExtendDuration'>): boolean {
  return autoExtendDuration !== undefined && autoExtendDuration !== null && autoExtendDuration !== 'PT0S'
}

/** Whole days until the instant, rounded down; negative: it has passed. */
export function daysUntil(instant: string, now = serverNow()): number {
  return Math.floor((new Date(instant).getTime() - now.getTime()) / dayMs)
}

/** As people count: from the half of a day on it is one more; within the last half day it is none. */
export function daysTold(instant: string, now = serverNow()): number {
  return Math.max(0, Math.round((new Date(instant).getTime() - now.getTime()) / dayMs))
}

/** Whether it ends within 30 days and nothing extends it. */
export function endsSoon(relationship: StatusOf, now = serverNow()): boolean {
  const { status, endDateTime } = relationship
  if (status !== 'active' || typeof endDateTime !== 'string' || isExtended(relationship)) return false
  return daysUntil(endDateTime, now) < soonDays
}

export function isDeclined({ status, activatedDateTime }: StatusOf): boolean {
  return status === 'terminated' && typeof activatedDateTime !== 'string'
}

export function relationshipStatus(relationship: StatusOf, now = serverNow()): StatusFacts {
  const value = relationship.status ?? 'unknownFutureValue'
  if (isDeclined(relationship)) return { tone: 'declined', word: t('gdap.status.declined'), value }
  if (endsSoon(relationship, now)) {
    const n = daysTold(relationship.endDateTime as string, now)
    return { tone: 'soon', word: n === 0 ? t('gdap.status.endsToday') : t('gdap.status.endsSoon', { n }), value }
  }
  return { tone: tones[value] ?? 'draft', word: maybeText(`gdap.status.${value}`) ?? value, value }
}

const assignmentTones: Readonly<Record<string, BadgeTone>> = {
  pending: 'going',
  active: 'good',
  deleting: 'ending',
  deleted: 'ended',
  error: 'failed',
}

export function assignmentStatus(status: AccessAssignment['status']): StatusFacts {
  const value = status ?? 'unknownFutureValue'
  return {
    tone: assignmentTones[value] ?? 'draft',
    word: maybeText(`gdap.assignmentStatus.${value}`) ?? value,
    value,
  }
}

const jobTones: Readonly<Record<string, BadgeTone>> = {
  notStarted: 'waits',
  created: 'waits',
  pending: 'going',
  running: 'going',
  succeeded: 'good',
  failed: 'failed',
}

/** Of an operation or a request. */
export function jobStatus(status: string | null | undefined): StatusFacts {
  const value = status ?? 'unknownFutureValue'
  return { tone: jobTones[value] ?? 'draft', word: maybeText(`gdap.jobStatus.${value}`) ?? value, value }
}
