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

export function nameOf({ url, target }: Pick<Target, 'url' | 'target'>, webhooks: readonly Webhook[]): string {
  return webhooks.find(({ id }) => id === target)?.description || placeOf(url)
}

/** What the last attempt was answered. */
export function answerOf({ lastStatus, lastError }: Pick<Delivery, 'lastStatus' | 'lastError'>): string {
  return lastError ?? (lastStatus === null ? '' : String(lastStatus))
}
