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
import { type ComponentType, useEffect, useState } from 'react'
import { useFeature } from '../../data/session.ts'
import { fullTime, noteServerClock, serverNow, useTick } from '../../i18n/format.ts'
import { loadTexts, t } from '../../i18n/t.ts'
import { ClockRegular } from '../../kit/icons.ts'
import { useCommands } from '../../kit/keys/commands.ts'
import { offsetText, useClock, useMover, useNextDue } from '../clock/clock.ts'
import { usePills } from './pills.ts'

const useStyles = makeStyles({
  surface: { width: '460px', maxWidth: '96vw', maxHeight: '80vh', overflow: 'auto' },
})

async function loadPopover(): Promise<ComponentType<{ onClose: () => void }>> {
  const [{ default: ClockPopover }] = await Promise.all([import('../clock/ClockPopover.tsx'), loadTexts('standin')])
  return ClockPopover
}

export function ClockPill() {
  const pills = usePills()
  const styles = useStyles()
  const [isOpen, setOpen] = useState(false)
  const [loaded, setLoaded] = useState<{ readonly Content: ComponentType<{ onClose: () => void }> }>()
  useTick(1000)
  const { data } = useClock()
  useEffect(() => {
    if (data !== undefined) noteServerClock(data.now, data.frozen)
  }, [data])
  const next = useNextDue()
  const { move } = useMover()
  const isFrozen = data?.frozen === true
  const canMove = useFeature('clock-move')
  useCommands(
    !canMove
      ? []
      : [
          {
            id: 'clock-freeze',
            words: t(isFrozen ? 'do.run' : 'do.freeze'),
            run: () => void move({ freeze: !isFrozen }),
          },
          {
            id: 'clock-next',
            words: t('do.next'),
            ...(next === undefined ? { reason: t('do.nothingDue') } : {}),
            run: () => void (next === undefined ? undefined : move({ set: next.dueDateTime })),
          },
          {
            id: 'clock-true',
            words: t('do.true'),
            run: () => void move({ set: new Date().toISOString(), freeze: false }),
          },
        ],
    true,
  )
  if (data === undefined) return null
  // Not before there is something inside that can have the focus: else the popover never gets it, and closes.
  const change = async (open: boolean): Promise<void> => {
    if (open && loaded === undefined) setLoaded({ Content: await loadPopover() })
    setOpen(open)
  }
  const offset = offsetText(data.frozen)
  return (
    <Popover open={isOpen} onOpenChange={(_, { open }) => void change(open)} trapFocus>
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
        {loaded !== undefined && <loaded.Content onClose={() => setOpen(false)} />}
      </PopoverSurface>
    </Popover>
  )
}
