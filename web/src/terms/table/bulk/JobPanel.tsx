/** How far a job is, and what was refused, with the reason. */
import { Button, makeStyles, ProgressBar, tokens } from '@fluentui/react-components'
import { numberText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'
import type { Running, Task } from './job.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  list: { margin: 0, maxHeight: '160px', overflowY: 'auto' },
})

interface JobPanelProps {
  readonly running: Running
  readonly onRetry: (refused: readonly Task[]) => void
}

export function JobPanel({ running, onRetry }: JobPanelProps) {
  const styles = useStyles()
  const shared = useShared()
  const { job } = running
  // What went well is said by a toast.
  if (job === undefined || (!job.isRunning && job.refused.length === 0)) return null
  const { what, done, total, refused, isRunning } = job
  return (
    <section className={styles.root} aria-label={t('bulk.job')}>
      <div className={shared.row}>
        <span className={shared.grow} role="status">
          {t('bulk.progress', { what, n: numberText(done), total: numberText(total) })}
          {refused.length > 0 && ` · ${t('bulk.refused', { n: refused.length })}`}
        </span>
        {isRunning ? (
          <Button size="small" onClick={running.cancel}>
            {t('cancel')}
          </Button>
        ) : (
          <>
            <Button size="small" onClick={() => onRetry(refused.map(({ task }) => task))}>
              {t('bulk.retry')}
            </Button>
            <Button size="small" appearance="subtle" onClick={running.close}>
              {t('close')}
            </Button>
          </>
        )}
      </div>
      {isRunning && <ProgressBar value={done + refused.length} max={total} aria-label={what} />}
      {refused.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        <ul className={styles.list} tabIndex={0} aria-label={t('bulk.refusedList')}>
          {refused.map(({ task, why }) => (
            <li key={task.key}>
              <strong>{task.name}</strong>: {why}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
