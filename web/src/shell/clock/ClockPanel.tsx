/** What time it is for the server, and moving it: forward, to an instant, to what is due; what that would fire is said first. */
import { Badge, Button, Field, Input, makeStyles, mergeClasses, ProgressBar, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { fullTime, numberText, serverNow, shortDate, useTick } from '../../i18n/format.ts'
import { type TextKey, t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { FastForwardRegular, NextRegular, PauseRegular, PlayRegular } from '../../kit/icons.ts'
import { shownKeys, useShortcuts } from '../../kit/keys/shortcuts.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { useShared } from '../../kit/styles.ts'
import { kindsText, type Mover, mostDue, offsetText, useClock, useDue } from './clock.ts'
import { DueList, whatText } from './DueList.tsx'
import { type DueEntry, durationFrom, firedBy, instantFrom, lastInstant, later } from './due.ts'

const useStyles = makeStyles({
  now: {
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
    fontVariantNumeric: 'tabular-nums',
  },
  badge: { border: '1px solid transparent' },
  duration: { width: '120px' },
  instant: { width: '220px' },
  fields: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'flex-end' },
  next: { maxWidth: '100%', textAlign: 'start' },
  /** The line has its place before it has words, so that nothing moves. */
  line: { minHeight: tokens.lineHeightBase300 },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, lineHeight: tokens.lineHeightBase300 },
})

const usual: readonly { readonly duration: string; readonly text: TextKey; readonly n: number }[] = [
  { duration: 'PT1H', text: 'time.hours', n: 1 },
  { duration: 'P1D', text: 'time.days', n: 1 },
  { duration: 'P7D', text: 'time.days', n: 7 },
  { duration: 'P30D', text: 'time.days', n: 30 },
  { duration: 'P365D', text: 'time.days', n: 365 },
]

/** What moving to the instant would do. */
export function consequence(due: readonly DueEntry[], at: Date): string {
  const time = fullTime(at)
  if (at.getTime() < serverNow().getTime()) return t('when.back', { time })
  const fired = firedBy(due, at)
  if (fired.length === 0) return t('when.firesNothing', { time })
  const n = fired.length >= mostDue ? `${numberText(mostDue)}+` : numberText(fired.length)
  return t('when.fires', { time, n, what: kindsText(fired) })
}

interface PartProps {
  readonly mover: Mover
  readonly due: readonly DueEntry[]
  /** Tells what is pointed at; undefined: nothing is. */
  readonly onAim: (at: Date | undefined) => void
}

const aiming = (aim: () => void, end: () => void) => ({
  onPointerEnter: aim,
  onPointerLeave: end,
  onFocus: aim,
  onBlur: end,
})

function ForwardButtons({ mover, due, onAim }: PartProps) {
  const shared = useShared()
  return (
    <div className={shared.row} role="group" aria-label={t('when.forward')}>
      {usual.map(({ duration, text, n }) => {
        const at = later(serverNow(), duration)
        const fires = at === undefined ? 0 : firedBy(due, at).length
        return (
          <Button
            key={duration}
            icon={<FastForwardRegular />}
            onClick={() => void mover.move({ advance: duration })}
            {...aiming(
              () => onAim(later(serverNow(), duration)),
              () => onAim(undefined),
            )}
          >
            {t(text, { n })}
            {fires > 0 && <span className={shared.soft}>&nbsp;· {t('when.firesShort', { n: fires })}</span>}
          </Button>
        )
      })}
    </div>
  )
}

function OtherTimes({ mover, onAim }: PartProps) {
  const styles = useStyles()
  const shared = useShared()
  const [typed, setTyped] = useState('')
  const [instant, setInstant] = useState('')
  const duration = durationFrom(typed)
  const isWrong = typed.trim() !== '' && duration === undefined
  const at = instantFrom(instant)
  return (
    <div className={styles.fields}>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault()
          if (duration !== undefined) void mover.move({ advance: duration }).then(() => setTyped(''))
        }}
      >
        <Field
          label={t('when.by')}
          {...(isWrong ? { validationState: 'error', validationMessage: t('when.notDuration') } : {})}
        >
          <Input
            className={styles.duration}
            value={typed}
            placeholder="P90D"
            onChange={(_, { value }) => {
              setTyped(value)
              const next = durationFrom(value)
              onAim(next === undefined ? undefined : later(serverNow(), next))
            }}
          />
        </Field>
        <Button type="submit" disabledFocusable={duration === undefined}>
          {t('when.forwardDo')}
        </Button>
      </form>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault()
          if (at !== undefined) void mover.move({ set: at.toISOString() })
        }}
      >
        <Field
          label={t('when.to')}
          {...(instant !== '' && at === undefined
            ? { validationState: 'error', validationMessage: t('when.notInstant') }
            : {})}
        >
          <Input
            className={mergeClasses(styles.instant, shared.numbers)}
            type="datetime-local"
            max={lastInstant}
            value={instant}
            onChange={(_, { value }) => {
              setInstant(value)
              onAim(instantFrom(value))
            }}
          />
        </Field>
        <Button type="submit" disabledFocusable={at === undefined}>
          {t('when.toDo')}
        </Button>
      </form>
    </div>
  )
}

function NextButton({ mover, due, onAim }: PartProps) {
  const styles = useStyles()
  const [next] = due
  if (next === undefined) return null
  const { dueDateTime } = next
  return (
    <div>
      <Button
        className={styles.next}
        appearance="primary"
        icon={<NextRegular />}
        aria-keyshortcuts="N"
        onClick={() => void mover.move({ set: dueDateTime })}
        {...aiming(
          () => onAim(new Date(dueDateTime)),
          () => onAim(undefined),
        )}
      >
        {t('when.next', { what: whatText(next), date: shortDate(dueDateTime) })}
      </Button>
    </div>
  )
}

function Moves({ mover, due }: Omit<PartProps, 'onAim'>) {
  const styles = useStyles()
  const shared = useShared()
  const [aim, setAim] = useState<Date | undefined>()
  const part = { mover, due, onAim: setAim }
  return (
    <>
      <ForwardButtons {...part} />
      <OtherTimes {...part} />
      <NextButton {...part} />
      <div className={mergeClasses(styles.line, shared.soft)} aria-live="polite">
        {aim === undefined ? t('when.hint') : consequence(due, aim)}
      </div>
    </>
  )
}

/** The time that counts, and running, standing, true. */
function Now({ mover, fixed }: { readonly mover: Mover; readonly fixed: string | undefined }) {
  const styles = useStyles()
  const shared = useShared()
  useTick(1000)
  const { data } = useClock()
  if (data === undefined) return null
  const now = serverNow()
  const offset = offsetText(data.frozen, now)
  const isAhead = now.getTime() > Date.now() + 30_000
  return (
    <div className={shared.column}>
      <div className={shared.row}>
        <time className={styles.now} dateTime={now.toISOString()}>
          {fullTime(now, 'UTC')}
        </time>
        <Badge className={styles.badge} appearance="tint" color={offset === undefined ? 'informative' : 'warning'}>
          {offset ?? t('clock.true')}
        </Badge>
      </div>
      {fixed === undefined && (
        <div className={shared.row}>
          <Button
            icon={data.frozen ? <PlayRegular /> : <PauseRegular />}
            aria-keyshortcuts="F"
            onClick={() => void mover.move({ freeze: !data.frozen })}
          >
            {t(data.frozen ? 'when.run' : 'when.freeze')}
          </Button>
          <Button
            disabledFocusable={offset === undefined}
            title={offset === undefined ? t('when.isTrue') : undefined}
            onClick={() => void mover.move({ set: new Date().toISOString(), freeze: false })}
          >
            {t('clock.true')}
          </Button>
          {isAhead && (
            <span className={mergeClasses(shared.soft, shared.small)}>
              {t('when.backSays')}{' '}
              <AppLink to="/worlds" inline>
                {t('when.snapshots')}
              </AppLink>
            </span>
          )}
        </div>
      )}
    </div>
  )
}

interface PanelProps {
  readonly mover: Mover
  /** Why it cannot be moved. */
  readonly fixed: string | undefined
  /** In the popover: the next five, and nothing of what has fired. */
  readonly isShort?: boolean
}

export function ClockPanel({ mover, fixed, isShort = false }: PanelProps) {
  const shared = useShared()
  const styles = useStyles()
  const read = useDue()
  const clock = useClock()
  useShortcuts(
    fixed !== undefined
      ? []
      : [
          {
            keys: 'N',
            words: t('when.keys.next'),
            run: () => {
              const [next] = read.data?.due ?? []
              if (next !== undefined) void mover.move({ set: next.dueDateTime })
            },
          },
          {
            keys: 'F',
            words: t('when.keys.freeze'),
            run: () => {
              if (clock.data !== undefined) void mover.move({ freeze: !clock.data.frozen })
            },
          },
        ],
  )
  return (
    <div className={shared.column}>
      <Now mover={mover} fixed={fixed} />
      {mover.isBusy && <ProgressBar aria-label={t('when.moving')} />}
      {mover.problem !== undefined && <Problem error={mover.problem} onClose={mover.clear} />}
      <Loaded read={read}>
        {({ due, fired }) => (
          <>
            {fixed === undefined && <Moves mover={mover} due={due} />}
            <h2 className={styles.heading}>{t('when.due')}</h2>
            <DueList entries={due} most={isShort ? 5 : 100} mover={fixed === undefined ? mover : undefined} />
            {!isShort && (
              <>
                <h2 className={styles.heading}>{t('when.fired')}</h2>
                <DueList entries={fired} most={100} known={due} isPast />
              </>
            )}
          </>
        )}
      </Loaded>
      <div className={mergeClasses(shared.soft, shared.small)}>
        {t('when.tokens')}
        {fixed === undefined && (
          <>
            {' '}
            <span aria-hidden="true">{t('when.keys', { next: shownKeys('N'), freeze: shownKeys('F') })}</span>
          </>
        )}
      </div>
    </div>
  )
}
