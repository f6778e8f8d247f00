/** A course of steps: what was, what is, what will come. In a row, or upright where it is narrow; a list for screen readers. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { t } from '../../i18n/t.ts'
import { useShared } from '../styles.ts'
import { TimeText } from '../TimeText.tsx'

export interface TimelineStep {
  readonly id: string
  readonly title: string
  readonly state: 'past' | 'now' | 'future'
  readonly at?: string | undefined
  /** Who did it. */
  readonly by?: string | undefined
  /** Said below. */
  readonly note?: ReactNode
}

const useStyles = makeStyles({
  list: {
    display: 'flex',
    listStyle: 'none',
    margin: 0,
    padding: 0,
    '@media (max-width: 640px)': { flexDirection: 'column' },
  },
  step: {
    position: 'relative',
    flex: '1 1 0',
    // No narrower than its longest word.
    minWidth: 'min-content',
    paddingTop: '20px',
    paddingRight: tokens.spacingHorizontalS,
    // The line to the next step.
    '::before': {
      content: '""',
      position: 'absolute',
      top: '7px',
      left: 0,
      right: 0,
      borderTop: `2px solid ${tokens.colorBrandStroke1}`,
    },
    ':last-child::before': { display: 'none' },
    '@media (max-width: 640px)': {
      padding: `0 0 ${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXL}`,
      '::before': {
        top: '7px',
        bottom: '-7px',
        right: 'auto',
        left: '6px',
        borderTop: 'none',
        borderLeft: `2px solid ${tokens.colorBrandStroke1}`,
      },
    },
  },
  coming: {
    '::before': {
      borderTopStyle: 'dotted',
      borderTopColor: tokens.colorNeutralStrokeAccessible,
      '@media (max-width: 640px)': {
        borderLeftStyle: 'dotted',
        borderLeftColor: tokens.colorNeutralStrokeAccessible,
      },
    },
  },
  dot: {
    position: 'absolute',
    top: '1px',
    left: 0,
    width: '14px',
    height: '14px',
    boxSizing: 'border-box',
    borderRadius: tokens.borderRadiusCircular,
    border: `2px solid ${tokens.colorBrandStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  past: { backgroundColor: tokens.colorBrandBackground },
  now: { boxShadow: `0 0 0 4px ${tokens.colorBrandBackground2}`, backgroundColor: tokens.colorBrandBackground },
  future: { border: `2px dotted ${tokens.colorNeutralStrokeAccessible}` },
  title: { overflowWrap: 'break-word', hyphens: 'auto' },
  strong: { fontWeight: tokens.fontWeightSemibold },
  by: { overflowWrap: 'anywhere' },
})

export function Timeline({ label, steps }: { readonly label: string; readonly steps: readonly TimelineStep[] }) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <ol className={styles.list} aria-label={label}>
      {steps.map(({ id, title, state, at, by, note }, index) => {
        const isComing = steps[index + 1]?.state === 'future'
        return (
          <li
            key={id}
            className={mergeClasses(styles.step, isComing && styles.coming)}
            {...(state === 'now' ? { 'aria-current': 'step' } : {})}
          >
            <span className={mergeClasses(styles.dot, styles[state])} aria-hidden="true" />
            <span className={shared.hidden}>{t(`timeline.${state}`)}</span>
            <div className={mergeClasses(styles.title, state === 'now' && styles.strong)}>{title}</div>
            <div className={mergeClasses(shared.small, shared.soft)}>
              {at !== undefined && <TimeText at={at} />}
              {note}
              {by !== undefined && <div className={styles.by}>{by}</div>}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
