/** What is due, or has fired: one line each, as a card where there is little room. */
import { Button, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { fullTime, momentText, relativeTime } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { shortened } from '../../kit/CopyId.tsx'
import { useShared } from '../../kit/styles.ts'
import { kindsText, kindText, type Mover } from './clock.ts'
import { type DueEntry, pageOf } from './due.ts'

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, containerType: 'inline-size' },
  entry: {
    display: 'grid',
    gridTemplateColumns: '170px minmax(0, 1.4fr) minmax(0, 1fr) auto',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalM,
    minHeight: 'var(--row)',
    padding: `${tokens.spacingVerticalXS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    '@container (max-width: 620px)': {
      gridTemplateColumns: 'minmax(0, 1fr) auto',
      paddingBlock: tokens.spacingVerticalS,
      rowGap: tokens.spacingVerticalXXS,
    },
  },
  /** In a card: the text first, all over each other, the button beside them. */
  what: { '@container (max-width: 620px)': { gridColumn: 1, gridRow: 1 } },
  when: { '@container (max-width: 620px)': { gridColumn: 1, gridRow: 2 } },
  also: { '@container (max-width: 620px)': { gridColumn: 1, gridRow: 3 } },
  go: { '@container (max-width: 620px)': { gridColumn: 2, gridRow: '1 / span 3' } },
})

function nameOf({ subject, displayName }: DueEntry): string {
  return displayName ?? shortened(subject)
}

/** `Fabrikam operations: ends, or is extended`. */
export function whatText(entry: DueEntry): string {
  return `${nameOf(entry)}: ${kindText(entry)}`
}

interface DueListProps {
  readonly entries: readonly DueEntry[]
  readonly most: number
  /** Absent: it cannot be gone to. */
  readonly mover?: Mover | undefined
  /** Entries that may know the name of a subject. */
  readonly known?: readonly DueEntry[]
  readonly isPast?: boolean
}

export function DueList({ entries, most, mover, known = [], isPast = false }: DueListProps) {
  const styles = useStyles()
  const shared = useShared()
  if (entries.length === 0)
    return <div className={shared.soft}>{t(isPast ? 'when.firedNothing' : 'when.dueNothing')}</div>
  const names = new Map(known.flatMap(({ subject, displayName }) => (displayName ? [[subject, displayName]] : [])))
  return (
    <div>
      <ul className={styles.list}>
        {entries.slice(0, most).map((entry, at) => {
          const { kind, subject, dueDateTime } = entry
          const name = names.get(subject) ?? nameOf(entry)
          const page = pageOf(entry)
          const before = entries.slice(0, at)
          return (
            <li key={`${kind} ${subject} ${dueDateTime}`} className={styles.entry}>
              <span className={mergeClasses(styles.when, shared.numbers, shared.soft)}>
                <Tooltip content={relativeTime(dueDateTime)} relationship="description">
                  <time dateTime={dueDateTime}>{momentText(dueDateTime)}</time>
                </Tooltip>
              </span>
              <span className={styles.what}>
                {page === undefined ? (
                  <span title={subject}>{name}</span>
                ) : (
                  <AppLink to={page} inline>
                    {name}
                  </AppLink>
                )}
                {': '}
                {kindText(entry)}
              </span>
              <span className={mergeClasses(styles.also, shared.soft, shared.small)}>
                {mover !== undefined && before.length > 0 && t('when.also', { what: kindsText(before) })}
              </span>
              {mover !== undefined && (
                <Button
                  className={styles.go}
                  size="small"
                  aria-label={t('when.goTo', { what: whatText(entry), time: fullTime(dueDateTime) })}
                  onClick={() => void mover.move({ set: dueDateTime })}
                >
                  {t('when.go')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {entries.length > most && (
        <div className={mergeClasses(shared.soft, shared.small)}>{t('when.more', { n: entries.length - most })}</div>
      )}
    </div>
  )
}
