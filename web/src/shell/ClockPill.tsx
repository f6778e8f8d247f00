/** What time it is for the server; amber where that is not the true time. */
import { Button, mergeClasses, Tooltip } from '@fluentui/react-components'
import { useEffect } from 'react'
import { control } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { fullTime, noteServerClock, useTick } from '../i18n/format.ts'
import { t } from '../i18n/t.ts'
import { ClockRegular } from '../kit/icons.ts'
import { useGo } from '../kit/view.ts'
import { usePills } from './pills.ts'

export interface ClockFacts {
  readonly now: string
  readonly frozen: boolean
}

/** Less is not noticed, and comes of the way that answers take. */
const dayMs = 86_400_000

export function useClock() {
  return useRead('clock', [], control<ClockFacts>('GET', '/clock'))
}

/** How far from the true time, in words. */
export function offsetText({ now, frozen }: ClockFacts, readAtMs: number): string | undefined {
  const days = Math.round((new Date(now).getTime() - readAtMs) / dayMs)
  if (days === 0) return frozen ? t('clock.frozen') : undefined
  const moved = t(days > 0 ? 'clock.ahead' : 'clock.behind', { n: Math.abs(days) })
  return frozen ? `${moved}, ${t('clock.frozen')}` : moved
}

export function ClockPill() {
  const pills = usePills()
  const go = useGo()
  useTick(1000)
  const { data, dataUpdatedAt } = useClock()
  useEffect(() => {
    if (data !== undefined) noteServerClock(data.now, data.frozen)
  }, [data])
  if (data === undefined) return null
  const offset = offsetText(data, dataUpdatedAt)
  return (
    <Tooltip content={t('clock.tip', { now: fullTime(data.now) })} relationship="description">
      <Button
        className={mergeClasses(pills.pill, offset !== undefined && pills.amber)}
        appearance={offset === undefined ? 'subtle' : 'outline'}
        icon={<ClockRegular />}
        aria-label={t('clock.label', { what: offset ?? t('clock.true') })}
        onClick={() => go('/clock')}
      >
        <span className={pills.words}>{offset ?? t('clock.true')}</span>
      </Button>
    </Tooltip>
  )
}
