/** Two texts, line by line: what is gone and what is new, told apart by sign as well as by colour. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { diffLines } from 'diff'
import { useMemo } from 'react'
import { t } from '../../i18n/t.ts'
import { useShared } from '../styles.ts'

const useStyles = makeStyles({
  root: {
    margin: 0,
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    overflow: 'auto',
    maxHeight: '60vh',
  },
  line: { display: 'block', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  gone: { backgroundColor: tokens.colorStatusDangerBackground1, color: tokens.colorNeutralForeground1 },
  added: { backgroundColor: tokens.colorStatusSuccessBackground1, color: tokens.colorNeutralForeground1 },
})

/** Of what is the same, so many lines stay around a difference. */
const around = 3

interface DiffLine {
  readonly sign: '-' | '+' | ' ' | '…'
  readonly text: string
}

export function diffOf(before: string, after: string): readonly DiffLine[] {
  const parts = diffLines(before, after)
  return parts.flatMap(({ value, added, removed }, at): DiffLine[] => {
    const lines = value.replace(/\n$/, '').split('\n')
    if (added || removed) return lines.map((text) => ({ sign: added ? '+' : '-', text }))
    const from = at === 0 ? 0 : around
    const to = at === parts.length - 1 ? 0 : around
    if (lines.length <= from + to + 1) return lines.map((text) => ({ sign: ' ', text }))
    const same = (list: readonly string[]): DiffLine[] => list.map((text) => ({ sign: ' ', text }))
    return [...same(lines.slice(0, from)), { sign: '…', text: '' }, ...same(to === 0 ? [] : lines.slice(-to))]
  })
}

const names = { '-': 'diff.gone', '+': 'diff.added' } as const

interface TextDiffProps {
  readonly before: string
  readonly after: string
  readonly what: string
}

export function TextDiff({ before, after, what }: TextDiffProps) {
  const styles = useStyles()
  const shared = useShared()
  const lines = useMemo(() => diffOf(before, after), [before, after])
  if (lines.every(({ sign }) => sign === ' ' || sign === '…'))
    return <div className={shared.soft}>{t('diff.same')}</div>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <div className={mergeClasses(styles.root, shared.mono)} role="region" aria-label={what} tabIndex={0}>
      {lines.map(({ sign, text }, at) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: lines may be alike.
          key={at}
          className={mergeClasses(styles.line, sign === '-' && styles.gone, sign === '+' && styles.added)}
        >
          {(sign === '-' || sign === '+') && <span className={shared.hidden}>{t(names[sign])} </span>}
          <span aria-hidden="true">{sign} </span>
          {text}
        </span>
      ))}
    </div>
  )
}
