/** How targets, their states and those of deliveries are called. */
import { t } from '../i18n/t.ts'
import type { BadgeTone } from '../kit/values/tones.ts'
import type { Delivery, ShownDelivery, Target, TargetState, Webhook } from './api.ts'

const targetTones: Readonly<Record<TargetState, BadgeTone>> = { active: 'good', paused: 'waits', disabled: 'failed' }

const deliveryTones: Readonly<Record<ShownDelivery['state'], BadgeTone>> = {
  due: 'waits',
  waiting: 'waits',
  behind: 'waits',
  delivered: 'good',
  dead: 'failed',
  redelivered: 'ended',
  skipped: 'ended',
}

export function targetBadge({ state, failingSince }: Pick<Target, 'state' | 'failingSince'>) {
  const isFailing = state === 'active' && failingSince !== null
  return {
    tone: isFailing ? ('failed' as const) : targetTones[state],
    word: t(isFailing ? 'events.state.failing' : `events.state.${state}`),
    value: state,
  }
}

export function deliveryBadge({ state }: Pick<ShownDelivery, 'state'>) {
  return { tone: deliveryTones[state], word: t(`events.delivery.${state}`), value: state }
}

/** An address without its scheme. */
export function placeOf(url: string): string {
  return url.replace(/^https?:\/\//, '')
}

const shownEnd = 4

/** Several may have one address: what has no name of its own has its kind and the end of its id. */
export function nameOf({ kind, target }: Pick<Target, 'kind' | 'target'>, webhooks: readonly Webhook[]): string {
  const name = webhooks.find(({ id }) => id === target)?.description
  return name || t('events.unnamed', { kind: t(`events.kind.${kind}`), id: target.slice(-shownEnd) })
}

/** What it is told of: names of events; of a Graph subscription what it watches, or whose life cycle it is told of. */
export function wantedText({ events, resource, changeType, lifeCycleOf }: Target): string {
  if (lifeCycleOf !== null) return t('events.wants.lifeCycle', { id: lifeCycleOf.slice(-shownEnd) })
  if (resource === null) return events.join(', ')
  return t('events.wants.graph', { resource, changes: (changeType ?? '').replaceAll(',', ', ') })
}

/** What the last attempt was answered. */
export function answerOf({ lastStatus, lastError }: Pick<Delivery, 'lastStatus' | 'lastError'>): string {
  return lastError ?? (lastStatus === null ? '' : String(lastStatus))
}
