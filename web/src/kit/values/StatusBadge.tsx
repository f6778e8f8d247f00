/** A state in words, with an icon and a colour. What a state is called is the page's business. */

import { makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import type { ComponentType } from 'react'
import {
  ArrowExitRegular,
  ArrowSyncRegular,
  CalendarCancelRegular,
  CheckmarkCircleRegular,
  DismissCircleRegular,
  DraftsRegular,
  ErrorCircleRegular,
  HourglassHalfRegular,
  HourglassRegular,
  ProhibitedRegular,
  TimerRegular,
} from '../icons.ts'
import { type BadgeTone, tones } from './tones.ts'

const icons: Readonly<Record<BadgeTone, ComponentType>> = {
  draft: DraftsRegular,
  waits: HourglassRegular,
  going: ArrowSyncRegular,
  good: CheckmarkCircleRegular,
  soon: TimerRegular,
  expiring: HourglassHalfRegular,
  ending: ArrowExitRegular,
  ended: DismissCircleRegular,
  declined: ProhibitedRegular,
  failed: ErrorCircleRegular,
  expired: CalendarCancelRegular,
}

/** Text on background; every pair has a contrast of 4.5 at least in each theme. */
const useStyles = makeStyles({
  root: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    maxWidth: '100%',
    padding: `0 ${tokens.spacingHorizontalS} 0 ${tokens.spacingHorizontalXS}`,
    height: '20px',
    boxSizing: 'border-box',
    // Seen where the system forces its own colours.
    border: '1px solid transparent',
    borderRadius: tokens.borderRadiusMedium,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    whiteSpace: 'nowrap',
    verticalAlign: 'middle',
    '& > svg': { width: '16px', height: '16px', flexShrink: 0 },
  },
  word: { overflow: 'hidden', textOverflow: 'ellipsis' },
  ...tones,
})

interface StatusBadgeProps {
  readonly tone: BadgeTone
  readonly word: string
  /** The server's own value: in the tooltip. */
  readonly value?: string
}

export function StatusBadge({ tone, word, value }: StatusBadgeProps) {
  const styles = useStyles()
  const Icon = icons[tone]
  const badge = (
    <span className={mergeClasses(styles.root, styles[tone])}>
      <Icon />
      <span className={styles.word}>{word}</span>
    </span>
  )
  if (value === undefined) return badge
  return (
    <Tooltip content={value} relationship="description">
      {badge}
    </Tooltip>
  )
}
