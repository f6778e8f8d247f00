/** How far behind a target is, in events and in time. */
import { t } from '../../i18n/t.ts'
import type { Target } from '../api.ts'

const minute = 60
const hour = 60 * minute

export function lagWords({ lagEvents, lagSeconds }: Pick<Target, 'lagEvents' | 'lagSeconds'>): string {
  if (lagEvents === 0) return t('events.lag.none')
  const events = t('events.lag.events', { n: lagEvents })
  if (lagSeconds < 1) return events
  const time =
    lagSeconds < minute
      ? t('events.lag.seconds', { n: lagSeconds })
      : lagSeconds < hour
        ? t('time.minutes', { n: Math.round(lagSeconds / minute) })
        : t('time.hours', { n: Math.round(lagSeconds / hour) })
  return t('events.lag.both', { events, time })
}
