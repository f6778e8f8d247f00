/** What time it is for the server; amber where that is not the true time. A click opens the clock. */
import {
  Button,
  makeStyles,
  mergeClasses,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Tooltip,
} from '@fluentui/react-components'
import { lazy, Suspense, useEffect, useState } from 'react'
import { fullTime, noteServerClock, serverNow, useTick } from '../i18n/format.ts'
import { loadTexts, t } from '../i18n/t.ts'
import { ClockRegular } from '../kit/icons.ts'
import { Skeleton } from '../kit/Skeleton.tsx'
import { offsetText, useClock } from './clock/clock.ts'
import { usePills } from './pills.ts'

const useStyles = makeStyles({
  surface: { width: '460px', maxWidth: '96vw', maxHeight: '80vh', overflow: 'auto' },
})

const ClockPopover = lazy(async () => {
  const [loaded] = await Promise.all([import('./clock/ClockPopover.tsx'), loadTexts('standin')])
  return loaded
})

export function ClockPill() {
  const pills = usePills()
  const styles = useStyles()
  const [isOpen, setOpen] = useState(false)
  useTick(1000)
  const { data } = useClock()
  useEffect(() => {
    if (data !== undefined) noteServerClock(data.now, data.frozen)
  }, [data])
  if (data === undefined) return null
  const offset = offsetText(data.frozen)
  return (
    <Popover open={isOpen} onOpenChange={(_, { open }) => setOpen(open)} trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Tooltip content={t('clock.tip', { now: fullTime(serverNow()) })} relationship="description">
          <Button
            className={mergeClasses(pills.pill, offset !== undefined && pills.amber)}
            appearance={offset === undefined ? 'subtle' : 'outline'}
            icon={<ClockRegular />}
            aria-label={t('clock.label', { what: offset ?? t('clock.true') })}
          >
            <span className={pills.words}>{offset ?? t('clock.true')}</span>
          </Button>
        </Tooltip>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label={t('nav.clock')}>
        <Suspense fallback={<Skeleton />}>{isOpen && <ClockPopover onClose={() => setOpen(false)} />}</Suspense>
      </PopoverSurface>
    </Popover>
  )
}
